//! All requirements, read once and checked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Deserialize;

use super::{CatalogueError, Observable, Requirement, RequirementId, Severity};

/// The catalogue's text.
static TEXT: &str = include_str!("../../cases/requirements.toml");

/// Requirements in the order of the RFCs' texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    requirements: Vec<Requirement>,
    positions: BTreeMap<RequirementId, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    requirement: Vec<Requirement>,
}

impl Catalogue {
    /// The catalogue that comes with wspec.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::read(TEXT)
                .unwrap_or_else(|error| unreachable!("a test reads this very text: {error}"))
        });
        &CATALOGUE
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// Text of another shape, and statements that contradict each other.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let File { requirement } = toml::from_str(text)?;
        let mut positions = BTreeMap::new();
        for (position, requirement) in requirement.iter().enumerate() {
            if requirement.id.place().is_none() {
                return Err(CatalogueError::NoPlace(requirement.id.clone()));
            }
            if (requirement.observable == Observable::None) != requirement.why_not.is_some() {
                return Err(CatalogueError::WhyNot(requirement.id.clone()));
            }
            if positions.insert(requirement.id.clone(), position).is_some() {
                return Err(CatalogueError::IdTaken(requirement.id.clone()));
            }
        }
        let catalogue = Self { requirements: requirement, positions };
        for requirement in &catalogue.requirements {
            catalogue.check_same_as(requirement)?;
        }
        Ok(catalogue)
    }

    /// The requirements, in the order of the RFCs' texts.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The requirement of this name.
    #[must_use]
    pub fn get(&self, id: &RequirementId) -> Option<&Requirement> {
        self.positions.get(id).map(|position| &self.requirements[*position])
    }

    /// Whether a testee that breaks this requirement may fail: it is a MUST or MUST NOT, and its
    /// violation is called nothing milder.
    #[must_use]
    pub fn fails(&self, id: &RequirementId) -> bool {
        let is_grave = |it: &Requirement| it.level.is_absolute() && it.verdict == Severity::Fail;
        self.get(id).is_some_and(is_grave)
    }

    /// The one that stands for all requirements that are broken by the same event as this one;
    /// for a name that the catalogue does not have, that name.
    #[must_use]
    pub fn representative<'a>(&'a self, id: &'a RequirementId) -> &'a RequirementId {
        let mut id = id;
        // `read` has made sure that this ends.
        while let Some(same_as) = self.same_as(id) {
            id = same_as;
        }
        id
    }

    fn same_as(&self, id: &RequirementId) -> Option<&RequirementId> {
        self.get(id)?.same_as.as_ref()
    }

    fn check_same_as(&self, start: &Requirement) -> Result<(), CatalogueError> {
        let mut seen = BTreeSet::from([&start.id]);
        let mut requirement = start;
        while let Some(same_as) = &requirement.same_as {
            if !seen.insert(same_as) {
                return Err(CatalogueError::SameAsCircle(start.id.clone()));
            }
            requirement = self.get(same_as).ok_or_else(|| CatalogueError::UnknownSameAs {
                id: requirement.id.clone(),
                same_as: same_as.clone(),
            })?;
        }
        Ok(())
    }
}

/// The ids of all the requirements in the catalogue that comes with wspec.
#[must_use]
pub fn known_requirements() -> &'static BTreeSet<RequirementId> {
    // To read the whole catalogue would take longer than to read all the cases.
    static KNOWN: LazyLock<BTreeSet<RequirementId>> = LazyLock::new(|| {
        let quoted = |line: &'static str| line.strip_prefix("id = \"")?.strip_suffix('"');
        TEXT.lines().filter_map(quoted).map(|id| RequirementId(id.to_owned())).collect()
    });
    &KNOWN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::Role,
        requirement::{Binds, Http, Severity},
    };

    fn entry(id: &str, more: &str) -> String {
        format!(
            "[[requirement]]\nid = \"{id}\"\nlevel = \"MUST\"\nbasis = \"keyword\"\n\
             binds = \"both\"\ntext = \"t\"\nobservable = \"both\"\ntrigger = \"\"\n\
             conforming = \"\"\nviolation = \"v\"\nautobahn = []\nautobahn_passive = false\n\
             verdict = \"fail\"\n{more}\n"
        )
    }

    #[track_caller]
    fn refusal(entries: &[String]) -> String {
        Catalogue::read(&entries.concat()).unwrap_err().to_string()
    }

    #[test]
    fn the_embedded_one_is_right() {
        let catalogue = Catalogue::read(TEXT).unwrap_or_else(|error| panic!("\n{error}"));
        assert!(catalogue.positions.keys().eq(known_requirements()));
    }

    #[test]
    fn whom_it_binds_is_where_it_shows() {
        for requirement in Catalogue::embedded().requirements() {
            let allowed: &[Observable] = match requirement.binds {
                Binds::Server => &[Observable::Server],
                Binds::Client => &[Observable::Client],
                Binds::Intermediary => &[],
                Binds::Both | Binds::Sender | Binds::Receiver => {
                    &[Observable::Both, Observable::Server, Observable::Client]
                }
            };
            let observable = requirement.observable;
            assert!(
                observable == Observable::None || allowed.contains(&observable),
                "{}: {:?} {observable:?}",
                requirement.id,
                requirement.binds
            );
            let testable = requirement.verdict != Severity::NotTestable;
            assert_eq!(observable != Observable::None, testable, "{}", requirement.id);
            assert_eq!(testable, !requirement.trigger.is_empty(), "{}", requirement.id);
            assert_eq!(testable, !requirement.violation.is_empty(), "{}", requirement.id);
        }
    }

    #[test]
    fn what_is_the_same_shows_where_the_other_does() {
        let catalogue = Catalogue::embedded();
        for requirement in catalogue.requirements() {
            let other = catalogue.get(catalogue.representative(&requirement.id));
            let other = other.expect("`read` has found it");
            assert_eq!(requirement.http(), other.http(), "{}", requirement.id);
            for testee in [Role::Server, Role::Client] {
                assert!(
                    !requirement.shows_on(testee) || other.shows_on(testee),
                    "{} shows on a {testee}, {} does not",
                    requirement.id,
                    other.id
                );
            }
        }
    }

    #[test]
    fn mistakes_are_named() {
        let one = || entry("rfc6455-1-1", "");
        insta::assert_snapshot!(refusal(&[one(), one()]), @"two requirements are called `rfc6455-1-1`; give the later one the next free number");
        insta::assert_snapshot!(refusal(&[entry("rfc6455", "")]), @"`rfc6455` is no name of a requirement; write `rfc`, its number, `-`, the section, `-`, a number");
        let same_as = |id: &str| format!("same_as = \"{id}\"");
        insta::assert_snapshot!(refusal(&[entry("rfc6455-1-1", &same_as("rfc6455-1-2"))]), @"`rfc6455-1-1` is the same as `rfc6455-1-2`, which the catalogue does not have");
        let circle = [
            entry("rfc6455-1-1", &same_as("rfc6455-1-2")),
            entry("rfc6455-1-2", &same_as("rfc6455-1-1")),
        ];
        insta::assert_snapshot!(refusal(&circle), @"`rfc6455-1-1` is the same as itself, in the end; let one of the circle stand for the others");
        let why_not = entry("rfc6455-1-1", "why_not = \"because\"");
        insta::assert_snapshot!(refusal(&[why_not]), @"`rfc6455-1-1`: `why_not` belongs to the requirements that nobody can see, and to all of them");
        assert!(refusal(&[entry("rfc6455-1-1", "colour = 1")]).contains("colour"));
    }

    #[test]
    fn one_stands_for_all_that_are_the_same() {
        let same_as = |id: &str| format!("same_as = \"{id}\"");
        let text = [
            entry("rfc6455-1-1", ""),
            entry("rfc6455-1-2", &same_as("rfc6455-1-1")),
            entry("rfc6455-1-3", &same_as("rfc6455-1-2")),
        ];
        let catalogue = Catalogue::read(&text.concat()).unwrap();
        for requirement in catalogue.requirements() {
            let one = catalogue.representative(&requirement.id);
            assert_eq!(one.0, "rfc6455-1-1");
        }
    }

    #[test]
    fn the_rfc_tells_the_version_of_http() {
        let http = |id: &str| {
            let catalogue = Catalogue::read(&entry(id, "")).unwrap();
            catalogue.requirements()[0].http()
        };
        assert_eq!(http("rfc6455-4.1-1"), Http::One);
        assert_eq!(http("rfc9112-3.2-1"), Http::One);
        assert_eq!(http("rfc8441-5-1"), Http::Two);
        assert_eq!(http("rfc9113-8.5-1"), Http::Two);
        assert_eq!(http("rfc9220-3-1"), Http::Three);
    }
}
