//! Testing a server: a connection a case, as many at once as the pace allows.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::{io::AsyncReadExt, sync::mpsc::UnboundedSender, time::timeout};

use crate::{
    case::Case,
    judge::{self, Behavior, Judgement, NotPlayed, Verdict},
    play::{Opening, Patience, Player, Setup, Tempo},
    protocol::Role,
    transcript::{End, HandshakeOutcome, Secrets, Transcript},
};

use super::{
    CaseLoad, CaseResult, ConnectError, Keeper, Pace, Probe, Route, RunEvent, Shortage, Stop,
    Summary, Target, capacity,
    drive::{Seen, drive},
    order::groups,
    pace::{Place, Places},
    seed,
    survive::Course,
    transport::Stream,
};

/// A run of cases against one server.
#[derive(Clone, Debug)]
pub struct ServerRun {
    /// The server.
    pub target: Target,
    /// What a first look showed of it.
    pub probe: Probe,
    /// The cases, in the order in which they are begun.
    pub cases: Vec<Arc<Case>>,
    /// How many at once.
    pub pace: Pace,
    /// How long to wait for what.
    pub patience: Patience,
    /// What keys, masks and random payloads follow from.
    pub seed: u64,
    /// Whether to tell every entry as it happens.
    pub trace: bool,
}

/// Runs with fewer cases are not worth a look at how many connections the server serves at once.
const LOOK_FROM: usize = 8;

/// How long a connection whose case is over may take to be closed by the server, besides the round
/// trip.
const CLOSING_PATIENCE: Duration = Duration::from_millis(250);

/// The target took connections, and then took them no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the target went away in the middle of the run")]
pub struct TargetGone;

/// Why a run did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The target went away for good.
    #[error(transparent)]
    TargetGone(#[from] TargetGone),
    /// This machine could not make a single connection.
    #[error(transparent)]
    Shortage(#[from] Shortage),
}

/// What the tasks of a run share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) run: ServerRun,
    pub(super) places: Places,
    pub(super) route: Route,
    /// The target has opened a connection.
    answers: AtomicBool,
    /// How slow it is.
    tempo: Mutex<Tempo>,
    events: UnboundedSender<RunEvent>,
    pub(super) stop: Stop,
}

impl ServerRun {
    /// Plays the cases with a server that is not ours, and tells `events` what happens, until all
    /// are over or the run is stopped.
    ///
    /// # Errors
    /// The target went away for good, or this machine cannot make connections; every case that could
    /// not be played has been told as an error.
    pub async fn play(
        self,
        events: UnboundedSender<RunEvent>,
        stop: Stop,
    ) -> Result<Summary, RunError> {
        self.play_kept(&mut Keeper::of_a_stranger(), events, stop).await
    }

    /// The same with a server whose keeper sees to it that it is there.
    ///
    /// # Errors
    /// The same.
    pub async fn play_kept(
        self,
        keeper: &mut Keeper,
        events: UnboundedSender<RunEvent>,
        stop: Stop,
    ) -> Result<Summary, RunError> {
        let started = Instant::now();
        let mut groups = groups(&self.cases, keeper.can_afford_crashes());
        let route = self.probe.route.clone().without_patience();
        let places = self.places(&route, stop.clone()).await;
        let shared = Arc::new(Shared {
            places,
            route,
            answers: AtomicBool::new(false),
            tempo: Mutex::default(),
            run: self,
            events,
            stop,
        });
        let mut course = Course::new(Arc::clone(&shared), keeper, started);
        while let Some(group) = groups.pop_front() {
            course.play(group).await;
            if !shared.answers.load(Ordering::Relaxed) {
                // Nothing to disturb: wait for the rest all at once.
                course.play(groups.drain(..).flatten().collect()).await;
            }
        }
        course.finish().await
    }

    /// The places that there are for connections, after a look at how many there may be.
    async fn places(&self, route: &Route, mut stop: Stop) -> Places {
        let Self { pace, cases, target, probe, .. } = self;
        // A look costs connections, of which others' servers get no more than the cases need.
        let looks = pace.open > 1 && pace.rate.is_none() && cases.len() >= LOOK_FROM;
        if !looks {
            return Places::new(*pace, probe.is_answered(), None);
        }
        let found = tokio::select! {
            biased;
            () = stop.stopped() => None,
            found = capacity::look(target, route, self.patience.handshake, pace.open) => found,
        };
        let places = Places::new(*pace, probe.is_answered(), found.map(|found| found.alone));
        if let Some(served) = found.and_then(|found| found.served) {
            places.limit_to(served);
        }
        places
    }
}

/// What came of one attempt at a case.
#[derive(Debug)]
pub(super) enum Attempt {
    /// It was played.
    Played(Box<Played>),
    /// There was no connection, with this load.
    NotConnected(Arc<Case>, ConnectError, CaseLoad),
    /// This machine could not make a connection, with this load.
    Short(Arc<Case>, Shortage, CaseLoad),
}

/// A case that was played.
#[derive(Debug)]
pub(super) struct Played {
    /// What came of it.
    pub(super) result: CaseResult,
    /// When we began to connect.
    pub(super) began: Instant,
    /// When it was over.
    pub(super) over: Instant,
}

impl Played {
    /// Whether the case has to be played again without company: the target had more connections than
    /// it carries, and did not do well.
    pub(super) fn is_overloaded(&self) -> bool {
        let result = &self.result;
        let did_well = result.judgement.verdict == Verdict::Pass
            && result.judgement.behavior() == Behavior::Ok;
        result.load.is_strained && !did_well
    }

    /// Whether the target said anything, and so was alive after this case was begun.
    pub(super) fn is_answered(&self) -> bool {
        !self.result.transcript.handshake.response.is_empty()
    }
}

impl Shared {
    /// Plays a case once.
    pub(super) async fn play(self: Arc<Self>, case: Arc<Case>, mut place: Place) -> Attempt {
        self.tell(RunEvent::CaseStarted(case.id.clone()));
        let began = Instant::now();
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_unix_ms = started.as_millis() as u64;
        let mut stop = self.stop.clone();
        if case.handshake.request().is_none() {
            place.asks();
        }
        let connected = tokio::select! {
            biased;
            () = stop.stopped() => None,
            connected = self.connect(&case) => Some(connected),
        };
        let mut half_closed = None;
        let (transcript, judgement, not_running) = match connected {
            Some(Ok(stream)) => {
                let player = self.player(&case, started_unix_ms);
                let mut trace = |seen: Seen<'_>| self.trace(&case, seen);
                let driven = drive(player, stream, &mut place, stop, &mut trace).await;
                half_closed = driven.half_closed;
                let transcript = driven.transcript;
                if transcript.handshake.opened() {
                    self.answers.store(true, Ordering::Relaxed);
                }
                note_opening(&case, &transcript, &place);
                self.tempo().note(&case, &transcript);
                let (transcript, judgement) =
                    judged_without_secrets(&case, transcript, self.run.target.secrets());
                (transcript, judgement, driven.not_running)
            }
            Some(Err(error)) => return not_connected(case, error, &place),
            None => (
                Transcript::never_connected(Role::Client, started_unix_ms),
                judge::not_played(NotPlayed::Interrupted),
                Duration::ZERO,
            ),
        };
        let load = place.load();
        let over = Instant::now();
        if let Some(stream) = half_closed {
            // The next case does not wait for that, but its connection does, if there is no room.
            tokio::spawn(close(stream, place, CLOSING_PATIENCE + self.run.probe.round_trip * 2));
        }
        let result = CaseResult { case, transcript, judgement, load, not_running, earlier: None };
        Attempt::Played(Box::new(Played { result, began, over }))
    }

    fn trace(&self, case: &Case, seen: Seen<'_>) {
        if !self.run.trace {
            return;
        }
        let secrets = self.run.target.secrets();
        self.tell(match seen {
            Seen::Entry(entry) => {
                let mut entry = Box::new(entry.clone());
                secrets.hide_in_entry(&mut entry);
                RunEvent::Entry(case.id.clone(), entry)
            }
            Seen::Handshake(record) => {
                let mut record = Box::new(record.clone());
                secrets.hide(&mut record.request);
                secrets.hide(&mut record.response);
                RunEvent::Handshake(case.id.clone(), Role::Client, record)
            }
        });
    }

    async fn connect(&self, case: &Case) -> Result<Stream, ConnectError> {
        let limit = self.run.patience.handshake * 2;
        if case.handshake.is_in_clear_text() {
            self.route.connect_in_clear(limit).await
        } else {
            self.route.connect(limit).await
        }
    }

    fn player(&self, case: &Arc<Case>, started_unix_ms: u64) -> Player {
        let ServerRun { target, seed, patience, .. } = &self.run;
        let patience = self.tempo().applied_to(*patience);
        client_player(case, target, *seed, patience, started_unix_ms)
    }

    fn tempo(&self) -> MutexGuard<'_, Tempo> {
        // A time is whole whenever its holder panics.
        self.tempo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, event: RunEvent) {
        // Nobody listens any more: then nobody wants to know.
        let _ = self.events.send(event);
    }
}

/// What others may read of a case that was played. The verdict is that of what really happened, and
/// its words are those of what is shown of that.
fn judged_without_secrets(
    case: &Case,
    mut transcript: Transcript,
    secrets: &Secrets,
) -> (Transcript, Judgement) {
    let judgement = judge::judge(case, &transcript);
    if !secrets.hide_in(&mut transcript) {
        return (transcript, judgement);
    }
    let shown = judge::judge(case, &transcript);
    let mut autobahn = judgement.autobahn;
    if let Some(reason) = autobahn.as_mut().and_then(|it| it.remote_close_reason.as_mut()) {
        secrets.hide(reason);
        secrets.hide_cut_off(reason);
    }
    let judgement = Judgement { verdict: judgement.verdict, autobahn, ..shown };
    (transcript, judgement)
}

/// What is to be said of a connection that was not made.
fn not_connected(case: Arc<Case>, error: ConnectError, place: &Place) -> Attempt {
    if let Some(shortage) = Shortage::that_caused(&error) {
        let load = place.load();
        place.lacks_means();
        return Attempt::Short(case, shortage, load);
    }
    place.dropped();
    Attempt::NotConnected(case, error, place.load())
}

/// Tells the place what the opening handshake shows of the target's load: a server answers a request
/// like any other, unless it cannot.
fn note_opening(case: &Case, transcript: &Transcript, place: &Place) {
    if case.handshake.request().is_some() {
        return;
    }
    let handshake = &transcript.handshake;
    let is_dropped = matches!(transcript.end, End::PeerClosed | End::PeerReset);
    match handshake.response.is_empty() {
        true if is_dropped => place.dropped(),
        true if transcript.end != End::Interrupted => place.unanswered(),
        false => match handshake.outcome {
            HandshakeOutcome::Refused { status: Some(status), .. } if is_overload(status) => {
                place.dropped();
            }
            _ => {}
        },
        true => {}
    }
}

/// Whether an HTTP status says that the server has too much to do (RFC 9110 §15.6, RFC 6585 §4).
const fn is_overload(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=504)
}

/// Waits until the target has closed its direction of a connection of which ours is closed.
async fn close(mut stream: Stream, place: Place, patience: Duration) {
    let mut buffer = [0; 4096];
    let closing = async { while matches!(stream.read(&mut buffer).await, Ok(1..)) {} };
    let _ = timeout(patience, closing).await;
    drop(stream);
    drop(place);
}

/// Plays a case as client, in a run of this seed.
pub(super) fn client_player(
    case: &Arc<Case>,
    target: &Target,
    run_seed: u64,
    patience: Patience,
    started_unix_ms: u64,
) -> Player {
    let seed = seed::of_case(run_seed, &case.id);
    let request = target.request_for(case, run_seed);
    let opening = Opening::client(&request, case.handshake.request());
    let setup = Setup { patience, seed, started_unix_ms, live: target.live.clone() };
    Player::new(Arc::clone(case), opening, &setup)
}
