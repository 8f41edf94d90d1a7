//! Which cases a spec file asks for.

use super::Pattern;
use crate::{
    case::{Case, CaseId},
    protocol::Role,
};

/// The cases that a spec file asks for.
#[derive(Clone, Debug)]
pub struct CaseChoice {
    /// `cases`.
    pub cases: Vec<Pattern>,
    /// `exclude-cases`.
    pub exclude: Vec<Pattern>,
    /// `exclude-agent-cases`: patterns of agents, and of the cases that these are spared.
    pub exclude_for_agents: Vec<(Pattern, Vec<Pattern>)>,
}

impl CaseChoice {
    /// The chosen ones among the cases for testees of this kind, in their order: Autobahn's, and
    /// others only where `cases` has their very ids.
    ///
    /// Names that no case has select nothing: Autobahn counts them, and fails when they are run.
    #[must_use]
    pub fn choose<'a>(&self, cases: &'a [Case], testee: Role) -> Vec<&'a Case> {
        let any = |patterns: &[Pattern], id: &CaseId| {
            patterns.iter().any(|pattern| pattern.matches(id.as_str()))
        };
        cases
            .iter()
            .filter(|case| case.is_for(testee) && self.takes(case))
            .filter(|case| !any(&self.exclude, &case.id))
            .collect()
    }

    fn takes(&self, case: &Case) -> bool {
        self.cases.iter().any(|pattern| selects(pattern, case))
    }

    /// The patterns in `cases` that select none.
    #[must_use]
    pub fn without_effect<'a>(&'a self, cases: &[Case]) -> Vec<&'a str> {
        self.cases
            .iter()
            .filter(|pattern| !cases.iter().any(|case| selects(pattern, case)))
            .map(Pattern::as_str)
            .collect()
    }

    /// Whether this agent is spared this case.
    #[must_use]
    pub fn spares(&self, agent: &str, case: &CaseId) -> bool {
        self.exclude_for_agents.iter().any(|(agents, cases)| {
            agents.matches(agent) && cases.iter().any(|pattern| pattern.matches(case.as_str()))
        })
    }
}

fn selects(pattern: &Pattern, case: &Case) -> bool {
    if case.autobahn.is_some() {
        pattern.matches(case.id.as_str())
    } else {
        pattern.as_str() == case.id.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        let patterns = texts.iter().map(|text| Pattern::of_beginning(text));
        patterns.collect::<Result<_, _>>().unwrap()
    }

    fn choice(cases: &[&str], exclude: &[&str]) -> CaseChoice {
        CaseChoice {
            cases: patterns(cases),
            exclude: patterns(exclude),
            exclude_for_agents: Vec::new(),
        }
    }

    fn count(cases: &[&str], exclude: &[&str]) -> usize {
        choice(cases, exclude).choose(&embedded_cases().cases, Role::Server).len()
    }

    #[test]
    fn counts_are_those_of_autobahn() {
        // Counted by what wstest 25.10.1 prints for these specs.
        assert_eq!(count(&["*"], &[]), 517);
        assert_eq!(count(&["*"], &[""]), 517);
        assert_eq!(count(&["*"], &["12.*", "13.*", "9.*"]), 247);
        assert_eq!(count(&["1*"], &[]), 1 + 16 + 90 + 126);
        assert_eq!(count(&["2.10", "2.*"], &["2.11"]), 10);
    }

    #[test]
    fn others_only_come_by_their_very_ids() {
        let cases = &embedded_cases().cases;
        let other = cases.iter().find(|case| case.autobahn.is_none()).unwrap();
        let id = other.id.as_str();
        let testee = other.testee.unwrap_or(Role::Server);
        let chosen = |patterns: &[&str]| choice(patterns, &[]).choose(cases, testee);
        assert_eq!(chosen(&[id, "1.1.1"]).len(), 2);
        assert!(chosen(&[&id[..2]]).iter().all(|case| case.autobahn.is_some()));
        assert_eq!(choice(&[id], &[]).without_effect(cases).len(), 0);
    }

    #[test]
    fn what_matches_nothing_does_no_harm() {
        let choice = choice(&["1.1.1", "11.*", "1.1", ""], &["99.*"]);
        let cases = &embedded_cases().cases;
        assert_eq!(choice.choose(cases, Role::Client).len(), 1);
        assert_eq!(choice.without_effect(cases), ["11.*", "1.1", ""]);
    }

    #[test]
    fn agents_are_spared_what_their_patterns_say() {
        let whole = |text| Pattern::of_whole(text).unwrap();
        let choice = CaseChoice {
            exclude_for_agents: vec![(whole("Chrome*"), vec![whole("9.*"), whole("2.1")])],
            ..choice(&["*"], &[])
        };
        let spares = |agent, id: &str| choice.spares(agent, &id.parse().unwrap());
        assert!(spares("Chrome/99", "9.1.1") && spares("Chrome/99", "2.1"));
        assert!(!spares("Chrome/99", "2.10") && !spares("Firefox", "9.1.1"));
    }
}
