//! Cases with the same finding belong together: one defect often shows in a hundred of them.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    plain::{content, is_plain, octets_sent, our_opening, usual_opening},
    sentence,
};
use crate::{
    case::{CaseId, Closer},
    judge::Verdict,
    report::{AgentReport, Bar, CaseReport, Gate},
};

/// Where the judge's sentence goes from what was expected of the closing to what came.
const BUT: &str = "; but ";
/// The close code of a connection that has done what it was for (RFC 6455 §7.4.1).
const NORMAL_CLOSURE: u16 = 1000;
/// How the judge's sentence begins where no connection came about that had to.
const NO_OPENING: &str = "expected the opening handshake to succeed; ";

/// Cases of one verdict whose sentences say the same thing; never empty.
#[derive(Clone, Debug)]
pub struct Alike<'a> {
    /// The one that shows the finding best.
    pub first: &'a CaseReport,
    /// The others, in their order.
    pub more: Vec<&'a CaseReport>,
}

impl Alike<'_> {
    /// What is found in all of them, with `…` where they differ; where different things were
    /// expected, those of the first.
    #[must_use]
    pub fn finding(&self) -> String {
        let said = |case: &'_ CaseReport| match broken_rule(&case.message) {
            Some(rule) => rule.to_owned(),
            None => case.message.clone(),
        };
        let messages: Vec<String> = self.all().map(said).collect();
        let shape = sentence::shape(&messages[0]);
        let is_of_that_shape = |message: &String| sentence::shape(message) == shape;
        match messages.iter().all(is_of_that_shape) {
            true => sentence::common(messages.iter().map(String::as_str)),
            false => messages[0].clone(),
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

/// A finding is what a sentence says, and where it was said.
type Kind<'a> = (Verdict, Place<'a>, String);

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
    let shown_plainly: Vec<(Verdict, String)> =
        plain.map(|case| kind(case, gate)).map(|(verdict, _, shape)| (verdict, shape)).collect();
    let mut kinds: Vec<(Kind<'a>, Vec<&'a CaseReport>)> = Vec::new();
    for case in cases {
        let (verdict, place, shape) = kind(case, gate);
        let said = (verdict, shape);
        let is_shown_plainly = shown_plainly.contains(&said);
        let place = if is_shown_plainly { Place::Anywhere } else { place };
        let kind = (said.0, place, said.1);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, alike)) => alike.push(case),
            None => kinds.push((kind, vec![case])),
        }
    }
    let led = |(_, cases): (Kind<'a>, Vec<&'a CaseReport>)| led(cases, &opening);
    let mut alike: Vec<Alike<'a>> = kinds.into_iter().filter_map(led).collect();
    alike.sort_by_key(|alike| rank(alike, &opening));
    alike
}

/// What is found in a case.
fn kind(case: &CaseReport, gate: Gate) -> Kind<'_> {
    let verdict = gate.verdict(case);
    let message = case.message.as_str();
    let (place, finding) = match (broken_rule(message), verdict) {
        (Some(rule), _) => (Place::Anywhere, rule),
        (None, Verdict::Fail) if message.starts_with(NO_OPENING) => (Place::Anywhere, message),
        (None, Verdict::Fail) if !is_only_about_closing(case) => {
            (Place::Chapter(case.chapter.as_written()), message)
        }
        (None, _) => (Place::Anywhere, what_came(message)),
    };
    (verdict, place, sentence::shape(finding))
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

/// What could not be played says nothing of the testee; what a plain case shows says most.
fn rank(alike: &Alike<'_>, opening: &str) -> (bool, bool, Reverse<usize>) {
    let is_error = alike.first.verdict == Verdict::Error;
    let is_plain = is_plain(alike.first, opening);
    (is_error, !is_plain, Reverse(alike.more.len()))
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
        case.chapter = chapter.into();
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

    /// One that sends what the testee has to refuse.
    fn refusable(id: &str, chapter: &str, message: &str) -> CaseReport {
        let mut case = case(id, chapter, Verdict::Fail, message);
        case.expected.closed_by = Closer::Peer;
        case
    }

    #[test]
    fn failures_go_together_within_a_chapter() {
        let open = "expected 1007; saw a text message of \"a\", and it kept the connection open";
        let longer =
            "expected 1007; saw a text message of 9 octets, and it kept the connection open";
        let cases = [
            refusable("3.1", "3", open),
            refusable("6.1", "6", open),
            refusable("6.2", "6", longer),
        ];
        let common = "expected 1007; saw a text message of …, and it kept the connection open";
        assert_eq!(
            kinds(&cases),
            [("6.1, 6.2".to_owned(), common.to_owned()), ("3.1".to_owned(), open.to_owned())]
        );
    }

    #[test]
    fn what_a_plain_frame_shows_leads_whatever_else_fails_for_it() {
        let lost = "expected the echo of a text message of \"a\"; saw nothing";
        let cases = [
            refusable("0.1", "0", "expected 1002; saw nothing"),
            refusable("0.2", "0", "expected 1002; saw nothing"),
            refusable("0.3", "0", lost),
            case("1.1", "1", Verdict::Fail, lost),
        ];
        let found = alike(cases.iter(), Gate::Ours);
        let first: Vec<&str> = found.iter().map(|alike| alike.first.id.as_str()).collect();
        assert_eq!(first, ["1.1", "0.1"]);
        assert_eq!(ranges(&found[0].other_ids()), "0.3");
    }

    #[test]
    fn no_opening_is_one_defect_wherever_it_shows() {
        let refused =
            "expected the opening handshake to succeed; the response has status 401, not 101";
        let cases = [
            refusable("0.1", "0", refused),
            refusable("6.1", "6", refused),
            refusable("6.2", "6", refused),
        ];
        let found = alike(cases.iter(), Gate::Ours);
        let [one] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(one.first.id.as_str(), "6.1");
    }

    #[test]
    fn a_broken_rule_is_one_defect_wherever_it_shows() {
        let cases = [
            case("3.1", "3", Verdict::Fail, "a Pong was too long; besides, saw nothing"),
            case("6.1", "6", Verdict::Fail, "a Pong was too long; besides, it closed with 1002"),
        ];
        assert_eq!(kinds(&cases), [("3.1, 6.1".to_owned(), "a Pong was too long".to_owned())]);
    }

    #[test]
    fn an_ordinary_closing_that_goes_wrong_is_one_defect_too() {
        let cases = [
            case("3.1", "3", Verdict::Fail, "expected 1000; but it dropped TCP"),
            case("6.1", "6", Verdict::Fail, "expected 1000 or 1001; but it dropped TCP"),
        ];
        assert_eq!(
            kinds(&cases),
            [("3.1, 6.1".to_owned(), "expected 1000; but it dropped TCP".to_owned())]
        );
    }

    #[test]
    fn for_what_is_tolerable_the_same_result_is_enough() {
        let cases = [
            case("3.1", "3", Verdict::NonStrict, "expected 1002; but it dropped TCP"),
            case("6.1", "6", Verdict::NonStrict, "expected 1007; but it dropped TCP"),
        ];
        assert_eq!(
            kinds(&cases),
            [("3.1, 6.1".to_owned(), "expected 1002; but it dropped TCP".to_owned())]
        );
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
