//! The whole page.

use std::{
    io::{self, Write},
    path::Path,
};

use askama::Template;

use super::{
    RequirementRow,
    details::Details,
    findings::{AgentFindings, findings},
    matrix::{self, Chapter, Played},
    plots::{Plot, plots},
    requirements::{self, Group},
};
use crate::{
    case::LeftOut,
    judge::Verdict,
    protocol::Role,
    report::{
        AgentReport, Bar, CaseReport, Report, Standing,
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
    /// What was left out of a run against an endpoint in use.
    left_out: Option<LeftOut>,
    /// How many failures are known and excused.
    known: usize,
    /// Known failures that pass now.
    healed: Vec<String>,
    agents: Vec<AgentLine>,
    findings: Vec<AgentFindings>,
    chapters: Vec<Chapter>,
    cases: usize,
    /// Whether chapters are open at first.
    unfolded: bool,
    verdicts: Vec<Count>,
    plots: Vec<Plot>,
    requirements: Vec<Group>,
    details: Details<'a>,
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
/// What `out` says.
pub fn write_to(
    out: &mut dyn Write,
    report: &Report,
    bar: &Bar,
    requirements: &[RequirementRow],
) -> io::Result<()> {
    let played = matrix::played(report);
    Page::of(report, bar, requirements, &played).write_into(out)
}

/// Writes the page; the file appears whole or not at all.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(
    path: &Path,
    report: &Report,
    bar: &Bar,
    requirements: &[RequirementRow],
) -> Result<(), WriteError> {
    write_whole(path, |out| write_to(out, report, bar, requirements))
}

impl<'a> Page<'a> {
    fn of(
        report: &'a Report,
        bar: &'a Bar,
        rows: &[RequirementRow],
        played: &'a [Played<'a>],
    ) -> Self {
        let suite = Suite::embedded();
        Self {
            duration: duration(report.duration_ms),
            testee: report.role.peer(),
            headline: Headline::of(report, bar),
            left_out: report.left_out.filter(|left_out| left_out.total() > 0),
            known: known(report, bar),
            healed: bar.healed(report).map(|known| printable(known.cases.text())).collect(),
            agents: report.agents.iter().map(|agent| AgentLine::of(agent, bar)).collect(),
            findings: findings(report, bar, rows),
            chapters: matrix::chapters(report, played, bar, &suite),
            cases: played.len(),
            unfolded: played.len() <= UNFOLDED_CASES,
            verdicts: counts(|| report.cases().map(|(_, case)| bar.gate.verdict(case))),
            plots: plots(report),
            requirements: requirements::groups(rows),
            details: Details { report, played, bar, suite },
            report,
        }
    }
}

/// How many failures are known and excused.
fn known(report: &Report, bar: &Bar) -> usize {
    let is_known = |(agent, case): &(&AgentReport, &CaseReport)| {
        matches!(bar.standing(&agent.agent, case), Standing::Known(_))
    };
    report.cases().filter(is_known).count()
}

impl Headline {
    fn of(report: &Report, bar: &Bar) -> Self {
        let all = report.cases().count();
        let failed = |agent: &&AgentReport| {
            let mut cases = agent.cases.iter();
            cases.any(|case| bar.fails(&agent.agent, case))
        };
        let failing: Vec<&AgentReport> = report.agents.iter().filter(failed).collect();
        let count = bar.failures(report).count();
        let worst = match count {
            // What is known to fail makes nobody look.
            0 => Verdict::Pass,
            _ => {
                let failures = bar.failures(report);
                let verdicts = failures.map(|(_, case)| bar.gate.verdict(case));
                verdicts.max().unwrap_or(Verdict::Error)
            }
        };
        let text = match (&failing[..], report.agents.len()) {
            _ if all == 0 => "No case was played".to_owned(),
            ([], _) => format!("Nothing fails in {all} {}", plural(all)),
            ([one], 1) => format!("{}: {count} of {all} fail", printable(&one.agent)),
            ([one], agents) => format!(
                "1 of {agents} agents fails: {}, in {count} {}",
                printable(&one.agent),
                plural(count)
            ),
            (several, agents) => {
                format!("{} of {agents} agents fail, in {count} of {all} cases", several.len())
            }
        };
        Self { text, verdict: worst }
    }
}

impl AgentLine {
    fn of(agent: &AgentReport, bar: &Bar) -> Self {
        let mut counts = counts(|| agent.cases.iter().map(|case| bar.gate.verdict(case)));
        // The worst first: that is what a reader looks for.
        counts.reverse();
        Self { name: printable(&agent.agent), url: printable(&agent.url), counts }
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
    use crate::{case::Unsuited, report::example};

    fn page(report: &Report) -> String {
        let mut page = Vec::new();
        write_to(&mut page, report, &Bar::default(), &[]).unwrap();
        String::from_utf8(page).unwrap()
    }

    /// The page without its style, its details and its scripts, which change for other reasons.
    fn body(report: &Report) -> String {
        let page = page(report);
        let (_, body) = page.split_once("<body>").unwrap();
        let (body, _) = body.split_once("<script").unwrap();
        body.to_owned()
    }

    #[test]
    fn what_failed_comes_first() {
        let report =
            example::report(vec![example::passed(), example::wrong_echo(), example::rule_broken()]);
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
        odd.left_out = Some(LeftOut::of([Unsuited::NeedsEcho]));
        let body = body(&odd);
        assert!(body.contains("1 case left out: 1 for want of an echo"));
        assert!(body.contains("was interrupted") && body.contains("Any certificate"));
    }

    #[test]
    fn what_a_peer_says_stays_text() {
        let mut report = example::report(vec![example::hostile(), example::wrong_echo()]);
        report.agents[0].agent = "</script><script>alert('x')</script>\u{202e}\n\u{0}".to_owned();
        report.agents[0].url = "ws://x/\"onclick=\"x".to_owned();
        let page = page(&report);
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script").count(), 2);
        assert!(!page.contains("\"onclick"));
        assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!page.contains('\u{202e}'));
    }

    #[test]
    fn nothing_is_fetched() {
        let report = example::report(vec![example::wrong_echo()]);
        let page = page(&report);
        assert!(page.contains("default-src 'none'"));
        for part in ["src=", "<link", "@import", "url(", "fetch("] {
            assert!(!page.contains(part), "{part}");
        }
    }
}
