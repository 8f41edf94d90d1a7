//! How much of each RFC is exercised.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use super::{Line, Matrix};
use crate::{
    protocol::Role,
    report::terminal::{Palette, wrap},
    requirement::RequirementId,
};

/// How many of the statements of an RFC that bind absolutely and can be seen on a kind of testee
/// over HTTP/1.1 are exercised with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share<'a> {
    /// The RFC's number.
    pub rfc: u16,
    /// The kind of testee.
    pub testee: Role,
    /// How many can be seen.
    pub observable: usize,
    /// How many of these are exercised.
    pub exercised: usize,
    /// The others.
    pub lacking: Vec<&'a RequirementId>,
}

/// The shares of all RFCs of which anything can be seen.
#[must_use]
pub fn shares<'a>(matrix: &Matrix<'a>) -> Vec<Share<'a>> {
    let mut shares: BTreeMap<(u16, usize), Share> = BTreeMap::new();
    for line in matrix.lines().iter().filter(counts) {
        let id = &line.requirement.id;
        let (rfc, _) = id.place().expect("the catalogue has no other names");
        for testee in line.requirement.testees() {
            let place = usize::from(testee == Role::Client);
            let share = shares.entry((rfc, place)).or_insert(Share {
                rfc,
                testee,
                observable: 0,
                exercised: 0,
                lacking: Vec::new(),
            });
            share.observable += 1;
            if line.is_exercised(testee) {
                share.exercised += 1;
            } else {
                share.lacking.push(id);
            }
        }
    }
    shares.into_values().collect()
}

fn counts(line: &&Line) -> bool {
    line.requirement.level.is_absolute()
}

/// The shares as JSON: an array of objects.
#[must_use]
pub fn json(matrix: &Matrix) -> String {
    let text = serde_json::to_string_pretty(&shares(matrix));
    text.expect("strings and numbers are JSON") + "\n"
}

/// The shares as a table, and what is not exercised, for a terminal.
#[must_use]
pub fn summary(matrix: &Matrix, width: usize, palette: &Palette) -> String {
    let shares = shares(matrix);
    let mut out = String::from(
        "MUST and MUST NOT that can be seen over HTTP/1.1, and those that a case or a rule exercises\n\n",
    );
    let heading = row("RFC", "testee", "seen", "exercised", "percent");
    line(&mut out, &palette.heading(heading));
    for share in &shares {
        let rfc = format!("RFC {}", share.rfc);
        let (seen, exercised) = (share.observable, share.exercised);
        line(&mut out, &counted(&rfc, share.testee, seen, exercised));
    }
    for testee in [Role::Server, Role::Client] {
        let of_kind = || shares.iter().filter(|share| share.testee == testee);
        let observable = of_kind().map(|share| share.observable).sum();
        let exercised = of_kind().map(|share| share.exercised).sum();
        let total = counted("all", testee, observable, exercised);
        line(&mut out, &palette.heading(total));
    }
    for testee in [Role::Server, Role::Client] {
        let of_kind = shares.iter().filter(|share| share.testee == testee);
        let lacking: Vec<&RequirementId> =
            of_kind.flat_map(|share| share.lacking.clone()).collect();
        if !lacking.is_empty() {
            let heading = format!("Not exercised on a {testee}");
            line(&mut out, &format!("\n{}", palette.heading(heading)));
        }
        for id in lacking {
            let text =
                matrix.catalogue().get(id).map_or("", |requirement| requirement.text.as_str());
            let lines = wrap(text, width.saturating_sub(INDENT + 2));
            for (number, text) in lines.iter().enumerate() {
                let id = if number == 0 { id.0.as_str() } else { "" };
                line(&mut out, &format!("  {id:<INDENT$}{text}"));
            }
        }
    }
    out
}

/// Columns that a name takes in the list of what is not exercised.
const INDENT: usize = 20;

fn counted(rfc: &str, testee: Role, observable: usize, exercised: usize) -> String {
    row(
        rfc,
        &testee.to_string(),
        &observable.to_string(),
        &exercised.to_string(),
        &percent(exercised, observable),
    )
}

fn row(rfc: &str, testee: &str, observable: &str, exercised: &str, percent: &str) -> String {
    format!("{rfc:<10}{testee:<8}{observable:>6}{exercised:>11}{percent:>9}")
}

/// Rounded down, so that nothing but all is 100.
fn percent(part: usize, whole: usize) -> String {
    match (part * 1000).checked_div(whole) {
        Some(permille) => format!("{}.{}", permille / 10, permille % 10),
        None => "-".to_owned(),
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("writing to a String never fails");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::example;

    #[test]
    fn says_what_is_exercised_and_what_is_not() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        insta::assert_snapshot!(summary(&matrix, 80, &Palette::PLAIN));
    }

    #[test]
    fn nothing_but_all_is_a_hundred_percent() {
        assert_eq!(percent(9999, 10_000), "99.9");
        assert_eq!(percent(7, 7), "100.0");
        assert_eq!(percent(0, 0), "-");
    }
}
