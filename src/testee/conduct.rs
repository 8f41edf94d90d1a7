//! What an endpoint does wherever it has a choice, as data.

use crate::protocol::{CloseCode, FrameHeader, Opcode, Rsv, Violation};

/// The choices of an [`Endpoint`](super::Endpoint). `Default` is an endpoint that follows the RFC.
#[derive(Clone, Debug)]
pub struct Conduct {
    /// As client: how it asks for a connection.
    pub request: RequestStyle,
    /// As server: how it answers.
    pub response: ResponseStyle,
    /// Whether it offers, and accepts, permessage-deflate.
    pub compresses: bool,
    /// What it does as soon as the connection is open.
    pub greeting: Greeting,
    /// Whether it masks its frames where its role says so, or just where it says not.
    pub masks_as_its_role: bool,
    /// How it writes the length of a frame.
    pub lengths: LengthStyle,
    /// The legal frames that it refuses with the code 1003: those that any of these says yes to.
    /// They are also told whether a fragmented message is open.
    pub refuses: Vec<fn(&FrameHeader, bool) -> bool>,
    /// The violations that it does not notice: those that any of these says yes to.
    pub overlooks: Vec<fn(&Violation) -> bool>,
    /// When it notices text that is not UTF-8.
    pub utf8: Utf8Check,
    /// What it does about a violation.
    pub on_error: OnError,
    /// Whether an error makes it forget the answers to what came in the same read.
    pub errors_undo_the_read: bool,
    /// How it answers a Ping.
    pub ping: PingReply,
    /// How it answers a legal Close.
    pub close: CloseReply,
    /// What it sends after its answer to a Close.
    pub after_close: AfterClose,
    /// How it echoes a message.
    pub echo: EchoStyle,
    /// Whether it sets RSV1 on an echo that is not compressed.
    pub echo_has_rsv1: bool,
    /// How it compresses.
    pub deflate: DeflateStyle,
    /// What it does after an echo.
    pub after_echo: AfterEcho,
    /// As server: whether it closes TCP once the closing handshake is over (RFC 6455 §7.1.1).
    pub closes_tcp: bool,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            request: RequestStyle::Right,
            response: ResponseStyle::Right,
            compresses: true,
            greeting: Greeting::None,
            masks_as_its_role: true,
            lengths: LengthStyle::Shortest,
            refuses: Vec::new(),
            overlooks: Vec::new(),
            utf8: Utf8Check::AtOnce,
            on_error: OnError::Close(FailWith::RightCode, LingerAfterFailing::No),
            errors_undo_the_read: false,
            ping: PingReply::Pong,
            close: CloseReply::SameCode,
            after_close: AfterClose::Nothing,
            echo: EchoStyle::Plain,
            echo_has_rsv1: false,
            deflate: DeflateStyle::AsAgreed,
            after_echo: AfterEcho::GoOn,
            closes_tcp: true,
        }
    }
}

impl Conduct {
    /// That of an endpoint with these defects.
    #[must_use]
    pub fn with(defects: &[super::Defect]) -> Self {
        let mut conduct = Self::default();
        for defect in defects {
            defect.bend(&mut conduct);
        }
        conduct
    }
}

/// How a client asks for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStyle {
    /// As RFC 6455 §4.1 says.
    Right,
    /// It opens TCP and says nothing.
    Never,
    /// As it should, but for one field.
    With(FieldEdit),
}

/// How a server answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseStyle {
    /// As RFC 6455 §4.2.2 says.
    Right,
    /// Not at all.
    Never,
    /// With status 400, then it closes TCP.
    BadRequest,
    /// As it should, but for one field.
    With(FieldEdit),
}

/// Another value for a field of a request or response, or a further field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldEdit {
    /// The field's name, in the letter case in which it is written.
    pub field: &'static str,
    /// The value that takes the place of the right one.
    pub value: &'static str,
}

/// What an endpoint does as soon as the connection is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// Nothing: it waits for messages.
    None,
    /// It sends a Ping.
    Ping,
    /// It sends a Pong that nobody asked for.
    Pong,
    /// It sends a text message.
    Text,
    /// It starts the closing handshake.
    Close,
    /// It closes TCP.
    DropTcp,
    /// It reads what comes and never reacts.
    FallSilent,
}

/// How an endpoint writes the length of a frame (RFC 6455 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthStyle {
    /// In the shortest form.
    Shortest,
    /// In 64 bits.
    Bits64,
    /// In 64 bits, of which the first is set.
    TopBit,
}

/// When an endpoint notices text that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Utf8Check {
    /// At the first octet that cannot stand where it does.
    AtOnce,
    /// When the frame is complete.
    AtFrameEnd,
    /// When the message is complete.
    AtMessageEnd,
}

/// What an endpoint does about a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// It sends a Close.
    Close(FailWith, LingerAfterFailing),
    /// It closes TCP without a word.
    DropTcp,
}

/// The code of the Close that fails a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailWith {
    /// The one that RFC 6455 §7.4.1 has for the violation.
    RightCode,
    /// Always this.
    Code(CloseCode),
    /// None.
    NoCode,
}

/// Whether an endpoint that has failed the connection reads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LingerAfterFailing {
    /// No: a server closes TCP at once, a client waits for TCP to end.
    No,
    /// It reads, and discards, up to a legal Close of the peer's.
    UntilClose,
}

/// How an endpoint answers a Ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingReply {
    /// With its Pong.
    Pong,
    /// Not at all.
    Never,
    /// With two Pongs.
    Twice,
    /// With a Pong that has no payload.
    Empty,
    /// With a Pong that has 126 octets.
    Oversized,
    /// With a Pong in two frames.
    Fragmented,
    /// With a Pong that has these reserved bits.
    Reserved(Rsv),
    /// With a frame of another kind.
    As(Opcode),
}

/// How an endpoint answers a legal Close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReply {
    /// With the code that came; with none if none came.
    SameCode,
    /// With these octets as the body of its Close.
    Body(&'static [u8]),
    /// Not at all, and TCP stays open.
    Never,
    /// By closing TCP.
    DropTcp,
}

/// What an endpoint sends after its answer to a Close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterClose {
    /// Nothing (RFC 6455 §5.5.1).
    Nothing,
    /// A text message.
    Message,
    /// Another Close.
    Close,
}

/// How an endpoint echoes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EchoStyle {
    /// Once, with its kind; a long one in fragments, as it comes in.
    Plain,
    /// Twice.
    Twice,
    /// Not at all.
    Never,
    /// As binary, whatever it was.
    AsBinary,
    /// As text, whatever it was.
    AsText,
    /// In a frame with a reserved opcode.
    AsReserved,
    /// In two fragments.
    InTwoFragments,
    /// In two fragments that both have RSV1 set where the first has.
    InTwoCompressedFragments,
    /// In two fragments, of which the second begins a message, too.
    InTwoBeginnings,
    /// Without its last octet.
    CutShort,
    /// With this at its end.
    Followed(&'static [u8]),
    /// And after it a continuation of nothing.
    ThenContinuation,
}

impl EchoStyle {
    /// Whether the echo can begin before the message is complete.
    pub(super) const fn may_stream(self) -> bool {
        matches!(self, Self::Plain | Self::AsBinary | Self::AsText)
    }
}

/// How an endpoint that has agreed to permessage-deflate compresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeflateStyle {
    /// By the parameters that were agreed on.
    AsAgreed,
    /// Into something that is no DEFLATE stream.
    Broken,
    /// With what it remembers of earlier messages, though it agreed to forget.
    KeepingContext,
}

/// What an endpoint does after an echo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterEcho {
    /// It waits for the next message.
    GoOn,
    /// It starts the closing handshake.
    Close,
    /// It closes TCP.
    DropTcp,
}
