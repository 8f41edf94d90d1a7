//! Cases that are left out for some clients only.

use std::{fmt, sync::Arc};

use crate::{case::CaseId, control::AgentName};

/// Says which cases are not played with which agents. They count, and stay in the list.
#[derive(Clone)]
pub struct Excluded(Arc<Rule>);

type Rule = dyn Fn(&AgentName, &CaseId) -> bool + Send + Sync;

impl Excluded {
    /// Those for which `rule` says so.
    pub fn by(rule: impl Fn(&AgentName, &CaseId) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// Whether the case is left out for this agent.
    #[must_use]
    pub fn is(&self, agent: &AgentName, case: &CaseId) -> bool {
        (self.0)(agent, case)
    }
}

impl Default for Excluded {
    /// None.
    fn default() -> Self {
        Self::by(|_, _| false)
    }
}

impl fmt::Debug for Excluded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Excluded")
    }
}
