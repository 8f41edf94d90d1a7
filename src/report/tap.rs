//! The Test Anything Protocol, version 14.
//!
//! What fails comes first: test points are numbered, but nothing says that numbers follow ids.

use std::fmt::Write;

use super::{
    AgentReport, Bar, CaseReport, Report, Standing, escape::printable, finding::worst_first,
    terminal::sections,
};
use crate::judge::Verdict;

/// The report as TAP. Known failures are `TODO`, what is unimplemented is skipped.
#[must_use]
pub fn render(report: &Report, bar: &Bar) -> String {
    let agents = report.agents.iter();
    let mut points: Vec<Point> = agents
        .flat_map(|agent| {
            let cases = worst_first(agent, bar).into_iter().map(|alike| alike.first);
            cases.map(move |case| Point {
                agent,
                case,
                verdict: bar.gate.verdict(case),
                standing: bar.standing(&agent.agent, case),
            })
        })
        .collect();
    points.sort_by_key(|point| !matches!(point.standing, Standing::Fails { .. }));
    let mut out = format!("TAP version 14\n1..{}\n", points.len());
    for (number, point) in (1..).zip(&points) {
        point.print(&mut out, number, report).expect("writing to a String never fails");
    }
    if report.interrupted {
        out += "Bail out! the run was interrupted\n";
    }
    out
}

struct Point<'a> {
    agent: &'a AgentReport,
    case: &'a CaseReport,
    verdict: Verdict,
    standing: Standing<'a>,
}

impl Point<'_> {
    fn print(&self, out: &mut String, number: usize, report: &Report) -> std::fmt::Result {
        let Self { agent, case, .. } = self;
        let ok = match self.standing {
            Standing::Passes => "ok",
            Standing::Known(_) | Standing::Fails { .. } => "not ok",
        };
        let directive = match self.standing {
            Standing::Known(known) => format!(" # TODO {}", description(&known.reason)),
            Standing::Passes if self.verdict == Verdict::Unimplemented => {
                " # SKIP unimplemented".to_owned()
            }
            _ => String::new(),
        };
        let title =
            description(&format!("{} {} ({})", case.id, case.title.as_written(), agent.agent));
        writeln!(out, "{ok} {number} - {title}{directive}")?;
        if matches!(self.verdict, Verdict::Pass | Verdict::Unimplemented) {
            return Ok(());
        }
        let repeat = report.repeat_case(agent, &case.id);
        let lines = [
            ("message", Some(printable(&case.message))),
            ("severity", Some(self.verdict.to_string())),
            ("see", Some(sections(case)).filter(|sections| !sections.is_empty())),
            ("repeat", Some(repeat)),
        ];
        writeln!(out, "  ---")?;
        for (key, value) in lines {
            if let Some(value) = value {
                writeln!(out, "  {key}: {}", serde_json::Value::from(value))?;
            }
        }
        writeln!(out, "  ...")
    }
}

/// Text of a test point: what begins a directive is escaped.
fn description(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('#', "\\#")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_failure_is_the_first_point() {
        insta::assert_snapshot!(render(&example::failing_report(), &example::baseline()));
    }

    #[test]
    fn nothing_that_a_peer_says_becomes_a_line() {
        let mut report = example::report(vec![example::hostile()]);
        report.agents[0].agent = "a\nBail out! # TODO".to_owned();
        let text = render(&report, &Bar::default());
        assert!(!text.contains("\nBail"), "{text}");
        assert!(text.contains("(a\\\\nBail out! \\# TODO)"), "{text}");
    }
}
