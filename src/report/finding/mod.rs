//! Findings: cases in which the same is wrong belong together.
//!
//! One defect of a testee often shows in a hundred cases, and nobody reads a hundred failures. So
//! reports for people tell each finding once, with all its cases.

mod alike;
mod plain;

pub use alike::{Alike, failing, is_only_about_closing, ranges, tolerated, worst_first};
