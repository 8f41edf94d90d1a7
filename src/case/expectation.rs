//! What a case expects of an open connection: what may be seen, and how it should end.

use std::ops::RangeInclusive;

use super::Payload;
use crate::{requirement::RequirementId, transcript::MessageKind};

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
    /// The events, in order; nothing else may be seen. `None`: whatever was seen.
    pub saw: Option<Vec<Expected>>,
    /// How the connection should end if this is seen; `None`: as the case says.
    pub close: Option<CloseExpectation>,
    /// What a testee that shows it breaks, if it fails.
    pub breaks: Vec<RequirementId>,
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
    /// Verdicts on Close frames, which come before the rest: the first that fits counts.
    pub grades: Vec<CloseGrade>,
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

impl CloseExpectation {
    /// Of a connection that is not to open at all.
    pub const NONE: Self = Self {
        by: Closer::Either,
        grades: Vec::new(),
        codes: Vec::new(),
        clean: false,
        dropped: OutcomeVerdict::NonStrict,
        wrong_code: OutcomeVerdict::NonStrict,
        wrong_code_fails: false,
        wrong_side_fails: false,
    };
}

/// A verdict on some Close frames of the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseGrade {
    /// The verdict.
    pub verdict: OutcomeVerdict,
    /// On a Close with any of these codes.
    pub codes: Vec<RangeInclusive<u16>>,
    /// On a Close without a code, too.
    pub no_code: bool,
    /// Only on one that answers ours (`Us`) or comes before ours (`Peer`).
    pub by: Closer,
    /// What a testee that sends it breaks, if it fails.
    pub breaks: Vec<RequirementId>,
}

impl CloseGrade {
    /// Whether it is about a Close with this code; `first`: it came before ours.
    #[must_use]
    pub fn fits(&self, code: Option<u16>, first: bool) -> bool {
        let side = match self.by {
            Closer::Us => !first,
            Closer::Peer => first,
            Closer::Either => true,
        };
        side && code
            .map_or(self.no_code, |code| self.codes.iter().any(|codes| codes.contains(&code)))
    }
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
