//! The results of several agents as they come in.

use std::collections::BTreeMap;

use super::{AgentReport, CaseReport};
use crate::case::CaseId;

/// Octets that all transcripts together may take, roughly. An ordinary agent's take some ten
/// megabytes.
const TRANSCRIPTS_MAX: usize = 512 * 1024 * 1024;

/// Entries that are kept of a transcript when there is no room for all.
const ENTRIES_WHEN_FULL: usize = 16;

/// Reports of cases by agent and case, a later one replacing an earlier. Bounded: where
/// transcripts would take more than half a gigabyte, only the beginnings of further ones are kept.
/// Verdicts are kept whole.
#[derive(Debug, Default)]
pub struct Agents {
    agents: Vec<Agent>,
    octets: usize,
}

#[derive(Debug)]
struct Agent {
    name: String,
    cases: BTreeMap<CaseId, CaseReport>,
}

impl Agents {
    /// Keeps a report. Says whether the agent is new.
    pub fn keep(&mut self, agent: &str, mut case: CaseReport) -> bool {
        let known = self.agents.iter().position(|known| known.name == agent);
        let position = known.unwrap_or_else(|| {
            self.agents.push(Agent { name: agent.to_owned(), cases: BTreeMap::new() });
            self.agents.len() - 1
        });
        if self.octets + case.transcript.octets() > TRANSCRIPTS_MAX {
            case.transcript.shorten(ENTRIES_WHEN_FULL);
        }
        self.octets += case.transcript.octets();
        let replaced = self.agents[position].cases.insert(case.id.clone(), case);
        self.octets -= replaced.map_or(0, |replaced| replaced.transcript.octets());
        known.is_none()
    }

    /// What is kept of an agent's case.
    #[must_use]
    pub fn case(&self, agent: &str, case: &CaseId) -> Option<&CaseReport> {
        let agent = self.agents.iter().find(|known| known.name == agent)?;
        agent.cases.get(case)
    }

    /// How many agents there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.agents.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// What they are called, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.agents.iter().map(|agent| agent.name.as_str())
    }

    /// How many different cases each agent has, in the order in which they came.
    pub fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.agents.iter().map(|agent| (agent.name.as_str(), agent.cases.len()))
    }

    /// All of them, as a report has them: agents as they came, cases by id. `url` is where all of
    /// them were, or were served.
    #[must_use]
    pub fn reports(&self, url: &str) -> Vec<AgentReport> {
        let report = |agent: &Agent| AgentReport {
            agent: agent.name.clone(),
            url: url.to_owned(),
            cases: agent.cases.values().cloned().collect(),
        };
        self.agents.iter().map(report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_later_result_replaces_an_earlier() {
        let mut agents = Agents::default();
        assert!(agents.keep("b", example::passed()));
        assert!(agents.keep("a", example::passed()));
        let mut again = example::passed();
        again.message = "again".to_owned();
        assert!(!agents.keep("b", again));
        let reports = agents.reports("ws://x");
        assert_eq!(reports.len(), 2);
        assert_eq!(reports[0].agent, "b");
        assert_eq!(reports[0].cases.len(), 1);
        assert_eq!(reports[0].cases[0].message, "again");
        assert_eq!(agents.octets, 2 * example::passed().transcript.octets());
    }

    #[test]
    fn no_room_for_more_transcripts() {
        let mut agents = Agents { octets: TRANSCRIPTS_MAX, ..Agents::default() };
        let whole = example::many_fragments();
        agents.keep("a", whole.clone());
        let kept = &agents.reports("")[0].cases[0];
        let entries = kept.transcript.entries.len();
        assert_eq!(entries, ENTRIES_WHEN_FULL);
        let dropped = (whole.transcript.entries.len() - entries) as u64;
        assert_eq!(kept.transcript.entries_dropped, whole.transcript.entries_dropped + dropped);
        assert_eq!(kept.verdict, whole.verdict);
    }
}
