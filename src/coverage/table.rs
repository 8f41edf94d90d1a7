//! The matrix for a terminal: one line a requirement.

use std::fmt::Write;

use super::{AgentFare, Fare, Line};
use crate::{
    case::CaseId,
    judge::Verdict,
    report::{
        escape::printable,
        section,
        terminal::{Palette, wrap},
    },
};

/// Cases that are named one by one.
const NAMED_MAX: usize = 4;
/// Characters between columns.
const GAP: usize = 2;

/// What is looked at, and where.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What a report says, if there is one.
    pub fare: Option<&'a Fare<'a>>,
    /// Columns of the terminal.
    pub width: usize,
    /// Its colours.
    pub palette: Palette,
}

/// The lines as a table.
#[must_use]
pub fn table(lines: &[&Line], view: &View) -> String {
    let heads: Vec<[String; 4]> = lines.iter().map(|line| head(line)).collect();
    let titles = ["requirement", "level", "section", "binds"].map(str::to_owned);
    let mut widths = titles.clone().map(|title| title.chars().count());
    for head in &heads {
        for (width, cell) in widths.iter_mut().zip(head) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let indent: usize = widths.iter().map(|width| width + GAP).sum();

    let mut out = String::new();
    let title = padded(&titles, &widths) + "exercised by";
    push(&mut out, &view.palette.heading(title));
    for (line, head) in lines.iter().zip(&heads) {
        let mut beginning = padded(head, &widths);
        for (text, tone) in cell(line, view) {
            for text in wrap(&text, view.width.saturating_sub(indent)) {
                let text = tone.paint(&view.palette, &text);
                push(&mut out, &format!("{beginning}{text}"));
                beginning = " ".repeat(indent);
            }
        }
    }
    out
}

/// A row without its last column.
fn head(line: &Line) -> [String; 4] {
    let requirement = line.requirement;
    [
        requirement.id.to_string(),
        requirement.level.to_string(),
        section(&requirement.id),
        requirement.binds.to_string(),
    ]
}

fn padded(cells: &[String; 4], widths: &[usize; 4]) -> String {
    let mut out = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let width = width + GAP;
        write!(out, "{cell:<width$}").expect("writing to a String never fails");
    }
    out
}

fn push(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

/// How something is said.
#[derive(Clone, Copy)]
enum Tone {
    Plain,
    Quiet,
    Verdict(Verdict),
}

impl Tone {
    fn paint(self, palette: &Palette, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Quiet => palette.quiet(text),
            Self::Verdict(verdict) => palette.verdict(verdict, text),
        }
    }
}

/// The paragraphs of a row's last column.
fn cell(line: &Line, view: &View) -> Vec<(String, Tone)> {
    let mut paragraphs = Vec::new();
    let cases: Vec<&CaseId> = line.cases.iter().map(|case| &case.id).collect();
    if !cases.is_empty() {
        paragraphs.push((named(&cases), Tone::Plain));
    }
    for rule in &line.rules {
        paragraphs.push((format!("rule {}", rule.name), Tone::Plain));
    }
    if let Some(reason) = line.reason() {
        let tone = if line.lacks().next().is_some() {
            Tone::Verdict(Verdict::NonStrict)
        } else {
            Tone::Quiet
        };
        paragraphs.push((reason, tone));
    }
    if let Some(fare) = view.fare {
        paragraphs.extend(fared(&fare.of(line)));
    }
    paragraphs
}

/// How testees fared, the worst first, those with the same verdict together.
fn fared(fares: &[AgentFare]) -> Vec<(String, Tone)> {
    let verdicts = Verdict::ALL.into_iter().rev();
    let paragraph = |verdict: Verdict| {
        let of_verdict = fares.iter().filter(|fare| fare.verdict == verdict);
        let agents: Vec<String> = of_verdict.map(agent).collect();
        let text = format!("{verdict}: {}", agents.join(", "));
        (!agents.is_empty()).then_some((text, Tone::Verdict(verdict)))
    };
    verdicts.filter_map(paragraph).collect()
}

/// A testee, and the cases that led to its verdict unless all is well.
fn agent(fare: &AgentFare) -> String {
    let name = printable(fare.agent);
    if fare.verdict == Verdict::Pass {
        name
    } else {
        format!("{name} ({})", named(&fare.decisive()))
    }
}

/// The first few, and how many more there are.
pub fn named(cases: &[&CaseId]) -> String {
    let shown = if cases.len() > NAMED_MAX + 1 { NAMED_MAX } else { cases.len() };
    let mut names: Vec<String> = cases[..shown].iter().map(ToString::to_string).collect();
    if shown < cases.len() {
        names.push(format!("{} more", cases.len() - shown));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Matrix, example};

    fn view<'a>(fare: Option<&'a Fare<'a>>) -> View<'a> {
        View { fare, width: 100, palette: Palette::PLAIN }
    }

    #[test]
    fn a_line_a_requirement() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let lines: Vec<&Line> = matrix.lines().iter().collect();
        insta::assert_snapshot!(table(&lines, &view(None)));
    }

    #[test]
    fn hostile_names_in_a_report_are_escaped() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let report = example::report();
        let fare = Fare::new(&catalogue, &report);
        let lines: Vec<&Line> = matrix.lines().iter().collect();
        insta::assert_snapshot!(table(&lines, &view(Some(&fare))));
    }

    #[test]
    fn many_cases_are_counted() {
        let ids: Vec<CaseId> = (1..=7).map(|n| format!("a.{n}").parse().unwrap()).collect();
        let ids: Vec<&CaseId> = ids.iter().collect();
        assert_eq!(named(&ids), "a.1, a.2, a.3, a.4, 3 more");
        assert_eq!(named(&ids[..5]), "a.1, a.2, a.3, a.4, a.5");
    }
}
