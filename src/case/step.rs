//! What a case does.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

use super::{Event, Payload, Sample};
use crate::{
    protocol::{LengthForm, MaskingKey, Opcode, Rsv},
    transcript::MessageKind,
};

/// One thing that we do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Send one frame exactly as said, whatever the state of the connection.
    Frame(FrameScript),
    /// Send a whole frame so many times, each masked with a key of its own.
    Repeat(NonZeroU32, FrameScript),
    /// Send a message, unless the closing handshake has begun.
    Message(MessageScript),
    /// Start the closing handshake with a Close of this payload, unless it has begun.
    Close(Payload),
    /// Further payload octets of the frame that the step before left unfinished.
    More(Payload),
    /// Raw octets.
    Octets(Payload, Pacing),
    /// Send messages, each after the echo of the one before.
    RoundTrips(RoundTrips),
    /// Wait; running the full time is an event of this name.
    Pause(String),
    /// Wait for a Pong or a message for a bounded time.
    Await(Event),
    /// Ping, and wait for its Pong.
    Fence,
    /// Stop taking in what the peer sends, or, when all before is written, go on.
    Reading(bool),
    /// End our direction of TCP when all before is written, and go on listening.
    HalfClose,
    /// Close TCP when all before is written.
    Drop(DropHow),
}

/// How octets are cut into writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pacing {
    /// Written on their own.
    pub apart: bool,
    /// Written in pieces of this many octets, each a segment of its own.
    pub chop: Option<NonZeroUsize>,
}

/// One frame, legal or not.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameScript {
    /// Its FIN bit.
    pub fin: bool,
    /// Its reserved bits.
    pub rsv: Rsv,
    /// Its opcode.
    pub opcode: Opcode,
    /// Its masking.
    pub mask: MaskScript,
    /// Its payload.
    pub payload: Payload,
    /// The declared length, if it is not the payload's.
    pub length: Option<u64>,
    /// How the length is written, if not in the shortest form.
    pub form: Option<LengthForm>,
    /// How it is written.
    pub pacing: Pacing,
}

/// Whether and how a frame is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskScript {
    /// As our side must: a client with a fresh key, a server not.
    AsRole,
    /// With a fresh key, whichever side we are.
    Always,
    /// Not, whichever side we are.
    Never,
    /// Just where our side must not: a client not, a server with a fresh key.
    AgainstRole,
    /// With this key.
    Key(MaskingKey),
}

/// A message, as an application would send it.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageScript {
    /// Text or binary.
    pub kind: MessageKind,
    /// Its payload.
    pub payload: Payload,
    /// Octets a frame; `None`: one frame.
    pub fragment: Option<NonZeroU64>,
    /// Compressed, where compression is agreed.
    pub compress: bool,
    /// How each of its frames is written.
    pub pacing: Pacing,
}

/// Messages and their echoes.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundTrips {
    /// How many.
    pub count: u32,
    /// Text or binary.
    pub kind: MessageKind,
    /// What each message holds.
    pub source: RoundTripSource,
    /// Octets a frame; `None`: one frame.
    pub fragment: Option<NonZeroU64>,
}

/// What the messages of [`RoundTrips`] hold.
#[derive(Clone, Debug, PartialEq)]
pub enum RoundTripSource {
    /// Each the same.
    Fixed(Payload),
    /// Each the next `units` units of the sample, around its end.
    Sample {
        /// Of what.
        sample: Sample,
        /// Code points of a text sample, octets of another; at least 1.
        units: usize,
    },
}

/// How we close TCP.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DropHow {
    /// With FIN.
    Fin,
    /// With RST.
    Reset,
}
