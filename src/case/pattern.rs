//! Patterns of case ids.

use super::{Case, CaseId, Unsuited, Wildcard, language::near_misses};
use crate::protocol::Role;

/// A pattern of ids: `*` stands for anything, dots included.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: Wildcard,
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is no pattern.
    #[error("`{pattern}` is no pattern of case ids: {reason}")]
    NoPattern {
        /// The pattern.
        pattern: String,
        /// Why not.
        reason: String,
    },
    /// No case matches it.
    #[error("`{pattern}` matches no case{}", hint(near))]
    NoMatch {
        /// The pattern.
        pattern: String,
        /// Patterns and ids that do, and are like it.
        near: Vec<String>,
    },
    /// Only cases match that the profile leaves out.
    #[error(
        "`{0}` matches only cases of the profile `full`; ask for that profile, or for a case by its exact id"
    )]
    OnlyInFull(String),
    /// Only cases match that are for the other kind of testee.
    #[error("`{pattern}` matches only cases for {}s, and this run tests a {testee}", testee.peer())]
    OnlyForOthers {
        /// The pattern.
        pattern: String,
        /// Who is tested.
        testee: Role,
    },
    /// Only cases match that do not suit an endpoint in use.
    #[error("`{pattern}` matches only cases that `--profile live` leaves out {reason}")]
    Unsuited {
        /// The pattern.
        pattern: String,
        /// Why the first of them does not suit it.
        reason: Unsuited,
    },
    /// Only cases match that have a say in the opening handshake, and these are left out.
    #[error("`{0}` matches only cases of the opening handshake, which `--no-handshake` leaves out")]
    OnlyHandshakes(String),
}

fn hint(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = near.iter().map(|word| format!("`{word}`")).collect();
    format!("; there is {}", quoted.join(", "))
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Text that is none.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        match Wildcard::new(text, true) {
            Ok(matcher) => Ok(Self { text: text.to_owned(), matcher }),
            Err(error) => Err(PatternError::NoPattern {
                pattern: text.to_owned(),
                reason: error.kind().to_string(),
            }),
        }
    }

    /// The pattern of one case.
    #[must_use]
    pub fn exactly(id: &CaseId) -> Self {
        Self::new(id.as_str()).expect("an id has no character that means anything in a pattern")
    }

    /// Whether it is more than a text with stars, and takes memory.
    #[must_use]
    pub const fn is_elaborate(&self) -> bool {
        self.matcher.is_elaborate()
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the id is one of those that it stands for.
    #[must_use]
    pub fn matches(&self, id: &CaseId) -> bool {
        self.matcher.is_match(id.as_str())
    }

    /// What is wrong if none of these cases matches it.
    #[must_use]
    pub fn matches_nothing(&self, cases: &[Case]) -> Option<PatternError> {
        if cases.iter().any(|case| self.matches(&case.id)) {
            return None;
        }
        let prefix = self.text.trim_end_matches(['*', '.']);
        let near = if cases.iter().any(|case| !prefix.is_empty() && case.id.is_in(prefix)) {
            vec![format!("{prefix}.*")]
        } else {
            near_misses(prefix, cases.iter().map(|case| case.id.as_str()))
        };
        Some(PatternError::NoMatch { pattern: self.text.clone(), near })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}
