//! From a case and a transcript to a verdict. Pure: no clock, no socket.

mod verdict;

pub use verdict::{AutobahnVerdict, Behavior, BrokenRule, Judgement, Verdict};
