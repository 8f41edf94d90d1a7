//! Our own verdict: conduct, closing and wire rules taken together, in one sentence.

use crate::{
    case::{
        Case, CloseExpectation, Closer, Event, Expected, Need, Outcome, OutcomeVerdict, Payload,
    },
    protocol::Role,
    transcript::{End, HandshakeOutcome, MessageKind, PayloadRecord, Transcript},
};

use super::{
    Across, AutobahnVerdict, BrokenRule, Judgement, Verdict, autobahn, closing,
    closing::Ending,
    handshake::{self, AfterHandshake},
    observe::{Eyes, Observed, Observer},
    outcome::{self, Fit},
    rules,
};

/// The close code of a connection that has done what it was for (RFC 6455 §7.4.1).
const NORMAL_CLOSURE: u16 = 1000;

/// The close code of a message that is too big to process (RFC 6455 §7.4.1).
const MESSAGE_TOO_BIG: u16 = 1009;

/// Judges what happened when `case` was played.
#[must_use]
pub fn judge(case: &Case, transcript: &Transcript) -> Judgement {
    judgement(case, transcript, rules::broken_rules(transcript))
}

/// The same, with the rules that it breaks together with the earlier connections of its run.
#[must_use]
pub fn judge_in_run(case: &Case, transcript: &Transcript, across: &mut Across) -> Judgement {
    let mut broken = rules::broken_rules(transcript);
    broken.extend(across.note(transcript));
    judgement(case, transcript, broken)
}

fn judgement(case: &Case, transcript: &Transcript, broken: Vec<BrokenRule>) -> Judgement {
    let autobahn = autobahn::judge(case, transcript);
    let (verdict, message) = verdict(case, transcript, &broken);
    Judgement { verdict, message, broken, autobahn }
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

/// The judgement on a case that ended the testee itself, as `how` says, when it was played alone.
#[must_use]
pub fn ended_testee(case: &Case, transcript: &Transcript, how: &str) -> Judgement {
    Judgement {
        verdict: Verdict::Fail,
        message: format!(
            "expected the testee to live on; but {how}, also with no other case beside"
        ),
        ..judge(case, transcript)
    }
}

fn verdict(case: &Case, transcript: &Transcript, broken: &[BrokenRule]) -> (Verdict, String) {
    if let Some(trouble) = never_played(transcript) {
        return trouble;
    }
    if lacks_deflate(case, transcript) && rules::testee(transcript) == Role::Client {
        return unimplemented(&rules::counting_in(case, transcript, broken));
    }
    if case.handshake.outcomes.is_empty() {
        if case.deflate.is_some() && refuses_by_http(transcript) {
            return refused_offer(&rules::counting_in(case, transcript, broken));
        }
        return match no_connection(transcript, broken) {
            Some(trouble) => trouble,
            None => {
                open_connection(case, transcript, &rules::counting_in(case, transcript, broken))
            }
        };
    }
    match handshake::judge(case, transcript) {
        AfterHandshake::Over(verdict, message) => worse((verdict, message), broken),
        AfterHandshake::GoesOn(verdict, message) => {
            let rest = open_connection(case, transcript, broken);
            if verdict >= rest.0 && verdict != Verdict::Pass {
                (verdict, format!("{message}; then {}", rest.1))
            } else {
                rest
            }
        }
    }
}

/// The verdict on what happened on an open connection.
fn open_connection(
    case: &Case,
    transcript: &Transcript,
    broken: &[BrokenRule],
) -> (Verdict, String) {
    let seen = Observer::of(Eyes::ours(transcript.application), transcript.happenings());
    let ending = Ending::of(transcript);
    let testee = rules::testee(transcript);
    let matched = outcome::first_match(&case.outcomes, &seen);
    let close = case.close_after(matched);
    let (close_verdict, close_clause) = closing::judge(close, &ending, testee);

    if lacks_deflate(case, transcript) {
        return unimplemented(broken);
    }
    if case.informational {
        let message = format!("saw {}; {close_clause}", events(&seen));
        return worse((Verdict::Informational, message), broken);
    }
    let conduct = match matched {
        Some(outcome) => outcome.verdict.into(),
        None if refuses_as_too_big(case, &seen, &ending) => Verdict::NonStrict,
        None => Verdict::Fail,
    };
    let judged = if conduct == Verdict::Fail {
        let expected = expectation(case);
        (Verdict::Fail, format!("expected {expected}; saw {}, and {close_clause}", events(&seen)))
    } else if close_verdict > conduct {
        let expected = close_expectation(close);
        (close_verdict, format!("expected {expected}; but {close_clause}"))
    } else {
        (conduct, format!("saw {}; {close_clause}", events(&seen)))
    };
    let is_nothing_wrong = close.by == Closer::Us && close.codes.contains(&NORMAL_CLOSURE);
    match is_nothing_wrong {
        true => at_least_as_bad(judged, broken),
        false => worse(judged, broken),
    }
}

/// Nothing to compress with: the case does not apply.
const fn lacks_deflate(case: &Case, transcript: &Transcript) -> bool {
    let complete = !matches!(
        transcript.handshake.outcome,
        HandshakeOutcome::Incomplete | HandshakeOutcome::Refused { .. }
    );
    case.deflate.is_some() && complete && transcript.handshake.deflate().is_none()
}

fn unimplemented(broken: &[BrokenRule]) -> (Verdict, String) {
    let message = "the testee did not agree to permessage-deflate, and need not".to_owned();
    worse((Verdict::Unimplemented, message), broken)
}

/// Whether a server answered our request by HTTP, with an error.
fn refuses_by_http(transcript: &Transcript) -> bool {
    matches!(
        transcript.handshake.outcome,
        HandshakeOutcome::Refused { status: Some(400..=599), .. }
    )
}

/// No sentence forbids a server to refuse a request for the offer in it (RFC 7692 §5 only says how
/// to decline).
fn refused_offer(broken: &[BrokenRule]) -> (Verdict, String) {
    let message =
        "the testee refuses a request that offers permessage-deflate so, which no sentence forbids"
            .to_owned();
    worse((Verdict::Unimplemented, message), broken)
}

/// Whether the testee refused a message as too big, and showed nothing that is wrong until then: no
/// sentence says what size it must take (RFC 6455 §10.4). For its own cases Autobahn does.
fn refuses_as_too_big(case: &Case, seen: &[Observed], ending: &Ending) -> bool {
    case.autobahn.is_none()
        && case.needs.contains(&Need::Echo)
        && ending.peer_closed_first
        && !ending.gave_up
        && ending.peer_close == Some(Some(MESSAGE_TOO_BIG))
        && case.outcomes.iter().any(|outcome| outcome::fit(outcome, seen) == Fit::Partly)
}

/// What is said of a case that was not played to its end.
fn never_played(transcript: &Transcript) -> Option<(Verdict, String)> {
    let reason = match transcript.end {
        End::NeverConnected => "no TCP connection could be made",
        End::Interrupted => "the run was interrupted",
        _ => return None,
    };
    Some((Verdict::Error, reason.to_owned()))
}

/// What is said when there was no WebSocket connection to judge.
fn no_connection(transcript: &Transcript, broken: &[BrokenRule]) -> Option<(Verdict, String)> {
    match (transcript.end, &transcript.handshake.outcome) {
        (_, HandshakeOutcome::Opened { .. } | HandshakeOutcome::Spoiled { .. }) => None,
        (_, HandshakeOutcome::Refused { reason, .. }) => {
            let rule = broken.iter().find(|rule| rule.message == *reason);
            let requirement =
                rule.map_or(String::new(), |rule| format!(" ({})", rule.requirement.0));
            Some((
                Verdict::Fail,
                format!("expected the opening handshake to succeed; {reason}{requirement}"),
            ))
        }
        (end, HandshakeOutcome::Incomplete) => {
            let how = match end {
                End::PeerClosed => "the testee closed TCP before it was complete",
                End::PeerReset => "the testee reset TCP before it was complete",
                _ => "the testee did not complete it in time",
            };
            Some((Verdict::Fail, format!("expected the opening handshake to succeed; {how}")))
        }
    }
}

/// Lets a broken wire rule outweigh a better verdict.
fn worse((verdict, message): (Verdict, String), broken: &[BrokenRule]) -> (Verdict, String) {
    match rules::worst(broken) {
        Some(rule) if rule.verdict > verdict && rule.verdict > Verdict::Informational => {
            (rule.verdict, format!("{}; besides, {message}", rule.message))
        }
        _ => (verdict, message),
    }
}

/// The same where nothing was wrong with what we sent: a rule that the testee broke then is where
/// the trouble begins, and says more than what did not come of it.
fn at_least_as_bad(judged: (Verdict, String), broken: &[BrokenRule]) -> (Verdict, String) {
    match rules::worst(broken) {
        Some(rule) if rule.verdict == Verdict::Fail && judged.0 == Verdict::Fail => {
            (Verdict::Fail, format!("{}; besides, {}", rule.message, judged.1))
        }
        _ => worse(judged, broken),
    }
}

fn expectation(case: &Case) -> String {
    let mut outcomes = case.outcomes.iter();
    let wanted = outcomes.find(|outcome| outcome.verdict == OutcomeVerdict::Pass);
    let close = case.close_after(wanted);
    let conduct = match wanted {
        Some(Outcome { saw: Some(events), .. }) if events.is_empty() => {
            "nothing to come back".to_owned()
        }
        Some(Outcome { saw: Some(events), .. }) => list(events.iter().map(describe_expected)),
        Some(Outcome { saw: None, .. }) | None => "no particular answer".to_owned(),
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
        Event::Pong(payload) => {
            format!("a Pong of {}", text_or_length(payload.len(), sample(payload)))
        }
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
            format!("a Pong of {}", text_or_length(payload.length, start(payload)))
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
    if more > 0 { format!("{named} and {more} more") } else { named }
}

fn list_with(items: impl Iterator<Item = String>, separator: &str) -> String {
    items.collect::<Vec<_>>().join(separator)
}
