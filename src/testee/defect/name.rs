//! Defects by name, as a command line has them.

use std::{fmt, str::FromStr};

use super::Defect;

/// A name that no defect has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no defect `{0}`; the defects are {names}", names = all_names())]
pub struct UnknownDefect(String);

fn all_names() -> String {
    Defect::ALL
        .iter()
        .map(|defect| defect.name())
        .collect::<Vec<_>>()
        .join(", ")
}

impl FromStr for Defect {
    type Err = UnknownDefect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|defect| defect.name() == name);
        found.copied().ok_or_else(|| UnknownDefect(name.to_owned()))
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_defect_has_a_name_of_its_own_that_leads_back_to_it() {
        for defect in Defect::ALL {
            assert_eq!(defect.name().parse(), Ok(*defect));
        }
        let error = "no-such".parse::<Defect>().unwrap_err().to_string();
        assert!(
            error.contains("`no-such`") && error.contains("no-pong"),
            "{error}"
        );
    }
}
