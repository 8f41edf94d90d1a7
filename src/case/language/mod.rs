//! The case language: from the text of case files to [`Case`](super::Case)s.
//!
//! `cases/README.md` specifies it. A file goes through four stages, each pure:
//!
//! 1. `read`: TOML into tables that remember where everything stands;
//! 2. `family`: a case with `each` becomes one table for each row;
//! 3. `salvage`, `entry`, `step_entry`, `payload_entry`, `handshake_entry`: a table becomes a value of the language's types;
//! 4. `check`, `check_steps`, `amount`, `check_outcomes`, `check_handshake`, `check_breaks`: the value becomes a [`Case`](super::Case).
//!
//! Whatever is wrong at any stage is a [`Mistake`] at a place, and all of them are reported at
//! once as [`CaseFileErrors`].

mod amount;
mod at;
mod bounds;
mod check;
mod check_breaks;
mod check_close;
mod check_handshake;
mod check_needs;
mod check_outcomes;
mod check_steps;
mod entry;
mod error;
mod family;
mod handshake_entry;
mod lines;
mod mistake;
mod near_miss;
mod payload_entry;
mod problems;
mod read;
mod salvage;
mod schema;
mod sent;
mod shape;
mod step_entry;
mod verbs;
mod words;

pub use error::{CaseFileError, CaseFileErrors};
pub use mistake::Mistake;
pub use read::{SourceFile, read_cases};
pub use schema::schema;

pub(super) use near_miss::near_misses;
pub(super) use payload_entry::Seeds;
pub(super) use sent::{messages_of, missing_octets};
