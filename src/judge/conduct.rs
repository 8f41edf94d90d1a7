//! Our own verdict: conduct, closing and wire rules taken together, with the reasons for it.

use crate::{
    case::{Case, CloseExpectation, Closer, Expected, Need, Outcome, OutcomeVerdict},
    protocol::Role,
    transcript::{End, HandshakeOutcome, Transcript},
};

use super::{
    Across, AutobahnVerdict, BrokenRule, Judgement, Verdict, autobahn, closing,
    closing::Ending,
    deviation::{first_deviation, first_of, sends_close, wrong_echo},
    handshake::{self, AfterHandshake},
    observe::{Eyes, Observed, Observer},
    outcome::{self, Fit},
    reason::{Deviation, Difference, Ended, ExpectedEnd, NotPlayed, Reason, WrongEvents},
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
    let Judged { verdict, reasons } = judged(case, transcript, &broken);
    Judgement { verdict, reasons, broken, autobahn }
}

/// The judgement on a case that could not be played.
#[must_use]
pub fn not_played(why: NotPlayed) -> Judgement {
    Judgement {
        verdict: Verdict::Error,
        reasons: vec![Reason::NotPlayed(why)],
        broken: Vec::new(),
        autobahn: None::<AutobahnVerdict>,
    }
}

/// The judgement on a case that ended the testee itself, as `how` says, when it was played alone.
#[must_use]
pub fn ended_testee(case: &Case, transcript: &Transcript, how: &str) -> Judgement {
    Judgement {
        verdict: Verdict::Fail,
        reasons: vec![Reason::TesteeDied { how: how.to_owned() }],
        ..judge(case, transcript)
    }
}

/// A verdict and the reasons for it.
struct Judged {
    verdict: Verdict,
    reasons: Vec<Reason>,
}

impl Judged {
    fn and(mut self, reason: Reason) -> Self {
        self.reasons.push(reason);
        self
    }

    fn new(verdict: Verdict, reason: Reason) -> Self {
        Self { verdict, reasons: vec![reason] }
    }

    /// Lets a broken wire rule outweigh a better verdict.
    fn or_worse(self, broken: &[BrokenRule]) -> Self {
        match rules::worst(broken) {
            Some(rule) if rule.verdict > self.verdict && rule.verdict > Verdict::Informational => {
                self.because_of(rule)
            }
            _ => self,
        }
    }

    fn because_of(mut self, rule: &BrokenRule) -> Self {
        let (rule, verdict) = (rule.clone(), rule.verdict);
        let reason = Reason::RuleBroken { rule: rule.rule, requirement: rule.requirement };
        self.reasons.insert(0, reason);
        Self { verdict, ..self }
    }
}

fn judged(case: &Case, transcript: &Transcript, broken: &[BrokenRule]) -> Judged {
    if let Some(why) = never_played(transcript) {
        return Judged::new(Verdict::Error, Reason::NotPlayed(why));
    }
    if lacks_deflate(case, transcript) && rules::testee(transcript) == Role::Client {
        return unimplemented(&rules::counting_in(case, transcript, broken));
    }
    if case.handshake.outcomes.is_empty() {
        if case.deflate.is_some() && refuses_by_http(transcript) {
            return refused_offer(transcript, &rules::counting_in(case, transcript, broken));
        }
        return match transcript.handshake.outcome {
            HandshakeOutcome::Opened { .. } | HandshakeOutcome::Spoiled { .. } => {
                open_connection(case, transcript, &rules::counting_in(case, transcript, broken))
            }
            HandshakeOutcome::Incomplete | HandshakeOutcome::Refused { .. } => {
                let act = handshake::opening_act(transcript);
                Judged::new(Verdict::Fail, Reason::NotOpened(act))
            }
        };
    }
    match handshake::judge(case, transcript) {
        AfterHandshake::Over(opening) => {
            Judged::new(opening.verdict, Reason::Opening(opening)).or_worse(broken)
        }
        AfterHandshake::GoesOn(opening) => {
            let mut rest = open_connection(case, transcript, broken);
            let verdict = opening.verdict;
            if verdict >= rest.verdict && verdict != Verdict::Pass {
                rest.reasons.insert(0, Reason::Opening(opening));
                Judged { verdict, ..rest }
            } else {
                rest
            }
        }
    }
}

/// The verdict on what happened on an open connection.
fn open_connection(case: &Case, transcript: &Transcript, broken: &[BrokenRule]) -> Judged {
    let saw = Observer::of(Eyes::ours(transcript.application), transcript.happenings());
    let ending = Ending::of(transcript);
    let testee = rules::testee(transcript);
    let matched = outcome::first_match(&case.outcomes, &saw);
    let close = case.close_after(matched);
    let (close_verdict, ended) = closing::judge(close, &ending, testee);

    if lacks_deflate(case, transcript) {
        return unimplemented(broken);
    }
    let as_expected = |verdict| Judged {
        verdict,
        reasons: vec![Reason::Saw(first_of(&saw)), Reason::Ended(ended)],
    };
    if case.informational {
        return as_expected(Verdict::Informational).or_worse(broken);
    }
    let conduct = match matched {
        Some(outcome) => outcome.verdict.into(),
        None if refuses_as_too_big(case, &saw, &ending) => Verdict::NonStrict,
        None => Verdict::Fail,
    };
    let judged = if conduct == Verdict::Fail {
        let wrong = wrong_events(case, transcript, &saw, ended);
        Judged::new(Verdict::Fail, Reason::WrongEvents(Box::new(wrong)))
    } else if close_verdict > conduct {
        let expected = expected_end(case, close, transcript);
        Judged::new(close_verdict, Reason::WrongEnd { expected, ended })
    } else {
        as_expected(conduct)
    };
    let judged = match ending.late {
        Some(late) => judged.and(Reason::CameLate { by_us: late.by_us }),
        None => judged,
    };
    match rules::worst(broken) {
        Some(rule) if outweighs(rule, judged.verdict) && follows_from(rule, &judged, &ending) => {
            Judged::new(judged.verdict, Reason::Ended(ended)).because_of(rule)
        }
        _ => judged.or_worse(broken),
    }
}

/// Whether a broken rule decides on the verdict, or is as grave as what else does.
fn outweighs(rule: &BrokenRule, verdict: Verdict) -> bool {
    let is_grave = rule.verdict > Verdict::Informational && rule.verdict > verdict;
    is_grave || (rule.verdict, verdict) == (Verdict::Fail, Verdict::Fail)
}

/// Whether a failure says no more than that this rule was broken: what is wrong is a Close that the
/// rule is about, or we ended the connection because of the rule, and so the rest did not come.
///
/// An echo of what the testee had to refuse says more: there the echo is the failure, whatever else
/// is wrong with it.
fn follows_from(rule: &BrokenRule, judged: &Judged, ending: &Ending) -> bool {
    match judged.reasons.first() {
        Some(Reason::WrongEnd { .. }) => ending.rule_broken || rules::is_about_closes(&rule.rule),
        Some(Reason::WrongEvents(wrong)) => {
            let is_unexpected = matches!(wrong.deviation, Deviation::Unexpected { .. });
            ending.rule_broken && !(wrong.end.closed_by == Closer::Peer && is_unexpected)
        }
        _ => false,
    }
}

/// What is wrong with the events that came, as measured by the best outcome.
fn wrong_events(
    case: &Case,
    transcript: &Transcript,
    saw: &[Observed],
    ended: Ended,
) -> WrongEvents {
    let wanted = best_outcome(&case.outcomes);
    let due: &[Expected] = wanted.and_then(|outcome| outcome.saw.as_deref()).unwrap_or_default();
    let deviation = match wanted {
        Some(Outcome { saw: Some(_), .. }) => first_deviation(due, saw, transcript),
        _ => Deviation::Forbidden,
    };
    let deviation = match &deviation {
        Deviation::Changed { difference: Difference::Count, .. } => {
            wrong_echo(transcript).unwrap_or(deviation)
        }
        _ => deviation,
    };
    WrongEvents {
        due: due.iter().filter(|expected| !expected.optional).count(),
        deviation,
        saw: first_of(saw),
        end: expected_end(case, case.close_after(wanted), transcript),
        ended,
    }
}

/// The outcome that a correct testee is expected to show.
fn best_outcome(outcomes: &[Outcome]) -> Option<&Outcome> {
    outcomes.iter().find(|outcome| outcome.verdict == OutcomeVerdict::Pass)
}

fn expected_end(case: &Case, close: &CloseExpectation, transcript: &Transcript) -> ExpectedEnd {
    ExpectedEnd {
        closed_by: close.by,
        close_codes: close.codes.clone(),
        after_our_close: sends_close(case, transcript),
    }
}

/// Whether a closing is nothing but the ordinary one that ends a case.
#[must_use]
pub fn is_ordinary_closing(expected: &ExpectedEnd) -> bool {
    expected.closed_by == Closer::Us && expected.close_codes.contains(&NORMAL_CLOSURE)
}

/// Nothing to compress with: the case does not apply.
const fn lacks_deflate(case: &Case, transcript: &Transcript) -> bool {
    let complete = !matches!(
        transcript.handshake.outcome,
        HandshakeOutcome::Incomplete | HandshakeOutcome::Refused { .. }
    );
    case.deflate.is_some() && complete && transcript.handshake.deflate().is_none()
}

fn unimplemented(broken: &[BrokenRule]) -> Judged {
    Judged::new(Verdict::Unimplemented, Reason::NoDeflate).or_worse(broken)
}

/// Whether a server answered our request by HTTP, with an error.
const fn refuses_by_http(transcript: &Transcript) -> bool {
    matches!(
        transcript.handshake.outcome,
        HandshakeOutcome::Refused { status: Some(400..=599), .. }
    )
}

/// No sentence forbids a server to refuse a request for the offer in it (RFC 7692 §5 only says how
/// to decline).
fn refused_offer(transcript: &Transcript, broken: &[BrokenRule]) -> Judged {
    let act = handshake::opening_act(transcript);
    Judged::new(Verdict::Unimplemented, Reason::OfferRefused(act)).or_worse(broken)
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

/// Why a case was not played to its end, if it was not.
const fn never_played(transcript: &Transcript) -> Option<NotPlayed> {
    match transcript.end {
        End::NeverConnected => Some(NotPlayed::NoConnection),
        End::Interrupted => Some(NotPlayed::Interrupted),
        _ => None,
    }
}
