//! What is said of a difference between two servers.

use std::{fmt::Write, path::Path};

use crate::{
    case::{Case, counted, write},
    fuzz::{duel::Difference, oracle::Deviation},
    report::escape::printable,
};

/// Its lines in the summary.
pub fn told(difference: &Difference, names: [&str; 2], path: &Path) -> String {
    let seen = counted(difference.seen, "time");
    let steps = counted(difference.case.steps.len(), "step");
    let mut text = format!("  {}  seen {seen}, {steps}\n", difference.aspect);
    for line in sides(difference, names) {
        writeln!(text, "    {}", printable(&line)).expect("writing to a String never fails");
    }
    writeln!(text, "    {}", path.display()).expect("writing to a String never fails");
    text
}

/// The text of its case file. `command` says how it was found.
pub fn file(difference: &Difference, names: [&str; 2], command: &str) -> String {
    let mut text = format!("# Two servers differ: {}.\n", difference.aspect);
    for line in sides(difference, names) {
        writeln!(text, "# {}", printable(&line)).expect("writing to a String never fails");
    }
    let number = difference.number;
    writeln!(text, "# Found by `{command}` as case {number}.\n")
        .expect("writing to a String never fails");
    let [one, other] = &difference.did;
    let case = Case {
        title: format!("Two servers differ: {}", difference.aspect),
        description: format!("One {one}, the other {other}."),
        ..difference.case.clone()
    };
    text + &write(&case, "Found by comparing")
}

/// What either did, and what the oracle says of that.
fn sides(difference: &Difference, names: [&str; 2]) -> [String; 2] {
    let side = |index: usize| {
        let did = &difference.did[index];
        let name = names[index];
        format!("{name} {did}: {}", opinion(&difference.opinions[index]))
    };
    [side(0), side(1)]
}

fn opinion(deviations: &[Deviation]) -> String {
    match deviations {
        [] => "the RFCs allow it".to_owned(),
        [gravest, ..] => format!("{}, {}", gravest.requirement, gravest.sentence),
    }
}
