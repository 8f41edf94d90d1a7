//! Where a requirement stands.

use crate::case::RequirementId;

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
