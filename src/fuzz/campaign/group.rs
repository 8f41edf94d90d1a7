//! What makes two deviations alike.

use std::fmt;

use crate::{
    case::RequirementId,
    fuzz::oracle::{Deviation, Reaction},
};

/// Findings with the same requirement and the same symptom are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// What was done.
    pub symptom: Symptom,
    /// The requirement that was missed, where it was one.
    pub requirement: Option<RequirementId>,
}

/// What a testee did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symptom {
    /// It reacted in a way that the protocol does not allow.
    Reaction(Reaction),
    /// Its process ended.
    Died,
    /// From then on it treated correct connections otherwise than before.
    Spoiled,
    /// Its memory grew and grew.
    Grew,
}

impl Group {
    /// Of a deviation.
    #[must_use]
    pub fn of(deviation: &Deviation) -> Self {
        Self {
            symptom: Symptom::Reaction(deviation.reaction.clone()),
            requirement: Some(deviation.requirement.clone()),
        }
    }

    /// Of what is no matter of a requirement.
    #[must_use]
    pub const fn only(symptom: Symptom) -> Self {
        Self { symptom, requirement: None }
    }

    /// A name that is a case id and a file name: `pong-missing.rfc6455-5.5.2-2`.
    #[must_use]
    pub fn name(&self) -> String {
        let whole = match &self.requirement {
            Some(requirement) => format!("{}.{requirement}", self.symptom),
            None => self.symptom.to_string(),
        };
        let plain = |character: char| {
            if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' }
        };
        whole.chars().map(plain).collect()
    }
}

impl fmt::Display for Symptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reaction(reaction) => reaction.fmt(f),
            Self::Died => f.write_str("died"),
            Self::Spoiled => f.write_str("spoiled"),
            Self::Grew => f.write_str("grew"),
        }
    }
}
