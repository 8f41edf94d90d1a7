//! How a connection should end.

use super::inline::{Table, ids, list, string, word};
use crate::case::{CloseExpectation, CloseGrade, Closer, OutcomeVerdict};

/// A close expectation, without what is assumed anyway.
pub fn close(close: &CloseExpectation) -> String {
    let grades: Vec<String> = close.grades.iter().map(grade).collect();
    let codes: Vec<String> = close.codes.iter().map(ToString::to_string).collect();
    let when_dropped = if close.clean { OutcomeVerdict::Fail } else { OutcomeVerdict::NonStrict };
    Table::of("by", word(close.by))
        .with_list("grades", &grades)
        .with_list("code", &codes)
        .with_flag("clean", close.clean)
        .with_some("dropped", unless(close.dropped, when_dropped))
        .with_some("wrong-code", unless(close.wrong_code, OutcomeVerdict::NonStrict))
        .with_flag("wrong-code-fails", close.wrong_code_fails)
        .with_flag("wrong-side-fails", close.wrong_side_fails)
        .to_string()
}

fn unless(verdict: OutcomeVerdict, default: OutcomeVerdict) -> Option<String> {
    (verdict != default).then(|| word(verdict))
}

fn grade(grade: &CloseGrade) -> String {
    let mut codes: Vec<String> = grade
        .codes
        .iter()
        .map(|codes| {
            let (first, last) = (codes.start(), codes.end());
            if first == last { first.to_string() } else { string(&format!("{first}-{last}")) }
        })
        .collect();
    if grade.no_code {
        codes.push(string("none"));
    }
    Table::of("verdict", word(grade.verdict))
        .with("code", list(&codes))
        .with_some("by", (grade.by != Closer::Either).then(|| word(grade.by)))
        .with_list("breaks", &ids(&grade.breaks))
        .to_string()
}
