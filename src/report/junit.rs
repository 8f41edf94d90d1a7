//! JUnit's XML, as most CI servers read it: a suite an agent, a test a case, failures first.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestRerun, TestSuite};

use super::{
    AgentReport, Attempt, Bar, Repeat, Report, Standing,
    escape::printable,
    finding::{Alike, worst_first},
    terminal::{Palette, View, in_full},
};
use crate::judge::Verdict;

/// Columns of the text in a failure.
const WIDTH: usize = 100;

/// The report as JUnit has it. Known failures and what is unimplemented are skipped tests; what is
/// flaky passes with its earlier attempts, unless the bar says otherwise.
#[must_use]
pub fn render(report: &Report, bar: &Bar) -> String {
    let mut document = quick_junit::Report::new("wspec");
    document.set_time(Duration::from_millis(report.duration_ms));
    document.add_test_suites(report.agents.iter().map(|agent| suite(report, agent, bar)));
    let text = document.to_string().expect("a report in memory can be written");
    in_the_common_schema(&text)
}

/// The schemas know how many tests of a suite were skipped, but not of all suites together.
fn in_the_common_schema(text: &str) -> String {
    let (root, suites) = match text.split_once("<testsuite ") {
        Some((root, suites)) => (root, Some(suites)),
        None => (text, None),
    };
    let mut out = match root.split_once(" skipped=\"") {
        Some((before, value)) => {
            let after = value.split_once('"').map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => root.to_owned(),
    };
    if let Some(suites) = suites {
        out += "<testsuite ";
        out += suites;
    }
    out
}

fn suite(report: &Report, agent: &AgentReport, bar: &Bar) -> TestSuite {
    let mut suite = TestSuite::new(printable(&agent.agent));
    // Schemas want neither fractions nor a zone; it is UTC.
    let started: String = printable(&report.started).chars().take(19).collect();
    suite.extra.insert("timestamp".into(), started.into());
    let milliseconds: u64 = agent.cases.iter().map(|case| case.duration_ms).sum();
    suite.set_time(Duration::from_millis(milliseconds));
    suite.add_property(Property::new("url", printable(&agent.url)));
    suite.add_property(Property::new("wspec", printable(&report.wspec_version)));
    suite.add_property(Property::new("seed", report.seed.to_string()));
    let cases = worst_first(agent, bar);
    suite.add_test_cases(cases.iter().map(|alike| test(report, agent, alike, bar)));
    suite
}

fn test(report: &Report, agent: &AgentReport, alike: &Alike<'_>, bar: &Bar) -> TestCase {
    let case = alike.first;
    let name = format!("{} {}", case.id, printable(&case.title));
    let mut test = TestCase::new(name, status(report, agent, alike, bar));
    // Readers take dots for packages.
    let part = |text: String| text.replace('.', "_");
    let (agent, chapter) = (printable(&agent.agent), printable(&case.chapter));
    test.set_classname(format!("{}.{}", part(agent), part(chapter)));
    test.set_time(Duration::from_millis(case.duration_ms));
    let verdict = bar.gate.verdict(case);
    let is_worth_a_word = matches!(verdict, Verdict::NonStrict | Verdict::Informational);
    if is_worth_a_word && !bar.is_missed_by(case) {
        test.set_system_out(format!("{verdict}: {}", printable(&case.message)));
    }
    test
}

fn status(report: &Report, agent: &AgentReport, alike: &Alike<'_>, bar: &Bar) -> TestCaseStatus {
    let case = alike.first;
    let verdict = bar.gate.verdict(case);
    let mut status = match bar.standing(&agent.agent, case) {
        Standing::Known(known) => {
            let mut skipped = TestCaseStatus::skipped();
            let reason = printable(&known.reason);
            skipped.set_message(format!("known {verdict}: {reason}"));
            return skipped;
        }
        Standing::Passes if verdict == Verdict::Unimplemented => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(printable(&case.message));
            return skipped;
        }
        Standing::Passes => TestCaseStatus::success(),
        Standing::Fails { .. } => TestCaseStatus::non_success(kind(verdict)),
    };
    status.set_message(printable(&case.message)).set_type(verdict.name()).set_description(text(
        report,
        &report.repeat_for(agent),
        alike,
        bar,
    ));
    let earlier = case.attempts.iter().rev().skip(1).rev();
    status.add_reruns(earlier.map(rerun));
    status
}

const fn kind(verdict: Verdict) -> NonSuccessKind {
    match verdict {
        Verdict::Error => NonSuccessKind::Error,
        _ => NonSuccessKind::Failure,
    }
}

fn rerun(attempt: &Attempt) -> TestRerun {
    let mut rerun = TestRerun::new(kind(attempt.verdict));
    rerun.set_message(printable(&attempt.message)).set_type(attempt.verdict.name());
    rerun
}

/// What a terminal would show.
fn text(report: &Report, repeat: &Repeat, alike: &Alike<'_>, bar: &Bar) -> String {
    let view = View { bar, width: WIDTH, palette: Palette::PLAIN, verbose: true, chapters: &[] };
    let mut text = String::from("\n");
    in_full(&mut text, report, alike, repeat, &view).expect("writing to a String never fails");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_failure_is_the_first_test() {
        insta::assert_snapshot!(render(&example::failing_report(), &example::baseline()));
    }

    #[test]
    fn hostile_names_stay_text() {
        let mut report = example::report(vec![example::hostile()]);
        report.agents[0].agent = "<![CDATA[ ]]> \u{1b}[2J \u{0} \"&amp;".to_owned();
        let text = render(&report, &Bar::default());
        assert!(!text.contains("<![CDATA["), "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    }

    #[test]
    fn a_report_of_nobody() {
        let mut report = example::report(Vec::new());
        report.agents.clear();
        insta::assert_snapshot!(render(&report, &Bar::default()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="wspec" tests="0" failures="0" errors="0" time="0.420">
        </testsuites>
        "#);
    }
}
