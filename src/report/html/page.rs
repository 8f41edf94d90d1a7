//! The whole page.

use std::path::Path;

use askama::Template;

use super::{
    RequirementRow, details,
    findings::{AgentFindings, findings},
    matrix::{self, Chapter, Played},
    plots::{Plot, plots},
    requirements::{self, Group},
};
use crate::{
    judge::Verdict,
    protocol::Role,
    report::{
        AgentReport, Report,
        autobahn::Suite,
        escape::printable,
        file::{WriteError, write_whole},
    },
};

/// With more cases than these, chapters are folded at first.
const UNFOLDED_CASES: usize = 60;

/// What `page.html` is filled with.
#[derive(Debug, Template)]
#[template(path = "html/page.html")]
struct Page<'a> {
    report: &'a Report,
    duration: String,
    /// What was tested: `server` or `client`.
    testee: Role,
    headline: Headline,
    agents: Vec<AgentLine>,
    findings: Vec<AgentFindings>,
    chapters: Vec<Chapter>,
    cases: usize,
    /// Whether chapters are open at first.
    unfolded: bool,
    verdicts: Vec<Count>,
    plots: Vec<Plot>,
    requirements: Vec<Group>,
    details: String,
}

/// What is to be known first.
#[derive(Debug)]
struct Headline {
    text: String,
    /// The worst verdict there is.
    verdict: Verdict,
}

/// An agent, and how many cases got which verdict.
#[derive(Debug)]
struct AgentLine {
    name: String,
    url: String,
    counts: Vec<Count>,
}

/// How many cases got a verdict.
#[derive(Debug)]
struct Count {
    verdict: Verdict,
    count: usize,
}

/// The page.
///
/// # Errors
/// It cannot be put together, which only a template could be at fault for.
pub fn render(report: &Report, requirements: &[RequirementRow]) -> askama::Result<String> {
    let played = matrix::played(report);
    Page::of(report, requirements, &played)?.render()
}

/// Writes the page; the file appears whole or not at all.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(
    path: &Path,
    report: &Report,
    requirements: &[RequirementRow],
) -> Result<(), WriteError> {
    write_whole(path, |out| {
        let page = render(report, requirements).map_err(std::io::Error::other)?;
        out.write_all(page.as_bytes())
    })
}

impl<'a> Page<'a> {
    fn of(
        report: &'a Report,
        rows: &[RequirementRow],
        played: &[Played<'_>],
    ) -> askama::Result<Self> {
        let suite = Suite::embedded();
        let details = details::packed(report, played, &suite).map_err(askama::Error::custom)?;
        Ok(Self {
            duration: duration(report.duration_ms),
            testee: report.role.peer(),
            headline: Headline::of(report),
            agents: report.agents.iter().map(AgentLine::of).collect(),
            findings: findings(report, rows),
            chapters: matrix::chapters(played, &suite),
            cases: played.len(),
            unfolded: played.len() <= UNFOLDED_CASES,
            verdicts: counts(|| report.cases().map(|(_, case)| case.verdict)),
            plots: plots(report),
            requirements: requirements::groups(rows),
            details,
            report,
        })
    }
}

impl Headline {
    fn of(report: &Report) -> Self {
        let all = report.cases().count();
        let failed = |agent: &&AgentReport| {
            let mut cases = agent.cases.iter();
            cases.any(|case| case.verdict >= Verdict::Fail)
        };
        let failing: Vec<&AgentReport> = report.agents.iter().filter(failed).collect();
        let count = report
            .cases()
            .filter(|(_, case)| case.verdict >= Verdict::Fail)
            .count();
        let worst = report.cases().map(|(_, case)| case.verdict).max();
        let text = match (&failing[..], report.agents.len()) {
            _ if all == 0 => "No case was played".to_owned(),
            ([], _) => format!("Nothing fails in {all} {}", plural(all)),
            ([one], 1) => format!("{}: {count} of {all} fail", printable(&one.agent)),
            ([one], agents) => format!(
                "1 of {agents} agents fails: {}, in {count} {}",
                printable(&one.agent),
                plural(count)
            ),
            (several, agents) => format!(
                "{} of {agents} agents fail, in {count} of {all} cases",
                several.len()
            ),
        };
        Self {
            text,
            verdict: worst.unwrap_or(Verdict::Error),
        }
    }
}

impl AgentLine {
    fn of(agent: &AgentReport) -> Self {
        let mut counts = counts(|| agent.cases.iter().map(|case| case.verdict));
        // The worst first: that is what a reader looks for.
        counts.reverse();
        Self {
            name: printable(&agent.agent),
            url: printable(&agent.url),
            counts,
        }
    }
}

const fn plural(count: usize) -> &'static str {
    match count {
        1 => "case",
        _ => "cases",
    }
}

/// The verdicts that occur, from best to worst.
fn counts<I: Iterator<Item = Verdict>>(verdicts: impl Fn() -> I) -> Vec<Count> {
    let counts = Verdict::ALL.into_iter().map(|verdict| Count {
        verdict,
        count: verdicts().filter(|other| *other == verdict).count(),
    });
    counts.filter(|count| count.count > 0).collect()
}

fn duration(ms: u64) -> String {
    match ms / 1000 {
        0..60 => format!("{}.{:02} s", ms / 1000, ms % 1000 / 10),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    /// The page without its style, its details and its scripts, which change for other reasons.
    fn body(report: &Report) -> String {
        let page = render(report, &[]).unwrap();
        let (_, body) = page.split_once("<body>").unwrap();
        let (body, _) = body.split_once("<script").unwrap();
        body.to_owned()
    }

    #[test]
    fn what_failed_comes_first() {
        let report = example::report(vec![
            example::passed(),
            example::wrong_echo(),
            example::rule_broken(),
        ]);
        insta::assert_snapshot!(body(&report));
    }

    #[test]
    fn every_kind_of_report_has_a_page() {
        let mut without_cases = example::report(Vec::new());
        assert!(body(&without_cases).contains("No case was played"));
        without_cases.agents.clear();
        assert!(body(&without_cases).contains("No case was played"));
        let good = example::report(vec![example::passed()]);
        assert!(body(&good).contains("Nothing fails in 1 case<"));
        let mut odd = example::report(vec![
            example::refused(),
            example::never_connected(),
            example::many_fragments(),
            example::round_trips(),
            example::everything(),
        ]);
        (odd.interrupted, odd.insecure) = (true, true);
        let body = body(&odd);
        assert!(body.contains("was interrupted") && body.contains("Any certificate"));
    }

    #[test]
    fn what_a_peer_says_stays_text() {
        let mut report = example::report(vec![example::hostile(), example::wrong_echo()]);
        report.agents[0].agent = "</script><script>alert('x')</script>\u{202e}\n\u{0}".to_owned();
        report.agents[0].url = "ws://x/\"onclick=\"x".to_owned();
        let page = render(&report, &[]).unwrap();
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script").count(), 2);
        assert!(!page.contains("\"onclick"));
        assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!page.contains('\u{202e}'));
    }

    #[test]
    fn nothing_is_fetched() {
        let page = render(&example::report(vec![example::wrong_echo()]), &[]).unwrap();
        assert!(page.contains("default-src 'none'"));
        for part in ["src=", "<link", "@import", "url(", "fetch("] {
            assert!(!page.contains(part), "{part}");
        }
    }
}
