//! Where a requirement stands.

use crate::case::RequirementId;

/// The section that a requirement was taken from: `rfc6455-5.2-2` is in `RFC 6455 §5.2`.
///
/// A name that is not made like that is its own answer.
#[must_use]
pub fn section(requirement: &RequirementId) -> String {
    let parts: Vec<&str> = requirement.0.split('-').collect();
    match parts[..] {
        [document, section, _number] => match document.strip_prefix("rfc") {
            Some(rfc) => format!("RFC {rfc} §{section}"),
            None => requirement.0.clone(),
        },
        _ => requirement.0.clone(),
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
