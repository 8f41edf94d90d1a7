//! Baselines: failures that are known, each with its reason, so that only new ones stop a run.
//!
//! ```text
//! known   a known failure: which cases, of whom, why, until when
//! read    the file, in TOML
//! write   the same from a run, keeping what somebody has written about failures that stay
//! ```

mod known;
mod read;
mod write;

pub use known::{Baseline, KnownFailure};
pub use read::BaselineError;
