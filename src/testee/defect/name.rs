//! Defects by name, as a command line has them.

use std::{fmt, str::FromStr};

use super::Defect;

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
}
