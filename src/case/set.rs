//! Many cases, and the headings that they stand under.

use super::{Case, CaseId};

/// The cases of some files, sorted by id, and the files' chapters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseSet {
    /// The cases.
    pub cases: Vec<Case>,
    /// The chapters, as the files come.
    pub chapters: Vec<Chapter>,
}

impl CaseSet {
    /// The case of this id.
    #[must_use]
    pub fn get(&self, id: &CaseId) -> Option<&Case> {
        let position = self.cases.binary_search_by(|case| case.id.cmp(id)).ok()?;
        Some(&self.cases[position])
    }
}

/// What the cases of one file are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its name, which is [`Case::chapter`] of its cases.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Headings within it.
    pub sections: Vec<Section>,
}

/// A heading for the cases whose ids begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What the ids begin with, up to a dot.
    pub id: CaseId,
    /// The heading.
    pub title: String,
}
