//! Joins the reports of one run that was played in parts.

use std::collections::{BTreeMap, BTreeSet};

use super::{AgentReport, CaseReport, Report};
use crate::{
    case::{CaseId, RunProfile, Shard},
    protocol::Role,
};

/// Why reports cannot be joined. Reports are counted from 1, in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("there is no report to merge")]
    None,
    /// Some are of servers, some of clients.
    #[error("report {number} is of {}s, the first one of {}s; merge reports of one kind of testee", ours, ours.peer())]
    OtherRole {
        /// Which report.
        number: usize,
        /// The side that wspec played in the first one.
        ours: Role,
    },
    /// Random octets follow from other numbers.
    #[error(
        "report {0} has another seed than the first one; play all shards with the same --seed (or with none, if each has --shard)"
    )]
    OtherSeed(usize),
    /// A case is in two of them.
    #[error(
        "reports {first} and {second} both have case {case} of {}; merge reports of different shards or agents",
        crate::report::escape::quoted(agent)
    )]
    Twice {
        /// The first report that has it.
        first: usize,
        /// The second one.
        second: usize,
        /// Whose case.
        agent: String,
        /// Which case.
        case: CaseId,
    },
    /// Some shard is not there, so nobody knows how its cases went.
    #[error("shard {_0} is missing; give the reports of all {count} shards", count = _0.count)]
    Missing(Shard),
    /// Shards of different splits, or reports of whole runs beside shards.
    #[error("report {0} is of {1}, the first one of {2}; merge the shards of one run")]
    OtherSplit(usize, Split, Split),
}

/// How much of a run a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// All of it.
    Whole,
    /// A shard of so many.
    ShardOf(u32),
}

impl std::fmt::Display for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole => f.write_str("a whole run"),
            Self::ShardOf(count) => write!(f, "a shard of {count}"),
        }
    }
}

impl Split {
    fn of(report: &Report) -> Self {
        report.shard.map_or(Self::Whole, |shard| Self::ShardOf(shard.count))
    }
}

/// The report of all of them together. It began with the earliest, and took as long as the longest,
/// as shards are played side by side.
///
/// # Errors
/// Reports that do not belong together, or of which one is missing.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let Some(first) = reports.first() else {
        return Err(MergeError::None);
    };
    are_of_one_run(first, &reports)?;
    let mut whole = Report { shard: None, agents: Vec::new(), ..first.clone() };
    let mut agents = Joined::default();
    // Shards are one run, other reports may be of different testees.
    if first.shard.is_none() && reports.iter().any(|report| report.repeat != first.repeat) {
        whole.repeat.clear();
        whole.testee_command.clear();
    }
    for (number, report) in (1..).zip(reports) {
        whole.started = whole.started.min(report.started);
        whole.duration_ms = whole.duration_ms.max(report.duration_ms);
        if report.profile == RunProfile::Full {
            whole.profile = RunProfile::Full;
        }
        whole.interrupted |= report.interrupted;
        whole.insecure |= report.insecure;
        whole.served_at_once =
            [whole.served_at_once, report.served_at_once].into_iter().flatten().min();
        for agent in report.agents {
            agents.add(number, agent)?;
        }
    }
    whole.agents = agents.over();
    Ok(whole)
}

fn are_of_one_run(first: &Report, reports: &[Report]) -> Result<(), MergeError> {
    let mut shards = BTreeSet::new();
    for (number, report) in (1..).zip(reports) {
        if report.role != first.role {
            let ours = first.role;
            return Err(MergeError::OtherRole { number, ours });
        }
        if report.seed != first.seed {
            return Err(MergeError::OtherSeed(number));
        }
        if Split::of(report) != Split::of(first) {
            let (this, other) = (Split::of(report), Split::of(first));
            return Err(MergeError::OtherSplit(number, this, other));
        }
        shards.extend(report.shard.map(|shard| shard.number));
    }
    let Some(Shard { count, .. }) = first.shard else {
        return Ok(());
    };
    match (1..=count).find(|number| !shards.contains(number)) {
        Some(number) => Err(MergeError::Missing(Shard { number, count })),
        None => Ok(()),
    }
}

/// The agents so far, in the order in which they came.
#[derive(Default)]
struct Joined(Vec<JoinedAgent>);

struct JoinedAgent {
    agent: String,
    url: String,
    /// By id, with the number of the report that each is from.
    cases: BTreeMap<CaseId, (usize, CaseReport)>,
}

impl Joined {
    fn add(&mut self, number: usize, report: AgentReport) -> Result<(), MergeError> {
        let AgentReport { agent, url, cases } = report;
        let position = self.0.iter().position(|known| known.agent == agent);
        let position = position.unwrap_or_else(|| {
            self.0.push(JoinedAgent { agent: agent.clone(), url, cases: BTreeMap::new() });
            self.0.len() - 1
        });
        let joined = &mut self.0[position].cases;
        for case in cases {
            if let Some((first, case)) = joined.get(&case.id) {
                return Err(MergeError::Twice {
                    first: *first,
                    second: number,
                    agent,
                    case: case.id.clone(),
                });
            }
            joined.insert(case.id.clone(), (number, case));
        }
        Ok(())
    }

    fn over(self) -> Vec<AgentReport> {
        let report = |joined: JoinedAgent| AgentReport {
            agent: joined.agent,
            url: joined.url,
            cases: joined.cases.into_values().map(|(_, case)| case).collect(),
        };
        self.0.into_iter().map(report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn shard(number: u32, count: u32, cases: Vec<CaseReport>) -> Report {
        Report { shard: Some(Shard { number, count }), ..example::report(cases) }
    }

    #[test]
    fn shards_become_the_whole() {
        let whole = example::report(vec![example::passed(), example::wrong_echo()]);
        let first = shard(1, 2, vec![example::wrong_echo()]);
        let second = shard(2, 2, vec![example::passed()]);
        assert_eq!(merge(vec![first.clone(), second.clone()]), Ok(whole));
        assert_eq!(
            merge(vec![second.clone()]),
            Err(MergeError::Missing(Shard { number: 1, count: 2 }))
        );
        let other = shard(2, 3, Vec::new());
        let error = merge(vec![first.clone(), other]).unwrap_err().to_string();
        assert_eq!(
            error,
            "report 2 is of a shard of 3, the first one of a shard of 2; merge the shards of one run"
        );
        let mut other = second;
        other.seed += 1;
        assert_eq!(merge(vec![first, other]), Err(MergeError::OtherSeed(2)));
    }

    #[test]
    fn a_case_that_comes_twice_is_refused() {
        let report = example::report(vec![example::passed()]);
        let error = merge(vec![report.clone(), report.clone()]).unwrap_err();
        assert!(error.to_string().contains("reports 1 and 2 both have case 1.1.2"), "{error}");
        let mut other = report.clone();
        other.agents[0].agent = "other".to_owned();
        assert_eq!(merge(vec![report, other]).unwrap().agents.len(), 2);
        assert_eq!(merge(Vec::new()), Err(MergeError::None));
    }
}
