//! What a spec file says and we do not do.

use std::fmt;

/// Something in a spec file, or on the command line, that is not done as asked. Whoever wrote it
/// has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A key that wstest does not have.
    UnknownKey(String),
    /// A protocol option whose value is not honoured.
    NotHonoured {
        /// The option, such as `options.version`.
        key: String,
        /// The value, as JSON.
        value: String,
        /// What holds instead.
        instead: &'static str,
    },
    /// A key that means nothing here.
    NoEffect {
        /// The key.
        key: String,
        /// Why it does nothing.
        why: &'static str,
    },
    /// A pattern or id that selects no case.
    NoCase(String),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey(key) => write!(f, "`{key}` is not a key that wspec knows; ignored"),
            Self::NotHonoured { key, value, instead } => {
                write!(f, "`{key}` = {value} is not honoured: {instead}")
            }
            Self::NoEffect { key, why } => write!(f, "`{key}` has no effect: {why}"),
            Self::NoCase(pattern) => write!(f, "`{pattern}` in `cases` selects no case"),
        }
    }
}
