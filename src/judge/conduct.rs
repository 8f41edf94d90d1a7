//! Our own verdict: conduct, closing and wire rules taken together, in one sentence.

use crate::{
    case::{Case, CloseExpectation, Closer, Event, Expected, Outcome, OutcomeVerdict, Payload},
    transcript::{End, HandshakeOutcome, MessageKind, PayloadRecord, Transcript},
};

use super::{
    AutobahnVerdict, BrokenRule, Judgement, Verdict, autobahn, closing,
    closing::Ending,
    observe::{Eyes, Observed, Observer},
    outcome, rules, tls,
};

/// Judges what happened when `case` was played.
#[must_use]
pub fn judge(case: &Case, transcript: &Transcript) -> Judgement {
    let mut broken = rules::broken_rules(transcript);
    broken.extend(tls::broken_rule(transcript));
    let autobahn = autobahn::judge(case, transcript);
    let (verdict, message) = verdict(case, transcript, &broken);
    Judgement {
        verdict,
        message,
        broken,
        autobahn,
    }
}

/// The judgement on a case that could not be played.
#[must_use]
pub fn not_played(reason: String) -> Judgement {
    Judgement {
        verdict: Verdict::Error,
        message: reason,
        broken: Vec::new(),
        autobahn: None::<AutobahnVerdict>,
    }
}

fn verdict(case: &Case, transcript: &Transcript, broken: &[BrokenRule]) -> (Verdict, String) {
    if let Some(trouble) = no_connection(transcript) {
        return trouble;
    }
    let seen = Observer::of(Eyes::Ours, transcript.happenings());
    let ending = Ending::of(transcript);
    let testee = rules::testee(transcript);
    let (close_verdict, close_clause) = closing::judge(&case.close, &ending, testee);
    let matched = outcome::first_match(&case.outcomes, &seen);

    if case.deflate.is_some() && transcript.handshake.deflate().is_none() {
        let message = "the testee did not agree to permessage-deflate, and need not".to_owned();
        return worse((Verdict::Unimplemented, message), broken);
    }
    if case.informational {
        let message = format!("saw {}; {close_clause}", events(&seen));
        return worse((Verdict::Informational, message), broken);
    }
    let conduct = matched.map_or(Verdict::Fail, |outcome| outcome.verdict.into());
    let judged = if conduct == Verdict::Fail {
        let expected = expectation(&case.outcomes, &case.close);
        (
            Verdict::Fail,
            format!(
                "expected {expected}; saw {}, and {close_clause}",
                events(&seen)
            ),
        )
    } else if close_verdict > conduct {
        let expected = close_expectation(&case.close);
        (
            close_verdict,
            format!("expected {expected}; but {close_clause}"),
        )
    } else {
        (conduct, format!("saw {}; {close_clause}", events(&seen)))
    };
    worse(judged, broken)
}

/// What is said when there was no WebSocket connection to judge.
fn no_connection(transcript: &Transcript) -> Option<(Verdict, String)> {
    match (transcript.end, &transcript.handshake.outcome) {
        (End::NeverConnected, _) => {
            Some((Verdict::Error, "no TCP connection could be made".to_owned()))
        }
        (End::Interrupted, _) => Some((Verdict::Error, "the run was interrupted".to_owned())),
        (_, HandshakeOutcome::Opened { .. }) => None,
        (_, HandshakeOutcome::Refused { reason, .. }) => Some((
            Verdict::Fail,
            format!("expected the opening handshake to succeed; {reason}"),
        )),
        (end, HandshakeOutcome::Incomplete) => {
            let how = match end {
                End::PeerClosed => "the testee closed TCP before it was complete",
                End::PeerReset => "the testee reset TCP before it was complete",
                _ => "the testee did not complete it in time",
            };
            Some((
                Verdict::Fail,
                format!("expected the opening handshake to succeed; {how}"),
            ))
        }
    }
}

/// Lets a broken wire rule outweigh a better verdict.
fn worse((verdict, message): (Verdict, String), broken: &[BrokenRule]) -> (Verdict, String) {
    match rules::worst(broken) {
        Some(rule) if rule.verdict > verdict && rule.verdict > Verdict::Informational => (
            rule.verdict,
            format!("{}; besides, {message}", rule.message),
        ),
        _ => (verdict, message),
    }
}

fn expectation(outcomes: &[Outcome], close: &CloseExpectation) -> String {
    let wanted = outcomes
        .iter()
        .find(|outcome| outcome.verdict == OutcomeVerdict::Pass);
    let conduct = match wanted {
        Some(outcome) if outcome.saw.is_empty() => "nothing to come back".to_owned(),
        Some(outcome) => list(outcome.saw.iter().map(describe_expected)),
        None => "no particular answer".to_owned(),
    };
    format!("{conduct}, and {}", close_expectation(close))
}

fn close_expectation(close: &CloseExpectation) -> String {
    let codes = list_with(close.codes.iter().map(u16::to_string), " or ");
    match close.by {
        Closer::Peer => format!("the testee to fail the connection with {codes}"),
        Closer::Us => format!("our Close to be answered with {codes} or no code"),
        Closer::Either => "the connection to be closed in order".to_owned(),
    }
}

fn describe_expected(expected: &Expected) -> String {
    let optional = if expected.optional { " (or not)" } else { "" };
    let event = match &expected.event {
        Event::Message(kind, payload) => {
            message_of(*kind, payload.len(), expected.echo, sample(payload))
        }
        Event::Pong(payload) => format!(
            "a Pong of {}",
            text_or_length(payload.len(), sample(payload))
        ),
        Event::Silence(name) => format!("silence ({name})"),
        Event::Echoes(count) => format!("{count} echoes"),
    };
    format!("{event}{optional}")
}

fn message_of(kind: MessageKind, length: u64, echo: bool, start: Vec<u8>) -> String {
    let kind = match kind {
        MessageKind::Text => "text",
        MessageKind::Binary => "binary",
    };
    let what = if echo { "the echo of a" } else { "a" };
    format!("{what} {kind} message of {}", text_or_length(length, start))
}

/// The first octets of a payload, enough to show a short one whole.
fn sample(payload: &Payload) -> Vec<u8> {
    let mut start = vec![0; payload.len().min(SHOWN as u64) as usize];
    payload.read(0, &mut start);
    start
}

/// Octets of a short payload that a sentence shows.
const SHOWN: usize = 32;

fn text_or_length(length: u64, start: Vec<u8>) -> String {
    match std::str::from_utf8(&start) {
        Ok(text) if length > 0 && length <= SHOWN as u64 && !text.contains(char::is_control) => {
            format!("{text:?}")
        }
        _ if length == 1 => "1 octet".to_owned(),
        _ => format!("{length} octets"),
    }
}

fn events(seen: &[Observed]) -> String {
    if seen.is_empty() {
        return "nothing".to_owned();
    }
    list(seen.iter().map(|event| match event {
        Observed::Message(kind, payload) => {
            message_of(*kind, payload.length, false, start(payload))
        }
        Observed::Pong(payload) => {
            format!(
                "a Pong of {}",
                text_or_length(payload.length, start(payload))
            )
        }
        Observed::Silence(name) => format!("silence ({name})"),
        Observed::Echoes(count) => format!("{count} right echoes"),
    }))
}

fn start(payload: &PayloadRecord) -> Vec<u8> {
    payload.head[..payload.head.len().min(SHOWN)].to_vec()
}

/// At most so many items of a list are named.
const LISTED: usize = 4;

fn list(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(LISTED);
    let named = list_with(items.take(LISTED), ", ");
    if more > 0 {
        format!("{named} and {more} more")
    } else {
        named
    }
}

fn list_with(items: impl Iterator<Item = String>, separator: &str) -> String {
    items.collect::<Vec<_>>().join(separator)
}
