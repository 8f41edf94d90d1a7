//! Puts what a case expects into words.

use super::{
    Expectation, ExpectedEvent, ExpectedEventKind, ExpectedOutcome, escape::printable, frame_text,
    happening_text,
};
use crate::{
    case::{Closer, HandshakeExpectation},
    judge::Verdict,
};

/// What may be seen, a line for each outcome with its verdict, then how the connection should end.
#[must_use]
pub fn lines(expectation: &Expectation) -> Vec<String> {
    let mut lines: Vec<String> = expectation.handshake.iter().map(handshake).collect();
    if expectation.may_open() {
        lines.extend(expectation.outcomes.iter().map(outcome));
        lines.push(closing(expectation));
    }
    lines
}

/// The first outcome, which is the best one, and the closing in one sentence.
#[must_use]
pub fn sentence(expectation: &Expectation) -> String {
    if let (Some(first), false) = (expectation.handshake.first(), expectation.may_open()) {
        return format!("Expected: {}.", first.in_words(None));
    }
    let first = expectation.outcomes.first();
    let events = first.map_or("anything".to_owned(), events);
    let closing = match first.and_then(|outcome| outcome.closing.as_ref()) {
        Some(own) => closing_of(own.closed_by, &own.close_codes),
        None => closing(expectation),
    };
    format!("Expected: {events}; {closing}.")
}

fn handshake(expected: &HandshakeExpectation) -> String {
    let verdict = Verdict::from(expected.verdict);
    format!("{verdict}: {}", printable(expected.in_words(None)))
}

fn outcome(outcome: &ExpectedOutcome) -> String {
    let closing = outcome.closing.as_ref().map_or_else(String::new, |own| {
        format!("; {}", closing_of(own.closed_by, &own.close_codes))
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
        ExpectedEventKind::Message { kind, payload } => {
            let message = happening_text::message(*kind, payload);
            if expected.echo { format!("echo: {message}") } else { message }
        }
        ExpectedEventKind::Pong(payload) if payload.length == 0 => "empty Pong".to_owned(),
        ExpectedEventKind::Pong(payload) => {
            format!("Pong  {}  {}", payload.length, frame_text::text_or_hex(payload))
        }
        ExpectedEventKind::Silence(name) => format!("silence: {}", printable(name)),
        ExpectedEventKind::Echoes(count) => format!("{count} messages back as they were sent"),
    };
    if expected.optional { format!("{what} (or not)") } else { what }
}

/// How the connection should end.
#[must_use]
pub fn closing(expectation: &Expectation) -> String {
    closing_of(expectation.closed_by, &expectation.close_codes)
}

fn closing_of(by: Closer, codes: &[u16]) -> String {
    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
    let codes = if codes.is_empty() { "no code".to_owned() } else { codes.join(" or ") };
    match by {
        Closer::Us => format!("then we close, and the testee answers with {codes}"),
        Closer::Peer => format!("then the testee fails the connection, with {codes}"),
        Closer::Either => format!("then either side closes, the testee with {codes}"),
    }
}
