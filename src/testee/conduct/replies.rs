//! What an endpoint does on an open connection besides echoing: greeting, answering Pings, failing
//! and closing the connection.

use std::time::Duration;

use crate::protocol::{CloseBody, CloseCode, Opcode};

/// What an endpoint does as soon as the connection is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Greeting {
    /// Nothing: it waits for messages.
    #[default]
    None,
    /// It sends a frame.
    Frame(Opcode, &'static [u8]),
    /// It starts the closing handshake.
    Close,
    /// It closes TCP.
    DropTcp,
    /// It reads what comes and never reacts.
    FallSilent,
}

/// What an endpoint does about a violation.
#[derive(Clone, Copy, Debug)]
pub struct FailingConduct {
    /// First.
    pub on_error: OnError,
    /// Once it has sent a Close.
    pub after: AfterFailing,
    /// Whether an error makes it forget the answers to what came in the same read.
    pub undoes_the_read: bool,
}

impl Default for FailingConduct {
    fn default() -> Self {
        Self {
            on_error: OnError::Close(FailWith::RightCode),
            after: AfterFailing::CloseTcp,
            undoes_the_read: false,
        }
    }
}

/// How an endpoint begins to fail the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// It sends a Close.
    Close(FailWith),
    /// It sends a Close twice.
    CloseTwice,
    /// It closes TCP without a word.
    DropTcp,
    /// It resets TCP.
    Reset,
    /// It says nothing, and discards what comes.
    Nothing,
}

/// The code of the Close that fails a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailWith {
    /// The one that RFC 6455 §7.4.1 has for the violation.
    RightCode,
    /// Always this.
    Code(CloseCode),
    /// This body.
    Body(&'static [u8]),
    /// None.
    NoCode,
}

/// What an endpoint does once it has sent the Close that fails the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailing {
    /// A server closes TCP at once, a client waits for TCP to end.
    CloseTcp,
    /// It reads, and discards, up to a legal Close of the peer's.
    AwaitClose,
    /// It goes on as if nothing had been wrong.
    GoOn,
    /// It discards what comes, and never closes TCP.
    Never,
}

/// How an endpoint answers a Ping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PingReply {
    /// With its Pong.
    #[default]
    Pong,
    /// Not at all.
    Never,
    /// With two Pongs.
    Twice,
    /// With a Pong in two frames.
    Fragmented,
    /// With a Pong as soon as another message has been echoed.
    AfterNextMessage,
    /// With a Pong, and with a Ping of its own.
    WithPing,
}

/// What an endpoint does in the closing handshake.
#[derive(Clone, Copy, Debug)]
pub struct ClosingConduct {
    /// How it answers a legal Close.
    pub reply: fn(&CloseBody) -> CloseReply,
    /// What it does after its answer.
    pub after: AfterClose,
    /// Frames that it sends after the Close with which it starts the closing handshake.
    pub after_own: &'static [(Opcode, &'static [u8])],
    /// The body of that Close.
    pub own: &'static [u8],
    /// Whether it answers the peer's Close even if its own went first.
    pub answers_the_answer: bool,
    /// Whether it goes on echoing until the peer's Close, if its own went first.
    pub echoes_after_own: bool,
    /// Whether it answers Pings until then.
    pub pongs_after_own: bool,
}

impl Default for ClosingConduct {
    fn default() -> Self {
        Self {
            reply: CloseReply::same_code,
            after: AfterClose::Nothing,
            after_own: &[],
            own: b"\x03\xE8",
            answers_the_answer: false,
            echoes_after_own: false,
            pongs_after_own: true,
        }
    }
}

/// How an endpoint answers a legal Close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReply {
    /// With a Close of this body.
    Close(Vec<u8>),
    /// Not at all, and TCP stays open.
    Never,
    /// By closing TCP.
    DropTcp,
    /// By resetting TCP.
    Reset,
}

impl CloseReply {
    /// With the code that came; with none if none came.
    pub fn same_code(body: &CloseBody) -> Self {
        Self::Close(body.code().map_or_else(Vec::new, |code| CloseBody::encode(code, b"")))
    }
}

/// What an endpoint does after its answer to a Close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterClose {
    /// Nothing (RFC 6455 §5.5.1).
    Nothing,
    /// It sends these frames.
    Frames(&'static [(Opcode, &'static [u8])]),
    /// It sends its Close again.
    CloseAgain,
    /// It goes on as if there had been none.
    GoOn,
}

/// How an endpoint ends TCP.
#[derive(Clone, Copy, Debug)]
pub struct TcpConduct {
    /// As server: whether it closes TCP once the closing handshake is over (RFC 6455 §7.1.1).
    pub closes: bool,
    /// As client: whether it does not wait for the server to close TCP.
    pub client_closes: bool,
    /// It resets TCP instead of closing it.
    pub resets: bool,
    /// How long it takes its time before.
    pub hesitates: Duration,
    /// How long its answers lie before they are sent.
    pub sends_after: Option<Duration>,
    /// What lies when the peer ends its side of TCP is lost.
    pub forgets_at_half_close: bool,
}

impl Default for TcpConduct {
    fn default() -> Self {
        Self {
            closes: true,
            client_closes: false,
            resets: false,
            hesitates: Duration::ZERO,
            sends_after: None,
            forgets_at_half_close: false,
        }
    }
}
