//! The cases and requirements that come with wspec.

use std::{collections::BTreeSet, sync::LazyLock};

use super::{CaseSet, RequirementId, SourceFile, read_cases};

/// The chapters of `cases/`, in the order of their names; `build.rs` lists them.
static CHAPTERS: &[SourceFile<&str>] = &include!(concat!(env!("OUT_DIR"), "/chapters.rs"));

/// The catalogue's text.
static CATALOGUE: &str = include_str!("../../cases/requirements.toml");

/// The cases that come with wspec.
pub fn embedded_cases() -> &'static CaseSet {
    static CASES: LazyLock<CaseSet> = LazyLock::new(|| {
        read_cases(CHAPTERS, known_requirements())
            .unwrap_or_else(|errors| unreachable!("a test reads these very files:\n{errors}"))
    });
    &CASES
}

/// The ids of all the requirements in the catalogue.
pub fn known_requirements() -> &'static BTreeSet<RequirementId> {
    // A whole TOML parser would take longer for the catalogue than for all the cases.
    static KNOWN: LazyLock<BTreeSet<RequirementId>> = LazyLock::new(|| {
        let quoted = |line: &'static str| line.strip_prefix("id = \"")?.strip_suffix('"');
        CATALOGUE
            .lines()
            .filter_map(quoted)
            .map(|id| RequirementId(id.to_owned()))
            .collect()
    });
    &KNOWN
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
    fn every_requirement_of_the_catalogue_is_known() {
        let catalogue: toml::Table = CATALOGUE.parse().unwrap();
        let ids: BTreeSet<RequirementId> = catalogue["requirement"]
            .as_array()
            .unwrap()
            .iter()
            .map(|requirement| RequirementId(requirement["id"].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(*known_requirements(), ids);
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
