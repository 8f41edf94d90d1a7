//! What can be wrong in the catalogue.

use super::RequirementId;

/// Why a text is no catalogue of requirements.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It is no TOML, or not of this shape.
    #[error("the catalogue of requirements cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// Two requirements of one name.
    #[error("two requirements are called `{0}`; give the later one the next free number")]
    IdTaken(RequirementId),
    /// A name that does not tell where the requirement stands.
    #[error(
        "`{0}` is no name of a requirement; write `rfc`, its number, `-`, the section, `-`, a number"
    )]
    NoPlace(RequirementId),
    /// `same_as` that leads nowhere.
    #[error("`{id}` is the same as `{same_as}`, which the catalogue does not have")]
    UnknownSameAs {
        /// Who says so.
        id: RequirementId,
        /// The missing one.
        same_as: RequirementId,
    },
    /// `same_as` that leads back.
    #[error("`{0}` is the same as itself, in the end; let one of the circle stand for the others")]
    SameAsCircle(RequirementId),
    /// A requirement that nobody can see, and no word why; or that word where it can be seen.
    #[error("`{0}`: `why_not` belongs to the requirements that nobody can see, and to all of them")]
    WhyNot(RequirementId),
}
