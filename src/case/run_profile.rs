//! What a run asks for.

use super::Profile;

/// Which cases a run has, as far as that goes by kinds.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum RunProfile {
    /// Those of the profile `quick`.
    #[default]
    Quick,
    /// All.
    Full,
    /// Those of the profile `quick` that suit an endpoint in use.
    Live,
}

impl RunProfile {
    /// The profile that its cases have at most.
    #[must_use]
    pub const fn of_cases(self) -> Profile {
        match self {
            Self::Quick | Self::Live => Profile::Quick,
            Self::Full => Profile::Full,
        }
    }
}
