//! What an endpoint does about what comes in on an open connection.

use crate::protocol::{
    CloseBody, CloseCode, FrameHeader, MessageKind, Opcode, Received, Role, Rsv, Violation,
    deflate::DeflateParameters,
};

use super::{
    conduct::{
        AfterClose, AfterEcho, CloseReply, Conduct, FailWith, Greeting, LingerAfterFailing,
        OnError, PingReply, Utf8Check,
    },
    echo::Echo,
    outgoing::Outgoing,
};

/// The reactions of one side of an open connection.
#[derive(Debug)]
pub struct Conversation {
    role: Role,
    conduct: Conduct,
    phase: Phase,
    pub(super) out: Outgoing,
    echo: Echo,
    incoming: Incoming,
    /// How much waited to be written before this read.
    out_before_read: usize,
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

/// The frame that is coming in.
#[derive(Debug, Default)]
struct Incoming {
    header: Option<FrameHeader>,
    /// A message of several frames is open.
    in_fragments: bool,
    /// It continues a message that never began, and is taken for text.
    stray: bool,
    /// What is wrong with the text so far, for an endpoint that looks later.
    noticed_later: Option<Violation>,
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
            conduct,
            phase: Phase::Talking,
            out,
            echo,
            incoming: Incoming::default(),
            out_before_read: 0,
        };
        conversation.greet();
        conversation
    }

    /// How far it is.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// A read begins.
    pub const fn read_begins(&mut self) {
        self.out_before_read = self.out.len();
    }

    /// Takes the next that came in.
    pub fn received(&mut self, received: Received<'_>) {
        match self.phase {
            Phase::Talking => self.react(received),
            Phase::AwaitingClose | Phase::Discarding => {
                if let Received::Close(body) = received
                    && (self.phase == Phase::AwaitingClose || body.is_legal())
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
            Greeting::Ping => self.out.control(Opcode::PING, b"still there?"),
            Greeting::Pong => self.out.control(Opcode::PONG, b"still here"),
            Greeting::Text => self.out.frame(true, Rsv::NONE, Opcode::TEXT, b"hello"),
            Greeting::Close => self.start_closing(),
            Greeting::DropTcp => self.phase = Phase::Over,
            Greeting::FallSilent => self.phase = Phase::PlayingDead,
        }
    }

    fn react(&mut self, received: Received<'_>) {
        match received {
            Received::FrameStart(header) => self.frame_starts(header),
            Received::FramePayload(octets) if self.incoming.stray => self.message_goes_on(octets),
            Received::FramePayload(_) => {}
            Received::FrameEnd => self.frame_ends(),
            Received::Violation(violation) => self.violated(violation),
            Received::MessageStart(kind) => self.echo.begin(kind),
            Received::MessageData(octets) => self.message_goes_on(octets),
            Received::MessageEnd => self.message_ends(),
            Received::Ping(payload) => self.answer_ping(payload),
            Received::Pong(_) => {}
            Received::Close(body) => self.answer_close(&body),
        }
    }

    fn frame_starts(&mut self, header: FrameHeader) {
        let inside = self.incoming.in_fragments;
        self.incoming.header = Some(header);
        self.incoming.stray = false;
        if !header.opcode.is_control() {
            self.incoming.in_fragments = !header.fin;
        }
        let mut refuses = self.conduct.refuses.iter();
        if refuses.any(|refuses| refuses(&header, inside)) {
            // "A type of data it cannot accept" (RFC 6455 §7.4.1).
            self.fail_with(CloseCode(1003));
        }
    }

    fn answer_ping(&mut self, payload: &[u8]) {
        let out = &mut self.out;
        match self.conduct.ping {
            PingReply::Pong => out.control(Opcode::PONG, payload),
            PingReply::Never => {}
            PingReply::Twice => {
                out.control(Opcode::PONG, payload);
                out.control(Opcode::PONG, payload);
            }
            PingReply::Empty => out.control(Opcode::PONG, b""),
            PingReply::Oversized => out.control(Opcode::PONG, &[b'!'; 126]),
            PingReply::Fragmented => {
                out.frame(false, Rsv::NONE, Opcode::PONG, payload);
                out.frame(true, Rsv::NONE, Opcode::CONTINUATION, b"");
            }
            PingReply::Reserved(bits) => out.frame(true, bits, Opcode::PONG, payload),
            PingReply::As(opcode) => out.control(opcode, payload),
        }
    }

    fn frame_ends(&mut self) {
        let Some(header) = self.incoming.header.take() else {
            return;
        };
        if self.conduct.utf8 == Utf8Check::AtFrameEnd && !header.opcode.is_control() {
            self.look_at_the_text();
        }
        if self.incoming.stray && header.fin && self.phase == Phase::Talking {
            self.message_ends();
        }
    }

    fn message_goes_on(&mut self, octets: &[u8]) {
        if !self.echo.push(octets, &mut self.out) {
            self.fail_the_connection(&Violation::InflatedTooLarge);
        }
    }

    fn message_ends(&mut self) {
        self.look_at_the_text();
        if self.phase != Phase::Talking || !self.echo.end(&mut self.out) {
            return;
        }
        match self.conduct.after_echo {
            AfterEcho::GoOn => {}
            AfterEcho::Close => self.start_closing(),
            AfterEcho::DropTcp => self.phase = Phase::Over,
        }
    }

    /// Acts upon what was wrong with the text some time ago.
    fn look_at_the_text(&mut self) {
        if let Some(violation) = self.incoming.noticed_later.take() {
            self.fail_the_connection(&violation);
        }
    }

    fn violated(&mut self, violation: Violation) {
        if violation.leaves_the_message_readable() {
            return;
        }
        if self
            .conduct
            .overlooks
            .iter()
            .any(|overlooks| overlooks(&violation))
        {
            self.overlook(&violation);
        } else if matches!(
            violation,
            Violation::InvalidUtf8(_) | Violation::IncompleteUtf8
        ) && self.conduct.utf8 != Utf8Check::AtOnce
        {
            self.incoming.noticed_later.get_or_insert(violation);
        } else {
            self.fail_the_connection(&violation);
        }
    }

    /// Makes what it can of a frame that breaks a rule.
    fn overlook(&mut self, violation: &Violation) {
        if *violation == Violation::ContinuationWithoutStart {
            self.incoming.stray = true;
            if !self.echo.is_open() {
                self.echo.begin(MessageKind::Text);
            }
        }
    }

    /// RFC 6455 §7.1.7.
    fn fail_the_connection(&mut self, violation: &Violation) {
        self.fail_with(right_code(violation));
    }

    fn fail_with(&mut self, right: CloseCode) {
        if self.conduct.errors_undo_the_read {
            self.out.truncate(self.out_before_read);
        }
        match self.conduct.on_error {
            OnError::DropTcp => self.phase = Phase::Over,
            OnError::Close(code, linger) => {
                let body = match code {
                    FailWith::RightCode => CloseBody::encode(right, b""),
                    FailWith::Code(code) => CloseBody::encode(code, b""),
                    FailWith::NoCode => Vec::new(),
                };
                self.out.control(Opcode::CLOSE, &body);
                match linger {
                    LingerAfterFailing::UntilClose => self.phase = Phase::Discarding,
                    LingerAfterFailing::No => self.both_closed(),
                }
            }
        }
    }

    fn start_closing(&mut self) {
        self.out
            .control(Opcode::CLOSE, &CloseBody::encode(CloseCode::NORMAL, b""));
        self.phase = Phase::AwaitingClose;
    }

    fn answer_close(&mut self, body: &CloseBody) {
        let reply = match self.conduct.close {
            CloseReply::SameCode => body
                .code()
                .map_or_else(Vec::new, |code| CloseBody::encode(code, b"")),
            CloseReply::Body(octets) => octets.to_vec(),
            CloseReply::Never => {
                self.phase = Phase::PlayingDead;
                return;
            }
            CloseReply::DropTcp => {
                self.phase = Phase::Over;
                return;
            }
        };
        self.out.control(Opcode::CLOSE, &reply);
        match self.conduct.after_close {
            AfterClose::Nothing => {}
            AfterClose::Message => self.out.frame(true, Rsv::NONE, Opcode::TEXT, b"and then"),
            AfterClose::Close => self.out.control(Opcode::CLOSE, &reply),
        }
        self.both_closed();
    }

    /// The closing handshake is over: the server closes TCP (RFC 6455 §7.1.1).
    fn both_closed(&mut self) {
        self.phase = match self.role {
            Role::Server if self.conduct.closes_tcp => Phase::Over,
            Role::Server => Phase::PlayingDead,
            Role::Client => Phase::AwaitingTcpEnd,
        };
    }
}

/// The code to fail a connection with (RFC 6455 §7.4.1).
const fn right_code(violation: &Violation) -> CloseCode {
    match violation {
        Violation::InvalidUtf8(_)
        | Violation::IncompleteUtf8
        | Violation::CloseReasonNotUtf8
        | Violation::InvalidDeflate => CloseCode::INVALID_PAYLOAD,
        Violation::InflatedTooLarge => CloseCode::TOO_BIG,
        _ => CloseCode::PROTOCOL_ERROR,
    }
}
