//! The chapter table.

use tabled::{
    builder::Builder,
    settings::{Alignment, Style, object::Columns},
};

use super::{View, wrap::cut};
use crate::{
    case::Chapter,
    judge::Verdict,
    report::{
        CaseReport,
        escape::printable,
        happening_text::seconds,
        tally::{Row, tally},
    },
};

/// Characters between columns.
const GAP: usize = 2;
/// Characters that totals and the slowest case's time take.
const TOTALS_WIDTH: usize = 2 * (GAP + 8);

/// How many cases of each chapter got which verdict at the gate, and how long the slowest took.
/// Verdicts that nobody got have no column.
#[must_use]
pub fn chapters(cases: &[CaseReport], view: &View) -> String {
    let rows = tally(cases, view.bar.gate);
    let mut total = Row::new("total");
    for row in &rows {
        total.add(row);
    }
    let shown = Verdict::ALL.map(|verdict| total.of(verdict) > 0 || verdict == Verdict::Pass);

    let names = Verdict::ALL.iter().zip(shown).filter(|(_, shown)| *shown);
    let counts_width: usize = names.map(|(verdict, _)| GAP + verdict.name().len()).sum();
    let chapter_width = view.width.saturating_sub(GAP + counts_width + TOTALS_WIDTH);

    let mut table = Builder::default();
    let names = Verdict::ALL.iter().map(|verdict| verdict.name());
    table.push_record(record("chapter", names, "total", "slowest", shown));
    for row in rows.iter().chain([&total]) {
        let chapter = title(&row.chapter, view.chapters);
        let chapter = cut(&printable(&chapter), chapter_width);
        let counts = row.counts.map(|count| {
            if count == 0 {
                "·".to_owned()
            } else {
                count.to_string()
            }
        });
        let counts = counts.iter().map(String::as_str);
        let sum = row.counts.iter().sum::<u64>().to_string();
        table.push_record(record(
            &chapter,
            counts,
            &sum,
            &seconds(row.slowest_ms.saturating_mul(1000)),
            shown,
        ));
    }
    let mut table = table.build();
    table
        .with(Style::empty())
        .modify(Columns::new(1..), Alignment::right());
    let text = table.to_string();
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    if let [first, .., last] = &mut lines[..] {
        *first = view.palette.heading(&*first);
        *last = view.palette.heading(&*last);
    }
    lines.join("\n") + "\n"
}

/// The chapter's name, and its title where that says more.
fn title(name: &str, chapters: &[Chapter]) -> String {
    match chapters.iter().find(|chapter| chapter.name == name) {
        Some(chapter) if chapter.title != name => format!("{name}  {}", chapter.title),
        _ => name.to_owned(),
    }
}

fn record<'a>(
    chapter: &str,
    counts: impl Iterator<Item = &'a str>,
    sum: &str,
    slowest: &str,
    shown: [bool; Verdict::ALL.len()],
) -> Vec<String> {
    let counts = counts
        .zip(shown)
        .filter(|(_, shown)| *shown)
        .map(|(count, _)| count);
    [chapter]
        .into_iter()
        .chain(counts)
        .chain([sum, slowest])
        .map(str::to_owned)
        .collect()
}
