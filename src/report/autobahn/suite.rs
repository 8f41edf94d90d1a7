//! The cases that there are, besides those that were played: an index has rows for all, and a
//! case's file has its number.

use std::collections::BTreeMap;

use crate::{
    case::{Case, CaseId, CaseSet, Profile, embedded_cases},
    protocol::Role,
};

/// All cases that an index lists, and their numbers.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    set: Option<&'static CaseSet>,
    selected: Option<BTreeMap<CaseId, usize>>,
}

impl Suite {
    /// Autobahn's cases, as they come with wspec, numbered from 1 in the order of their ids.
    #[must_use]
    pub fn embedded() -> Self {
        Self { set: Some(embedded_cases()), selected: None }
    }

    /// The same cases; a client under test knows these by their numbers in this list, from 1.
    #[must_use]
    pub fn numbered_by<'a>(self, selected: impl IntoIterator<Item = &'a CaseId>) -> Self {
        let numbers = selected.into_iter().cloned().zip(1..);
        Self { selected: Some(numbers.collect()), ..self }
    }

    /// The cases, sorted by id.
    pub fn cases(&self) -> impl Iterator<Item = &'static Case> + use<> {
        let cases = self.set.into_iter().flat_map(|set| &set.cases);
        cases.filter(|case| case.autobahn.is_some())
    }

    /// The numbers of the cases, for a run in which we played this role.
    #[must_use]
    pub fn numbers(&self, role: Role) -> BTreeMap<CaseId, usize> {
        match (&self.selected, role) {
            (Some(selected), Role::Server) => selected.clone(),
            _ => self.cases().map(|case| case.id.clone()).zip(1..).collect(),
        }
    }

    /// Whether the case is one of which it matters how long it takes: it moves much data.
    #[must_use]
    pub fn reports_time(&self, case: &CaseId) -> bool {
        self.get(case).is_some_and(|case| case.profile == Profile::Full)
    }

    /// Whether the case is about compression.
    #[must_use]
    pub fn reports_compression(&self, case: &CaseId) -> bool {
        self.get(case).is_some_and(|case| case.deflate.is_some())
    }

    fn get(&self, case: &CaseId) -> Option<&'static Case> {
        self.set.and_then(|set| set.get(case))
    }

    /// The title of a chapter, by what the ids of its cases begin with; empty if nobody knows.
    #[must_use]
    pub fn chapter_title(&self, chapter: &str) -> &'static str {
        let mut chapters = self.set.into_iter().flat_map(|set| &set.chapters);
        chapters.find(|found| found.name == chapter).map_or("", |found| &found.title)
    }

    /// The title of a section, by its id; empty if nobody knows.
    #[must_use]
    pub fn section_title(&self, section: &str) -> &'static str {
        let chapters = self.set.into_iter().flat_map(|set| &set.chapters);
        chapters
            .flat_map(|chapter| &chapter.sections)
            .find(|found| found.id.as_str() == section)
            .map_or("", |found| &found.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_numbered_as_autobahn_does() {
        let suite = Suite::embedded();
        let number = |suite: &Suite, role, id: &str| {
            let numbers = suite.numbers(role);
            numbers.get(&id.parse().unwrap()).copied()
        };
        assert_eq!(number(&suite, Role::Client, "1.1.1"), Some(1));
        assert_eq!(number(&suite, Role::Client, "13.7.18"), Some(517));
        assert_eq!(suite.chapter_title("2"), "Ping and Pong");
        let id = |id: &str| id.parse().unwrap();
        assert!(suite.reports_time(&id("9.1.1")) && !suite.reports_time(&id("1.1.1")));
        assert!(suite.reports_compression(&id("12.1.1")));
        assert!(!suite.reports_compression(&id("9.1.1")));
        let ids = ["2.10", "1.1.1"].map(|id| id.parse().unwrap());
        let selected = suite.numbered_by(&ids);
        assert_eq!(number(&selected, Role::Server, "2.10"), Some(1));
        assert_eq!(number(&selected, Role::Server, "2.11"), None);
        assert_eq!(number(&selected, Role::Client, "1.1.1"), Some(1));
    }
}
