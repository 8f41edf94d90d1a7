//! The cases that come with wspec.

use std::sync::LazyLock;

use super::{CaseSet, SourceFile, read_cases};
use crate::requirement::known_requirements;

/// The chapters of `cases/`, in the order of their names; `build.rs` lists them.
static CHAPTERS: &[SourceFile<&str>] = &include!(concat!(env!("OUT_DIR"), "/chapters.rs"));

/// The cases that come with wspec.
pub fn embedded_cases() -> &'static CaseSet {
    static CASES: LazyLock<CaseSet> = LazyLock::new(|| {
        read_cases(CHAPTERS, known_requirements())
            .unwrap_or_else(|errors| unreachable!("a test reads these very files:\n{errors}"))
    });
    &CASES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_file_is_right() {
        if let Err(errors) = read_cases(CHAPTERS, known_requirements()) {
            panic!("\n{errors}");
        }
    }

    #[test]
    fn cases_are_found_by_id() {
        let cases = embedded_cases();
        for case in &cases.cases {
            assert_eq!(cases.get(&case.id), Some(case));
        }
        assert_eq!(cases.get(&"no-such-case".parse().unwrap()), None);
    }
}
