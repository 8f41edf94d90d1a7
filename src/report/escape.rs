//! How reports show foreign text: as [`crate::foreign`] has it.

pub use crate::foreign::{printable, quoted, shell_argument, shell_words};
