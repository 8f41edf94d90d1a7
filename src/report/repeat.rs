//! The command that tests a testee again.

use super::{
    AgentReport, Report,
    escape::{printable, shell_argument},
};
use crate::{case::CaseId, protocol::Role};

/// The command that tests an agent again; which cases is still to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    before: String,
    /// The command that starts the testee, with what separates it; or nothing.
    behind: String,
}

impl Repeat {
    /// The whole command, with these options.
    #[must_use]
    pub fn with(&self, options: &str) -> String {
        format!("{} {options}{}", self.before, self.behind)
    }

    /// The command that plays this case again and prints all frames.
    #[must_use]
    pub fn case(&self, case: &CaseId) -> String {
        self.with(&format!("--cases {case} --trace"))
    }
}

impl Report {
    /// The command that tests this agent again: the run's own, or what follows from the agent's
    /// URL.
    #[must_use]
    pub fn repeat_for(&self, agent: &AgentReport) -> Repeat {
        let before = match self.role {
            _ if !self.repeat.is_empty() => printable(&self.repeat),
            Role::Client => format!("wspec server {}", shell_argument(&agent.url)),
            Role::Server => "wspec client".to_owned(),
        };
        let behind = match self.testee_command.as_str() {
            "" => String::new(),
            command => format!(" -- {}", printable(command)),
        };
        Repeat { before, behind }
    }

    /// The command that plays this case of the agent again, and prints all frames.
    #[must_use]
    pub fn repeat_case(&self, agent: &AgentReport, case: &CaseId) -> String {
        self.repeat_for(agent).case(case)
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
        report.testee_command = "node 'my server.js'".to_owned();
        assert_eq!(
            repeat(&report),
            "wspec server ws://x --origin y --cases 1.1 --trace -- node 'my server.js'"
        );
        report.repeat.clear();
        report.testee_command.clear();
        report.role = Role::Server;
        assert_eq!(repeat(&report), "wspec client --cases 1.1 --trace");
    }
}
