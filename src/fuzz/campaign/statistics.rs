//! A campaign in numbers.

/// How far a campaign has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Generated cases that were played; repetitions and candidates for shrinking are not among them.
    pub cases: u64,
    /// Cases that were played to confirm and to shrink findings.
    pub investigated: u64,
    /// States of the protocol model, transitions between them and classes of reactions that were
    /// reached.
    pub states: usize,
    /// Cases that are kept because they reached one of them first.
    pub corpus: usize,
    /// Findings so far.
    pub findings: usize,
    /// The number of the last case that reached something new.
    pub last_new: u64,
    /// Deviations that did not come again when their case was repeated.
    pub unconfirmed: u64,
    /// Deviations that nobody had the time to look into to the end.
    pub unfinished: u64,
}
