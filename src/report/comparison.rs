//! What changed from one report to another.

use std::collections::BTreeMap;

use super::{AgentReport, Bar, CaseReport, Report};
use crate::{case::CaseId, judge::Verdict};

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It reached the bar, and does so no more.
    Broken,
    /// It did not reach the bar, and does now.
    Fixed,
    /// Its verdict is another one, on the same side of the bar.
    Changed,
    /// It was not played before.
    New,
    /// It is not played any more.
    Gone,
}

impl Change {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Broken, Self::Fixed, Self::Changed, Self::New, Self::Gone];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Fixed => "fixed",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// A case that differs.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// What became of it.
    pub change: Change,
    /// What it was in the old report, if it is there.
    pub old: Option<&'a CaseReport>,
    /// What it is in the new report, if it is there.
    pub new: Option<&'a CaseReport>,
}

impl<'a> Difference<'a> {
    /// The case in the new report, or else in the old one.
    #[must_use]
    pub fn case(&self) -> &'a CaseReport {
        self.new.or(self.old).expect("a case that differs is in one of the reports")
    }
}

/// An agent whose cases differ.
#[derive(Clone, Debug)]
pub struct AgentComparison<'a> {
    /// Its name in the old report; `None`: it is not there.
    pub old: Option<&'a str>,
    /// Its name in the new report; `None`: it is not there.
    pub new: Option<&'a str>,
    /// What differs, the worst first, then by id.
    pub differences: Vec<Difference<'a>>,
    /// How many cases have the same verdict.
    pub same: usize,
}

/// Compares two reports, agent by agent. Agents belong together by their names; where each report
/// has one only, these two do, as a name may well have a version in it.
#[must_use]
pub fn compare<'a>(old: &'a Report, new: &'a Report, bar: &Bar) -> Vec<AgentComparison<'a>> {
    if let ([old], [new]) = (&old.agents[..], &new.agents[..]) {
        return vec![compare_agents(Some(old), Some(new), bar)];
    }
    let find = |report: &'a Report, name: &str| {
        let mut agents = report.agents.iter();
        agents.find(|agent| agent.agent == name)
    };
    let kept = old.agents.iter().map(|agent| (Some(agent), find(new, &agent.agent)));
    let is_new = |agent: &&AgentReport| find(old, &agent.agent).is_none();
    let added = new.agents.iter().filter(is_new);
    kept.chain(added.map(|agent| (None, Some(agent))))
        .map(|(old, new)| compare_agents(old, new, bar))
        .collect()
}

fn compare_agents<'a>(
    old: Option<&'a AgentReport>,
    new: Option<&'a AgentReport>,
    bar: &Bar,
) -> AgentComparison<'a> {
    let mut pairs: BTreeMap<&CaseId, (Option<&CaseReport>, Option<&CaseReport>)> = BTreeMap::new();
    for case in old.into_iter().flat_map(|agent| &agent.cases) {
        pairs.entry(&case.id).or_default().0 = Some(case);
    }
    for case in new.into_iter().flat_map(|agent| &agent.cases) {
        pairs.entry(&case.id).or_default().1 = Some(case);
    }
    let all = pairs.len();
    let differing = pairs.into_values().filter_map(|(old, new)| {
        let change = change(old, new, bar)?;
        Some(Difference { change, old, new })
    });
    let mut differences: Vec<_> = differing.collect();
    differences.sort_by_key(|difference| difference.change);
    AgentComparison {
        old: old.map(|agent| agent.agent.as_str()),
        new: new.map(|agent| agent.agent.as_str()),
        same: all - differences.len(),
        differences,
    }
}

/// What became of a case, if anything. Only verdicts count: sentences have times in them.
fn change(old: Option<&CaseReport>, new: Option<&CaseReport>, bar: &Bar) -> Option<Change> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(_)) => return Some(Change::New),
        (Some(_), None) => return Some(Change::Gone),
        (None, None) => return None,
    };
    match (bar.is_missed_by(old), bar.is_missed_by(new)) {
        (false, true) => Some(Change::Broken),
        (true, false) => Some(Change::Fixed),
        _ if verdict(old, bar) == verdict(new, bar) => None,
        _ => Some(Change::Changed),
    }
}

/// The verdict that counts.
fn verdict(case: &CaseReport, bar: &Bar) -> Verdict {
    bar.gate.verdict(case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn report(agent: &str, verdicts: &[(&str, Verdict)]) -> Report {
        let case = |(id, verdict): &(&str, Verdict)| CaseReport {
            id: id.parse().unwrap(),
            verdict: *verdict,
            ..example::passed()
        };
        let mut report = example::report(verdicts.iter().map(case).collect());
        report.agents[0].agent = agent.to_owned();
        report
    }

    fn changes<'a>(comparison: &AgentComparison<'a>) -> Vec<(&'static str, &'a str)> {
        let differences = comparison.differences.iter();
        differences.map(|one| (one.change.name(), one.case().id.as_str())).collect()
    }

    #[test]
    fn exactly_what_differs_is_named_and_the_worst_comes_first() {
        let old = report(
            "a/1",
            &[
                ("1.1", Verdict::Pass),
                ("1.2", Verdict::Fail),
                ("1.3", Verdict::Pass),
                ("1.4", Verdict::Pass),
                ("1.5", Verdict::Fail),
                ("1.10", Verdict::Pass),
            ],
        );
        let new = report(
            "a/2",
            &[
                ("1.1", Verdict::Pass),
                ("1.2", Verdict::NonStrict),
                ("1.3", Verdict::NonStrict),
                ("1.5", Verdict::Fail),
                ("1.6", Verdict::Fail),
                ("1.10", Verdict::Error),
            ],
        );
        let comparisons = compare(&old, &new, &Bar::default());
        let [one] = &comparisons[..] else {
            panic!("{comparisons:?}");
        };
        assert_eq!((one.old, one.new, one.same), (Some("a/1"), Some("a/2"), 2));
        assert_eq!(
            changes(one),
            [
                ("broken", "1.10"),
                ("fixed", "1.2"),
                ("changed", "1.3"),
                ("new", "1.6"),
                ("gone", "1.4"),
            ]
        );
    }

    #[test]
    fn several_agents_belong_together_by_name() {
        let mut old = report("a", &[("1.1", Verdict::Pass)]);
        old.agents.push(report("b", &[("1.1", Verdict::Pass)]).agents[0].clone());
        let new = report("b", &[("1.1", Verdict::Fail)]);
        let comparisons = compare(&old, &new, &Bar::default());
        let names: Vec<_> = comparisons.iter().map(|one| (one.old, one.new)).collect();
        assert_eq!(names, [(Some("a"), None), (Some("b"), Some("b"))]);
        assert_eq!(changes(&comparisons[0]), [("gone", "1.1")]);
        assert_eq!(changes(&comparisons[1]), [("broken", "1.1")]);
    }
}
