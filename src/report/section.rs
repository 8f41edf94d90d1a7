//! Where a requirement stands.

use super::{CaseReport, finding::is_only_about_closing};
use crate::case::RequirementId;

/// Sections that are named; a case of compression may well have a dozen.
const SECTIONS_MAX: usize = 3;

/// What an ordinary closing handshake has to be like.
const CLOSING: &str = "RFC 6455 §5.5.1";

/// The section that a requirement was taken from: `rfc6455-5.2-2` is in `RFC 6455 §5.2`.
///
/// A name that is not made like that is its own answer.
#[must_use]
pub fn section(requirement: &RequirementId) -> String {
    match requirement.place() {
        Some((rfc, section)) => format!("RFC {rfc} §{section}"),
        None => requirement.0.clone(),
    }
}

/// Where to read on about a case: the sections of what was broken, then those that it is about, the
/// most specific first.
#[must_use]
pub fn sections_to_read(case: &CaseReport) -> Vec<String> {
    let broken = case.broken.iter().map(|broken| &broken.requirement);
    let mut about: Vec<String> = case.requirements.iter().map(section).collect();
    about.sort_by_key(|section| std::cmp::Reverse(section.matches('.').count()));
    let mut sections: Vec<String> = Vec::new();
    let closing = is_only_about_closing(case).then(|| CLOSING.to_owned());
    for section in broken.map(section).chain(closing).chain(about) {
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    sections.truncate(SECTIONS_MAX);
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_document_and_section() {
        let of = |id: &str| section(&RequirementId(id.to_owned()));
        assert_eq!(of("rfc6455-5.2-2"), "RFC 6455 §5.2");
        assert_eq!(of("rfc7692-7.1.2.1-3"), "RFC 7692 §7.1.2.1");
        assert_eq!(of("house-rule"), "house-rule");
    }
}
