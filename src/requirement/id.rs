//! The name of a requirement: document, section, and a running number in the order of the text.

use std::fmt;

/// The name of a requirement in the catalogue, such as `rfc6455-5.1-3`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct RequirementId(pub String);

impl RequirementId {
    /// The number of the RFC and the section that it was taken from; `None` if the name is not
    /// made like that.
    #[must_use]
    pub fn place(&self) -> Option<(u16, &str)> {
        let mut parts = self.0.split('-');
        let rfc = parts.next()?.strip_prefix("rfc")?.parse().ok()?;
        let section = parts.next()?;
        let _number = parts.next()?;
        parts.next().is_none().then_some((rfc, section))
    }
}

impl fmt::Display for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_document_and_section() {
        let id = RequirementId("rfc7692-7.1.2.1-3".to_owned());
        assert_eq!(id.place(), Some((7692, "7.1.2.1")));
        for other in ["house-rule", "rfc6455", "rfc6455-5.2", "rfcX-5.2-1"] {
            assert_eq!(RequirementId(other.to_owned()).place(), None, "{other}");
        }
    }
}
