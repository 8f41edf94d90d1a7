//! How a connection ended, and how it had to.

use super::quantity::alternatives;
use crate::{
    case::Closer,
    judge::{CloseCause, Ended, ExpectedEnd},
    protocol::Role,
};

/// What is wrong with the end of a connection.
pub(super) fn wrong_end(expected: &ExpectedEnd, end: &Ended, testee: Role) -> String {
    format!("expected {}; it {}", required(expected, testee), ended(end, Some(expected)))
}

/// How a connection has to end: what is expected of the testee.
pub(super) fn required(expected: &ExpectedEnd, testee: Role) -> String {
    let codes = || expected.close_codes.iter().map(u16::to_string);
    let or_none = alternatives(codes().chain(["no code".to_owned()]));
    let codes = alternatives(codes());
    match expected.closed_by {
        Closer::Peer if expected.after_our_close => {
            format!("the {testee} to close with {codes}")
        }
        Closer::Peer => format!("the {testee} to fail the connection with {codes}"),
        Closer::Us => format!("the {testee} to answer our Close with {or_none}"),
        Closer::Either => format!("either side to close, and the {testee} with {or_none}"),
    }
}

/// How a connection ended: what the testee did, in words that follow "it".
#[must_use]
pub fn ended(end: &Ended, expected: Option<&ExpectedEnd>) -> String {
    let has_to_close = expected
        .is_some_and(|expected| expected.closed_by == Closer::Peer && !expected.after_our_close);
    match end {
        Ended::Closed { code } if has_to_close => format!("closed {}", with(*code)),
        Ended::Closed { code } => match expected.map(|expected| expected.closed_by) {
            Some(Closer::Us) => format!("started the closing handshake itself, {}", with(*code)),
            _ => format!("closed {}", with(*code)),
        },
        Ended::Answered { code, ours } => {
            let own = match ours.cause {
                CloseCause::Case => "our Close".to_owned(),
                CloseCause::GaveUp | CloseCause::RuleBroken => {
                    format!("our own Close {}", with(ours.code))
                }
            };
            match has_to_close {
                true if *code == ours.code => format!("closed only in answer to {own}"),
                true => format!("closed only in answer to {own}, {}", with(*code)),
                false => format!("answered {own} {}", with(*code)),
            }
        }
        Ended::Dropped { reset: false } => "closed TCP without sending a Close".to_owned(),
        Ended::Dropped { reset: true } => "reset TCP without sending a Close".to_owned(),
        Ended::KeptOpen => "kept the connection open".to_owned(),
        Ended::NothingCame => "did not react in time".to_owned(),
        Ended::NothingMore => "sent nothing more in time".to_owned(),
        Ended::Unanswered => "did not answer our Close in time".to_owned(),
        Ended::WeEnded { rule_broken: true } => {
            "had not closed the connection when we ended it because of the broken rule".to_owned()
        }
        Ended::WeEnded { rule_broken: false } => {
            "had not closed the connection when we ended it".to_owned()
        }
        Ended::LeftOpen { waited_us } => {
            let seconds = *waited_us as f64 / 1e6;
            format!("left TCP open for {seconds:.1} s after the closing handshake")
        }
    }
}

pub(super) fn with(code: Option<u16>) -> String {
    code.map_or("without a code".to_owned(), |code| format!("with {code}"))
}
