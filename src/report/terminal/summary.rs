//! The whole of what is printed after a run.

use std::fmt::{self, Write};

use super::{
    Palette, chapters,
    failures::{in_full, in_short},
    known,
    wrap::wrap,
};
use crate::{
    case::Chapter,
    judge::Verdict,
    report::{
        Acquitted, AgentReport, Bar, CaseReport, Gate, Repeat, Report, Standing,
        acquitted::OPTION,
        escape::printable,
        finding::{Alike, failing, ranges, tolerated},
    },
};

/// Kinds of failure that are shown with all that happened in one of their cases.
const IN_FULL_MAX: usize = 5;
/// Kinds of failure, and kinds of what is tolerable, whose finding is shown.
const IN_SHORT_MAX: usize = 10;

/// How to look at a report.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What cases have to reach.
    pub bar: &'a Bar,
    /// Columns of the terminal.
    pub width: usize,
    /// Colours, if any.
    pub palette: Palette,
    /// Every case by itself, and each failure in full.
    pub verbose: bool,
    /// The titles of chapters, where they are known.
    pub chapters: &'a [Chapter],
}

/// Prints the report: for each agent first what is wrong, then its chapters; then the closing line.
///
/// # Errors
/// What `out` says.
pub fn print(out: &mut dyn Write, report: &Report, view: &View) -> fmt::Result {
    let mut told = true;
    for agent in &report.agents {
        told &= print_agent(out, report, agent, view)?;
    }
    if report.interrupted {
        let text = "interrupted: not all cases were played";
        writeln!(out, "{}", view.palette.verdict(Verdict::Error, text))?;
    }
    if let Some(left_out) = report.left_out.filter(|left_out| left_out.total() > 0) {
        writeln!(out, "{}", view.palette.quiet(left_out))?;
    }
    if let Some(served) = report.served_at_once {
        let plural = if served == 1 { "" } else { "s" };
        let text = format!("served {served} connection{plural} at a time");
        writeln!(out, "{}", view.palette.quiet(text))?;
    }
    if report.insecure {
        let text = "insecure: any certificate was accepted";
        writeln!(out, "{}", view.palette.verdict(Verdict::NonStrict, text))?;
    }
    if !told {
        let text = "cases with the same finding are shown together; --verbose shows each by itself";
        for line in wrap(text, view.width) {
            writeln!(out, "{}", view.palette.quiet(line))?;
        }
    }
    known::changes(out, report, view)?;
    for line in closing_lines(report, view) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Says whether each case was shown by itself.
fn print_agent(
    out: &mut dyn Write,
    report: &Report,
    agent: &AgentReport,
    view: &View,
) -> Result<bool, fmt::Error> {
    let repeat = report.repeat_for(agent);
    let url = printable(&agent.url);
    match agent.agent.as_str() {
        AgentReport::UNKNOWN_SERVER => writeln!(out, "{}\n", view.palette.heading(url))?,
        name => {
            let name = view.palette.heading(printable(name));
            writeln!(out, "{name}  {}\n", view.palette.quiet(url))?;
        }
    }
    let (mut stopped, mut tolerated) = (failing(agent, view.bar), tolerated(agent, view.bar));
    if view.verbose {
        stopped = each_by_itself(stopped);
        tolerated = each_by_itself(tolerated);
    }
    if view.verbose {
        print_kinds(out, report, &stopped, (usize::MAX, usize::MAX), &repeat, view)?;
        print_kinds(out, report, &tolerated, (0, usize::MAX), &repeat, view)?;
    } else {
        print_kinds(out, report, &stopped, (IN_FULL_MAX, IN_SHORT_MAX), &repeat, view)?;
        print_kinds(out, report, &tolerated, (0, IN_SHORT_MAX), &repeat, view)?;
    }
    known::failures(out, agent, view)?;
    let table = chapters(&agent.cases, view);
    writeln!(out, "{table}")?;
    print_acquitted(out, agent, view)?;
    let mut all = stopped.iter().chain(&tolerated);
    Ok(all.all(|kind| kind.more.is_empty()) && stopped.len() <= IN_FULL_MAX || view.verbose)
}

/// Says which cases the other gate would stop, and why this one does not.
fn print_acquitted(out: &mut dyn Write, agent: &AgentReport, view: &View) -> fmt::Result {
    let acquitted = match view.bar.gate {
        Gate::Ours => Acquitted::of(agent),
        Gate::Autobahn => None,
    };
    let Some(Acquitted { ids, because, of_them }) = acquitted else { return Ok(()) };
    let count = match ids.len() {
        1 => "1 case that does not fail".to_owned(),
        count => format!("{count} cases that do not fail"),
    };
    let ids: Vec<_> = ids.iter().collect();
    let most = if of_them < ids.len() { format!(" (in {of_them} of them)") } else { String::new() };
    let text = format!(
        "Autobahn would fail {count} here ({}); {because}{most}; {OPTION} goes by its verdicts",
        ranges(&ids)
    );
    for line in wrap(&text, view.width) {
        writeln!(out, "{}", view.palette.quiet(line))?;
    }
    writeln!(out)
}

/// The same cases, in the order of their ids, none with another.
fn each_by_itself(kinds: Vec<Alike<'_>>) -> Vec<Alike<'_>> {
    let cases = kinds.into_iter().flat_map(|kind| [kind.first].into_iter().chain(kind.more));
    let mut cases: Vec<&CaseReport> = cases.collect();
    cases.sort_by(|one, other| one.id.cmp(&other.id));
    let alone = |first| Alike { first, more: Vec::new() };
    cases.into_iter().map(alone).collect()
}

/// Prints the first kinds in full, the next in short, and names the cases of the rest.
fn print_kinds(
    out: &mut dyn Write,
    report: &Report,
    kinds: &[Alike<'_>],
    (full, short): (usize, usize),
    repeat: &Repeat,
    view: &View,
) -> fmt::Result {
    let (in_full_kinds, others) = kinds.split_at(full.min(kinds.len()));
    let (in_short_kinds, rest) = others.split_at(short.min(others.len()));
    for kind in in_full_kinds {
        in_full(out, report, kind, repeat, view)?;
        writeln!(out)?;
    }
    for kind in in_short_kinds {
        in_short(out, kind, view)?;
        writeln!(out)?;
    }
    let Some(worst) = rest.iter().map(|kind| view.bar.gate.verdict(kind.first)).max() else {
        return Ok(());
    };
    let mut ids: Vec<_> = rest.iter().flat_map(Alike::ids).collect();
    ids.sort();
    let count = ids.len();
    let more =
        view.palette.verdict(worst, format_args!("{worst} with other findings, {count} more"));
    writeln!(out, "{more}")?;
    for line in wrap(&ranges(&ids), view.width.saturating_sub(2)) {
        writeln!(out, "  {line}")?;
    }
    writeln!(out)
}

/// `514 passed, 2 non-strict, 3 known failures, 1 failed in 0.42 s`: what there is none of is left
/// out, but for `passed`.
#[must_use]
pub fn closing_line(report: &Report, view: &View) -> String {
    let is_known = |(agent, case): (&AgentReport, &CaseReport)| {
        let standing = view.bar.standing(&agent.agent, case);
        matches!(standing, Standing::Known(_))
    };
    let known = report.cases().filter(|case| is_known(*case)).count();
    let mut parts = Vec::new();
    for verdict in Verdict::ALL {
        let of_verdict =
            |(agent, case)| view.bar.gate.verdict(case) == verdict && !is_known((agent, case));
        let count = report.cases().filter(|case| of_verdict(*case)).count();
        if verdict == Verdict::Fail && known > 0 {
            let failures = if known == 1 { "failure" } else { "failures" };
            parts.push(view.palette.quiet(format_args!("{known} known {failures}")));
        }
        if count > 0 || verdict == Verdict::Pass {
            let words = format_args!("{count} {}", counted(verdict, count));
            parts.push(view.palette.verdict(verdict, words));
        }
    }
    let (seconds, hundredths) = (report.duration_ms / 1000, report.duration_ms % 1000 / 10);
    format!("{} in {seconds}.{hundredths:02} s", parts.join(", "))
}

/// The closing line, in several where the terminal is narrow: a terminal that breaks it by itself
/// does so within words.
fn closing_lines(report: &Report, view: &View) -> Vec<String> {
    let line = closing_line(report, view);
    let plain = console::strip_ansi_codes(&line);
    match plain.chars().count() > view.width {
        true => wrap(&plain, view.width),
        false => vec![line],
    }
}

/// What is said of so many cases with this verdict.
const fn counted(verdict: Verdict, count: usize) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Error if count == 1 => "error",
        Verdict::Error => "errors",
        Verdict::Informational | Verdict::Unimplemented | Verdict::NonStrict | Verdict::Flaky => {
            verdict.name()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        judge::Behavior,
        report::{Baseline, FailOn, example},
    };

    fn bar(gate: Gate) -> &'static Bar {
        Box::leak(Box::new(Bar { gate, ..Bar::default() }))
    }

    fn view(gate: Gate) -> View<'static> {
        View { bar: bar(gate), width: 100, palette: Palette::PLAIN, verbose: false, chapters: &[] }
    }

    fn printed(report: &Report, view: &View) -> String {
        let mut text = String::new();
        print(&mut text, report, view).unwrap();
        text
    }

    #[test]
    fn what_autobahn_would_fail_is_said_with_the_option_that_gates_on_it() {
        let with = |id: &str, because: &str| {
            let mut case = tolerable();
            case.id = id.parse().unwrap();
            case.autobahn.as_mut().unwrap().behavior = Behavior::Failed;
            case.autobahn_because = Some(because.to_owned());
            case
        };
        let forbidden = "RFC 6455 §7.4.2 forbids sending the code and prescribes no reaction";
        let cases = vec![with("7.9.1", forbidden), with("7.9.2", forbidden), with("7.3.2", "else")];
        let report = example::report(cases);
        insta::assert_snapshot!(printed(&report, &view(Gate::Ours)));
        assert!(!printed(&report, &view(Gate::Autobahn)).contains("--verdicts"));
    }

    fn tolerable() -> CaseReport {
        let mut case = example::passed();
        case.id = "1.2.1".parse().unwrap();
        case.chapter = "Binary messages".into();
        case.verdict = Verdict::NonStrict;
        case.message = "it started the closing handshake itself, with code 1000".to_owned();
        case.reasons.clear();
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

    /// A defect that shows in five cases, others that show once, and much that is tolerable.
    fn much_is_wrong() -> Report {
        let with_id = |mut case: CaseReport, id: String| {
            case.id = id.parse().unwrap();
            case
        };
        let wrong = (1..=5).map(|n| with_id(example::wrong_echo(), format!("1.3.{n}")));
        let single = (1..=20).map(|n| {
            let mut case = with_id(example::wrong_echo(), format!("1.4.{n}"));
            case.message = format!("finding {n}");
            case.reasons.clear();
            case
        });
        let tolerated = (1..=100).map(|n| with_id(tolerable(), format!("1.5.{n}")));
        example::report(wrong.chain(single).chain(tolerated).collect())
    }

    #[test]
    fn what_is_alike_is_shown_once() {
        insta::assert_snapshot!(printed(&much_is_wrong(), &view(Gate::Ours)));
    }

    #[test]
    fn verbose_shows_each_case_by_itself() {
        let verbose = View { verbose: true, ..view(Gate::Ours) };
        let text = printed(&much_is_wrong(), &verbose);
        assert_eq!(text.matches("\nfail ").count(), 25);
        assert_eq!(text.matches("\n  received ").count(), 25);
        assert_eq!(text.matches("\nnon-strict ").count(), 100);
    }

    #[test]
    fn chapters_have_titles_where_they_are_known() {
        let chapters = [Chapter {
            name: "Text messages".to_owned(),
            title: "Echoes".to_owned(),
            sections: Vec::new(),
        }];
        let titled = View { chapters: &chapters, ..view(Gate::Ours) };
        let text = printed(&example::report(vec![example::passed()]), &titled);
        assert!(text.contains("\n Text messages  Echoes "), "{text}");
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
    fn known_failures_and_those_that_are_no_more() {
        let text = r#"known = [
            { case = "1.1.2", reason = "it passes now" },
            { case = "1.2.*", reason = "closes by itself, see issue 7" },
            { case = "1.3.1", reason = "it shouts", expires = 2026-11-20 },
        ]"#;
        let bar = Bar {
            gate: Gate::Ours,
            fail_on: FailOn::NonStrict,
            baseline: Baseline::read(text, "2026-11-26".parse().unwrap()).unwrap(),
        };
        let mut expired = example::wrong_echo();
        expired.id = "1.3.1".parse().unwrap();
        let flaky = example::wrong_echo().tried_again(example::passed(), true);
        let report = example::report(vec![example::passed(), tolerable(), expired, flaky]);
        let with_baseline = View { bar: &bar, ..view(Gate::Ours) };
        insta::assert_snapshot!(printed(&report, &with_baseline));
    }

    #[test]
    fn in_colour() {
        let report = example::report(vec![example::passed(), example::wrong_echo(), tolerable()]);
        let colored = View { palette: Palette::COLORED, ..view(Gate::Ours) };
        let plain = anstyle_stripped(&printed(&report, &colored));
        assert_eq!(plain, printed(&report, &view(Gate::Ours)));
    }

    #[test]
    fn what_was_left_out_is_said() {
        let mut report = example::report(vec![example::passed()]);
        report.left_out = Some(crate::case::LeftOut { needs_echo: 306, hostile: 30, alone: 1 });
        let text = printed(&report, &view(Gate::Ours));
        let lines: Vec<&str> = text.lines().rev().take(2).collect();
        insta::assert_snapshot!(lines.join("\n"));
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
        let narrow = View { width: 0, ..view(Gate::Ours) };
        assert!(printed(&report, &narrow).contains("--trace"));
    }

    /// The text without its colours.
    fn anstyle_stripped(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| out + part.split_once('m').unwrap().1)
    }
}
