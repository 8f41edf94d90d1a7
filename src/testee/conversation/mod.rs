//! What an endpoint does about what comes in on an open connection.

mod closing;
mod incoming;
mod talking;

use crate::protocol::{
    CloseCode, MessageKind, Opcode, Received, Role, Rsv, Violation, deflate::DeflateParameters,
};

use super::{
    conduct::{AfterEcho, Conduct, Greeting, PingReply, Utf8Check},
    echo::Echo,
    outgoing::Outgoing,
};
use incoming::Incoming;

/// The reactions of one side of an open connection.
#[derive(Debug)]
pub struct Conversation {
    role: Role,
    conduct: Conduct,
    phase: Phase,
    /// TCP has to be reset.
    resets: bool,
    pub(super) out: Outgoing,
    echo: Echo,
    incoming: Incoming,
    /// How much waited to be written before this read.
    out_before_read: usize,
    /// Pongs that are put off.
    owed: Vec<Vec<u8>>,
    /// How often it has talked by itself.
    said: u64,
}

/// How far the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Messages are echoed.
    Talking,
    /// Our Close went first; what comes is discarded up to the peer's.
    AwaitingClose,
    /// The connection has failed; what comes is discarded up to a legal Close.
    Discarding,
    /// Nothing that comes matters; the peer has to end TCP.
    AwaitingTcpEnd,
    /// Likewise, but we are in no hurry: the endpoint plays dead.
    PlayingDead,
    /// We end TCP.
    Over,
}

impl Conversation {
    /// One on a connection that has just been opened.
    pub fn new(
        role: Role,
        conduct: Conduct,
        deflate: Option<DeflateParameters>,
        out: Outgoing,
    ) -> Self {
        let echo = Echo::new(role, &conduct, deflate);
        let mut conversation = Self {
            role,
            resets: conduct.tcp.resets,
            conduct,
            phase: Phase::Talking,
            out,
            echo,
            incoming: Incoming::new(deflate.is_some()),
            out_before_read: 0,
            owed: Vec::new(),
            said: 0,
        };
        conversation.greet();
        conversation
    }

    /// How far it is.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether TCP has to be reset, rather than closed.
    pub const fn resets(&self) -> bool {
        self.resets
    }

    /// How it is to behave.
    pub const fn conduct(&self) -> &Conduct {
        &self.conduct
    }

    /// A read begins.
    pub const fn read_begins(&mut self) {
        self.out_before_read = self.out.len();
        self.incoming.read_begins();
    }

    /// It ended within the header of a frame.
    pub const fn read_ends_within_header(&mut self) {
        if self.conduct.reading.headers_in_one_read {
            self.phase = Phase::Over;
        }
    }

    /// Takes the next that came in.
    pub fn received(&mut self, received: Received<'_>) {
        match self.phase {
            Phase::Talking => self.react(received),
            Phase::AwaitingClose => self.react_after_own_close(received),
            Phase::Discarding => {
                if let Received::Close(body) = received
                    && body.is_legal()
                {
                    self.both_closed();
                }
            }
            Phase::AwaitingTcpEnd | Phase::PlayingDead | Phase::Over => {}
        }
    }

    fn greet(&mut self) {
        match self.conduct.greeting {
            Greeting::None => {}
            Greeting::Frame(opcode, payload) => self.out.control(opcode, payload),
            Greeting::Close => self.start_closing(),
            Greeting::DropTcp => self.phase = Phase::Over,
            Greeting::FallSilent => self.phase = Phase::PlayingDead,
        }
    }

    fn react(&mut self, received: Received<'_>) {
        match received {
            Received::FrameStart(header) => self.frame_starts(header),
            Received::FramePayload(octets) => self.frame_goes_on(octets),
            Received::FrameEnd => self.frame_ends(),
            Received::Violation(violation) => self.violated(violation),
            Received::MessageStart(kind) => self.message_starts(kind),
            Received::MessageData(octets) => self.message_goes_on(octets),
            Received::MessageEnd => self.message_ends(),
            Received::Ping(payload) if self.incoming.takes_control() => self.answer_ping(payload),
            Received::Close(body) if self.incoming.takes_control() => self.answer_close(&body),
            Received::Pong(payload) if self.conduct.reading.answers_pongs => {
                self.answer_ping(payload);
            }
            Received::Ping(_) | Received::Pong(_) | Received::Close(_) => {}
        }
    }

    fn react_after_own_close(&mut self, received: Received<'_>) {
        match received {
            Received::Close(body) => self.closing_is_answered(&body),
            Received::Ping(payload) if self.conduct.closing.pongs_after_own => {
                self.answer_ping(payload);
            }
            received if self.conduct.closing.echoes_after_own => self.react(received),
            _ => {}
        }
    }

    fn answer_ping(&mut self, payload: &[u8]) {
        let long = self.incoming.take_control_payload();
        let payload = if self.conduct.reading.answers_long_pings_whole { &long } else { payload };
        let out = &mut self.out;
        match self.conduct.ping {
            PingReply::Pong => out.control(Opcode::PONG, payload),
            PingReply::Never => {}
            PingReply::Twice => {
                out.control(Opcode::PONG, payload);
                out.control(Opcode::PONG, payload);
            }
            PingReply::Fragmented => {
                out.frame(false, Rsv::NONE, Opcode::PONG, payload);
                out.frame(true, Rsv::NONE, Opcode::CONTINUATION, b"");
            }
            PingReply::AfterNextMessage => self.owed.push(payload.to_vec()),
            PingReply::WithPing => {
                out.control(Opcode::PONG, payload);
                out.control(Opcode::PING, b"and you?");
            }
        }
    }

    fn message_starts(&mut self, kind: MessageKind) {
        if self.incoming.is_poisoned() {
            self.fail_with(CloseCode::INVALID_PAYLOAD);
        } else if self.incoming.begins_message(kind) {
            self.echo.begin(kind);
        }
    }

    fn message_goes_on(&mut self, octets: &[u8]) {
        if self.incoming.is_ignored() {
            return;
        }
        let mut garbled = Vec::new();
        let mut octets = octets;
        if let Some(garbles) = self.conduct.reading.garbles
            && let Some((header, position)) = self.incoming.position(octets.len())
        {
            garbled.extend_from_slice(octets);
            garbles(&header, position, &mut garbled);
            octets = &garbled;
        }
        if !self.incoming.is_text_for(self.conduct.reading.utf8, octets) {
            return self.fail_with(CloseCode::INVALID_PAYLOAD);
        }
        self.take_in(octets);
    }

    fn take_in(&mut self, octets: &[u8]) {
        if !self.echo.push(octets, &mut self.out) {
            self.fail_the_connection(&Violation::InflatedTooLarge);
        }
    }

    fn message_ends(&mut self) {
        self.look_at_the_text();
        if self.incoming.is_text()
            && let Some(takes_for_text) = self.conduct.reading.takes_for_text
            && !takes_for_text(self.echo.held())
        {
            self.fail_with(CloseCode::INVALID_PAYLOAD);
        }
        if self.phase == Phase::AwaitingClose {
            self.echo.end(&mut self.out);
        }
        if self.phase != Phase::Talking || !self.echo.end(&mut self.out) {
            return;
        }
        for payload in std::mem::take(&mut self.owed) {
            self.out.control(Opcode::PONG, &payload);
        }
        match self.conduct.echo.after {
            AfterEcho::GoOn => {}
            AfterEcho::Close => self.start_closing(),
            AfterEcho::DropTcp => self.phase = Phase::Over,
            AfterEcho::Reset => self.reset(),
        }
    }

    /// Acts upon what was wrong with the text some time ago.
    fn look_at_the_text(&mut self) {
        if let Some(violation) = self.incoming.take_noticed() {
            self.fail_the_connection(&violation);
        }
    }

    fn violated(&mut self, violation: Violation) {
        let reading = &self.conduct.reading;
        let is_about_text =
            matches!(violation, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8);
        let scene = self.incoming.scene();
        let mut overlooks = reading.overlooks.iter();
        if let Some((_, then)) = overlooks.find(|(fits, _)| fits(&violation, &scene)) {
            self.treat(*then);
        } else if violation.leaves_the_message_readable() {
            // It is none of the receiver's business.
        } else if is_about_text && reading.takes_for_text.is_some() {
            // It has an opinion of its own.
        } else if is_about_text
            && matches!(reading.utf8, Utf8Check::AtFrameEnd | Utf8Check::AtMessageEnd)
        {
            self.incoming.notice(violation);
        } else {
            self.fail_the_connection(&violation);
        }
    }
}
