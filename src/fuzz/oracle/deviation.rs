//! What a testee did that the RFCs do not allow.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{case::RequirementId, judge::Verdict};

/// One thing that a testee did otherwise than the RFCs demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// The requirement that it missed.
    pub requirement: RequirementId,
    /// The class of what it did: with the requirement, what groups findings that are alike.
    pub reaction: Reaction,
    /// [`Verdict::Fail`]: a MUST was broken. [`Verdict::NonStrict`]: a SHOULD was missed, which
    /// a correct testee may do.
    pub verdict: Verdict,
    /// What was expected and what came, in a sentence without its full stop.
    pub sentence: String,
}

impl Deviation {
    /// Whether a MUST was broken.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        self.verdict >= Verdict::Fail
    }
}

/// A class of what testees do wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// It did not open the connection, or opened one that it had to refuse.
    HandshakeWrong,
    /// A message came that is not the echo that was due.
    EchoWrong,
    /// An echo that was due did not come.
    EchoMissing,
    /// A message came although none was due.
    MessageUnasked,
    /// The Pong that was due did not come, or with another payload.
    PongMissing,
    /// It processed what came after the point where it had to fail the connection.
    WentOnAfterViolation,
    /// It kept the connection open where it had to fail it.
    KeptOpen,
    /// It failed a connection on which nothing was wrong.
    FailedWithoutCause,
    /// It closed a connection on which nothing was wrong, in order.
    ClosedUnasked,
    /// TCP ended without a Close, where nothing was wrong.
    ConnectionLost,
    /// Its Close has a code that does not fit.
    CloseCodeWrong,
    /// It left our Close without an answer.
    CloseUnanswered,
    /// It left TCP open after the closing handshake.
    TcpLeftOpen,
    /// It did not react in time.
    Hang,
    /// It broke the wire rule of this name.
    RuleBroken(String),
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HandshakeWrong => "handshake-wrong",
            Self::EchoWrong => "echo-wrong",
            Self::EchoMissing => "echo-missing",
            Self::MessageUnasked => "message-unasked",
            Self::PongMissing => "pong-missing",
            Self::WentOnAfterViolation => "went-on-after-violation",
            Self::KeptOpen => "kept-open",
            Self::FailedWithoutCause => "failed-without-cause",
            Self::ClosedUnasked => "closed-unasked",
            Self::ConnectionLost => "connection-lost",
            Self::CloseCodeWrong => "close-code-wrong",
            Self::CloseUnanswered => "close-unanswered",
            Self::TcpLeftOpen => "tcp-left-open",
            Self::Hang => "hang",
            Self::RuleBroken(name) => return write!(f, "rule-broken:{name}"),
        })
    }
}
