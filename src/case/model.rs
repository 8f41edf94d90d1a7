//! What a case is, once it has been read, checked and expanded.

use super::{CaseId, Payload, Sample};
use crate::protocol::{LengthForm, MaskingKey, Opcode, Rsv};
use crate::requirement::RequirementId;
use crate::transcript::MessageKind;

/// One scripted connection and what may come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name, unique in a run.
    pub id: CaseId,
    /// The chapter's name, as its file has it.
    pub chapter: String,
    /// One line.
    pub title: String,
    /// What it shows and why; may be empty.
    pub description: String,
    /// The requirements that it exercises.
    pub requirements: Vec<RequirementId>,
    /// Compression to offer or accept; without it every offer of the peer is ignored.
    pub deflate: Option<DeflateScript>,
    /// What we do, in order.
    pub steps: Vec<Step>,
    /// What may be seen; the first that matches counts.
    pub outcomes: Vec<Outcome>,
    /// How the connection should end.
    pub close: CloseExpectation,
    /// What we do when no reaction comes.
    pub give_up: GiveUp,
    /// Nothing but a broken wire rule can fail it.
    pub informational: bool,
    /// What else may run beside it.
    pub company: Company,
    /// In which runs it is.
    pub profile: Profile,
    /// How Autobahn judges it, if it is one of Autobahn's.
    pub autobahn: Option<AutobahnView>,
}

/// One thing that we do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Send one frame exactly as said, whatever the state of the connection.
    Frame(FrameScript),
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
    /// Close TCP.
    Drop(DropHow),
}

/// How octets are cut into writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pacing {
    /// Written on their own.
    pub apart: bool,
    /// Written in pieces of this many octets, each a segment of its own.
    pub chop: Option<std::num::NonZeroUsize>,
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
    pub fragment: Option<std::num::NonZeroU64>,
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
    pub fragment: Option<std::num::NonZeroU64>,
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

/// Something that may be seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A message.
    Message(MessageKind, Payload),
    /// A Pong.
    Pong(Payload),
    /// A pause of this name that ran its full time.
    Silence(String),
    /// All of this many messages of a `round-trips` step came back right.
    Echoes(u32),
}

/// An event of an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// What.
    pub event: Event,
    /// It is (also) "the message that we sent, back": an endpoint that does not echo need not
    /// show it.
    pub echo: bool,
    /// It may be missing.
    pub optional: bool,
}

/// What may be seen, and what to make of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The verdict on it.
    pub verdict: OutcomeVerdict,
    /// The events, in order; nothing else may be seen.
    pub saw: Vec<Expected>,
}

/// The verdicts that a case can give to what was seen.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeVerdict {
    /// As the RFC demands.
    Pass,
    /// Tolerable: a SHOULD was missed.
    NonStrict,
    /// Neither right nor wrong.
    Informational,
    /// A MUST was broken.
    Fail,
}

/// How the connection should end.
#[derive(Clone, Debug, PartialEq)]
pub struct CloseExpectation {
    /// Who should close.
    pub by: Closer,
    /// Close codes that the peer may send.
    pub codes: Vec<u16>,
    /// Autobahn's `requireClean`.
    pub clean: bool,
    /// Verdict when the peer closes TCP without a Close.
    pub dropped: OutcomeVerdict,
    /// Verdict when the peer sends another code.
    pub wrong_code: OutcomeVerdict,
    /// For Autobahn: another code makes `behavior` FAILED too.
    pub wrong_code_fails: bool,
    /// For Autobahn: closing by the wrong side makes `behavior` FAILED too.
    pub wrong_side_fails: bool,
}

/// Who should close a connection.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Closer {
    /// We, once what is wanted was seen.
    Us,
    /// The peer: it must fail the connection.
    Peer,
    /// Either.
    Either,
}

/// What we do when no reaction comes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum GiveUp {
    /// Close 1001 after the usual waiting time.
    #[default]
    FailSoon,
    /// Close 1001, after a time that allows for much work.
    FailLate,
    /// Close without a code after the usual waiting time.
    CloseSoon,
    /// Close without a code, after a time that allows for much work.
    CloseLate,
}

/// What else may run beside a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// Anything.
    Any,
    /// Nothing that works: how TCP groups segments decides the verdict.
    Delicate,
    /// Nothing: it measures time.
    Alone,
}

/// In which runs a case is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// In all.
    #[default]
    Quick,
    /// Only in those that ask for everything.
    Full,
}

/// How Autobahn judges a case.
#[derive(Clone, Debug, PartialEq)]
pub struct AutobahnView {
    /// Its outcomes.
    pub outcomes: Vec<Outcome>,
    /// How it wants the connection to end.
    pub close: CloseExpectation,
    /// What its handler compares.
    pub compare: Compare,
    /// Why ours differs, if it does.
    pub because: Option<String>,
}

/// What Autobahn's handler of a case compares.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// Kind and octets of every message, and every Pong.
    #[default]
    Octets,
    /// Kind and length of messages.
    Length,
}

/// Compression to offer or accept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeflateScript {
    /// As client: the parameters of each offer, as they stand behind `permessage-deflate; `.
    pub offers: Vec<String>,
    /// As server: what to ask of the client, in order of preference.
    pub accept: Vec<AcceptRule>,
}

/// What a server asks of a client when it accepts an offer.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct AcceptRule {
    /// Ask for `client_no_context_takeover`.
    pub client_no_context_takeover: bool,
    /// Ask for `client_max_window_bits` of this value; 0: do not.
    pub client_window: u8,
}
