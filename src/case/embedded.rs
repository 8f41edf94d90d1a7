//! The cases and requirements that come with wspec.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

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
    static KNOWN: LazyLock<BTreeSet<RequirementId>> = LazyLock::new(|| {
        let catalogue: Catalogue = toml::from_str(CATALOGUE)
            .unwrap_or_else(|error| unreachable!("a test reads this very file:\n{error}"));
        catalogue.requirement.into_iter().map(|requirement| requirement.id).collect()
    });
    &KNOWN
}

/// What is needed here of the catalogue.
#[derive(Deserialize)]
struct Catalogue {
    requirement: Vec<CatalogueEntry>,
}

#[derive(Deserialize)]
struct CatalogueEntry {
    id: RequirementId,
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
    fn the_catalogue_has_ids() {
        assert!(known_requirements().contains(&RequirementId("rfc6455-5.1-1".to_owned())));
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
