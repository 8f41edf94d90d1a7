//! Why a case has its verdict, as data.
//!
//! Reports group and rank findings by it; `words` makes sentences of it. Lists and payloads in it have
//! a bound: the transcript has the whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    case::{Closer, FieldCondition, HandshakeExpectation, RequirementId},
    protocol::handshake::HandshakeViolation,
    transcript::MessageKind,
};

use super::{Observed, Verdict};

/// A reason for a verdict. A judgement has them in the order of their weight: the verdict follows
/// from the first one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The case was not run to its end.
    NotPlayed(NotPlayed),
    /// The testee itself ended during the case, even when no other case was running.
    TesteeDied {
        /// How it ended, in a clause: `the server ended (exit status: 1)`.
        how: String,
    },
    /// The case passed in this attempt, counted from 1; the further reasons are of the last attempt
    /// that failed.
    PassedLater {
        /// Which attempt.
        attempt: usize,
    },
    /// Two plays of the case came to different verdicts, and neither of them explains the other; the
    /// further reasons are of the worse one.
    Contradicted {
        /// The verdict on the first play.
        first: Verdict,
        /// The verdict on the play alone.
        alone: Verdict,
    },
    /// The reaction came only after wspec had given up waiting for it, and counts all the same.
    CameLate {
        /// How long after that it came, in microseconds.
        by_us: u64,
    },
    /// The connection had to open and did not.
    NotOpened(OpeningAct),
    /// What came of an opening handshake that the case is about.
    Opening(OpeningReason),
    /// The testee did not agree to permessage-deflate, and need not.
    NoDeflate,
    /// The testee refused the connection because of our offer of permessage-deflate, and may.
    OfferRefused(OpeningAct),
    /// What came is not what had to come.
    WrongEvents(Box<WrongEvents>),
    /// The connection did not end as it had to.
    WrongEnd {
        /// How it had to end.
        expected: ExpectedEnd,
        /// How it ended.
        ended: Ended,
    },
    /// What came, where nothing is wrong with it.
    Saw(Events),
    /// How the connection ended, where nothing is wrong with it.
    Ended(Ended),
    /// A wire rule was broken; the judgement's `broken` has the details.
    RuleBroken {
        /// The rule's name, one of [`RULES`](crate::judge::RULES).
        rule: String,
        /// The requirement that the rule enforces.
        requirement: RequirementId,
    },
}

/// Why a case was not run to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotPlayed {
    /// There never was a connection.
    NoConnection,
    /// The run was interrupted.
    Interrupted,
    /// The run met with this error.
    Error(String),
}

/// What the testee did about our part of the opening handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningAct {
    /// It opened the connection, or took it for open.
    Opened,
    /// It answered with this status, which is not 101.
    Answered(u16),
    /// It ended the transport connection.
    Dropped {
        /// It reset it.
        reset: bool,
    },
    /// It asked by HTTP once more.
    AskedAgain,
    /// It sent a Close and nothing else.
    Closed,
    /// It sent nothing.
    Silent,
    /// It began its part and did not complete it in time.
    Unfinished,
    /// Its part is complete, and this is wrong with it.
    Violated(HandshakeViolation),
    /// Its part does not open a connection, for this reason.
    Refused(String),
}

/// What came of an opening handshake that the case is about, and what was hoped for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningReason {
    /// The verdict on it.
    pub verdict: Verdict,
    /// What was hoped for: one of these. Empty: no outcome of the case is good.
    pub expected: Vec<HandshakeExpectation>,
    /// What the testee did.
    pub did: OpeningAct,
    /// What its head should have been like to fit one of the expected outcomes, where what it did
    /// is right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<Unmet>,
}

/// A condition on the testee's head that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unmet {
    /// The head has no such field, or its value has no such element.
    Missing {
        /// What had to be there.
        field: FieldCondition,
        /// The values that the field has, joined by commas, if it is there.
        value: Option<String>,
    },
    /// The head has a field or an element that it must not have.
    Present {
        /// What must not be there.
        field: FieldCondition,
        /// The values that the field has, joined by commas.
        value: String,
        /// The values that our own head has in a field of this name, if it is there.
        ours: Option<String>,
    },
    /// No interim response of this status came before it.
    Interim(u16),
}

/// The first of the events that came, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Events {
    /// The first ones.
    pub first: Vec<Observed>,
    /// How many came after them.
    #[serde(default)]
    pub more: usize,
}

/// What came is not what had to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WrongEvents {
    /// How many events had to come; those that may be missing do not count.
    pub due: usize,
    /// The first difference.
    pub deviation: Deviation,
    /// All that came.
    pub saw: Events,
    /// How the connection had to end.
    pub end: ExpectedEnd,
    /// How it ended.
    pub ended: Ended,
}

/// The first difference between the events that had to come and those that came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Deviation {
    /// An event that was due did not come.
    Missing {
        /// The event.
        expected: Observed,
        /// It is the echo of a message of ours.
        echo: bool,
        /// Its place among the events that were due, counted from 1.
        number: usize,
    },
    /// An event came that was not due.
    Unexpected {
        /// The event.
        saw: Observed,
        /// It has the payload of a message that we sent.
        echo: bool,
    },
    /// All that was due came, in another order.
    Reordered {
        /// The place of the first event that differs, counted from 1.
        number: usize,
    },
    /// An event came in the place of the one that was due.
    Changed {
        /// The event that was due.
        expected: Observed,
        /// It is the echo of a message of ours.
        echo: bool,
        /// The event that came.
        saw: Observed,
        /// How the two differ.
        difference: Difference,
        /// Its place among the events that were due, counted from 1.
        number: usize,
    },
    /// No outcome of the case allows what came.
    Forbidden,
}

/// How an event differs from the one that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// It is a message of the other kind.
    Kind {
        /// The kind that came.
        kind: MessageKind,
    },
    /// Its payload has another length.
    Length,
    /// Its payload differs first at this octet, counted from 0.
    Octet {
        /// Which.
        at: u64,
        /// What it had to be.
        expected: u8,
        /// What it is.
        saw: u8,
    },
    /// Its payload has the same length and other octets, of which none was kept.
    Content,
    /// Fewer or more echoes of a run of round trips were right.
    Count,
}

/// How a connection had to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedEnd {
    /// Who had to close.
    pub closed_by: Closer,
    /// Close codes that the testee may send.
    pub close_codes: Vec<u16>,
    /// A step of the case sends a Close, so that the testee's is the answer to it.
    #[serde(default)]
    pub after_our_close: bool,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The testee sent a Close before we started the closing handshake.
    Closed {
        /// Its code.
        code: Option<u16>,
    },
    /// The testee answered our Close.
    Answered {
        /// The code of its Close.
        code: Option<u16>,
        /// The Close that it answered.
        ours: OurClose,
    },
    /// The testee ended the transport connection without a Close.
    Dropped {
        /// It reset it.
        reset: bool,
    },
    /// The testee kept a connection open that it had to fail.
    KeptOpen,
    /// Nothing came in time.
    NothingCame,
    /// Something came, and then nothing more in time.
    NothingMore,
    /// The testee did not answer our Close in time.
    Unanswered,
    /// We ended the transport connection before the testee had closed.
    WeEnded {
        /// We did so because the testee broke a rule.
        rule_broken: bool,
    },
    /// After the closing handshake the testee left the transport connection open.
    LeftOpen {
        /// How long we waited, in microseconds.
        waited_us: u64,
    },
}

/// The Close with which we started the closing handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OurClose {
    /// Its code.
    pub code: Option<u16>,
    /// Why we sent it.
    pub cause: CloseCause,
}

/// Why we started the closing handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CloseCause {
    /// The case was over, or has it so.
    Case,
    /// No reaction came.
    GaveUp,
    /// The testee broke a rule.
    RuleBroken,
}
