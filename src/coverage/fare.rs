//! How the testees of a run fared with each requirement.

use std::collections::BTreeMap;

use super::Line;
use crate::{
    case::CaseId,
    judge::{BrokenRule, Verdict},
    protocol::Role,
    report::{AgentReport, Report},
    requirement::{Catalogue, RequirementId},
};

/// What a report says of requirements.
#[derive(Clone, Debug)]
pub struct Fare<'a> {
    catalogue: &'a Catalogue,
    /// The kind of testee that was tested.
    testee: Role,
    agents: Vec<Agent<'a>>,
}

/// A testee, and what touches each requirement; it stands under that which represents its like.
#[derive(Clone, Debug)]
struct Agent<'a> {
    name: &'a str,
    played: bool,
    touched: BTreeMap<&'a RequirementId, Vec<Touch<'a>>>,
}

/// A case that says something about a requirement.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'a> {
    /// The case.
    pub case: &'a CaseId,
    /// What it says: its verdict, or that of the rule.
    pub verdict: Verdict,
    /// The rule that was broken in it, if that is what it says.
    pub broken: Option<&'a BrokenRule>,
}

/// How one testee fared with one requirement.
#[derive(Clone, Debug)]
pub struct AgentFare<'a> {
    /// Its place in the report, from 0.
    pub position: usize,
    /// What the testee is called. It may have chosen the name itself.
    pub agent: &'a str,
    /// How it fared, all in all.
    pub verdict: Verdict,
    /// The cases that say so, as the report has them; a case in which it broke a rule of this
    /// requirement may come twice. Empty where only rules exercise it, and none was broken.
    pub touches: Vec<Touch<'a>>,
}

impl<'a> Fare<'a> {
    /// What the report says.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, report: &'a Report) -> Self {
        Self {
            catalogue,
            testee: report.role.peer(),
            agents: report.agents.iter().map(|agent| Agent::new(catalogue, agent)).collect(),
        }
    }

    /// How each testee fared with the requirement, in the report's order; nothing of those that
    /// no case or rule has tried.
    #[must_use]
    pub fn of(&self, line: &Line) -> Vec<AgentFare<'a>> {
        if !line.requirement.shows_on(self.testee) {
            return Vec::new();
        }
        let id = self.catalogue.representative(&line.requirement.id);
        let watched = line.rules_for(self.testee).next().is_some();
        let fare = |(position, agent): (usize, &Agent<'a>)| {
            let touches = agent.touched.get(id).cloned().unwrap_or_default();
            let verdict = match all_in_all(&touches) {
                None if watched && agent.played => Verdict::Pass,
                verdict => verdict?,
            };
            Some(AgentFare { position, agent: agent.name, verdict, touches })
        };
        self.agents.iter().enumerate().filter_map(fare).collect()
    }
}

impl<'a> Agent<'a> {
    fn new(catalogue: &'a Catalogue, report: &'a AgentReport) -> Self {
        let mut touched: BTreeMap<_, Vec<Touch>> = BTreeMap::new();
        for case in &report.cases {
            let mut touch = |id: &'a RequirementId, verdict, broken| {
                let touches = touched.entry(catalogue.representative(id)).or_default();
                let touch = Touch { case: &case.id, verdict, broken };
                let is_known =
                    |known: &Touch| known.case == touch.case && known.broken == touch.broken;
                if !touches.iter().any(is_known) {
                    touches.push(touch);
                }
            };
            for id in &case.requirements {
                touch(id, case.verdict, None);
            }
            for broken in &case.broken {
                touch(&broken.requirement, broken.verdict, Some(broken));
            }
        }
        Self { name: &report.agent, played: !report.cases.is_empty(), touched }
    }
}

impl AgentFare<'_> {
    /// The cases that led to the verdict, each once.
    #[must_use]
    pub fn decisive(&self) -> Vec<&CaseId> {
        let decisive = self.touches.iter().filter(|it| it.verdict == self.verdict);
        let mut cases: Vec<&CaseId> = decisive.map(|touch| touch.case).collect();
        cases.dedup();
        cases
    }
}

/// The worst verdict; one that says nothing of right and wrong counts only where no other is.
fn all_in_all(touches: &[Touch]) -> Option<Verdict> {
    let verdicts = || touches.iter().map(|touch| touch.verdict);
    let says_nothing =
        |verdict: &Verdict| matches!(verdict, Verdict::Informational | Verdict::Unimplemented);
    let decided = verdicts().filter(|verdict| !says_nothing(verdict)).max();
    decided.or_else(|| verdicts().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touches(verdicts: &[Verdict]) -> Option<Verdict> {
        let case: CaseId = "a.1".parse().unwrap();
        let touch = |verdict: &Verdict| Touch { case: &case, verdict: *verdict, broken: None };
        all_in_all(&verdicts.iter().map(touch).collect::<Vec<_>>())
    }

    #[test]
    fn the_worst_counts_and_what_says_nothing_does_not() {
        use Verdict::{Fail, Informational, NonStrict, Pass, Unimplemented};
        assert_eq!(touches(&[]), None);
        assert_eq!(touches(&[Pass, Fail, NonStrict]), Some(Fail));
        assert_eq!(touches(&[Informational, Pass, Unimplemented]), Some(Pass));
        assert_eq!(touches(&[Informational, Unimplemented]), Some(Unimplemented));
    }
}
