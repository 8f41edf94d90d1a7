//! What changed from one report to another, in words.

use std::fmt::Write;

use super::{Palette, wrap::wrap};
use crate::{
    case::CaseId,
    judge::Verdict,
    report::{AgentComparison, Bar, Change, Difference, escape::printable, finding::ranges},
};

/// Columns that the name of a change takes.
const NAME_WIDTH: usize = 9;

/// Prints what differs, the worst first: broken, fixed and changed cases one by one, new and gone
/// ones as ranges of ids.
#[must_use]
pub fn comparison(
    agents: &[AgentComparison<'_>],
    bar: &Bar,
    width: usize,
    palette: &Palette,
) -> String {
    let mut page = Page { out: String::new(), bar, width, palette };
    for agent in agents {
        page.agent(agent);
    }
    page.out += &closing_line(agents, palette);
    page.out
}

struct Page<'a> {
    out: String,
    bar: &'a Bar,
    width: usize,
    palette: &'a Palette,
}

impl Page<'_> {
    fn agent(&mut self, agent: &AgentComparison<'_>) {
        let heading = match (agent.old, agent.new) {
            (Some(old), Some(new)) if old == new => printable(old),
            (Some(old), Some(new)) => format!("{} → {}", printable(old), printable(new)),
            (Some(old), None) => format!("{} (gone)", printable(old)),
            (None, Some(new)) => format!("{} (new)", printable(new)),
            (None, None) => String::new(),
        };
        self.line(&self.palette.heading(heading));
        for difference in &agent.differences {
            if matches!(difference.change, Change::Broken | Change::Fixed | Change::Changed) {
                self.difference(difference);
            }
        }
        for change in [Change::New, Change::Gone] {
            self.all_of(change, agent);
        }
        self.line("");
    }

    /// `broken   7.1.5  Close in the midst of a message  pass → fail`, and why below.
    fn difference(&mut self, difference: &Difference<'_>) {
        let case = difference.case();
        let verdict = |case| self.bar.gate.verdict(case);
        let (old, new) = (difference.old.map(verdict), difference.new.map(verdict));
        let word = |verdict: Option<Verdict>| {
            verdict
                .map_or_else(String::new, |verdict| self.palette.verdict(verdict, verdict.name()))
        };
        let name = format!("{:NAME_WIDTH$}", difference.change.name());
        let line = format!(
            "{}{}  {}  {} → {}",
            self.palette.verdict(tone(difference.change), name),
            case.id,
            printable(&case.title),
            word(old),
            word(new)
        );
        self.line(&line);
        let message = match difference.change {
            // Nothing is to be done about what is right now; it is good to know what it was.
            Change::Fixed => difference.old.map(|old| format!("before: {}", old.message)),
            _ => Some(case.message.clone()),
        };
        self.below(&printable(message.unwrap_or_default()));
    }

    /// `new      9.1.1–9.1.6 (6 cases, of which 9.1.2 fail)`
    fn all_of(&mut self, change: Change, agent: &AgentComparison<'_>) {
        let of_change = || {
            let all = agent.differences.iter();
            all.filter(|difference| difference.change == change).map(Difference::case)
        };
        let ids: Vec<&CaseId> = of_change().map(|case| &case.id).collect();
        if ids.is_empty() {
            return;
        }
        let failing: Vec<&CaseId> = of_change()
            .filter(|case| change == Change::New && self.bar.is_missed_by(case))
            .map(|case| &case.id)
            .collect();
        let cases = if ids.len() == 1 { "case" } else { "cases" };
        let name = format!("{:NAME_WIDTH$}", change.name());
        let name = self.palette.quiet(name);
        self.line(&format!("{name}{} {cases}", ids.len()));
        self.below(&ranges(&ids));
        if !failing.is_empty() {
            let text = format!("failing: {}", ranges(&failing));
            self.below(&text);
        }
    }

    fn below(&mut self, text: &str) {
        for line in wrap(text, self.width.saturating_sub(NAME_WIDTH)) {
            self.line(&format!("{:NAME_WIDTH$}{line}", ""));
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// How a change is coloured.
const fn tone(change: Change) -> Verdict {
    match change {
        Change::Broken => Verdict::Fail,
        Change::Fixed => Verdict::Pass,
        Change::Changed => Verdict::NonStrict,
        Change::New | Change::Gone => Verdict::Informational,
    }
}

/// `1 broken, 2 fixed, 500 the same`
fn closing_line(agents: &[AgentComparison<'_>], palette: &Palette) -> String {
    let differences = || agents.iter().flat_map(|agent| &agent.differences);
    let mut line = String::new();
    for change in Change::ALL {
        let count = differences().filter(|difference| difference.change == change).count();
        if count > 0 {
            let words = palette.verdict(tone(change), format_args!("{count} {}", change.name()));
            write!(line, "{words}, ").expect("writing to a String never fails");
        }
    }
    let same: usize = agents.iter().map(|agent| agent.same).sum();
    line + &format!("{same} the same\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{CaseReport, Report, compare, example};

    fn report(agent: &str, cases: Vec<(&str, CaseReport)>) -> Report {
        let with_id =
            |(id, case): (&str, CaseReport)| CaseReport { id: id.parse().unwrap(), ..case };
        let mut report = example::report(cases.into_iter().map(with_id).collect());
        report.agents[0].agent = agent.to_owned();
        report
    }

    #[test]
    fn what_is_broken_comes_first() {
        let (passed, failed) = (example::passed, example::wrong_echo);
        let tolerable = CaseReport {
            verdict: Verdict::NonStrict,
            message: "it closed with 1000\u{1b}[2J".to_owned(),
            ..passed()
        };
        let old = report(
            "echo/1",
            vec![
                ("1.1.1", passed()),
                ("1.1.2", failed()),
                ("1.1.3", passed()),
                ("1.1.4", passed()),
                ("1.2.1", passed()),
            ],
        );
        let new = report(
            "echo/2",
            vec![
                ("1.1.1", failed()),
                ("1.1.2", passed()),
                ("1.1.3", tolerable),
                ("1.1.4", passed()),
                ("1.3.1", passed()),
                ("1.3.2", failed()),
                ("1.3.3", passed()),
            ],
        );
        let bar = Bar::default();
        let text = comparison(&compare(&old, &new, &bar), &bar, 100, &Palette::PLAIN);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn nothing_changed() {
        let report = report("echo", vec![("1.1.1", example::passed())]);
        let bar = Bar::default();
        let text = comparison(&compare(&report, &report, &bar), &bar, 100, &Palette::PLAIN);
        assert_eq!(text, "echo\n\n1 the same\n");
    }
}
