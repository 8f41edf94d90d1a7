//! Defects by name, as a command line has them.

use std::{fmt, str::FromStr};

use super::{
    catalogue::TOPICS,
    entry::{Entry, Gravity, Testees},
};
use crate::{protocol::Role, testee::conduct::Conduct};

/// A way in which an endpoint differs from a correct one that checks octet by octet.
#[derive(Clone, Copy)]
pub struct Defect {
    topic: &'static str,
    entry: &'static Entry,
}

impl Defect {
    /// All defects, by topic.
    pub fn all() -> impl Iterator<Item = Self> {
        TOPICS.iter().flat_map(|topic| {
            let name = topic.name;
            topic.entries.iter().map(move |entry| Self { topic: name, entry })
        })
    }

    /// What it is about, in a word.
    #[must_use]
    pub const fn topic(self) -> &'static str {
        self.topic
    }

    /// Its name, as a command line has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry.name
    }

    /// Whether an RFC forbids it.
    #[must_use]
    pub const fn gravity(self) -> Gravity {
        self.entry.gravity
    }

    /// Whether a testee on this side can have it.
    #[must_use]
    pub const fn is_for(self, testee: Role) -> bool {
        matches!(
            (self.entry.testees, testee),
            (Testees::Both, _) | (Testees::Server, Role::Server) | (Testees::Client, Role::Client)
        )
    }

    /// The requirements that it breaks, by their ids in `cases/requirements.toml`.
    #[must_use]
    pub const fn requirements(self) -> &'static [&'static str] {
        self.entry.requirements
    }

    /// What the endpoint does: the end of a sentence that begins with "The endpoint".
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.entry.description
    }

    /// Gives it to an endpoint.
    pub(in crate::testee) fn apply(self, conduct: &mut Conduct) {
        self.entry.deeds.iter().for_each(|deed| deed.apply(conduct));
    }
}

impl PartialEq for Defect {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Defect {}

/// A name that no defect has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no defect `{name}`{hint}; `--defect list` prints all names")]
pub struct UnknownDefect {
    name: String,
    /// What was perhaps meant.
    hint: String,
}

/// How alike two names have to be for one to be meant by the other.
const ALIKE: f64 = 0.7;

impl UnknownDefect {
    fn new(name: &str) -> Self {
        let likeness = |defect: Defect| strsim::normalized_damerau_levenshtein(name, defect.name());
        let nearest = Defect::all().max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)));
        let hint = nearest
            .filter(|defect| likeness(*defect) >= ALIKE)
            .map_or_else(String::new, |defect| format!(" (did you mean `{defect}`?)"));
        Self { name: name.to_owned(), hint }
    }
}

impl FromStr for Defect {
    type Err = UnknownDefect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::all().find(|defect| defect.name() == name);
        found.ok_or_else(|| UnknownDefect::new(name))
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_defect_has_a_name_of_its_own_that_leads_back_to_it() {
        let mut names = Vec::new();
        for defect in Defect::all() {
            assert_eq!(defect.name().parse(), Ok(defect));
            assert!(!names.contains(&defect.name()), "two are called {defect}");
            names.push(defect.name());
        }
    }

    #[test]
    fn who_mistypes_a_name_is_helped() {
        let error = |name: &str| name.parse::<Defect>().unwrap_err().to_string();
        assert_eq!(
            error("no-pogn"),
            "there is no defect `no-pogn` (did you mean `no-pong`?); `--defect list` prints all \
             names"
        );
        assert_eq!(error("zzz"), "there is no defect `zzz`; `--defect list` prints all names");
    }

    #[test]
    fn only_a_fault_breaks_a_requirement() {
        for defect in Defect::all() {
            let breaks = !defect.requirements().is_empty();
            assert_eq!(breaks, defect.gravity() == Gravity::Fault, "{defect}");
            assert!(!defect.description().ends_with('.'), "{defect}");
        }
    }
}
