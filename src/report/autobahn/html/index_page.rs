//! `index.html`.

use std::collections::BTreeMap;

use askama::Template;

use super::cell::Cell;
use crate::{
    case::{Case, CaseId},
    report::{
        AgentReport, CaseReport, Expectation, Report,
        autobahn::{AgentNames, Suite},
        escape::printable,
        expectation_text,
    },
};

/// The page with all agents and cases.
#[derive(Debug, Template)]
#[template(path = "autobahn/html/index.html")]
pub struct IndexPage<'a> {
    version: String,
    started: String,
    agents: Vec<String>,
    chapters: Vec<ChapterRows<'a>>,
}

/// The rows of a chapter.
#[derive(Debug, Default)]
struct ChapterRows<'a> {
    id: String,
    title: &'a str,
    sections: Vec<SectionRows<'a>>,
}

/// The rows under a heading; the heading may be none.
#[derive(Debug, Default)]
struct SectionRows<'a> {
    id: String,
    title: &'a str,
    rows: Vec<Row<'a>>,
}

/// A case, and how all agents did in it.
#[derive(Debug)]
struct Row<'a> {
    id: &'a CaseId,
    anchor: String,
    text: CaseText,
    cells: Vec<Cell>,
}

/// What a case is about.
#[derive(Clone, Debug)]
struct CaseText {
    title: String,
    description: String,
    expected: String,
}

impl<'a> IndexPage<'a> {
    /// The page of a report. It has a row for each case of the suite, whether it was played or not,
    /// and for each further case that was.
    #[must_use]
    pub fn of(report: &'a Report, names: &AgentNames, suite: &'a Suite) -> Self {
        let mut texts: BTreeMap<&CaseId, CaseText> =
            report.cases().map(|(_, case)| (&case.id, CaseText::of_report(case))).collect();
        texts.extend(suite.cases().map(|case| (&case.id, CaseText::of_case(case))));
        let played: Vec<BTreeMap<&CaseId, &CaseReport>> = report.agents.iter().map(by_id).collect();
        let mut chapters: Vec<ChapterRows> = Vec::new();
        for (id, text) in texts {
            let cells = played.iter().enumerate().map(|(position, cases)| {
                cases
                    .get(id)
                    .map_or(Cell::Missing, |case| Cell::of(case, names.page(position, id), suite))
            });
            let row =
                Row { anchor: id.as_str().replace('.', "_"), cells: cells.collect(), id, text };
            add(&mut chapters, row, suite);
        }
        let agents = 0..report.agents.len();
        Self {
            version: printable(&report.wspec_version),
            started: printable(&report.started),
            agents: agents.map(|position| printable(names.agent(position))).collect(),
            chapters,
        }
    }
}

fn by_id(agent: &AgentReport) -> BTreeMap<&CaseId, &CaseReport> {
    agent.cases.iter().map(|case| (&case.id, case)).collect()
}

/// Puts a row under its headings. Rows come in the order of their ids.
fn add<'a>(chapters: &mut Vec<ChapterRows<'a>>, row: Row<'a>, suite: &'a Suite) {
    let mut parts = row.id.as_str().splitn(3, '.');
    let chapter = parts.next().unwrap_or_default().to_owned();
    let section = match (parts.next(), parts.next()) {
        (Some(second), Some(_)) => format!("{chapter}.{second}"),
        _ => String::new(),
    };
    if chapters.last().is_none_or(|last| last.id != chapter) {
        chapters.push(ChapterRows {
            title: suite.chapter_title(&chapter),
            id: chapter,
            sections: Vec::new(),
        });
    }
    let Some(chapter) = chapters.last_mut() else {
        return;
    };
    match chapter.sections.last_mut() {
        Some(last) if last.id == section => last.rows.push(row),
        _ => chapter.sections.push(SectionRows {
            title: suite.section_title(&section),
            id: section,
            rows: vec![row],
        }),
    }
}

impl CaseText {
    fn of_report(case: &CaseReport) -> Self {
        Self {
            title: printable(&case.title),
            description: printable(&case.description),
            expected: expectation_text::sentence(&case.expected, Some(case.testee())),
        }
    }

    fn of_case(case: &Case) -> Self {
        let expectation = Expectation::of_case(case);
        Self {
            title: printable(&case.title),
            description: printable(&case.description),
            expected: expectation_text::sentence(&expectation, case.testee),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{judge::Behavior, report::example};

    fn page(report: &Report, suite: &Suite) -> String {
        let names = AgentNames::of(&report.agents);
        IndexPage::of(report, &names, suite).render().unwrap()
    }

    fn count(text: &str, part: &str) -> usize {
        text.matches(part).count()
    }

    #[test]
    fn layout() {
        let mut report =
            example::report(vec![example::passed(), example::wrong_echo(), example::round_trips()]);
        let mut other = report.agents[0].clone();
        other.agent = "Other".to_owned();
        other.cases.remove(0);
        report.agents.push(other);
        let text = page(&report, &Suite::default());
        let (_, body) = text.split_once("<body>").unwrap();
        insta::assert_snapshot!(body);
    }

    #[test]
    fn failures_can_be_counted() {
        let suite = Suite::embedded();
        let good = page(&example::report(vec![example::passed()]), &suite);
        assert_eq!(count(&good, "case_failed"), 2);
        assert_eq!(count(&good, ">Missing<"), 517);
        let mut unclean = example::passed();
        unclean.autobahn.as_mut().unwrap().behavior_close = Behavior::Unclean;
        let bad = page(&example::report(vec![unclean]), &suite);
        assert_eq!(count(&bad, "case_failed"), 3);
    }

    #[test]
    fn every_class_has_a_rule() {
        let text = page(&example::report(Vec::new()), &Suite::default());
        for class in ["ok", "non_strict", "info", "almost", "failed", "unimplemented", "missing"] {
            assert!(text.contains(&format!(".case_{class} ")), "{class}");
        }
    }

    #[test]
    fn hostile_names_stay_text() {
        let mut report = example::report(vec![example::hostile()]);
        report.agents[0].agent = "<script>alert('x')</script>\u{202e}\n\u{0}".to_owned();
        let text = page(&report, &Suite::default());
        assert!(!text.contains("<script"), "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!text.contains('\u{202e}'));
    }

    #[test]
    fn nothing_is_fetched() {
        let text = page(&example::report(vec![example::passed()]), &Suite::embedded());
        assert_eq!(count(&text, "src="), 0);
        assert_eq!(count(&text, "<link"), 0);
        assert_eq!(count(&text, "http"), 0);
    }
}
