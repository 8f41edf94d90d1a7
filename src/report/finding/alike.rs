//! Cases with the same finding belong together: one defect often shows in a hundred of them.

use std::cmp::Reverse;

use super::sentence;
use crate::{
    case::{CaseId, Closer},
    judge::Verdict,
    report::{AgentReport, Bar, CaseReport, Gate},
};

/// Where the judge's sentence goes from what was expected of the closing to what came.
const BUT: &str = "; but ";
/// The close code of a connection that has done what it was for (RFC 6455 §7.4.1).
const NORMAL_CLOSURE: u16 = 1000;

/// Cases of one verdict whose sentences say the same thing; never empty.
#[derive(Clone, Debug)]
pub struct Alike<'a> {
    /// The one with the first id.
    pub first: &'a CaseReport,
    /// The others.
    pub more: Vec<&'a CaseReport>,
}

impl Alike<'_> {
    /// What is found in all of them, with `…` where they differ.
    #[must_use]
    pub fn finding(&self) -> String {
        let messages: Vec<&str> = self.all().map(|case| case.message.as_str()).collect();
        let shape = sentence::shape(messages[0]);
        if messages
            .iter()
            .all(|message| sentence::shape(message) == shape)
        {
            sentence::common(messages.into_iter())
        } else {
            sentence::common(
                messages
                    .into_iter()
                    .map(|message| match broken_rule(message) {
                        Some(rule) => rule,
                        None => what_came(message),
                    }),
            )
        }
    }

    fn all(&self) -> impl Iterator<Item = &CaseReport> {
        [self.first].into_iter().chain(self.more.iter().copied())
    }

    /// The ids of all.
    #[must_use]
    pub fn ids(&self) -> Vec<&CaseId> {
        self.all().map(|case| &case.id).collect()
    }
}

/// Puts cases together, the most frequent finding first.
///
/// A broken wire rule is one defect wherever it shows, and so is an ordinary closing handshake that
/// goes wrong. Other failures are only put together within a chapter, and where the same was
/// expected: an ignored reserved bit and an accepted octet that is not UTF-8 are two defects, although
/// the same came of them. For what is tolerable it is enough that the same came.
#[must_use]
pub fn alike<'a>(cases: impl Iterator<Item = &'a CaseReport>, gate: Gate) -> Vec<Alike<'a>> {
    let mut kinds: Vec<((Verdict, &str, String), Alike<'a>)> = Vec::new();
    for case in cases {
        let verdict = gate.verdict(case);
        let (chapter, finding) = match (broken_rule(&case.message), verdict) {
            (Some(rule), _) => ("", rule),
            (None, Verdict::Fail) if !is_only_about_closing(case) => {
                (case.chapter.as_str(), case.message.as_str())
            }
            (None, _) => ("", what_came(&case.message)),
        };
        let kind = (verdict, chapter, sentence::shape(finding));
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, alike)) => alike.more.push(case),
            None => {
                let more = Vec::new();
                kinds.push((kind, Alike { first: case, more }));
            }
        }
    }
    let mut alike: Vec<Alike<'a>> = kinds.into_iter().map(|(_, alike)| alike).collect();
    alike.sort_by_key(|alike| Reverse(alike.more.len()));
    alike
}

/// What fails the run with this agent, each finding once.
#[must_use]
pub fn failing<'a>(agent: &'a AgentReport, bar: &Bar) -> Vec<Alike<'a>> {
    let cases = agent.cases.iter();
    alike(cases.filter(|case| bar.fails(&agent.agent, case)), bar.gate)
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
    let expected = &case.expected;
    expected.closed_by == Closer::Us
        && expected.close_codes.contains(&NORMAL_CLOSURE)
        && case.message.contains(BUT)
}

/// The wire rule that a sentence speaks of first, where it does.
fn broken_rule(message: &str) -> Option<&str> {
    message.split_once("; besides, ").map(|(rule, _)| rule)
}

/// The part of a sentence behind what was expected, where the judge tells them apart.
fn what_came(message: &str) -> &str {
    match message.split_once(BUT) {
        Some((_expected, came)) => came,
        None => message,
    }
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
    use crate::report::example;

    fn case(id: &str, chapter: &str, verdict: Verdict, message: &str) -> CaseReport {
        let mut case = example::passed();
        case.id = id.parse().unwrap();
        case.chapter = chapter.to_owned();
        case.verdict = verdict;
        case.message = message.to_owned();
        case
    }

    fn kinds(cases: &[CaseReport]) -> Vec<(String, String)> {
        alike(cases.iter(), Gate::Ours)
            .iter()
            .map(|alike| (ranges(&alike.ids()), alike.finding()))
            .collect()
    }

    #[test]
    fn failures_go_together_within_a_chapter() {
        let open = "expected 1007; saw a text message of \"a\", and it kept the connection open";
        let longer =
            "expected 1007; saw a text message of 9 octets, and it kept the connection open";
        let cases = [
            case("3.1", "3", Verdict::Fail, open),
            case("6.1", "6", Verdict::Fail, open),
            case("6.2", "6", Verdict::Fail, longer),
        ];
        let common = "expected 1007; saw a text message of …, and it kept the connection open";
        assert_eq!(
            kinds(&cases),
            [
                ("6.1, 6.2".to_owned(), common.to_owned()),
                ("3.1".to_owned(), open.to_owned())
            ]
        );
    }

    #[test]
    fn a_broken_rule_is_one_defect_wherever_it_shows() {
        let cases = [
            case(
                "3.1",
                "3",
                Verdict::Fail,
                "a Pong was too long; besides, saw nothing",
            ),
            case(
                "6.1",
                "6",
                Verdict::Fail,
                "a Pong was too long; besides, it closed with 1002",
            ),
        ];
        assert_eq!(
            kinds(&cases),
            [("3.1, 6.1".to_owned(), "a Pong was too long".to_owned())]
        );
    }

    #[test]
    fn an_ordinary_closing_that_goes_wrong_is_one_defect_too() {
        let cases = [
            case(
                "3.1",
                "3",
                Verdict::Fail,
                "expected 1000; but it dropped TCP",
            ),
            case(
                "6.1",
                "6",
                Verdict::Fail,
                "expected 1000 or 1001; but it dropped TCP",
            ),
        ];
        assert_eq!(
            kinds(&cases),
            [("3.1, 6.1".to_owned(), "it dropped TCP".to_owned())]
        );
    }

    #[test]
    fn for_what_is_tolerable_the_same_result_is_enough() {
        let cases = [
            case(
                "3.1",
                "3",
                Verdict::NonStrict,
                "expected 1002; but it dropped TCP",
            ),
            case(
                "6.1",
                "6",
                Verdict::NonStrict,
                "expected 1007; but it dropped TCP",
            ),
        ];
        assert_eq!(
            kinds(&cases),
            [("3.1, 6.1".to_owned(), "it dropped TCP".to_owned())]
        );
    }

    #[test]
    fn runs_of_ids_are_short() {
        let ids: Vec<CaseId> = [
            "1.1.1", "1.1.2", "1.1.3", "1.2.1", "1.2.2", "2.9", "2.10", "2.11", "x",
        ]
        .map(|id| id.parse().unwrap())
        .into();
        let ids: Vec<&CaseId> = ids.iter().collect();
        assert_eq!(ranges(&ids), "1.1.1–1.1.3, 1.2.1, 1.2.2, 2.9–2.11, x");
    }
}
