//! What came of an opening handshake that the case has a say in.

use crate::{
    case::{Case, FieldCondition, HandshakeExpectation, OutcomeVerdict, Reaction},
    protocol::{Opcode, Role, handshake::HandshakeViolation},
    transcript::{End, HandshakeOutcome, HandshakeRecord, Transcript},
};

use super::{
    Verdict, fields,
    reason::{OpeningAct, OpeningReason, Unmet},
    rules,
};

/// What becomes of the case.
#[derive(Clone, Debug, PartialEq)]
pub enum AfterHandshake {
    /// The connection opened, and this is what is to be said of it so far; the rest counts, too.
    GoesOn(OpeningReason),
    /// The verdict follows from this alone.
    Over(OpeningReason),
}

/// Judges the opening handshake of a case that says what it may come to.
#[must_use]
pub fn judge(case: &Case, transcript: &Transcript) -> AfterHandshake {
    let testee = rules::testee(transcript);
    let did = act(transcript, testee);
    let handshake = &transcript.handshake;
    let matched = matching(case, &did, testee_head(handshake, testee));
    let verdict = matched.map_or(Verdict::Fail, |outcome| outcome.verdict.into());
    let opened = did == OpeningAct::Opened;
    let goes_on = opened && matched.is_some() && verdict != Verdict::Fail;
    let expected = expected(case);
    let nearest = expected.iter().find(|one| is(&did, &one.reaction));
    let unmet = match nearest {
        Some(nearest) if verdict >= Verdict::NonStrict => {
            let mut unmet = unmet(nearest, handshake, testee);
            if let (true, Some(matched)) = (unmet.is_empty(), matched) {
                // Nothing is missing: the head is like one that the case rules out.
                unmet = met(matched, handshake, testee);
            }
            unmet
        }
        _ => Vec::new(),
    };
    let verdict = match goes_on || !case.informational {
        true => verdict,
        false => Verdict::Informational,
    };
    let reason = OpeningReason { verdict, expected, did, unmet };
    if goes_on { AfterHandshake::GoesOn(reason) } else { AfterHandshake::Over(reason) }
}

/// Whether a case goes on whose connection has just opened: with a server by its response, with a
/// client by its first frame that is no Close.
#[must_use]
pub fn goes_on_when_open(case: &Case, handshake: &HandshakeRecord, testee: Role) -> bool {
    case.handshake.outcomes.is_empty()
        || matching(case, &OpeningAct::Opened, testee_head(handshake, testee))
            .is_some_and(|outcome| outcome.verdict != OutcomeVerdict::Fail)
}

fn matching<'a>(case: &'a Case, did: &OpeningAct, head: &str) -> Option<&'a HandshakeExpectation> {
    let holds = |condition: &FieldCondition| fields::holds(condition, head);
    case.handshake.outcomes.iter().find(|outcome| {
        is(did, &outcome.reaction)
            && outcome.has.iter().all(holds)
            && !outcome.lacks.iter().any(holds)
            && outcome.interim.is_none_or(|status| fields::has_interim(status, head))
    })
}

/// The conditions of an outcome that the testee's head does not meet.
fn unmet(outcome: &HandshakeExpectation, handshake: &HandshakeRecord, testee: Role) -> Vec<Unmet> {
    let head = testee_head(handshake, testee);
    let holds = |one: &&FieldCondition| fields::holds(one, head);
    let missing = outcome.has.iter().filter(|one| !holds(one)).map(|one| missing(one, head));
    let present = outcome.lacks.iter().filter(holds).map(|one| present(one, handshake, testee));
    let interim = outcome.interim.filter(|status| !fields::has_interim(*status, head));
    missing.chain(present).chain(interim.map(Unmet::Interim)).collect()
}

/// The conditions of a bad outcome that the testee's head meets.
fn met(outcome: &HandshakeExpectation, handshake: &HandshakeRecord, testee: Role) -> Vec<Unmet> {
    let head = testee_head(handshake, testee);
    let present = outcome.has.iter().map(|one| present(one, handshake, testee));
    present.chain(outcome.lacks.iter().map(|one| missing(one, head))).collect()
}

fn missing(field: &FieldCondition, head: &str) -> Unmet {
    Unmet::Missing { field: field.clone(), value: fields::value(&field.name, head) }
}

fn present(field: &FieldCondition, handshake: &HandshakeRecord, testee: Role) -> Unmet {
    let value = fields::value(&field.name, testee_head(handshake, testee)).unwrap_or_default();
    let ours = fields::value(&field.name, testee_head(handshake, testee.peer()));
    Unmet::Present { field: field.clone(), value, ours }
}

const fn testee_head(handshake: &HandshakeRecord, testee: Role) -> &str {
    match testee {
        Role::Client => handshake.request.as_str(),
        Role::Server => handshake.response.as_str(),
    }
}

/// The best that is hoped for.
fn expected(case: &Case) -> Vec<HandshakeExpectation> {
    let outcomes = &case.handshake.outcomes;
    let of = |verdict| outcomes.iter().filter(move |one| one.verdict == verdict);
    let has_pass = of(OutcomeVerdict::Pass).next().is_some();
    let tolerable = of(OutcomeVerdict::NonStrict).take(usize::from(!has_pass));
    of(OutcomeVerdict::Pass).chain(tolerable).cloned().collect()
}

/// What the testee did about our part of the opening handshake.
fn act(transcript: &Transcript, testee: Role) -> OpeningAct {
    match testee {
        Role::Server => act_of_server(transcript),
        Role::Client => act_of_client(transcript),
    }
}

fn act_of_server(transcript: &Transcript) -> OpeningAct {
    match &transcript.handshake.outcome {
        HandshakeOutcome::Refused { status: Some(status), .. } if *status != SWITCHING => {
            OpeningAct::Answered(*status)
        }
        _ => opening_act(transcript),
    }
}

fn act_of_client(transcript: &Transcript) -> OpeningAct {
    if let HandshakeOutcome::Refused { .. } = &transcript.handshake.outcome {
        return opening_act(transcript);
    }
    let frames = &transcript.traffic.frames_in;
    let close = Opcode::CLOSE.number();
    if frames.iter().any(|(opcode, count)| *opcode != close && *count > 0) {
        OpeningAct::Opened
    } else if transcript.handshake.asked_again {
        OpeningAct::AskedAgain
    } else if frames.contains_key(&close) {
        OpeningAct::Closed
    } else {
        dropped(transcript.end).unwrap_or(OpeningAct::Silent)
    }
}

/// The status of a response that opens a connection.
const SWITCHING: u16 = 101;

/// What came of an opening handshake for which no outcome of the case speaks, or which is judged by
/// what is wrong with it first.
pub(super) fn opening_act(transcript: &Transcript) -> OpeningAct {
    let handshake = &transcript.handshake;
    match &handshake.outcome {
        HandshakeOutcome::Opened { .. } | HandshakeOutcome::Spoiled { .. } => OpeningAct::Opened,
        HandshakeOutcome::Refused { status, reason } => {
            match (HandshakeViolation::first_lethal(&handshake.violations), *status) {
                (Some(violation), _) => OpeningAct::Violated(violation.clone()),
                (None, Some(status)) if status != SWITCHING => OpeningAct::Answered(status),
                _ => OpeningAct::Refused(reason.clone()),
            }
        }
        HandshakeOutcome::Incomplete => {
            dropped(transcript.end).unwrap_or(match handshake.response.is_empty() {
                true => OpeningAct::Silent,
                false => OpeningAct::Unfinished,
            })
        }
    }
}

const fn dropped(end: End) -> Option<OpeningAct> {
    match end {
        End::PeerClosed => Some(OpeningAct::Dropped { reset: false }),
        End::PeerReset => Some(OpeningAct::Dropped { reset: true }),
        _ => None,
    }
}

fn is(did: &OpeningAct, reaction: &Reaction) -> bool {
    match (did, reaction) {
        (OpeningAct::Opened, Reaction::Opened)
        | (OpeningAct::Dropped { .. } | OpeningAct::AskedAgain, Reaction::Dropped)
        | (OpeningAct::Closed, Reaction::Closed)
        | (OpeningAct::Silent, Reaction::Silent) => true,
        (OpeningAct::Answered(status), Reaction::Status(patterns)) => {
            patterns.iter().any(|pattern| pattern.matches(*status))
        }
        _ => false,
    }
}
