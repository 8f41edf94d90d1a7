//! Verdicts: ours and Autobahn's.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    case::{OutcomeVerdict, RequirementId},
    protocol::{Violation, handshake::HandshakeViolation},
};

use super::Reason;

/// What wspec says of a case, from best to worst.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As the RFC demands.
    Pass,
    /// Nothing to be right or wrong about.
    Informational,
    /// The testee does not offer what the case is about, and need not.
    Unimplemented,
    /// Tolerable: a SHOULD was missed.
    NonStrict,
    /// Two plays of the case came to different verdicts. Only a run says so; the judge, who sees one
    /// connection, never does.
    Flaky,
    /// A MUST was broken.
    Fail,
    /// The harness could not do its job.
    Error,
}

impl Verdict {
    /// All verdicts, from best to worst.
    pub const ALL: [Self; 7] = [
        Self::Pass,
        Self::Informational,
        Self::Unimplemented,
        Self::NonStrict,
        Self::Flaky,
        Self::Fail,
        Self::Error,
    ];

    /// Its name, as reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Informational => "informational",
            Self::Unimplemented => "unimplemented",
            Self::NonStrict => "non-strict",
            Self::Flaky => "flaky",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<OutcomeVerdict> for Verdict {
    fn from(verdict: OutcomeVerdict) -> Self {
        match verdict {
            OutcomeVerdict::Pass => Self::Pass,
            OutcomeVerdict::NonStrict => Self::NonStrict,
            OutcomeVerdict::Informational => Self::Informational,
            OutcomeVerdict::Fail => Self::Fail,
        }
    }
}

/// All that is said of one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Judgement {
    /// Ours: conduct, closing and wire rules taken together.
    pub verdict: Verdict,
    /// Why, the weightiest reason first; never empty.
    pub reasons: Vec<Reason>,
    /// The wire rules that were broken.
    pub broken: Vec<BrokenRule>,
    /// Autobahn's, for its own cases.
    pub autobahn: Option<AutobahnVerdict>,
}

impl Judgement {
    /// Autobahn's word for the conduct; ours in its words where it has no such case.
    #[must_use]
    pub fn behavior(&self) -> Behavior {
        self.autobahn
            .as_ref()
            .map_or_else(|| Behavior::standing_in_for(self.verdict), |autobahn| autobahn.behavior)
    }
}

/// A wire rule that the testee broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BrokenRule {
    /// The rule's name, one of [`RULES`](crate::judge::RULES).
    #[serde(default)]
    pub rule: String,
    /// The requirement that the rule enforces.
    pub requirement: RequirementId,
    /// How grave it is.
    pub verdict: Verdict,
    /// What was seen, in a sentence.
    pub message: String,
    /// What a frame or a part of the opening handshake did wrong, as data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub violation: Option<Breach>,
    /// Which of the testee's frames it was, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u64>,
}

/// What broke a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breach {
    /// The testee's part of the opening handshake.
    Opening(HandshakeViolation),
    /// A frame.
    Frame(Violation),
}

/// Autobahn's word for how a testee did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Behavior {
    /// As it should.
    #[serde(rename = "OK")]
    Ok,
    /// Tolerable.
    #[serde(rename = "NON-STRICT")]
    NonStrict,
    /// Not as it should.
    #[serde(rename = "FAILED")]
    Failed,
    /// Said for information only.
    #[serde(rename = "INFORMATIONAL")]
    Informational,
    /// No extension was agreed.
    #[serde(rename = "UNIMPLEMENTED")]
    Unimplemented,
    /// The closing handshake was not complete.
    #[serde(rename = "UNCLEAN")]
    Unclean,
    /// The testee closed with another code.
    #[serde(rename = "WRONG CODE")]
    WrongCode,
    /// The client, not the server, closed TCP.
    #[serde(rename = "FAILED BY CLIENT")]
    FailedByClient,
}

impl Behavior {
    /// The word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::NonStrict => "NON-STRICT",
            Self::Failed => "FAILED",
            Self::Informational => "INFORMATIONAL",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Unclean => "UNCLEAN",
            Self::WrongCode => "WRONG CODE",
            Self::FailedByClient => "FAILED BY CLIENT",
        }
    }

    /// What stands for the conduct where Autobahn has no such case: our verdict, in its words.
    #[must_use]
    pub const fn standing_in_for(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Ok,
            Verdict::NonStrict | Verdict::Flaky => Self::NonStrict,
            Verdict::Informational => Self::Informational,
            Verdict::Unimplemented => Self::Unimplemented,
            Verdict::Fail | Verdict::Error => Self::Failed,
        }
    }

    /// Whether a strict gate lets it pass.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Ok | Self::NonStrict | Self::Informational | Self::Unimplemented)
    }
}

impl fmt::Display for Behavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What Autobahn would have said, and the state of its connection when it said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AutobahnVerdict {
    /// On the conduct.
    pub behavior: Behavior,
    /// On the closing.
    pub behavior_close: Behavior,
    /// Our Close went first.
    pub closed_by_me: bool,
    /// We failed the connection.
    pub failed_by_me: bool,
    /// We closed TCP.
    pub dropped_by_me: bool,
    /// Both sent a Close and TCP was closed by the right side.
    pub was_clean: bool,
    /// Autobahn's timer for our Close ran out.
    pub close_handshake_timeout: bool,
    /// Autobahn's timer for the server to close TCP ran out.
    pub server_drop_timeout: bool,
    /// The opening handshake did not end in time.
    pub open_handshake_timeout: bool,
    /// The code of the Close that we sent.
    pub local_close_code: Option<u16>,
    /// The code of the last Close that came.
    pub remote_close_code: Option<u16>,
    /// Its reason, lossily as text.
    pub remote_close_reason: Option<String>,
}
