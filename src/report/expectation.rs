//! What a case expects, as data of bounded size.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    case::{
        Case, CloseExpectation, Closer, Expected, HandshakeExpectation, Outcome, OutcomeVerdict,
        Reaction,
    },
    judge::{Observed, awaited},
};

/// What may be seen in a case, and how its connection should end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expectation {
    /// What may come of the opening handshake; the first that fits counts, none is a failure.
    /// Empty: the connection must open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handshake: Vec<HandshakeExpectation>,
    /// What may be seen; the first that fits counts, none is a failure.
    pub outcomes: Vec<ExpectedOutcome>,
    /// Who should close.
    pub closed_by: Closer,
    /// Close codes that the testee may send.
    pub close_codes: Vec<u16>,
    /// A closing handshake is wanted.
    pub clean: bool,
    /// For Autobahn: closing by the wrong side fails the case.
    pub wrong_side_fails: bool,
}

/// Events that may be seen, and the verdict on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedOutcome {
    /// The verdict.
    pub verdict: OutcomeVerdict,
    /// The events, in order.
    pub saw: Vec<ExpectedEvent>,
    /// Whatever was seen, instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whatever: bool,
    /// How the connection should end then, if not as in the other outcomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<ExpectedClosing>,
}

/// How a connection should end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedClosing {
    /// Who should close.
    pub closed_by: Closer,
    /// Close codes that the testee may send.
    pub close_codes: Vec<u16>,
}

/// An event that may be seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedEvent {
    /// Which.
    pub event: Observed,
    /// It is a message of ours, back.
    pub echo: bool,
    /// It may be missing.
    pub optional: bool,
}

impl Expectation {
    /// What a case says.
    #[must_use]
    pub fn of_case(case: &Case) -> Self {
        Self { handshake: case.handshake.outcomes.clone(), ..Self::of(&case.outcomes, &case.close) }
    }

    /// Whether the connection may open, so that the rest counts.
    #[must_use]
    pub fn may_open(&self) -> bool {
        let opens = |one: &HandshakeExpectation| one.reaction == Reaction::Opened;
        self.handshake.is_empty() || self.handshake.iter().any(opens)
    }

    /// What outcomes and close expectation say.
    #[must_use]
    pub fn of(outcomes: &[Outcome], close: &CloseExpectation) -> Self {
        Self {
            handshake: Vec::new(),
            outcomes: outcomes.iter().map(ExpectedOutcome::of).collect(),
            closed_by: close.by,
            close_codes: close.codes.clone(),
            clean: close.clean,
            wrong_side_fails: close.wrong_side_fails,
        }
    }
}

impl ExpectedOutcome {
    fn of(outcome: &Outcome) -> Self {
        Self {
            verdict: outcome.verdict,
            saw: outcome.saw.iter().flatten().map(ExpectedEvent::of).collect(),
            whatever: outcome.saw.is_none(),
            closing: outcome.close.as_ref().map(|close| ExpectedClosing {
                closed_by: close.by,
                close_codes: close.codes.clone(),
            }),
        }
    }
}

impl ExpectedEvent {
    fn of(expected: &Expected) -> Self {
        Self { event: awaited(&expected.event), echo: expected.echo, optional: expected.optional }
    }
}
