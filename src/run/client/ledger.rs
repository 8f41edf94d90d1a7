//! How the cases went so far, for those who ask.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::{
    case::{Case, CaseId},
    control::AgentName,
    judge::{Across, Behavior, Judgement, judge_in_run},
    transcript::Transcript,
};

/// Agents that are known at once; a further one is refused.
const AGENTS_MAX: usize = 64;

type Results = BTreeMap<AgentName, BTreeMap<CaseId, Behavior>>;

/// The result of each case with each agent; a later one replaces an earlier.
#[derive(Debug)]
pub struct Ledger {
    results: Mutex<Results>,
    /// What is known of the connections of each agent.
    across: Mutex<BTreeMap<AgentName, Across>>,
    changed: watch::Sender<()>,
}

impl Ledger {
    pub fn new() -> Self {
        Self {
            results: Mutex::default(),
            across: Mutex::default(),
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

    /// Judges a case, also by what the earlier connections of its agent were like.
    pub fn judge(&self, agent: &AgentName, case: &Case, transcript: &Transcript) -> Judgement {
        let mut across = self.across.lock().unwrap_or_else(PoisonError::into_inner);
        let across = across.entry(agent.clone()).or_default();
        judge_in_run(case, transcript, across)
    }

    /// Notes a result.
    pub fn note(&self, agent: &AgentName, case: &CaseId, behavior: Behavior) {
        if let Some(cases) = self.results().get_mut(agent) {
            cases.insert(case.clone(), behavior);
        }
        self.changed.send_replace(());
    }

    /// The result of a case, if there is one.
    pub fn known(&self, agent: &AgentName, case: &CaseId) -> Option<Behavior> {
        self.results().get(agent).and_then(|cases| cases.get(case)).copied()
    }

    /// The result of a case, as soon as there is one.
    pub async fn result(&self, agent: &AgentName, case: &CaseId) -> Behavior {
        let mut changed = self.changed.subscribe();
        loop {
            if let Some(behavior) = self.known(agent, case) {
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
        played.map(|(agent, cases)| (agent.clone(), cases.len())).collect()
    }

    fn results(&self) -> MutexGuard<'_, Results> {
        // Whatever was under way when a holder panicked: maps are whole after each call.
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
