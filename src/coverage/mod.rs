//! Which cases and wire rules exercise which requirement, and how testees fared.
//!
//! ```text
//! catalogue, cases, rules ──▶ Matrix ──▶ Selection ──▶ table    one line a requirement
//!                     Report ──▶ Fare ──▶              whole    one requirement, all that is known
//!                                                      json     for programs
//!                                                      rows     a requirement a row, for report.html
//!                                                      summary  how much of each RFC
//! ```
//!
//! A requirement that is broken by the same event as another is exercised by whatever exercises
//! the other.

mod fare;
pub mod json;
mod matrix;
mod rows;
mod selection;
pub mod summary;
pub mod table;
pub mod whole;

#[cfg(test)]
mod example;

pub use fare::{AgentFare, Fare};
pub use matrix::{Line, Matrix};
pub use rows::rows;
pub use selection::{Filter, RequirementPatternError};
