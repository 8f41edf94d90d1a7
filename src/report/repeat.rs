//! The command that tests a testee again.

use super::{
    AgentReport, Report,
    escape::{printable, shell_argument},
};
use crate::{case::CaseId, protocol::Role};

impl Report {
    /// The command that tests this agent again, up to its `--cases`: the run's own, or what follows
    /// from the agent's URL.
    #[must_use]
    pub fn repeat_for(&self, agent: &AgentReport) -> String {
        match self.role {
            _ if !self.repeat.is_empty() => printable(&self.repeat),
            Role::Client => format!("wspec server {}", shell_argument(&agent.url)),
            Role::Server => "wspec client".to_owned(),
        }
    }

    /// The command that plays this case of the agent again, and prints all frames.
    #[must_use]
    pub fn repeat_case(&self, agent: &AgentReport, case: &CaseId) -> String {
        format!("{} --cases {case} --trace", self.repeat_for(agent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_run_knows_best_how_to_repeat_it() {
        let mut report = example::report(vec![example::passed()]);
        let repeat =
            |report: &Report| report.repeat_case(&report.agents[0], &"1.1".parse().unwrap());
        assert_eq!(repeat(&report), "wspec server 'ws://localhost:9001/?a&b' --cases 1.1 --trace");
        report.repeat = "wspec server ws://x --origin y".to_owned();
        assert_eq!(repeat(&report), "wspec server ws://x --origin y --cases 1.1 --trace");
        report.repeat.clear();
        report.role = Role::Server;
        assert_eq!(repeat(&report), "wspec client --cases 1.1 --trace");
    }
}
