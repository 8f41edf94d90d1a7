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

/// Characters of a chapter that are to be seen at least.
const CHAPTER_WIDTH: usize = 12;

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

    let counts_width = |name: fn(&Verdict) -> &'static str| -> usize {
        let names = Verdict::ALL.iter().zip(shown).filter(|(_, shown)| *shown);
        names.map(|(verdict, _)| GAP + name(verdict).len()).sum()
    };
    let is_narrow = counts_width(|it| it.name()) + GAP + TOTALS_WIDTH + CHAPTER_WIDTH > view.width;
    let (name, totals_width): (fn(&Verdict) -> _, _) = match is_narrow {
        true => (short_name, TOTALS_WIDTH / 2),
        false => (|verdict| verdict.name(), TOTALS_WIDTH),
    };
    let chapter_width = view.width.saturating_sub(GAP + counts_width(name) + totals_width);

    let mut table = Builder::default();
    let names = Verdict::ALL.iter().map(name);
    table.push_record(record("chapter", names, "total", "slowest", shown));
    for row in rows.iter().chain([&total]) {
        let chapter = title(&row.chapter, view.chapters);
        let chapter = cut(&printable(&chapter), chapter_width);
        let counts =
            row.counts.map(|count| if count == 0 { "·".to_owned() } else { count.to_string() });
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
    if is_narrow {
        // How long the slowest took is what is missed least.
        table.remove_column(table.count_columns() - 1);
    }
    let mut table = table.build();
    table.with(Style::empty()).modify(Columns::new(1..), Alignment::right());
    let text = table.to_string();
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    if let [first, .., last] = &mut lines[..] {
        *first = view.palette.heading(&*first);
        *last = view.palette.heading(&*last);
    }
    lines.join("\n") + "\n"
}

/// A verdict's name where there is little room.
const fn short_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Informational => "info",
        Verdict::Unimplemented => "none",
        Verdict::NonStrict => "lax",
        _ => verdict.name(),
    }
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
    let counts = counts.zip(shown).filter(|(_, shown)| *shown).map(|(count, _)| count);
    [chapter].into_iter().chain(counts).chain([sum, slowest]).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Bar, example, terminal::Palette};

    #[test]
    fn a_narrow_terminal_has_room_for_the_table() {
        let report = example::failing_report();
        let table = |width| {
            let view = View {
                bar: &Bar::default(),
                width,
                palette: Palette::PLAIN,
                verbose: false,
                chapters: &[],
            };
            chapters(&report.agents[0].cases, &view)
        };
        let fits = |width: usize| {
            let table = table(width);
            table.lines().all(|line| line.chars().count() <= width)
        };
        assert!(fits(50), "{}", table(50));
        assert!(table(50).contains(" flaky "));
        assert!(fits(80) && table(80).contains(" unimplemented "));
    }
}
