//! The whole of what is printed after a run.

use std::fmt::{self, Write};

use super::{Palette, chapters, failure, non_strict};
use crate::{
    judge::Verdict,
    report::{AgentReport, CaseReport, Gate, Report, escape::printable},
};

/// How to look at a report.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Whose verdict counts.
    pub gate: Gate,
    /// Columns of the terminal.
    pub width: usize,
    /// Colours, if any.
    pub palette: Palette,
}

/// Prints the report: for each agent its chapters and the cases that are not as they should be,
/// then the closing line.
///
/// # Errors
/// What `out` says.
pub fn print(out: &mut dyn Write, report: &Report, view: &View) -> fmt::Result {
    for agent in &report.agents {
        print_agent(out, agent, view)?;
    }
    if report.interrupted {
        let text = "interrupted: not all cases were played";
        writeln!(out, "{}", view.palette.verdict(Verdict::Error, text))?;
    }
    writeln!(out, "{}", closing_line(report, view))
}

fn print_agent(out: &mut dyn Write, agent: &AgentReport, view: &View) -> fmt::Result {
    let name = printable(&agent.agent);
    let url = printable(&agent.url);
    writeln!(
        out,
        "{}  {}\n",
        view.palette.heading(name),
        view.palette.quiet(url)
    )?;
    let table = chapters(&agent.cases, view.gate, view.width, &view.palette);
    writeln!(out, "{table}")?;
    for case in agent.cases.iter().filter(|case| !view.gate.passes(case)) {
        failure(out, agent, case, view)?;
        writeln!(out)?;
    }
    let is_non_strict = |case: &&CaseReport| view.gate.verdict(case) == Verdict::NonStrict;
    let mut lines = agent.cases.iter().filter(is_non_strict).peekable();
    let any = lines.peek().is_some();
    lines.try_for_each(|case| non_strict(out, case, view))?;
    if any { writeln!(out) } else { Ok(()) }
}

/// `514 passed, 2 non-strict, 1 failed in 0.42 s`: verdicts that nobody got are left out, but for
/// `passed`.
#[must_use]
pub fn closing_line(report: &Report, view: &View) -> String {
    let counts = Verdict::ALL.map(|verdict| {
        let cases = report
            .cases()
            .filter(|(_, case)| view.gate.verdict(case) == verdict);
        (verdict, cases.count())
    });
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(verdict, count)| *count > 0 || *verdict == Verdict::Pass)
        .map(|(verdict, count)| {
            view.palette
                .verdict(verdict, format_args!("{count} {}", counted(verdict, count)))
        })
        .collect();
    let (seconds, hundredths) = (report.duration_ms / 1000, report.duration_ms % 1000 / 10);
    format!("{} in {seconds}.{hundredths:02} s", parts.join(", "))
}

/// What is said of so many cases with this verdict.
const fn counted(verdict: Verdict, count: usize) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Error if count == 1 => "error",
        Verdict::Error => "errors",
        Verdict::Informational | Verdict::Unimplemented | Verdict::NonStrict => verdict.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{judge::Behavior, report::example};

    fn view(gate: Gate) -> View {
        View {
            gate,
            width: 100,
            palette: Palette::PLAIN,
        }
    }

    fn printed(report: &Report, view: &View) -> String {
        let mut text = String::new();
        print(&mut text, report, view).unwrap();
        text
    }

    fn tolerable() -> CaseReport {
        let mut case = example::passed();
        case.id = "1.2.1".parse().unwrap();
        case.chapter = "Binary messages".to_owned();
        case.verdict = Verdict::NonStrict;
        case.message = "it started the closing handshake itself, with code 1000".to_owned();
        case
    }

    #[test]
    fn all_is_well() {
        let report = example::report(vec![example::passed()]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn an_echo_that_differs() {
        let report = example::report(vec![example::passed(), example::wrong_echo(), tolerable()]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn a_wire_rule_broken() {
        let report = example::report(vec![example::rule_broken()]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn a_handshake_refused() {
        let report = example::report(vec![example::refused()]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn many_frames() {
        let report = example::report(vec![example::many_fragments()]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn nobody_there() {
        let mut report = example::report(vec![example::never_connected()]);
        report.interrupted = true;
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn round_trips_and_everything_else() {
        let report = example::report(vec![example::round_trips(), example::everything()]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn hostile_strings() {
        let mut report = example::report(vec![example::hostile()]);
        report.agents[0].agent = "\u{1b}[2J\u{202e}agent\n".to_owned();
        let text = printed(&report, &view(Gate::Ours));
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn autobahns_gate() {
        let mut case = example::passed();
        case.autobahn.as_mut().unwrap().behavior_close = Behavior::WrongCode;
        let report = example::report(vec![case]);
        insta::assert_snapshot!(printed(&report, &view(Gate::Autobahn)));
    }

    #[test]
    fn in_colour() {
        let report = example::report(vec![example::passed(), example::wrong_echo(), tolerable()]);
        let colored = View {
            palette: Palette::COLORED,
            ..view(Gate::Ours)
        };
        let plain = anstyle_stripped(&printed(&report, &colored));
        assert_eq!(plain, printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn closing_line_counts_what_the_gate_says() {
        let report = example::report(vec![example::passed(), tolerable(), example::wrong_echo()]);
        let line = closing_line(&report, &view(Gate::Ours));
        assert_eq!(line, "1 passed, 1 non-strict, 1 failed in 0.42 s");
        let line = closing_line(&report, &view(Gate::Autobahn));
        assert_eq!(line, "2 passed, 1 failed in 0.42 s");
    }

    #[test]
    fn narrow_terminals_do_no_harm() {
        let report = example::report(vec![example::wrong_echo(), example::rule_broken()]);
        let narrow = View {
            width: 0,
            ..view(Gate::Ours)
        };
        assert!(printed(&report, &narrow).contains("--trace"));
    }

    /// The text without its colours.
    fn anstyle_stripped(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| out + part.split_once('m').unwrap().1)
    }
}
