//! Puts what a case expects into words.

use super::{
    Expectation, ExpectedEvent, ExpectedOutcome, escape::printable, frame_text, happening_text,
};
use crate::{
    case::{Closer, HandshakeExpectation},
    judge::{Observed, Verdict},
    protocol::Role,
};

/// What may be seen of a testee on this side, a line for each outcome with its verdict, then how the
/// connection should end.
#[must_use]
pub fn lines(expectation: &Expectation, testee: Option<Role>) -> Vec<String> {
    let handshakes = expectation.handshake.iter();
    let mut lines: Vec<String> = handshakes.map(|one| handshake(one, testee)).collect();
    if expectation.may_open() {
        lines.extend(expectation.outcomes.iter().map(|one| outcome(one, testee)));
        lines.push(closing(expectation, testee));
    }
    lines
}

/// The first outcome, which is the best one, and the closing in one sentence.
#[must_use]
pub fn sentence(expectation: &Expectation, testee: Option<Role>) -> String {
    if let (Some(first), false) = (expectation.handshake.first(), expectation.may_open()) {
        return format!("Expected: {}.", first.in_words(testee));
    }
    let first = expectation.outcomes.first();
    let events = first.map_or("anything".to_owned(), events);
    let closing = match first.and_then(|outcome| outcome.closing.as_ref()) {
        Some(own) => closing_of(own.closed_by, &own.close_codes, testee),
        None => closing(expectation, testee),
    };
    format!("Expected: {events}; {closing}.")
}

fn handshake(expected: &HandshakeExpectation, testee: Option<Role>) -> String {
    let verdict = Verdict::from(expected.verdict);
    format!("{verdict}: {}", printable(expected.in_words(testee)))
}

fn outcome(outcome: &ExpectedOutcome, testee: Option<Role>) -> String {
    let closing = outcome.closing.as_ref().map_or_else(String::new, |own| {
        format!("; {}", closing_of(own.closed_by, &own.close_codes, testee))
    });
    let verdict = Verdict::from(outcome.verdict);
    format!("{verdict}: {}{closing}", events(outcome))
}

fn events(outcome: &ExpectedOutcome) -> String {
    if outcome.whatever {
        return "whatever comes back".to_owned();
    }
    if outcome.saw.is_empty() {
        return "nothing comes back".to_owned();
    }
    outcome.saw.iter().map(event).collect::<Vec<_>>().join(", then ")
}

fn event(expected: &ExpectedEvent) -> String {
    let what = match &expected.event {
        Observed::Message { kind, payload } => {
            let message = happening_text::message(*kind, payload);
            if expected.echo { format!("echo: {message}") } else { message }
        }
        Observed::Pong(payload) if payload.length == 0 => "empty Pong".to_owned(),
        Observed::Pong(payload) => {
            format!("Pong  {}  {}", payload.length, frame_text::text_or_hex(payload))
        }
        Observed::Silence(name) => format!("silence: {}", printable(name)),
        Observed::Echoes(count) => format!("{count} messages back as they were sent"),
    };
    if expected.optional { format!("{what} (or not)") } else { what }
}

/// How the connection should end.
#[must_use]
pub fn closing(expectation: &Expectation, testee: Option<Role>) -> String {
    closing_of(expectation.closed_by, &expectation.close_codes, testee)
}

fn closing_of(by: Closer, codes: &[u16], testee: Option<Role>) -> String {
    let it = testee.map_or("endpoint under test".to_owned(), |testee| testee.to_string());
    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
    let codes = if codes.is_empty() { "no code".to_owned() } else { codes.join(" or ") };
    match by {
        Closer::Us => format!("then we close, and the {it} answers with {codes}"),
        Closer::Peer => format!("then the {it} fails the connection, with {codes}"),
        Closer::Either => format!("then either side closes, the {it} with {codes}"),
    }
}
