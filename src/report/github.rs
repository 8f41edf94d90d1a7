//! Annotations for GitHub Actions: lines that its runner reads off a job's output.
//!
//! It shows ten errors and ten warnings a step, so each finding is told once, the most frequent
//! first, and the last line says what did not fit.

use std::fmt::Write;

use super::{
    AgentReport, Bar, Report,
    escape::printable,
    finding::{Alike, failing, ranges, tolerated},
    terminal::sections,
};
use crate::judge::Verdict;

/// Annotations of a kind that are shown.
const SHOWN_MAX: usize = 10;

/// The report's annotations, errors first; none if all is well.
#[must_use]
pub fn render(report: &Report, bar: &Bar) -> String {
    let errors = findings(report, |agent| failing(agent, bar));
    let errors = errors.iter().map(|(agent, kind)| annotation_of(report, agent, kind, bar));
    let flaky = findings(report, |agent| {
        let mut kinds = tolerated(agent, bar);
        kinds.retain(|kind| bar.gate.verdict(kind.first) == Verdict::Flaky);
        kinds
    });
    let healed: Vec<String> =
        bar.healed(report).map(|known| printable(known.cases.text())).collect();
    let healed = (!healed.is_empty()).then(|| Annotation {
        title: "wspec: known failures that pass now".to_owned(),
        text: format!("take them out of the baseline: {}", healed.join(", ")),
    });
    let flaky = flaky.iter().map(|(agent, kind)| annotation_of(report, agent, kind, bar));
    let mut text = lines("error", errors.collect());
    text += &lines("warning", healed.into_iter().chain(flaky).collect());
    text
}

struct Annotation {
    title: String,
    text: String,
}

/// The findings of all agents.
fn findings<'a>(
    report: &'a Report,
    of_agent: impl Fn(&'a AgentReport) -> Vec<Alike<'a>>,
) -> Vec<(&'a AgentReport, Alike<'a>)> {
    let agents = report.agents.iter();
    agents.flat_map(|agent| of_agent(agent).into_iter().map(move |kind| (agent, kind))).collect()
}

fn annotation_of(report: &Report, agent: &AgentReport, kind: &Alike<'_>, bar: &Bar) -> Annotation {
    let case = kind.first;
    let others = match kind.more.len() {
        0 => String::new(),
        count => format!(", and {count} alike"),
    };
    let mut text = printable(&case.message);
    if !kind.more.is_empty() {
        text += &format!("\nalike: {}", printable(ranges(&kind.other_ids())));
    }
    let sections = sections(case);
    if !sections.is_empty() {
        text += &format!("\nsee: {sections}");
    }
    text += &format!("\nrepeat: {}", report.repeat_case(agent, &case.id));
    Annotation {
        title: format!(
            "{} {} {}{others} ({})",
            bar.gate.verdict(case),
            case.id,
            printable(&case.title),
            printable(&agent.agent)
        ),
        text,
    }
}

fn lines(command: &str, mut annotations: Vec<Annotation>) -> String {
    if annotations.len() > SHOWN_MAX {
        let more = annotations.split_off(SHOWN_MAX - 1);
        annotations.push(Annotation {
            title: format!("wspec: {} more findings", more.len()),
            text: more
                .into_iter()
                .map(|annotation| annotation.title)
                .collect::<Vec<_>>()
                .join("\n"),
        });
    }
    let mut out = String::new();
    for Annotation { title, text } in annotations {
        let (title, text) = (property(&title), data(&text));
        writeln!(out, "::{command} title={title}::{text}")
            .expect("writing to a String never fails");
    }
    out
}

/// Text behind the colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text that a property has.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{CaseReport, example};

    #[test]
    fn a_failure_is_the_first_line() {
        let report = example::failing_report();
        insta::assert_snapshot!(render(&report, &Bar::default()));
    }

    #[test]
    fn all_is_well() {
        let report = example::report(vec![example::passed()]);
        assert_eq!(render(&report, &Bar::default()), "");
    }

    #[test]
    fn nothing_that_a_peer_says_becomes_a_command() {
        let mut report = example::report(vec![example::hostile()]);
        report.agents[0].agent = "a\n::error::b,c:100%".to_owned();
        report.agents[0].cases[0].verdict = Verdict::Fail;
        let text = render(&report, &Bar::default());
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("a\\n%3A%3Aerror%3A%3Ab%2Cc%3A100%25"), "{text}");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let case = |n: usize| CaseReport {
            id: format!("1.{n}").parse().unwrap(),
            message: format!("expected the server to fail the connection with {n}"),
            reasons: Vec::new(),
            ..example::wrong_echo()
        };
        let report = example::report((1..=25).map(case).collect());
        let text = render(&report, &Bar::default());
        assert_eq!(text.lines().count(), SHOWN_MAX);
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("::error title=wspec%3A 16 more findings::"), "{last}");
    }
}
