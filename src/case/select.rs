//! Which cases a run has.

use std::{borrow::Borrow, fmt};

use super::{Case, LeftOut, LiveTarget, Pattern, PatternError, Profile, Unsuited};
use crate::protocol::Role;

/// What somebody asked for: patterns of ids to take, patterns to leave out, and a profile.
#[derive(Clone, Debug)]
pub struct Selection {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    profile: Profile,
    /// The kind of testee that the cases are for.
    testee: Option<Role>,
    /// Cases that have a say in the opening handshake are left out.
    no_handshakes: bool,
    /// The endpoint is in use: cases that do not suit it are left out.
    live: Option<LiveTarget>,
}

/// Why a selection cannot be made, pattern by pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionError(pub Vec<PatternError>);

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n" };
            write!(f, "{gap}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SelectionError {}

impl Selection {
    /// The cases that match any of `include` (all, if there is none) and none of `exclude`.
    /// Cases of the profile `full` need that profile, or their exact id among `include`.
    ///
    /// # Errors
    /// Text that is no pattern.
    pub fn new<T: AsRef<str>>(
        include: &[T],
        exclude: &[T],
        profile: Profile,
    ) -> Result<Self, SelectionError> {
        let mut errors = Vec::new();
        let mut compiled = |patterns: &[T]| -> Vec<Pattern> {
            let results = patterns.iter().map(|pattern| Pattern::new(pattern.as_ref()));
            results.filter_map(|result| result.map_err(|error| errors.push(error)).ok()).collect()
        };
        let (include, exclude) = (compiled(include), compiled(exclude));
        if errors.is_empty() {
            Ok(Self { include, exclude, profile, testee: None, no_handshakes: false, live: None })
        } else {
            Err(SelectionError(errors))
        }
    }

    /// Only those that are for testees of this kind.
    #[must_use]
    pub const fn for_testee(mut self, testee: Role) -> Self {
        self.testee = Some(testee);
        self
    }

    /// Without those that have a say in the opening handshake.
    #[must_use]
    pub const fn without_handshakes(mut self) -> Self {
        self.no_handshakes = true;
        self
    }

    /// Only those that suit an endpoint in use.
    #[must_use]
    pub const fn for_live(mut self, live: LiveTarget) -> Self {
        self.live = Some(live);
        self
    }

    /// How many would be selected, too, if the endpoint were not in use.
    #[must_use]
    pub fn left_out(&self, cases: &[Case]) -> LeftOut {
        let all = Self { live: None, ..self.clone() };
        let taken = cases.iter().filter(|case| all.takes(case));
        LeftOut::of(taken.filter_map(|case| self.objection_to(case)))
    }

    fn objection_to(&self, case: &Case) -> Option<Unsuited> {
        self.live.and_then(|live| live.objection_to(case))
    }

    /// The selected of these cases, in their order.
    ///
    /// # Errors
    /// Patterns that match nothing, or nothing in this profile: a run that silently leaves out
    /// what was asked for would look like a success.
    pub fn choose<'a>(&self, cases: &'a [Case]) -> Result<Vec<&'a Case>, SelectionError> {
        let mut errors: Vec<PatternError> =
            self.exclude.iter().filter_map(|pattern| pattern.matches_nothing(cases)).collect();
        for pattern in &self.include {
            let is_chosen = |case: &Case| self.includes_by(pattern, case);
            if let Some(error) = pattern.matches_nothing(cases) {
                errors.push(error);
            } else if !cases.iter().any(is_chosen) {
                errors.push(self.why_none(pattern, cases));
            }
        }
        if errors.is_empty() {
            Ok(cases.iter().filter(|case| self.takes(case)).collect())
        } else {
            Err(SelectionError(errors))
        }
    }

    fn takes(&self, case: &Case) -> bool {
        let included = if self.include.is_empty() {
            case.profile <= self.profile && self.suits(case)
        } else {
            self.include.iter().any(|pattern| self.includes_by(pattern, case))
        };
        included && !self.exclude.iter().any(|pattern| pattern.matches(&case.id))
    }

    fn includes_by(&self, pattern: &Pattern, case: &Case) -> bool {
        let in_profile = case.profile <= self.profile || pattern.text() == case.id.as_str();
        in_profile && self.suits(case) && pattern.matches(&case.id)
    }

    fn is_for_testee(&self, case: &Case) -> bool {
        self.testee.is_none_or(|testee| case.is_for(testee))
    }

    fn suits(&self, case: &Case) -> bool {
        self.is_for_testee(case)
            && (!self.no_handshakes || case.handshake.is_empty())
            && self.objection_to(case).is_none()
    }

    /// Why a pattern that matches something selects nothing.
    fn why_none(&self, pattern: &Pattern, cases: &[Case]) -> PatternError {
        let matched = || cases.iter().filter(|case| pattern.matches(&case.id));
        let mut objections = matched().map(|case| self.objection_to(case));
        if let Some(Some(reason)) = objections.next()
            && objections.all(|objection| objection.is_some())
        {
            return PatternError::Unsuited { pattern: pattern.text().to_owned(), reason };
        }
        match self.testee {
            Some(testee) if !matched().any(|case| case.is_for(testee)) => {
                PatternError::OnlyForOthers { pattern: pattern.text().to_owned(), testee }
            }
            _ if !matched().any(|case| self.suits(case)) => {
                PatternError::OnlyHandshakes(pattern.text().to_owned())
            }
            _ => PatternError::OnlyInFull(pattern.text().to_owned()),
        }
    }
}

/// Puts the cases into the order in which clients get them: those last whose handshake may fail, as
/// many a client goes no further than that; of either kind those last that could crash a client.
pub fn order_for_clients<C: Borrow<Case>>(cases: &mut [C]) {
    cases.sort_by_key(|case| {
        let case = case.borrow();
        let handshake = &case.handshake;
        let may_fail = handshake.response().is_some() || !handshake.outcomes.is_empty();
        (may_fail, case.hostile)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{RequirementId, SourceFile, read_cases};

    fn cases() -> Vec<Case> {
        let file = |profile: &str, ids: &[&str]| {
            let mut text = format!("chapter = \"1\"\ntitle = \"t\"\nprofile = \"{profile}\"\n");
            for id in ids {
                text += &format!(
                    "[[case]]\nid = \"{id}\"\ntitle = \"t\"\nrequirements = []\nsteps = []\n\
                     outcomes = []\nclose = {{ by = \"us\" }}\n"
                );
            }
            SourceFile { name: profile.to_owned(), text }
        };
        let files =
            [file("quick", &["1.1.1", "1.2.1", "1.10", "11.1"]), file("full", &["9.1", "9.2"])];
        read_cases::<String>(&files, &[RequirementId(String::new())].into()).unwrap().cases
    }

    fn choose(include: &[&str], exclude: &[&str], profile: Profile) -> Result<String, String> {
        let cases = cases();
        let selection = Selection::new(include, exclude, profile).map_err(|e| e.to_string())?;
        let chosen = selection.choose(&cases).map_err(|e| e.to_string())?;
        let ids: Vec<&str> = chosen.iter().map(|case| case.id.as_str()).collect();
        Ok(ids.join(" "))
    }

    #[test]
    fn a_star_crosses_dots() {
        assert_eq!(choose(&["1.*"], &[], Profile::Quick).unwrap(), "1.1.1 1.2.1 1.10");
        assert_eq!(choose(&["*.1"], &["1.*"], Profile::Quick).unwrap(), "11.1");
        assert_eq!(choose(&["1.{1,2}.1"], &[], Profile::Quick).unwrap(), "1.1.1 1.2.1");
    }

    #[test]
    fn the_profile_leaves_out_what_nobody_named() {
        assert_eq!(choose(&[], &[], Profile::Quick).unwrap(), "1.1.1 1.2.1 1.10 11.1");
        assert_eq!(choose(&["*"], &["1*"], Profile::Full).unwrap(), "9.1 9.2");
        assert_eq!(choose(&["9.2"], &[], Profile::Quick).unwrap(), "9.2");
        insta::assert_snapshot!(
            choose(&["9.*"], &[], Profile::Quick).unwrap_err(),
            @"`9.*` matches only cases of the profile `full`; ask for that profile, or for a case by its exact id"
        );
    }

    /// Cases for both, for servers, and for clients, some of them about the handshake.
    fn handshakes() -> Vec<Case> {
        let text = r#"
chapter = "0"
title = "t"
[[case]]
each = [
  { id = "0.1", testee = "client", response = { end = "" } },
  { id = "0.2", testee = "server", request = { end = "" } },
  { id = "0.3", testee = "server" },
  { id = "0.4" },
  { id = "0.5", handshake = [{ verdict = "pass", opened = true }] },
]
title = "t"
requirements = []
steps = []
outcomes = []
close = { by = "us" }
"#;
        let file = SourceFile { name: "00.toml", text };
        let set = read_cases(&[file], &[].into()).unwrap_or_else(|e| panic!("\n{e}"));
        set.cases
    }

    fn ids(selection: Selection) -> Result<String, String> {
        let cases = handshakes();
        let chosen = selection.choose(&cases).map_err(|e| e.to_string())?;
        let ids: Vec<&str> = chosen.iter().map(|case| case.id.as_str()).collect();
        Ok(ids.join(" "))
    }

    #[test]
    fn a_run_has_only_cases_for_its_kind_of_testee() {
        let all = |pattern| Selection::new(&[pattern], &[], Profile::Quick).unwrap();
        assert_eq!(ids(all("*").for_testee(Role::Server)).unwrap(), "0.2 0.3 0.4 0.5");
        assert_eq!(ids(all("*").for_testee(Role::Client)).unwrap(), "0.1 0.4 0.5");
        assert_eq!(ids(all("*").for_testee(Role::Server).without_handshakes()).unwrap(), "0.3 0.4");
        insta::assert_snapshot!(
            ids(all("0.[23]").for_testee(Role::Client)).unwrap_err(),
            @"`0.[23]` matches only cases for servers, and this run tests a client"
        );
        insta::assert_snapshot!(
            ids(all("0.[15]").without_handshakes()).unwrap_err(),
            @"`0.[15]` matches only cases of the opening handshake, which `--no-handshake` leaves out"
        );
    }

    #[test]
    fn clients_get_those_last_that_may_fail_their_handshake() {
        let mut cases: Vec<Case> = handshakes();
        order_for_clients(&mut cases);
        let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids, ["0.2", "0.3", "0.4", "0.1", "0.5"]);
    }

    #[test]
    fn patterns_that_match_nothing_are_errors() {
        insta::assert_snapshot!(
            choose(&["*"], &["x["], Profile::Full).unwrap_err(),
            @"`x[` is no pattern of case ids: unclosed character class; missing ']'"
        );
        insta::assert_snapshot!(
            choose(&["1", "1.1.2", "7.*", "*"], &["9.3"], Profile::Full).unwrap_err(),
            @r"
        `9.3` matches no case; there is `9.1`, `9.2`
        `1` matches no case; there is `1.*`
        `1.1.2` matches no case; there is `1.1.1`
        `7.*` matches no case
        "
        );
    }
}
