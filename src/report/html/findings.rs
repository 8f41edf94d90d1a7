//! What failed and what to do about it: the first thing that a reader sees.

use super::{RequirementRow, command, link::Link};
use crate::{
    case::RequirementId,
    judge::Verdict,
    report::{
        AgentReport, Bar, Report,
        escape::printable,
        finding::{Alike, failing, ranges, tolerated},
        section::sections_to_read,
    },
};

/// Kinds of failure that are shown at once, of a single agent and of each of several.
const SHOWN_OF_ONE: usize = 8;
const SHOWN_OF_SEVERAL: usize = 3;

/// What was found with one agent.
#[derive(Debug)]
pub struct AgentFindings {
    /// Its place in the report, from 0.
    pub position: usize,
    /// What it is called.
    pub name: String,
    /// How many cases do not pass.
    pub failed: usize,
    /// The first kinds of failure, the most frequent first.
    pub first: Vec<Finding>,
    /// The others.
    pub more: Vec<Finding>,
    /// Kinds of what is tolerable, likewise.
    pub tolerated: Vec<Finding>,
}

/// What was found in one case or several.
#[derive(Debug)]
pub struct Finding {
    /// The verdict on it.
    pub verdict: Verdict,
    /// What was found, in a sentence.
    pub sentence: String,
    /// The first of the cases.
    pub id: String,
    /// What that case is about.
    pub title: String,
    /// How many cases there are.
    pub count: usize,
    /// All of them, runs as `first–last`.
    pub cases: String,
    /// What was to be, if it is known.
    pub demand: Option<Demand>,
    /// Where to read on.
    pub sections: Vec<Link>,
    /// The command that plays the first case once more.
    pub command: String,
}

/// What an RFC demands.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The name of the requirement.
    pub id: String,
    /// How strongly it binds.
    pub level: String,
    /// What it demands, in a sentence.
    pub text: String,
}

/// What was found with each agent.
pub fn findings(report: &Report, bar: &Bar, requirements: &[RequirementRow]) -> Vec<AgentFindings> {
    let shown = match report.agents.len() {
        0 | 1 => SHOWN_OF_ONE,
        _ => SHOWN_OF_SEVERAL,
    };
    let agents = report.agents.iter().enumerate();
    agents
        .map(|(position, agent)| {
            let of = |kinds: Vec<Alike<'_>>| {
                let finding =
                    |kind: &Alike<'_>| Finding::of(kind, (report, agent), bar, requirements);
                kinds.iter().map(finding).collect::<Vec<_>>()
            };
            let mut first = of(failing(agent, bar));
            let failed = first.iter().map(|finding| finding.count).sum();
            let more = first.split_off(shown.min(first.len()));
            AgentFindings {
                position,
                name: printable(&agent.agent),
                failed,
                first,
                more,
                tolerated: of(tolerated(agent, bar)),
            }
        })
        .collect()
}

impl Finding {
    /// Whether wspec could not do its part.
    pub fn is_error(&self) -> bool {
        self.verdict == Verdict::Error
    }

    fn of(
        kind: &Alike<'_>,
        (report, agent): (&Report, &AgentReport),
        bar: &Bar,
        requirements: &[RequirementRow],
    ) -> Self {
        let case = kind.first;
        let ids = kind.ids();
        let sections = sections_to_read(case);
        // Only a broken rule names what it broke; a case may exercise much.
        let broken = case.broken.first().map(|broken| &broken.requirement);
        let about = match &case.requirements[..] {
            [only] => Some(only),
            _ => None,
        };
        let demand = broken.or(about).and_then(|id| Demand::of(id, requirements));
        Self {
            verdict: bar.gate.verdict(case),
            sentence: printable(kind.finding()),
            id: case.id.to_string(),
            title: printable(&case.title),
            count: ids.len(),
            cases: ranges(&ids),
            demand,
            sections: sections.into_iter().map(Link::to).collect(),
            command: command(report, agent, case.id.as_str()),
        }
    }
}

impl Demand {
    fn of(id: &RequirementId, requirements: &[RequirementRow]) -> Option<Self> {
        let row = requirements.iter().find(|row| row.id == *id)?;
        Some(Self { id: row.id.to_string(), level: row.level.clone(), text: row.text.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn failures_come_before_errors_and_say_what_to_do() {
        let report = example::report(vec![
            example::passed(),
            example::never_connected(),
            example::rule_broken(),
        ]);
        let found = findings(&report, &Bar::default(), &[]);
        let [agent] = &found[..] else { panic!() };
        assert_eq!(agent.failed, 2);
        let [rule, error] = &agent.first[..] else { panic!("{:#?}", agent.first) };
        assert_eq!((rule.verdict, rule.id.as_str()), (Verdict::Fail, "1.1.4"));
        assert!(rule.command.ends_with("--cases 1.1.4 --seed 7 --trace"));
        assert_eq!(rule.sections[0].text, "RFC 6455 §5.2");
        assert_eq!(error.verdict, Verdict::Error);
        assert!(!rule.is_error() && error.is_error());
    }
}
