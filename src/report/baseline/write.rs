//! Writes a baseline.

use std::fmt::Write;

use toml::Value;

use super::{Baseline, KnownFailure, known::AgentPattern};
use crate::{
    case::Pattern,
    judge::Verdict,
    report::{Bar, Report, escape::printable},
};

/// The file's beginning.
const HEAD: &str = "\
# Failures that are known: `wspec … --baseline` does not stop for them, and says which of them pass now.
# A line is a case, or a pattern with `*`, and the reason; besides, if wanted, `agent` (a pattern, too),
# `expires = 2027-01-31`, from the day after which it counts again, and `verdict = \"non-strict\"`, if
# nothing worse is tolerated.
";

impl Baseline {
    /// What keeps a run with this report from failing. Lines of the bar's own baseline stay as
    /// they are, unless their cases were played and need no excuse; this may be a part of a run.
    /// What could not be played is no failure to know. What has expired keeps its reason, a line a
    /// case.
    #[must_use]
    pub fn of(report: &Report, bar: &Bar) -> Self {
        let names_agents = report.agents.len() > 1;
        let mut used = vec![false; bar.baseline.known.len()];
        let mut new = Vec::new();
        let failed = report.cases().filter(|(_, case)| bar.is_missed_by(case));
        for (agent, case) in failed {
            let verdict = bar.gate.verdict(case);
            let excusing =
                |known: &KnownFailure| known.is_about(&agent.agent, case) && known.excuses(verdict);
            match bar.baseline.known.iter().position(excusing) {
                Some(position) => used[position] = true,
                None if verdict == Verdict::Error => {}
                None => new.push(KnownFailure {
                    line: 0,
                    cases: Pattern::exactly(&case.id),
                    agents: names_agents.then(|| AgentPattern::exactly(&agent.agent)),
                    reason: match bar.baseline.find(&agent.agent, case, verdict) {
                        Some(expired) => expired.reason.clone(),
                        None => printable(&case.message),
                    },
                    expires: None,
                    has_expired: false,
                    at_worst: verdict.max(Verdict::NonStrict),
                }),
            }
        }
        let was_played = |known: &KnownFailure| {
            let mut cases = report.cases();
            cases.any(|(agent, case)| known.is_about(&agent.agent, case))
        };
        let old = bar.baseline.known.iter().zip(used);
        let old = old.filter(|(known, used)| *used || !was_played(known));
        let old = old.map(|(known, _)| known.clone());
        Self { known: old.chain(new).collect() }
    }

    /// The baseline's file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = HEAD.to_owned();
        if self.known.is_empty() {
            return text + "known = []\n";
        }
        text += "known = [\n";
        for known in &self.known {
            text += &known.line();
        }
        text + "]\n"
    }
}

impl KnownFailure {
    fn line(&self) -> String {
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        let mut line = format!("  {{ case = {}", quoted(self.cases.text()));
        if let Some(agents) = &self.agents {
            line += &format!(", agent = {}", quoted(&agents.text));
        }
        if let Some(day) = self.expires {
            line += &format!(", expires = {day}");
        }
        if self.at_worst == Verdict::NonStrict {
            line += &format!(", verdict = {}", quoted(Verdict::NonStrict.name()));
        }
        writeln!(line, ", reason = {} }},", quoted(&self.reason))
            .expect("writing to a String never fails");
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{FailOn, Gate, example};

    fn bar(baseline: &str) -> Bar {
        Bar {
            gate: Gate::Ours,
            fail_on: FailOn::NonStrict,
            baseline: Baseline::read(baseline, "2026-11-26".parse().unwrap()).unwrap(),
        }
    }

    fn report() -> Report {
        let mut tolerable = example::passed();
        tolerable.id = "1.1.3".parse().unwrap();
        tolerable.verdict = Verdict::NonStrict;
        tolerable.message = "it said \"no\" with a \\".to_owned();
        tolerable.reasons.clear();
        let error = example::never_connected();
        example::report(vec![example::passed(), tolerable, example::wrong_echo(), error])
    }

    #[test]
    fn what_is_written_excuses_all_and_is_written_again() {
        let report = report();
        let written = Baseline::of(&report, &bar("")).to_toml();
        insta::assert_snapshot!(written);
        let bar = bar(&written);
        let failing: Vec<&str> = bar.failures(&report).map(|(_, case)| case.id.as_str()).collect();
        assert_eq!(failing, [example::never_connected().id.as_str()]);
        assert_eq!(Baseline::of(&report, &bar).to_toml(), written);
    }

    #[test]
    fn lines_stay_unless_their_cases_need_no_excuse() {
        let text = r#"known = [
            { case = "1.1.3", reason = "mine", expires = 2027-01-31 },
            { case = "1.1.2", reason = "it passes now" },
            { case = "1.1.*", reason = "too late", expires = 2026-11-25 },
            { case = "9.*", reason = "not played" },
        ]"#;
        let written = Baseline::of(&report(), &bar(text)).to_toml();
        let lines: Vec<&str> = written.lines().filter(|line| line.contains("case =")).collect();
        assert_eq!(
            lines,
            [
                r#"  { case = "1.1.3", expires = 2027-01-31, reason = "mine" },"#,
                r#"  { case = "9.*", reason = "not played" },"#,
            ]
        );
    }

    #[test]
    fn several_agents_are_told_apart() {
        let mut report = report();
        let mut twin = report.agents[0].clone();
        twin.agent = "odd [name]*{\\".to_owned();
        report.agents.push(twin);
        let written = Baseline::of(&report, &bar("")).to_toml();
        let bar = bar(&written);
        assert_eq!(bar.failures(&report).count(), 2, "{written}");
    }
}
