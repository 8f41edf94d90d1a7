//! `cases/BUGS.md`: every bug of the backlog has cases that find it, or a reason why none can.

use globset::Glob;
use wspec::case::embedded_cases;

/// How many bugs the backlog has.
const BUGS: usize = 70;

/// A line of the table.
struct Bug<'a> {
    number: usize,
    /// Ids of cases and patterns of such; of a range, both ends.
    cases: Vec<&'a str>,
    why_not: &'a str,
}

fn bugs() -> Vec<Bug<'static>> {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| #");
    let rows = include_str!("../cases/BUGS.md").lines().filter(is_row);
    rows.map(bug).collect()
}

fn bug(row: &str) -> Bug<'_> {
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    let ["", number, _, cases, why_not, ""] = cells[..] else {
        panic!("a row has four cells: {row}");
    };
    let cases = cases.split(',').flat_map(|ids| ids.split(" to "));
    Bug {
        number: number.parse().expect("the first cell is a number"),
        cases: cases.map(str::trim).filter(|case| !case.is_empty()).collect(),
        why_not,
    }
}

#[test]
fn every_bug_has_a_line_with_cases_or_a_reason() {
    let numbers: Vec<usize> = bugs().iter().map(|bug| bug.number).collect();
    assert_eq!(numbers, (1..=BUGS).collect::<Vec<_>>());
    for bug in bugs() {
        let has_either = !bug.cases.is_empty() || !bug.why_not.is_empty();
        assert!(has_either, "bug {} has neither", bug.number);
    }
}

#[test]
fn every_case_that_is_named_exists() {
    for bug in bugs() {
        for pattern in bug.cases {
            let glob = Glob::new(pattern).expect("it is a pattern of case ids");
            let glob = glob.compile_matcher();
            let mut cases = embedded_cases().cases.iter();
            assert!(
                cases.any(|case| glob.is_match(case.id.as_str())),
                "bug {}: there is no case `{pattern}`",
                bug.number
            );
        }
    }
}
