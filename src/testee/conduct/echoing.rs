//! How an endpoint echoes messages, and how it compresses them.

use crate::protocol::{MessageKind, deflate::DeflateParameters};

/// How an endpoint echoes messages.
#[derive(Clone, Debug, Default)]
pub struct EchoConduct {
    /// In which frames.
    pub style: EchoStyle,
    /// As which kind, given its own and that of the connection's first message.
    pub kind: Option<fn(MessageKind, MessageKind) -> MessageKind>,
    /// Changes of each message before it is sent.
    pub edits: Vec<fn(MessageKind, &mut Vec<u8>)>,
    /// Messages that it takes in and does not echo, by how many came before.
    pub leaves_out: Option<fn(u64) -> bool>,
    /// Longer messages are taken in and not echoed, in octets.
    pub longest: Option<usize>,
    /// Longer messages make it fail the connection with 1009, in octets.
    pub too_big: Option<usize>,
    /// What it does afterwards.
    pub after: AfterEcho,
}

/// In which frames an endpoint echoes a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EchoStyle {
    /// One; a long message leaves in fragments, as it comes in.
    #[default]
    Plain,
    /// Twice that.
    Twice,
    /// Two fragments.
    InTwoFragments,
    /// Two fragments of which the last has FIN clear, too.
    WithoutEnd,
    /// Two fragments that both have RSV1 set where the first has.
    InTwoCompressedFragments,
    /// Two fragments, the second before the first.
    InSwappedFragments,
    /// Two fragments, of which the second begins a message, too.
    InTwoBeginnings,
    /// Two fragments with a whole message between them.
    WithMessageInside,
    /// One, and after it a continuation of nothing.
    ThenContinuation,
    /// A message is sent after the next one.
    OneBehind,
}

/// What an endpoint does after an echo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterEcho {
    /// It waits for the next message.
    #[default]
    GoOn,
    /// It starts the closing handshake.
    Close,
    /// It closes TCP.
    DropTcp,
    /// It resets TCP.
    Reset,
}

/// How an endpoint compresses and inflates (RFC 7692 §7.2).
#[derive(Clone, Copy, Debug)]
pub struct DeflateConduct {
    /// What it makes of its messages.
    pub style: DeflateStyle,
    /// The parameters by which it compresses, given those that were agreed on.
    pub compresses_by: fn(DeflateParameters) -> DeflateParameters,
    /// The parameters by which it inflates, given those that were agreed on.
    pub inflates_by: fn(DeflateParameters) -> DeflateParameters,
    /// Whether it inflates at all.
    pub inflates: bool,
    /// It compresses though nobody agreed to it.
    pub without_agreement: bool,
    /// It sets RSV1 on all messages, compressed or not.
    pub marks_all: bool,
}

impl Default for DeflateConduct {
    fn default() -> Self {
        Self {
            style: DeflateStyle::AsAgreed,
            compresses_by: |agreed| agreed,
            inflates_by: |agreed| agreed,
            inflates: true,
            without_agreement: false,
            marks_all: false,
        }
    }
}

/// What an endpoint that has agreed to permessage-deflate makes of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeflateStyle {
    /// It compresses each.
    AsAgreed,
    /// It compresses none, and says so.
    Never,
    /// It makes something of it that is no DEFLATE stream.
    Broken,
    /// It leaves the last four octets of a flush where they are.
    WithTail,
    /// It cuts them from each fragment.
    FragmentsWithoutTail,
    /// It compresses, and leaves RSV1 clear.
    Unmarked,
    /// It does not compress, and sets RSV1.
    OnlyMarked,
    /// It marks the end of its stream in each message.
    Final,
    /// It compresses only the first message, and goes on marking the others.
    OnlyFirst,
}
