//! The command that plays cases once more.

use crate::report::{AgentReport, Report, escape::shell_argument};

/// The command that plays these cases with this agent once more, with the same random octets.
///
/// An old report does not know with which options its run was made; then they are not in it.
#[must_use]
pub fn command(report: &Report, agent: &AgentReport, cases: &str) -> String {
    let cases = shell_argument(cases);
    report.repeat_for(agent).with(&format!("--cases {cases} --seed {} --trace", report.seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::Role, report::example};

    #[test]
    fn names_testee_case_and_seed() {
        let mut report = example::report(Vec::new());
        let agent = report.agents[0].clone();
        assert_eq!(
            command(&report, &agent, "1.1.3"),
            "wspec server 'ws://localhost:9001/?a&b' --cases 1.1.3 --seed 7 --trace"
        );
        report.repeat = "wspec server x --origin y".to_owned();
        assert_eq!(
            command(&report, &agent, "1.1.3"),
            "wspec server x --origin y --cases 1.1.3 --seed 7 --trace"
        );
        report.repeat.clear();
        report.role = Role::Server;
        assert_eq!(
            command(&report, &agent, "1.1.3"),
            "wspec client --cases 1.1.3 --seed 7 --trace"
        );
    }
}
