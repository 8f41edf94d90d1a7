//! How the cases went so far, for those who ask.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::{case::CaseId, control::AgentName, judge::Behavior};

/// Agents that are known at once; a further one is refused.
const AGENTS_MAX: usize = 64;

type Results = BTreeMap<AgentName, BTreeMap<CaseId, Behavior>>;

/// The result of each case with each agent; a later one replaces an earlier.
#[derive(Debug)]
pub struct Ledger {
    results: Mutex<Results>,
    changed: watch::Sender<()>,
}

impl Ledger {
    pub fn new() -> Self {
        Self {
            results: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// Makes the agent known. Says whether there was room for it.
    pub fn admits(&self, agent: &AgentName) -> bool {
        let mut results = self.results();
        if !results.contains_key(agent) {
            if results.len() >= AGENTS_MAX {
                return false;
            }
            results.insert(agent.clone(), BTreeMap::new());
        }
        true
    }

    /// Notes a result.
    pub fn note(&self, agent: &AgentName, case: &CaseId, behavior: Behavior) {
        if let Some(cases) = self.results().get_mut(agent) {
            cases.insert(case.clone(), behavior);
        }
        self.changed.send_replace(());
    }

    /// The result of a case, as soon as there is one.
    pub async fn result(&self, agent: &AgentName, case: &CaseId) -> Behavior {
        let mut changed = self.changed.subscribe();
        loop {
            let known = self
                .results()
                .get(agent)
                .and_then(|cases| cases.get(case))
                .copied();
            if let Some(behavior) = known {
                return behavior;
            }
            if changed.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// How many cases have a result, by agent.
    pub fn counts(&self) -> BTreeMap<AgentName, usize> {
        let results = self.results();
        let played = results.iter().filter(|(_, cases)| !cases.is_empty());
        played
            .map(|(agent, cases)| (agent.clone(), cases.len()))
            .collect()
    }

    fn results(&self) -> MutexGuard<'_, Results> {
        // Whatever was under way when a holder panicked: maps are whole after each call.
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
