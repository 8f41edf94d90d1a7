//! What came of an opening handshake, and what had to.

use super::quantity::alternatives;
use crate::{
    case::{FieldCondition, HandshakeExpectation, Reaction},
    judge::{OpeningAct, OpeningReason, Unmet, Verdict},
    protocol::Role,
};

/// A connection had to open and did not.
pub(super) fn not_opened(act: &OpeningAct, testee: Role) -> String {
    let came = match act {
        OpeningAct::Answered(status) => format!("its response has status {status}, not 101"),
        OpeningAct::Silent => format!("it sent no {} in time", part(testee)),
        _ => did(act, testee),
    };
    format!("expected the {testee} to open the connection; {came}")
}

/// What came of an opening handshake that the case is about.
pub(super) fn opening(reason: &OpeningReason, testee: Role) -> String {
    let mut came = did(&reason.did, testee);
    let mut conditions: Vec<String> =
        reason.unmet.iter().map(|unmet| condition(unmet, testee)).collect();
    conditions.dedup();
    for condition in conditions {
        came += &format!(", {condition}");
    }
    if reason.verdict < Verdict::NonStrict {
        return came;
    }
    let mut expected: Vec<String> =
        reason.expected.iter().map(|one| required(one, testee)).collect();
    expected.dedup();
    if expected.is_empty() {
        return format!("expected something else of the {testee}; {came}");
    }
    format!("expected the {testee} to {}; {came}", expected.join(", or to "))
}

/// What the testee did, in a clause.
pub(super) fn did(act: &OpeningAct, testee: Role) -> String {
    let part = part(testee);
    match act {
        OpeningAct::Opened if testee == Role::Client => {
            "it took the connection for open".to_owned()
        }
        OpeningAct::Opened => "it opened the connection".to_owned(),
        OpeningAct::Answered(status) => format!("it answered with status {status}"),
        OpeningAct::Dropped { reset } => {
            let verb = if *reset { "reset" } else { "closed" };
            match testee {
                Role::Server => format!("it {verb} TCP before its response was complete"),
                Role::Client => format!("it {verb} TCP without sending a frame"),
            }
        }
        OpeningAct::AskedAgain => "it sent a further request on the same TCP connection".to_owned(),
        OpeningAct::Closed => "it sent a Close and nothing else".to_owned(),
        OpeningAct::Silent => "it stayed silent".to_owned(),
        OpeningAct::Unfinished => format!("its {part} was not complete in time"),
        OpeningAct::Violated(violation) => format!("its {part} is not valid: {violation}"),
        OpeningAct::Refused(reason) => format!("its {part} opens no connection: {reason}"),
    }
}

/// What the testee had to do, in words that follow "to".
fn required(expected: &HandshakeExpectation, testee: Role) -> String {
    let is_client = testee == Role::Client;
    let mut words = match &expected.reaction {
        Reaction::Opened if is_client => "take the connection for open and send a frame".to_owned(),
        Reaction::Opened => "open the connection".to_owned(),
        Reaction::Status(patterns) => {
            format!("answer with status {}", alternatives(patterns.iter().map(ToString::to_string)))
        }
        Reaction::Dropped if is_client => "end TCP without sending a frame".to_owned(),
        Reaction::Dropped => "end TCP without a complete response".to_owned(),
        Reaction::Closed => "send a Close and nothing else".to_owned(),
        Reaction::Silent => "stay silent".to_owned(),
    };
    let quoted = |conditions: &[FieldCondition]| {
        let quoted: Vec<String> = conditions.iter().map(|one| format!("`{one}`")).collect();
        quoted.join(" and ")
    };
    let part = part(testee);
    if !expected.has.is_empty() {
        words += &format!(", with {} in its {part}", quoted(&expected.has));
    }
    if !expected.lacks.is_empty() {
        words += &format!(", without {} in its {part}", quoted(&expected.lacks));
    }
    if let Some(status) = expected.interim {
        words += &format!(", after an interim response {status}");
    }
    words
}

/// What is wrong with the testee's head, in words that follow what it did and a comma.
fn condition(unmet: &Unmet, testee: Role) -> String {
    let part = part(testee);
    match unmet {
        Unmet::Missing { field, value: None } => format!("but its {part} has no {}", field.name),
        Unmet::Missing { field, value: Some(value) } => {
            format!("but the {} of its {part} is `{value}`", field.name)
        }
        Unmet::Present { field, value, ours } => {
            let ours = match ours {
                Some(ours) => format!("in answer to our `{ours}`"),
                None => "which we did not send".to_owned(),
            };
            format!("but the {} of its {part} is `{value}`, {ours}", field.name)
        }
        Unmet::Interim(status) => format!("but no interim response {status} came before"),
    }
}

const fn part(testee: Role) -> &'static str {
    match testee {
        Role::Client => "request",
        Role::Server => "response",
    }
}
