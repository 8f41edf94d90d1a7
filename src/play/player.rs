//! The state of one case on one connection.

use std::{sync::Arc, time::Duration};

use crate::{
    case::{Case, DropHow, Event, Payload, Step},
    judge::{Eyes, Observer},
    protocol::{
        Opcode, Receiver, Role,
        deflate::{DeflateParameters, Deflater},
    },
    transcript::{Blame, End, Entry, HandshakeRecord, Happening, PayloadDigest, Transcript},
};

use super::{
    Live, Opening, Patience, Write, live,
    opening::Opened,
    outbox::{Begun, Outbox},
    reaction::Reacts,
    recorder::{Recorder, Room},
    round_trips::Trips,
    written::Then,
};

/// What a player needs to know besides the case.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How long to wait for what.
    pub patience: Patience,
    /// What masking keys and other random octets follow from.
    pub seed: u64,
    /// When the connection was begun, in milliseconds since 1970-01-01T00:00Z.
    pub started_unix_ms: u64,
    /// What is known of a testee that is no echo server.
    pub live: Option<Live>,
}

/// How whoever owns the socket has to end TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The peer has ended it.
    PeerIsGone,
    /// Close it in order.
    Fin,
    /// Reset it.
    Reset,
}

/// Plays one case on one connection.
#[derive(Debug)]
pub struct Player {
    pub(super) case: Arc<Case>,
    pub(super) role: Role,
    pub(super) patience: Patience,
    pub(super) stage: Stage,
    pub(super) outbox: Outbox,
    pub(super) recorder: Recorder,
    pub(super) seen: Seen,
    pub(super) closing: Closing,
    pub(super) deflater: Option<Deflater>,
    pub(super) next_step: usize,
    pub(super) wait: Option<Wait>,
    pub(super) timers: Timers,
    pub(super) incoming: Incoming,
    pub(super) reacts: Reacts,
    pub(super) reading: bool,
    pub(super) half_close_is_due: bool,
    pub(super) live: Option<Live>,
    fences: u32,
    end: Option<End>,
    finish: Option<Finish>,
}

/// How far the connection is.
#[derive(Debug)]
pub(super) enum Stage {
    Opening(Box<Opening>),
    Open(Box<Receiver>),
    Over,
}

/// What was seen, by both pairs of eyes.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) ours: Observer,
    pub(super) autobahn: Observer,
}

/// How far the closing handshake is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Closing {
    pub(super) sent: bool,
    pub(super) received: bool,
    /// A second violation: drop TCP as soon as the frame that held it is over.
    pub(super) drop_after_frame: bool,
}

/// What the script waits for.
#[derive(Debug)]
pub(super) enum Wait {
    Pause(String),
    Await(Event),
    Fence(Payload),
    RoundTrips(Box<Trips>),
    Written(Then),
}

/// When to stop waiting; times since the start of the connection.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timers {
    /// For the opening handshake.
    pub(super) handshake: Option<Duration>,
    /// For anything to come, where the case has a say in the opening handshake.
    pub(super) silence: Option<Duration>,
    /// For what the script waits for.
    pub(super) wait: Option<Duration>,
    /// For a reaction to all that was sent.
    pub(super) reaction: Option<Duration>,
    /// For octets that the peer does not take.
    pub(super) stuck: Option<Duration>,
    /// For the answer to our Close.
    pub(super) close: Option<Duration>,
    /// For the peer to close TCP, and since when.
    pub(super) tcp_close: Option<(Duration, Duration)>,
    /// For the case in all.
    case: Option<Duration>,
}

/// The frame and message that are coming in.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    pub(super) header: Option<crate::protocol::FrameHeader>,
    pub(super) frame: PayloadDigest,
    pub(super) kind: Option<crate::transcript::MessageKind>,
    pub(super) message: PayloadDigest,
}

impl Player {
    /// A player whose connection has just been made.
    #[must_use]
    pub fn new(case: Arc<Case>, mut opening: Opening, setup: &Setup) -> Self {
        let role = opening.role();
        let ours = opening.take_ours();
        let mut player = Self {
            role,
            patience: setup.patience,
            outbox: Outbox::new(role, setup.seed),
            recorder: Recorder::new(
                Room::for_case(&case),
                role,
                live::application(setup.live.as_ref()),
                setup.started_unix_ms,
                opening.record().clone(),
            ),
            seen: Seen {
                ours: Observer::new(live::eyes(setup.live.as_ref())),
                autobahn: Observer::new(Eyes::Autobahn),
            },
            closing: Closing::default(),
            deflater: None,
            next_step: 0,
            wait: None,
            timers: Timers {
                handshake: Some(setup.patience.handshake),
                case: Some(setup.patience.handshake + setup.patience.case_for(&case)),
                ..Timers::default()
            },
            incoming: Incoming::default(),
            reacts: Reacts::to(&case, role),
            reading: true,
            half_close_is_due: false,
            live: setup.live.clone(),
            fences: 0,
            end: None,
            finish: None,
            stage: Stage::Opening(Box::new(opening)),
            case,
        };
        player.outbox.handshake(&ours.octets, ours.chop);
        player.open_if_complete(Duration::ZERO);
        if ours.eager && !player.is_open() {
            player.play_steps(Duration::ZERO);
        }
        player
    }

    /// Octets came. They are unmasked in place.
    pub fn receive(&mut self, octets: &mut [u8], now: Duration) {
        self.recorder.count_read(octets.len());
        match &mut self.stage {
            Stage::Opening(opening) => {
                if !opening.is_refused() {
                    self.timers.silence = None;
                }
                opening.receive(octets);
                self.recorder.handshake().clone_from(opening.record());
                self.open_if_complete(now);
            }
            Stage::Open(_) => {
                if !self.is_asked_again(octets, now) {
                    self.receive_frames(octets, now);
                }
            }
            Stage::Over => {}
        }
    }

    /// The peer sent FIN.
    pub fn peer_closed(&mut self, now: Duration) {
        self.peer_ended(End::PeerClosed, now);
    }

    /// The peer sent RST, or the connection broke some other way.
    pub fn peer_reset(&mut self, now: Duration) {
        self.peer_ended(End::PeerReset, now);
    }

    /// The next octets to write into the empty `out`. When it gives nothing, all that was given
    /// before is taken to be on its way.
    pub fn transmit(&mut self, out: &mut Vec<u8>, now: Duration) -> Write {
        while !matches!(self.stage, Stage::Over) {
            let write = self.fill_from_outbox(out, now);
            if write != Write::Nothing {
                self.recorder.count_write(out.len());
                self.something_passed(now);
                return write;
            }
            if !self.go_on_when_written(now) || self.outbox.is_empty() {
                self.all_is_written(now);
            }
            if self.outbox.is_empty() && !matches!(self.wait, Some(Wait::Written(_))) {
                break;
            }
        }
        Write::Nothing
    }

    fn fill_from_outbox(&mut self, out: &mut Vec<u8>, now: Duration) -> Write {
        let Self { outbox, recorder, seen, .. } = self;
        outbox.fill(out, &mut |begun| match begun {
            Begun::Frame(by, header, body) => {
                if let Some(happening) = recorder.sent(now, by, header, body) {
                    seen.ours.note(&happening);
                    seen.autobahn.note(&happening);
                }
            }
            Begun::Octets(payload) => {
                recorder.note(now, Happening::SentOctets(crate::judge::record_of(payload)));
            }
        })
    }

    /// When [`Self::wake`] wants to be called, if nothing happens before.
    #[must_use]
    pub fn next_wake(&self) -> Option<Duration> {
        let Timers { handshake, silence, wait, reaction, stuck, close, tcp_close, case } =
            self.timers;
        let tcp_close = tcp_close.map(|(until, _)| until);
        [handshake, silence, wait, reaction, stuck, close, tcp_close, case]
            .into_iter()
            .flatten()
            .min()
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Duration) {
        let due = |timer: Option<Duration>| timer.is_some_and(|until| until <= now);
        if due(self.timers.handshake) || due(self.timers.case) || due(self.timers.stuck) {
            self.out_of_time(now);
        }
        if due(self.timers.silence) {
            // Nothing came: that is the testee's reaction.
            self.drop_tcp(DropHow::Fin, now);
        }
        if due(self.timers.wait) {
            self.timers.wait = None;
            self.wait_ran_out(now);
        }
        if due(self.timers.reaction) {
            self.timers.reaction = None;
            self.give_up(now);
        }
        if due(self.timers.close) {
            self.timers.close = None;
            self.note(now, Happening::CloseTimeout);
            self.drop_tcp(DropHow::Reset, now);
        }
        if let Some((until, since)) = self.timers.tcp_close
            && until <= now
        {
            self.timers.tcp_close = None;
            // A peer whose Close we could not answer waits for our Close, and is right.
            if self.closing.sent {
                let waited_us = (now.saturating_sub(since)).as_micros() as u64;
                self.note(now, Happening::TcpLeftOpen { waited_us });
            }
            self.drop_tcp(DropHow::Fin, now);
        }
    }

    /// How TCP has to be ended, once the case is over.
    #[must_use]
    pub const fn finished(&self) -> Option<Finish> {
        self.finish
    }

    /// What happened so far on the open connection, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.recorder.entries()
    }

    /// The opening handshake so far.
    #[must_use]
    pub const fn handshake(&self) -> &HandshakeRecord {
        &self.recorder.transcript().handshake
    }

    /// The transcript. Before [`Self::finished`], the run was interrupted.
    #[must_use]
    pub fn into_transcript(mut self, now: Duration) -> Transcript {
        self.keep_round_trips(now);
        self.recorder.finish(now, self.end.unwrap_or(End::Interrupted))
    }

    fn open_if_complete(&mut self, now: Duration) {
        let Stage::Opening(opening) = &mut self.stage else {
            return;
        };
        let Some(opened) = opening.outcome() else {
            return;
        };
        self.timers.handshake = None;
        match opened {
            Opened::Refused if self.case.handshake.goes_on_behind_request() => {
                self.timers.silence.get_or_insert(now + self.patience.pause);
            }
            Opened::Refused => self.drop_tcp(DropHow::Fin, now),
            Opened::Open { .. } if self.role == Role::Client && !self.goes_on_when_open() => {
                self.drop_tcp(DropHow::Fin, now);
            }
            Opened::Open { deflate, mut early_octets } => {
                self.timers.case = Some(now + self.patience.case_for(&self.case));
                self.begin_conversation(deflate, now);
                if !early_octets.is_empty() {
                    self.receive_frames(&mut early_octets, now);
                }
            }
        }
    }

    fn begin_conversation(&mut self, deflate: Option<DeflateParameters>, now: Duration) {
        self.stage = Stage::Open(Box::new(Receiver::new(self.role.peer(), deflate)));
        self.deflater = deflate.map(|agreed| Deflater::new(self.role, agreed));
        self.say_hello();
        if self.case.deflate.is_some() && deflate.is_none() {
            // Nothing to compress with: the case does not apply.
            self.next_step = self.case.steps.len();
            self.start_closing(Blame::Finished, Payload::from(&1000_u16.to_be_bytes()[..]));
        } else {
            self.play_steps(now);
        }
    }

    /// Takes steps until one has to wait.
    pub(super) fn play_steps(&mut self, now: Duration) {
        let case = Arc::clone(&self.case);
        while self.wait.is_none() && self.finish.is_none() {
            let Some(step) = case.steps.get(self.next_step) else {
                break;
            };
            self.next_step += 1;
            self.play(step, now);
        }
    }

    fn play(&mut self, step: &Step, now: Duration) {
        match step {
            Step::Frame(frame) => {
                self.outbox.frame_finished();
                self.outbox.scripted_frame(frame);
            }
            Step::Message(message) => {
                if !self.closing.sent && !self.closing.received {
                    self.outbox.frame_finished();
                    let compressed = message.compress && self.deflater.is_some();
                    let payload = self.compress_if(compressed, &message.payload);
                    let fragment = message.fragment;
                    self.outbox.message(
                        message.kind,
                        compressed,
                        payload,
                        fragment,
                        message.pacing,
                    );
                }
            }
            Step::Close(payload) => self.start_closing(Blame::ScriptedClose, payload.clone()),
            Step::More(payload) => self.outbox.more(payload.clone()),
            Step::Octets(payload, pacing) => self.outbox.octets(payload.clone(), *pacing),
            Step::Pause(name) => self.wait = Some(Wait::Pause(name.clone())),
            Step::Await(event) => self.wait = Some(Wait::Await(event.clone())),
            Step::Fence => {
                self.fences += 1;
                let payload = Payload::from(format!("wspec fence {}", self.fences).as_bytes());
                self.outbox.frame(Blame::Fence, Opcode::PING, payload.clone());
                self.wait = Some(Wait::Fence(payload));
            }
            Step::RoundTrips(script) => {
                self.recorder.quiet = true;
                self.wait = Some(Wait::RoundTrips(Box::new(Trips::new(script))));
                self.send_next_round_trip(now);
            }
            Step::Repeat(times, frame) => {
                self.outbox.frame_finished();
                self.outbox.repeated_frame(*times, frame.clone());
            }
            Step::Reading(true) => self.when_written(Then::Read, now),
            Step::Reading(false) => self.reading = false,
            Step::HalfClose => self.when_written(Then::HalfClose, now),
            Step::Drop(how) => self.when_written(Then::Drop(*how), now),
        }
    }

    fn compress_if(&mut self, compressed: bool, payload: &Payload) -> Payload {
        match &mut self.deflater {
            Some(deflater) if compressed => {
                let mut octets = Vec::new();
                deflater.compress_message(&payload.to_vec(), &mut octets);
                Payload::from(&octets[..])
            }
            _ => payload.clone(),
        }
    }

    pub(super) fn send_next_round_trip(&mut self, now: Duration) {
        let Some(Wait::RoundTrips(trips)) = &mut self.wait else {
            return;
        };
        trips.next_message(now);
        let (kind, fragment) = (trips.script().kind, trips.script().fragment);
        let message = trips.payload();
        let compressed = self.deflater.is_some();
        let payload = self.compress_if(compressed, &message);
        if let Some(Wait::RoundTrips(trips)) = &mut self.wait
            && compressed
        {
            trips.count_compressed(payload.len(), 0);
        }
        self.outbox.message(kind, compressed, payload, fragment, crate::case::Pacing::default());
    }

    /// Starts the closing handshake, unless it has begun or our last frame is unfinished.
    pub(super) fn start_closing(&mut self, by: Blame, payload: Payload) {
        let cannot = self.outbox.is_inside_frame() || self.outbox.has_ended();
        if self.closing.sent || self.closing.received || cannot {
            return;
        }
        self.closing.sent = true;
        self.outbox.frame(by, Opcode::CLOSE, payload);
    }

    /// Notes something in the transcript and lets the observers see it.
    pub(super) fn note(&mut self, now: Duration, happening: Happening) -> bool {
        // What the transcript has no room for would not be seen by the judge either.
        let event = self.recorder.has_room_for(&happening) && {
            self.seen.autobahn.note(&happening);
            self.seen.ours.note(&happening)
        };
        self.recorder.note(now, happening);
        event
    }

    /// Closes TCP: the case is over.
    pub(super) fn drop_tcp(&mut self, how: DropHow, now: Duration) {
        if self.finish.is_some() {
            return;
        }
        if matches!(self.stage, Stage::Open(_)) {
            self.keep_round_trips(now);
            self.note(now, Happening::WeDropTcp);
        }
        self.finish = Some(match how {
            DropHow::Fin => Finish::Fin,
            DropHow::Reset => Finish::Reset,
        });
        self.over(End::WeClosed);
    }

    fn peer_ended(&mut self, end: End, now: Duration) {
        if self.finish.is_some() {
            return;
        }
        self.keep_round_trips(now);
        self.finish = Some(Finish::PeerIsGone);
        self.over(end);
    }

    fn over(&mut self, end: End) {
        self.end = Some(end);
        self.stage = Stage::Over;
        self.outbox.clear();
        self.timers = Timers::default();
    }

    fn out_of_time(&mut self, now: Duration) {
        if self.is_open() {
            self.note(now, Happening::GaveUp);
        }
        self.drop_tcp(DropHow::Reset, now);
    }

    /// Puts the round trips that are under way into the transcript.
    pub(super) fn keep_round_trips(&mut self, now: Duration) {
        if let Some(Wait::RoundTrips(trips)) =
            self.wait.take_if(|w| matches!(w, Wait::RoundTrips(_)))
        {
            self.recorder.quiet = false;
            self.note(now, Happening::RoundTrips(Box::new(trips.finish())));
        }
    }

    /// Whether the opening handshake succeeded.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
    }
}
