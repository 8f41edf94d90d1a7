//! Requirements against the cases and wire rules that exercise them.

use std::collections::BTreeMap;

use crate::{
    case::Case,
    judge::{RULES, Rule},
    protocol::Role,
    requirement::{Catalogue, Http, Requirement, RequirementId},
};

/// All requirements, each with what exercises it.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    catalogue: &'a Catalogue,
    lines: Vec<Line<'a>>,
}

/// A requirement and what exercises it.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The cases, by id.
    pub cases: Vec<&'a Case>,
    /// The wire rules.
    pub rules: Vec<&'a Rule>,
}

impl<'a> Matrix<'a> {
    /// The matrix of these cases, which are sorted by id, and all wire rules there are.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, cases: &'a [Case]) -> Self {
        let mut lines: BTreeMap<&RequirementId, (Vec<&Case>, Vec<&Rule>)> = BTreeMap::new();
        for case in cases {
            for requirement in &case.requirements {
                let cases = &mut lines.entry(catalogue.representative(requirement)).or_default().0;
                // Two of its requirements may be the same.
                if cases.last().is_none_or(|last| last.id != case.id) {
                    cases.push(case);
                }
            }
        }
        for requirement in catalogue.requirements() {
            let enforces = |rule: &&Rule| rule.requirements.contains(&requirement.id.0.as_str());
            let rules = &mut lines.entry(catalogue.representative(&requirement.id)).or_default().1;
            for rule in RULES.iter().filter(enforces) {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
        let line = |requirement: &'a Requirement| {
            let same = lines.get(catalogue.representative(&requirement.id));
            let (cases, rules) = same.cloned().unwrap_or_default();
            Line { requirement, cases, rules }
        };
        Self { catalogue, lines: catalogue.requirements().iter().map(line).collect() }
    }

    /// A line a requirement, in the order of the RFCs' texts.
    #[must_use]
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The catalogue that it was made from.
    #[must_use]
    pub const fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }
}

impl<'a> Line<'a> {
    /// The cases that show it on a testee of this kind. The catalogue knows of requirements that
    /// Autobahn's cases show on one kind only.
    pub fn cases_for(&self, testee: Role) -> impl Iterator<Item = &'a Case> {
        let only = self.requirement.autobahn_role;
        let shows_here = only.is_none_or(|only| only == testee);
        let cases = self.cases.iter().copied();
        cases.filter(move |case| case.is_for(testee) && (shows_here || case.autobahn.is_none()))
    }

    /// The rules that a testee of this kind can break.
    pub fn rules_for(&self, testee: Role) -> impl Iterator<Item = &'a Rule> {
        let rules = self.rules.iter().copied();
        rules.filter(move |rule| rule.testee.is_none_or(|only| only == testee))
    }

    /// Whether a case or a rule exercises it with this kind of testee.
    #[must_use]
    pub fn is_exercised(&self, testee: Role) -> bool {
        self.cases_for(testee).next().is_some() || self.rules_for(testee).next().is_some()
    }

    /// The kinds of testee on which a violation could be seen, but nothing exercises it.
    pub fn lacks(&self) -> impl Iterator<Item = Role> + '_ {
        self.requirement.testees().filter(|testee| !self.is_exercised(*testee))
    }

    /// Why it is not exercised, wholly or with some kind of testee.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let requirement = self.requirement;
        if let Some(why_not) = &requirement.why_not {
            return Some(why_not.clone());
        }
        let http = requirement.http();
        if http != Http::One {
            return Some(format!(
                "it is about connections over {http}; wspec makes them over {}",
                Http::One
            ));
        }
        let lacks: Vec<String> = self.lacks().map(|testee| testee.to_string()).collect();
        if lacks.is_empty() {
            return None;
        }
        let needs = match &requirement.needs {
            Some(needs) => format!(" (needs: {needs})"),
            None => String::new(),
        };
        Some(format!("no case or rule shows it on a {} yet{needs}", lacks.join(" or a ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::example;

    fn line<'a>(matrix: &'a Matrix, id: &str) -> &'a Line<'a> {
        let mut lines = matrix.lines().iter();
        let line = lines.find(|line| line.requirement.id.0 == id);
        line.expect("the example has it")
    }

    fn cases(line: &Line) -> String {
        let ids: Vec<&str> = line.cases.iter().map(|case| case.id.as_str()).collect();
        ids.join(" ")
    }

    #[test]
    fn what_exercises_one_exercises_the_same() {
        let (catalogue, cases_there_are) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases_there_are);
        let rsv = line(&matrix, "rfc6455-5.2-2");
        let extensions = line(&matrix, "rfc6455-5.8-1");
        assert_eq!(cases(rsv), "a.1 a.3");
        assert_eq!(cases(extensions), "a.1 a.3");
        for line in [rsv, extensions] {
            let names: Vec<&str> = line.rules.iter().map(|rule| rule.name).collect();
            assert_eq!(names, ["reserved-bits"]);
            assert!(line.is_exercised(Role::Server) && line.is_exercised(Role::Client));
            assert_eq!(line.reason(), None);
        }
    }

    #[test]
    fn rules_are_for_those_who_can_break_them() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let masking = line(&matrix, "rfc6455-5.1-1");
        assert!(masking.is_exercised(Role::Client));
        assert!(!masking.is_exercised(Role::Server));
        assert_eq!(masking.rules_for(Role::Client).count(), 1);
        assert_eq!(masking.rules_for(Role::Server).count(), 0);
        assert_eq!(masking.lacks().count(), 0);
    }

    #[test]
    fn cases_of_autobahns_may_show_it_on_one_kind_only() {
        let cases = &crate::case::embedded_cases().cases;
        let matrix = Matrix::new(Catalogue::embedded(), cases);
        let one_sided = matrix.lines().iter().filter(|line| !line.cases.is_empty());
        let mut seen = 0;
        for line in one_sided {
            let Some(only) = line.requirement.autobahn_role else {
                continue;
            };
            let shown = line.cases.iter().filter(|case| case.is_for(only)).count();
            assert_eq!(line.cases_for(only).count(), shown);
            let mut elsewhere = line.cases_for(only.peer());
            assert!(elsewhere.all(|case| case.autobahn.is_none()));
            seen += 1;
        }
        assert!(seen > 0);
    }

    #[test]
    fn what_is_not_exercised_has_a_reason() {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        let reason = |id| line(&matrix, id).reason().unwrap();
        insta::assert_snapshot!(reason("rfc6455-2-1"), @"a licence");
        insta::assert_snapshot!(reason("rfc6455-4.2.2-8"), @"no case or rule shows it on a server yet (needs: server with an origin policy)");
        insta::assert_snapshot!(reason("rfc8441-5-2"), @"it is about connections over HTTP/2; wspec makes them over HTTP/1.1");
    }

    #[test]
    fn rules_enforce_what_the_catalogue_has() {
        let catalogue = Catalogue::embedded();
        for rule in RULES {
            assert!(!rule.requirements.is_empty(), "{}", rule.name);
            for id in rule.requirements {
                let requirement = catalogue.get(&RequirementId((*id).to_owned()));
                let requirement = requirement.unwrap_or_else(|| panic!("{}: {id}", rule.name));
                let shows = requirement
                    .testees()
                    .any(|testee| rule.testee.is_none_or(|only| only == testee));
                assert!(shows, "{} can show no violation of {id}", rule.name);
            }
        }
    }
}
