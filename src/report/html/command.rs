//! The command that plays cases once more.

use crate::{
    protocol::Role,
    report::{AgentReport, Report, escape::shell_argument},
};

/// The command that plays these cases with this agent once more, with the same random octets.
///
/// What the report does not know, such as header fields that were added, is not in it.
#[must_use]
pub fn command(report: &Report, agent: &AgentReport, cases: &str) -> String {
    let mut words = vec!["wspec".to_owned()];
    match report.role {
        Role::Client => {
            words.push("server".to_owned());
            words.push(shell_argument(&agent.url));
            if report.insecure {
                words.push("--insecure".to_owned());
            }
        }
        Role::Server => words.push("client".to_owned()),
    }
    words.push(format!("--cases {}", shell_argument(cases)));
    words.push(format!("--seed {}", report.seed));
    words.push("--trace".to_owned());
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn names_testee_case_and_seed() {
        let mut report = example::report(Vec::new());
        let agent = report.agents[0].clone();
        assert_eq!(
            command(&report, &agent, "1.1.3"),
            "wspec server 'ws://localhost:9001/?a&b' --cases 1.1.3 --seed 7 --trace"
        );
        report.role = Role::Server;
        assert_eq!(
            command(&report, &agent, "1.1.3"),
            "wspec client --cases 1.1.3 --seed 7 --trace"
        );
    }
}
