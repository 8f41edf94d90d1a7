//! The results of several agents as they come in.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    AgentReport, Archive, CaseReport,
    journal::{Earlier, Journal, JournalError},
};
use crate::case::CaseId;

/// Octets that the transcripts in memory may take together, roughly.
const GISTS_MAX: usize = 8 * 1024 * 1024;

/// Octets that one of them may take: at most, and where there is no more room. An ordinary
/// transcript takes a few thousand.
const GIST_MAX: usize = 4 * 1024;
const GIST_MIN: usize = 1024;

/// Broken rules that are kept of a case, the gravest: a peer may break one in each line of its head.
const BROKEN_MAX: usize = 64;

/// Reports of cases by agent and case, a later one replacing an earlier. They are written into the
/// journal as they come, and only their gist stays in memory: what all transcripts together take
/// there is bounded.
#[derive(Debug, Default)]
pub struct Agents {
    agents: Vec<Agent>,
    octets: usize,
    journal: Option<Journal>,
    archive: Archive,
}

#[derive(Debug)]
struct Agent {
    name: String,
    cases: BTreeMap<CaseId, CaseReport>,
}

impl Agents {
    /// None yet; those that come go into this journal.
    ///
    /// # Errors
    /// A journal that cannot be read.
    pub fn journalled(journal: Journal) -> Result<Self, JournalError> {
        let archive = journal.archive()?;
        Ok(Self { journal: Some(journal), archive, ..Self::default() })
    }

    /// Those of an earlier run, whose journal this is.
    ///
    /// # Errors
    /// A journal that cannot be read.
    pub fn resumed(journal: Journal, earlier: Earlier) -> Result<Self, JournalError> {
        let mut agents = Self::journalled(journal)?;
        // What could not be played, as the run was interrupted or the testee was gone, says nothing.
        let judged = earlier.results.into_iter().filter(|line| line.is_judged());
        for line in judged {
            agents.insert(&line.agent, line.case);
        }
        Ok(agents)
    }

    /// Keeps a report: first in the journal, so that nobody hears of a result that could be lost.
    ///
    /// # Errors
    /// The journal cannot be written. The verdict is kept all the same, with the gist of what
    /// happened.
    pub fn keep(&mut self, agent: &str, mut case: CaseReport) -> Result<(), JournalError> {
        if case.broken.len() > BROKEN_MAX {
            case.broken.sort_by_key(|broken| Reverse(broken.verdict));
            case.broken.truncate(BROKEN_MAX);
        }
        let appended = self.journal.as_mut().map(|journal| {
            case.transcript.cut_to(journal.share());
            journal.append(agent, &case)
        });
        let (stored, result) = match appended {
            Some(Ok(place)) => (Some(place), Ok(())),
            Some(Err(error)) => (None, Err(error)),
            None => (None, Ok(())),
        };
        self.insert(agent, CaseReport { stored, ..case });
        result
    }

    fn insert(&mut self, agent: &str, case: CaseReport) {
        let known = self.agents.iter().position(|known| known.name == agent);
        let position = known.unwrap_or_else(|| {
            self.agents.push(Agent { name: agent.to_owned(), cases: BTreeMap::new() });
            self.agents.len() - 1
        });
        let case = case.gist(self.share());
        self.octets += case.transcript.octets();
        let replaced = self.agents[position].cases.insert(case.id.clone(), case);
        self.octets -= replaced.map_or(0, |replaced| replaced.transcript.octets());
    }

    /// What the gist of the next transcript may take: the less, the more there are.
    fn share(&self) -> usize {
        let left = GISTS_MAX.saturating_sub(self.octets);
        (left / 1024).clamp(GIST_MIN, GIST_MAX)
    }

    /// What is in memory of an agent's case.
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
    /// them were, or were served. Their whole results are in the [archive](Self::archive).
    #[must_use]
    pub fn reports(&self, url: &str) -> Vec<AgentReport> {
        let report = |agent: &Agent| AgentReport {
            agent: agent.name.clone(),
            url: url.to_owned(),
            cases: agent.cases.values().cloned().collect(),
        };
        self.agents.iter().map(report).collect()
    }

    /// Where the whole results are.
    #[must_use]
    pub fn archive(&self) -> Archive {
        self.archive.clone()
    }

    /// All reports are written: the journal is needed no more.
    pub fn remove_journal(self) {
        if let Some(journal) = self.journal {
            journal.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_later_result_replaces_an_earlier() {
        let mut agents = Agents::default();
        agents.keep("b", example::passed()).unwrap();
        agents.keep("a", example::passed()).unwrap();
        let mut again = example::passed();
        again.message = "again".to_owned();
        agents.keep("b", again).unwrap();
        let reports = agents.reports("ws://x");
        assert_eq!(reports.len(), 2);
        assert_eq!(reports[0].agent, "b");
        assert_eq!(reports[0].cases.len(), 1);
        assert_eq!(reports[0].cases[0].message, "again");
        assert_eq!(agents.octets, 2 * example::passed().transcript.octets());
    }

    #[test]
    fn the_journal_has_what_memory_has_not() {
        let mut agents = Agents::journalled(Journal::temporary().unwrap()).unwrap();
        let whole = example::many_fragments();
        agents.keep("a", whole.clone()).unwrap();
        agents.keep("a", example::passed()).unwrap();
        let gist = agents.case("a", &whole.id).unwrap();
        assert!(gist.transcript.octets() <= GIST_MAX);
        assert_eq!(gist.verdict, whole.verdict);
        let stored = agents.archive().whole(gist).unwrap().into_owned();
        assert_eq!(stored, whole);
    }

    #[test]
    fn gists_are_bounded_together() {
        let mut agents = Agents::journalled(Journal::temporary().unwrap()).unwrap();
        agents.octets = GISTS_MAX;
        agents.keep("a", example::many_fragments()).unwrap();
        assert!(agents.octets <= GISTS_MAX + GIST_MIN);
    }
}
