//! Cases with the same finding belong together: one defect often shows in a hundred of them.

use std::{cmp::Reverse, collections::BTreeMap};

use super::plain::{content, is_plain, octets_sent, our_opening, usual_opening};
use crate::{
    case::{CaseId, RequirementId},
    judge::{Reason, Verdict, is_ordinary_closing},
    report::{AgentReport, Bar, CaseReport, Gate},
    transcript::HandshakeOutcome,
    words,
};

/// Cases of one verdict in which the same is wrong; never empty.
#[derive(Clone, Debug)]
pub struct Alike<'a> {
    /// The one that shows the finding best.
    pub first: &'a CaseReport,
    /// The others, in their order.
    pub more: Vec<&'a CaseReport>,
}

impl Alike<'_> {
    /// What is wrong in all of them, as the first one shows it.
    #[must_use]
    pub fn finding(&self) -> String {
        let testee = self.first.testee();
        match chief(self.first) {
            Some(Reason::PassedLater { .. } | Reason::Contradicted { .. }) | None => {
                self.first.message.clone()
            }
            Some(Reason::Saw(_) | Reason::Opening(_)) => self.first.message.clone(),
            Some(reason) => words::reason(reason, &self.first.broken, testee),
        }
    }

    fn all(&self) -> impl Iterator<Item = &CaseReport> {
        [self.first].into_iter().chain(self.more.iter().copied())
    }

    /// The ids of all, in their order.
    #[must_use]
    pub fn ids(&self) -> Vec<&CaseId> {
        let mut ids: Vec<&CaseId> = self.all().map(|case| &case.id).collect();
        ids.sort();
        ids
    }

    /// The ids of the others.
    #[must_use]
    pub fn other_ids(&self) -> Vec<&CaseId> {
        self.more.iter().map(|case| &case.id).collect()
    }
}

/// A finding is what is wrong, and where it is.
type Kind<'a> = (Verdict, Place<'a>, Cause<'a>);

/// What is wrong, without payloads, counts and times.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause<'a> {
    /// The class of the chief reason; of a broken rule, what it enforces.
    Reason(String, Option<&'a RequirementId>),
    /// A report of an older version has no reasons: its sentence.
    Sentence(&'a str),
}

/// Where a finding may be met to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    Anywhere,
    /// In this chapter.
    Chapter(&'a str),
}

/// Puts cases together, the finding that explains most first.
///
/// A broken wire rule is one defect wherever it shows, and so is an ordinary opening or closing
/// handshake that goes wrong. Other failures are only put together within a chapter, and where the
/// same was expected: an ignored reserved bit and an accepted octet that is not UTF-8 are two
/// defects, although the same came of them. But what goes wrong with a single plain frame goes wrong
/// elsewhere for the same reason, and nothing that comes after it says as much. For what is tolerable
/// it is enough that the same came.
#[must_use]
pub fn alike<'a>(cases: impl Iterator<Item = &'a CaseReport>, gate: Gate) -> Vec<Alike<'a>> {
    let cases: Vec<&CaseReport> = cases.collect();
    let opening = usual_opening(cases.iter().copied());
    let plain = cases.iter().filter(|case| is_plain(case, &opening));
    let shown_plainly: Vec<(Verdict, Cause<'_>)> =
        plain.map(|case| kind(case, gate)).map(|(verdict, _, cause)| (verdict, cause)).collect();
    let mut kinds: Vec<(Kind<'a>, Vec<&'a CaseReport>)> = Vec::new();
    for case in cases {
        let (verdict, place, cause) = kind(case, gate);
        let found = (verdict, cause);
        let is_shown_plainly = shown_plainly.contains(&found);
        let place = if is_shown_plainly { Place::Anywhere } else { place };
        let kind = (found.0, place, found.1);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, alike)) => alike.push(case),
            None => kinds.push((kind, vec![case])),
        }
    }
    let led = |(_, cases): (Kind<'a>, Vec<&'a CaseReport>)| led(cases, &opening);
    let mut alike: Vec<Alike<'a>> = kinds.into_iter().filter_map(led).collect();
    alike.sort_by_key(|alike| rank(alike, gate, &opening));
    alike
}

/// What is found in a case.
fn kind(case: &CaseReport, gate: Gate) -> Kind<'_> {
    let verdict = gate.verdict(case);
    let Some(reason) = chief(case) else {
        let place = match verdict {
            Verdict::Fail => Place::Chapter(case.chapter.as_written()),
            _ => Place::Anywhere,
        };
        return (verdict, place, Cause::Sentence(&case.message));
    };
    let requirement = match reason {
        Reason::RuleBroken { requirement, .. } => Some(requirement),
        Reason::NotOpened(act) => act.rule().and_then(|rule| of_rule(case, rule)),
        Reason::Opening(opening) if opening.could_open() => {
            opening.did.rule().and_then(|rule| of_rule(case, rule))
        }
        _ => None,
    };
    let is_anywhere = match reason {
        _ if verdict != Verdict::Fail || requirement.is_some() => true,
        Reason::NotOpened(_) | Reason::TesteeDied { .. } => true,
        Reason::WrongEnd { expected, .. } => is_ordinary_closing(expected),
        _ => false,
    };
    let place =
        if is_anywhere { Place::Anywhere } else { Place::Chapter(case.chapter.as_written()) };
    (verdict, place, Cause::Reason(reason.kind(), requirement))
}

/// The reason that the verdict follows from, if the report has it.
fn chief(case: &CaseReport) -> Option<&Reason> {
    case.reasons.first()
}

/// What a broken rule of this name enforces.
fn of_rule<'a>(case: &'a CaseReport, rule: &str) -> Option<&'a RequirementId> {
    case.broken.iter().find(|broken| broken.rule == rule).map(|broken| &broken.requirement)
}

/// These cases, led by a plain one, or else by one of the chapter that most of them are in.
fn led<'a>(mut cases: Vec<&'a CaseReport>, opening: &str) -> Option<Alike<'a>> {
    let mut in_chapter: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        *in_chapter.entry(case.chapter.as_written()).or_default() += 1;
    }
    let fitness = |case: &CaseReport| {
        let is_plain = is_plain(case, opening);
        let typical = in_chapter[case.chapter.as_written()];
        (
            !is_plain,
            our_opening(case) != opening,
            // Of plain cases the shortest, of others a typical one, though not its rarest corner.
            if is_plain { octets_sent(case) } else { 0 },
            Reverse(if is_plain { 0 } else { typical }),
            content(case),
            case.id.clone(),
        )
    };
    let fit = cases.iter().enumerate();
    let (position, _) = fit.min_by_key(|(_, case)| fitness(case))?;
    let first = cases.remove(position);
    Some(Alike { first, more: cases })
}

/// What could not be played says nothing of the testee; what a plain case shows says most. How a
/// wrong request is refused harms nobody, so it comes after what is wrong with connections.
fn rank(alike: &Alike<'_>, gate: Gate, opening: &str) -> impl Ord + use<> {
    let first = alike.first;
    let is_error = first.verdict == Verdict::Error;
    let gravity = Reverse(gate.verdict(first));
    (
        is_error,
        gravity,
        !is_plain(first, opening),
        is_about_a_refusal(first),
        Reverse(alike.more.len()),
    )
}

/// Whether it is the case's purpose that the testee refuses the connection, and it did so.
fn is_about_a_refusal(case: &CaseReport) -> bool {
    let outcome = &case.transcript.handshake.outcome;
    !case.expected.handshake.is_empty() && matches!(outcome, HandshakeOutcome::Refused { .. })
}

/// What fails the run with this agent, each finding once.
#[must_use]
pub fn failing<'a>(agent: &'a AgentReport, bar: &Bar) -> Vec<Alike<'a>> {
    let cases = agent.cases.iter();
    alike(cases.filter(|case| bar.fails(&agent.agent, case)), bar.gate)
}

/// The cases of this agent in the order in which they are worth reading: the first of each finding
/// that fails the run, then the others of these, then all else. With the first of a finding come
/// the others.
#[must_use]
pub fn worst_first<'a>(agent: &'a AgentReport, bar: &Bar) -> Vec<Alike<'a>> {
    let alone = |first: &'a CaseReport| Alike { first, more: Vec::new() };
    let mut ordered = failing(agent, bar);
    let others: Vec<&CaseReport> = ordered.iter().flat_map(|alike| alike.more.clone()).collect();
    ordered.extend(others.into_iter().map(alone));
    let rest = agent.cases.iter();
    ordered.extend(rest.filter(|case| !bar.fails(&agent.agent, case)).map(alone));
    ordered
}

/// What is not as it should be with this agent, and reaches the bar all the same.
#[must_use]
pub fn tolerated<'a>(agent: &'a AgentReport, bar: &Bar) -> Vec<Alike<'a>> {
    let cases = agent.cases.iter();
    alike(cases.filter(|case| is_tolerated(case, bar)), bar.gate)
}

/// Whether a case is not as it should be, and reaches the bar all the same.
fn is_tolerated(case: &CaseReport, bar: &Bar) -> bool {
    let verdict = bar.gate.verdict(case);
    matches!(verdict, Verdict::NonStrict | Verdict::Flaky) && !bar.is_missed_by(case)
}

/// Whether all went well up to an ordinary closing handshake.
#[must_use]
pub fn is_only_about_closing(case: &CaseReport) -> bool {
    matches!(chief(case), Some(Reason::WrongEnd { expected, .. }) if is_ordinary_closing(expected))
}

/// Ids in their order, runs of three and more as `first–last`.
#[must_use]
pub fn ranges(ids: &[&CaseId]) -> String {
    let runs = ids.chunk_by(|before, after| follows(before, after));
    let words: Vec<String> = runs
        .flat_map(|run| match run {
            [first, _, .., last] => vec![format!("{first}–{last}")],
            few => few.iter().map(ToString::to_string).collect(),
        })
        .collect();
    words.join(", ")
}

/// Whether the ids differ only in their last numbers, by one.
fn follows(before: &CaseId, after: &CaseId) -> bool {
    let last = |id: &'_ CaseId| -> Option<(String, u64)> {
        let (group, number) = id.as_str().rsplit_once('.')?;
        Some((group.to_owned(), number.parse().ok()?))
    };
    match (last(before), last(after)) {
        (Some((group, number)), Some(next)) => (group, number + 1) == next,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::Closer,
        judge::{
            BrokenRule, CloseCause, Deviation, Ended, Events, ExpectedEnd, Observed, OpeningAct,
            OurClose, WrongEvents,
        },
        protocol::handshake::HandshakeViolation,
        report::example,
        transcript::{MessageKind, PayloadRecord},
    };

    fn case(id: &str, chapter: &str, verdict: Verdict, reasons: Vec<Reason>) -> CaseReport {
        let mut case = example::passed();
        case.id = id.parse().unwrap();
        case.chapter = chapter.into();
        case.verdict = verdict;
        case.message = words::sentence(&reasons, &[], crate::protocol::Role::Server);
        case.reasons = reasons;
        case
    }

    fn found(cases: &[CaseReport]) -> Vec<String> {
        let found = alike(cases.iter(), Gate::Ours);
        found.iter().map(|alike| ranges(&alike.ids())).collect()
    }

    fn end(closed_by: Closer, code: u16) -> ExpectedEnd {
        ExpectedEnd { closed_by, close_codes: vec![code], after_our_close: false }
    }

    fn text(text: &str) -> Observed {
        Observed::Message { kind: MessageKind::Text, payload: PayloadRecord::of(text.as_bytes()) }
    }

    /// The testee answered what it had to refuse, by a message like this one.
    fn accepted(id: &str, chapter: &str, code: u16, message: &str) -> CaseReport {
        let saw = text(message);
        let wrong = WrongEvents {
            due: 0,
            deviation: Deviation::Unexpected { saw: saw.clone(), echo: true },
            saw: Events { first: vec![saw], more: 0 },
            end: end(Closer::Peer, code),
            ended: Ended::KeptOpen,
        };
        let mut case = case(id, chapter, Verdict::Fail, vec![Reason::WrongEvents(Box::new(wrong))]);
        case.expected.closed_by = Closer::Peer;
        case
    }

    /// The testee did not echo a message.
    fn lost(id: &str, chapter: &str, closed_by: Closer) -> CaseReport {
        let wrong = WrongEvents {
            due: 1,
            deviation: Deviation::Missing { expected: text("a"), echo: true, number: 1 },
            saw: Events::default(),
            end: end(Closer::Us, 1000),
            ended: Ended::NothingCame,
        };
        let mut case = case(id, chapter, Verdict::Fail, vec![Reason::WrongEvents(Box::new(wrong))]);
        case.expected.closed_by = closed_by;
        case
    }

    fn wrong_end(id: &str, verdict: Verdict, expected: ExpectedEnd, ended: Ended) -> CaseReport {
        case(id, &id[..1], verdict, vec![Reason::WrongEnd { expected, ended }])
    }

    fn rule_broken(id: &str, rule: &str, requirement: &str, also: Option<Reason>) -> CaseReport {
        let requirement = RequirementId(requirement.to_owned());
        let chief = Reason::RuleBroken { rule: rule.to_owned(), requirement };
        case(id, &id[..1], Verdict::Fail, [Some(chief), also].into_iter().flatten().collect())
    }

    #[test]
    fn failures_go_together_within_a_chapter_whatever_their_payloads_are() {
        let cases = [
            accepted("3.1", "3", 1007, "a"),
            accepted("6.1", "6", 1007, "a"),
            accepted("6.2", "6", 1007, "longer"),
            accepted("6.3", "6", 1002, "a"),
        ];
        assert_eq!(found(&cases), ["6.1, 6.2", "3.1", "6.3"]);
        let first = &alike(cases.iter(), Gate::Ours)[0];
        assert_eq!(
            first.finding(),
            "expected the server to fail the connection with 1007; \
             it echoed the invalid text (1 octet), and kept the connection open"
        );
    }

    #[test]
    fn what_a_plain_frame_shows_leads_whatever_else_fails_for_it() {
        let cases = [
            accepted("0.1", "0", 1002, "a"),
            accepted("0.2", "0", 1002, "a"),
            lost("0.3", "0", Closer::Peer),
            lost("1.1", "1", Closer::Us),
        ];
        let found = alike(cases.iter(), Gate::Ours);
        let first: Vec<&str> = found.iter().map(|alike| alike.first.id.as_str()).collect();
        assert_eq!(first, ["1.1", "0.1"]);
        assert_eq!(ranges(&found[0].other_ids()), "0.3");
    }

    #[test]
    fn no_opening_is_one_defect_wherever_it_shows() {
        let refused =
            |id: &str, act| case(id, &id[..1], Verdict::Fail, vec![Reason::NotOpened(act)]);
        let cases = [
            refused("0.1", OpeningAct::Answered(401)),
            refused("6.1", OpeningAct::Answered(401)),
            refused("6.2", OpeningAct::Answered(401)),
            refused("6.3", OpeningAct::Violated(HandshakeViolation::AcceptMissing)),
        ];
        assert_eq!(found(&cases), ["0.1, 6.1, 6.2", "6.3"]);
    }

    #[test]
    fn a_rule_that_keeps_a_connection_from_opening_is_the_same_as_where_it_opens() {
        let broken = BrokenRule {
            rule: "accept-missing".to_owned(),
            requirement: RequirementId("rfc6455-4.2.2-25".to_owned()),
            verdict: Verdict::Fail,
            message: "there is no Sec-WebSocket-Accept field".to_owned(),
            violation: None,
            frame: None,
        };
        let act = OpeningAct::Violated(HandshakeViolation::AcceptMissing);
        let mut not_opened = case("6.1", "6", Verdict::Fail, vec![Reason::NotOpened(act)]);
        not_opened.broken = vec![broken];
        let rule = rule_broken("3.1", "accept-missing", "rfc6455-4.2.2-25", None);
        assert_eq!(found(&[rule, not_opened]), ["3.1, 6.1"]);
    }

    #[test]
    fn a_broken_rule_is_one_defect_wherever_it_shows_and_whatever_else_is_wrong() {
        let also = Reason::WrongEnd {
            expected: end(Closer::Us, 1000),
            ended: Ended::Dropped { reset: false },
        };
        let cases = [
            rule_broken("3.1", "oversized-control", "rfc6455-5.5-1", None),
            rule_broken("6.1", "oversized-control", "rfc6455-5.5-1", Some(also)),
            rule_broken("6.2", "fragmented-control", "rfc6455-5.4-8", None),
        ];
        assert_eq!(found(&cases), ["3.1, 6.1", "6.2"]);
    }

    #[test]
    fn what_would_fail_without_the_broken_rule_is_a_finding_of_its_own() {
        let key = "masking-key-constant";
        let mut cases: Vec<CaseReport> =
            (1..4).map(|n| rule_broken(&format!("3.{n}"), key, "rfc6455-5.3-2", None)).collect();
        cases.push(accepted("6.1", "6", 1007, "a"));
        assert_eq!(found(&cases), ["3.1–3.3", "6.1"]);
    }

    #[test]
    fn an_ordinary_closing_that_goes_wrong_is_one_defect_too() {
        let dropped = Ended::Dropped { reset: false };
        let answered = Ended::Answered {
            code: Some(999),
            ours: OurClose { code: Some(1000), cause: CloseCause::Case },
        };
        let ordinary = || end(Closer::Us, 1000);
        let mut cases = [
            wrong_end("3.1", Verdict::Fail, ordinary(), dropped),
            wrong_end("6.1", Verdict::Fail, ordinary(), dropped),
            wrong_end("6.2", Verdict::Fail, ordinary(), answered),
            wrong_end("7.1", Verdict::Fail, end(Closer::Peer, 1002), dropped),
        ];
        cases[3].expected.closed_by = Closer::Peer;
        assert_eq!(found(&cases), ["3.1, 6.1", "6.2", "7.1"]);
        assert!(is_only_about_closing(&cases[0]) && !is_only_about_closing(&cases[3]));
    }

    #[test]
    fn for_what_is_tolerable_the_same_result_is_enough() {
        let dropped = Ended::Dropped { reset: false };
        let cases = [
            wrong_end("3.1", Verdict::NonStrict, end(Closer::Peer, 1002), dropped),
            wrong_end("6.1", Verdict::NonStrict, end(Closer::Peer, 1007), dropped),
        ];
        assert_eq!(found(&cases), ["3.1, 6.1"]);
    }

    #[test]
    fn reports_of_older_versions_are_grouped_by_their_sentences() {
        let told = |id: &str, message: &str| {
            let mut case = case(id, &id[..1], Verdict::Fail, Vec::new());
            case.message = message.to_owned();
            case.expected.closed_by = Closer::Peer;
            case
        };
        let cases = [told("6.1", "a"), told("6.2", "a"), told("6.3", "b"), told("7.1", "a")];
        assert_eq!(found(&cases), ["6.1, 6.2", "6.3", "7.1"]);
    }

    #[test]
    fn runs_of_ids_are_short() {
        let ids: Vec<CaseId> =
            ["1.1.1", "1.1.2", "1.1.3", "1.2.1", "1.2.2", "2.9", "2.10", "2.11", "x"]
                .map(|id| id.parse().unwrap())
                .into();
        let ids: Vec<&CaseId> = ids.iter().collect();
        assert_eq!(ranges(&ids), "1.1.1–1.1.3, 1.2.1, 1.2.2, 2.9–2.11, x");
    }
}
