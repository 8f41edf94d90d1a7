//! From a close expectation as written to that of a case: which codes, which grades, what is assumed
//! where nothing is said.

use super::{
    at::At,
    bounds::{in_range, range},
    check_breaks::named,
    entry::{CloseEntry, GradeEntry},
    problems::Problems,
    words::GradeWord,
};
use crate::case::{CloseExpectation, CloseGrade, Closer, OutcomeVerdict};

/// How the connection should end, with what is assumed where nothing is said.
pub fn close_expectation(entry: &CloseEntry, problems: &mut Problems) -> CloseExpectation {
    let mut codes = Vec::new();
    for code in &entry.code {
        match in_range("code", code, 0..=0xFFFF, "0 to 65535") {
            Ok(code) => codes.push(code as u16),
            Err(problem) => problems.push(problem),
        }
    }
    let grades = entry.grades.iter().map(|grade| close_grade(grade, problems)).collect();
    let is_set = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|set| *set.value());
    let verdict_or = |verdict: &Option<At<OutcomeVerdict>>, default| {
        verdict.as_ref().map_or(default, |verdict| *verdict.value())
    };
    let clean = is_set(&entry.clean);
    let when_dropped = if clean { OutcomeVerdict::Fail } else { OutcomeVerdict::NonStrict };
    CloseExpectation {
        by: *entry.by.value(),
        grades,
        codes,
        clean,
        dropped: verdict_or(&entry.dropped, when_dropped),
        wrong_code: verdict_or(&entry.wrong_code, OutcomeVerdict::NonStrict),
        wrong_code_fails: is_set(&entry.wrong_code_fails),
        wrong_side_fails: is_set(&entry.wrong_side_fails),
    }
}

fn close_grade(entry: &GradeEntry, problems: &mut Problems) -> CloseGrade {
    let mut grade = CloseGrade {
        verdict: *entry.verdict.value(),
        codes: Vec::new(),
        no_code: false,
        by: entry.by.as_ref().map_or(Closer::Either, |by| *by.value()),
        breaks: named(&entry.breaks),
    };
    for word in &entry.code {
        match word.value() {
            GradeWord::NoCode => grade.no_code = true,
            GradeWord::Codes(codes) => {
                let (first, last) = (*codes.start(), *codes.end());
                match range("code", last, word.span(), 0..=0xFFFF, "0 to 65535") {
                    Ok(_) => grade.codes.push(first as u16..=last as u16),
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }
    grade
}
