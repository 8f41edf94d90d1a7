//! Markdown, for the summary of a job and for comments: what failed and what to do, then the numbers.

use std::fmt::{self, Write};

use super::{
    AgentReport, Bar, CaseReport, Report, Standing,
    escape::printable,
    finding::{Alike, failing, ranges, tolerated},
    tally::{Row, tally},
    terminal::{Palette, View, closing_line, in_full, sections},
};
use crate::judge::Verdict;

/// Findings of an agent that are shown with all that happened; GitHub takes 1 MiB a summary.
const IN_FULL_MAX: usize = 20;
/// Columns of what happened.
const WIDTH: usize = 110;

/// The report in Markdown, as GitHub and GitLab show it.
#[must_use]
pub fn render(report: &Report, bar: &Bar) -> String {
    let page = Page {
        report,
        bar,
        view: View { bar, width: WIDTH, palette: Palette::PLAIN, verbose: false, chapters: &[] },
    };
    let mut out = String::new();
    page.print(&mut out).expect("writing to a String never fails");
    out
}

struct Page<'a> {
    report: &'a Report,
    bar: &'a Bar,
    view: View<'a>,
}

impl Page<'_> {
    fn print(&self, out: &mut String) -> fmt::Result {
        let failures = self.bar.failures(self.report).count();
        match failures {
            0 => writeln!(out, "## ✅ wspec: nothing failed\n")?,
            1 => writeln!(out, "## ❌ wspec: 1 case failed\n")?,
            _ => writeln!(out, "## ❌ wspec: {failures} cases failed\n")?,
        }
        for agent in &self.report.agents {
            self.agent(out, agent)?;
        }
        self.healed(out)?;
        if self.report.interrupted {
            writeln!(out, "**Interrupted:** not all cases were played.\n")?;
        }
        if let Some(left_out) = self.report.left_out.filter(|it| it.total() > 0) {
            writeln!(out, "{left_out}\n")?;
        }
        if self.report.insecure {
            writeln!(out, "**Insecure:** any certificate was accepted.\n")?;
        }
        let closing = closing_line(self.report, &self.view);
        writeln!(out, "{closing}, by wspec {}", escaped(&self.report.wspec_version))
    }

    fn agent(&self, out: &mut String, agent: &AgentReport) -> fmt::Result {
        writeln!(out, "### {} {}\n", escaped(&agent.agent), code(&agent.url))?;
        let failing = failing(agent, self.bar);
        let (shown, rest) = failing.split_at(IN_FULL_MAX.min(failing.len()));
        for kind in shown {
            self.finding(out, agent, kind)?;
        }
        let rest: Vec<_> = rest.iter().flat_map(Alike::ids).collect();
        if !rest.is_empty() {
            writeln!(out, "**Other findings, {}:** {}\n", rest.len(), ranges(&rest))?;
        }
        for kind in tolerated(agent, self.bar) {
            self.in_a_line(out, &kind)?;
        }
        for case in &agent.cases {
            if let Standing::Known(known) = self.bar.standing(&agent.agent, case) {
                writeln!(out, "- known {}: {}", case.id, escaped(&known.reason))?;
            }
        }
        writeln!(out)?;
        self.chapters(out, &agent.cases)
    }

    /// A finding with all that happened.
    fn finding(&self, out: &mut String, agent: &AgentReport, kind: &Alike<'_>) -> fmt::Result {
        let case = kind.first;
        let others = match kind.more.len() {
            0 => String::new(),
            count => format!(", and {count} alike"),
        };
        let verdict = self.bar.gate.verdict(case);
        writeln!(
            out,
            "#### {verdict} {} {}{others}\n\n{}\n",
            case.id,
            escaped(&case.title),
            escaped(&case.message)
        )?;
        let sections = sections(case);
        if !sections.is_empty() {
            writeln!(out, "See {}.", escaped(&sections))?;
        }
        if !kind.more.is_empty() {
            writeln!(out, "Alike: {}.", ranges(&kind.other_ids()))?;
        }
        let repeat = self.report.repeat_for(agent);
        writeln!(out, "\n{}", fenced("sh", &(repeat.case(&case.id) + "\n")))?;
        let mut all = String::new();
        in_full(&mut all, self.report, kind, &repeat, &self.view)?;
        writeln!(
            out,
            "<details><summary>what happened</summary>\n\n{}\n</details>\n",
            fenced("text", &all)
        )
    }

    /// A finding that is tolerable.
    fn in_a_line(&self, out: &mut String, kind: &Alike<'_>) -> fmt::Result {
        let verdict = self.bar.gate.verdict(kind.first);
        let ids = ranges(&kind.ids());
        writeln!(out, "- {verdict} {ids}: {}", escaped(kind.finding()))
    }

    fn healed(&self, out: &mut String) -> fmt::Result {
        let healed = self.bar.healed(self.report);
        let healed: Vec<String> = healed.map(|known| code(known.cases.text())).collect();
        if healed.is_empty() {
            return Ok(());
        }
        let healed = healed.join(", ");
        writeln!(out, "**These pass now; take them out of the baseline:** {healed}\n")
    }

    fn chapters(&self, out: &mut String, cases: &[CaseReport]) -> fmt::Result {
        let rows = tally(cases, self.bar.gate);
        let mut total = Row::new("total");
        rows.iter().for_each(|row| total.add(row));
        let shown = |verdict: &Verdict| total.of(*verdict) > 0 || *verdict == Verdict::Pass;
        let verdicts: Vec<Verdict> = Verdict::ALL.into_iter().filter(shown).collect();
        let names: Vec<&str> = verdicts.iter().map(|verdict| verdict.name()).collect();
        writeln!(out, "| chapter | {} |", names.join(" | "))?;
        writeln!(out, "|---|{}", "--:|".repeat(names.len()))?;
        for row in rows.iter().chain([&total]) {
            let counts = verdicts.iter().map(|verdict| match row.of(*verdict) {
                0 => "·".to_owned(),
                count => count.to_string(),
            });
            let counts: Vec<String> = counts.collect();
            writeln!(out, "| {} | {} |", escaped(&row.chapter), counts.join(" | "))?;
        }
        writeln!(out)
    }
}

/// Text on one line that Markdown takes for nothing else.
fn escaped(text: impl AsRef<str>) -> String {
    let mut out = String::new();
    for character in printable(text).chars() {
        if "\\`*_[]<>&|~#".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// A code span.
fn code(text: impl AsRef<str>) -> String {
    let text = printable(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.contains('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A block that shows the text as it is.
fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}{fence}")
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_failure_comes_first() {
        insta::assert_snapshot!(render(&example::failing_report(), &example::baseline()));
    }

    #[test]
    fn all_is_well() {
        let report = example::report(vec![example::passed()]);
        let text = render(&report, &Bar::default());
        assert!(text.starts_with("## ✅ wspec: nothing failed\n"), "{text}");
    }

    #[test]
    fn nothing_that_a_peer_says_is_markup() {
        let mut report = example::report(vec![example::hostile()]);
        report.agents[0].agent = "<img src=x> **b** `c` [d](e)\n# f".to_owned();
        report.agents[0].url = "ws://``` x".to_owned();
        report.agents[0].cases[0].verdict = Verdict::Fail;
        let text = render(&report, &Bar::default());
        assert!(text.contains(r"### \<img src=x\> \*\*b\*\* \`c\` \[d\](e)\\n\# f"), "{text}");
        assert!(text.contains("```` ws://``` x ````"), "{text}");
    }
}
