//! How many cases of each chapter got which verdict.

use super::{CaseReport, Gate};
use crate::judge::Verdict;

/// The cases of a chapter.
pub struct Row {
    /// The chapter's name.
    pub chapter: String,
    /// How many got each verdict, in the order of [`Verdict::ALL`].
    pub counts: [u64; Verdict::ALL.len()],
    /// How long the slowest took, in milliseconds.
    pub slowest_ms: u64,
}

impl Row {
    /// A chapter without cases.
    pub fn new(chapter: &str) -> Self {
        Self { chapter: chapter.to_owned(), counts: [0; Verdict::ALL.len()], slowest_ms: 0 }
    }

    /// How many got this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        let of_verdict = Verdict::ALL.iter().zip(self.counts).find(|(known, _)| **known == verdict);
        of_verdict.map_or(0, |(_, count)| count)
    }

    fn note(&mut self, verdict: Verdict, slowest_ms: u64) {
        for (known, count) in Verdict::ALL.iter().zip(&mut self.counts) {
            *count += u64::from(*known == verdict);
        }
        self.slowest_ms = self.slowest_ms.max(slowest_ms);
    }

    /// Takes in the cases of another chapter.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.slowest_ms = self.slowest_ms.max(other.slowest_ms);
    }
}

/// The chapters in the order in which they first come, with the verdicts that count at the gate.
pub fn tally(cases: &[CaseReport], gate: Gate) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for case in cases {
        let position = rows.iter().position(|row| row.chapter == case.chapter.as_written());
        let position = position.unwrap_or_else(|| {
            rows.push(Row::new(case.chapter.as_written()));
            rows.len() - 1
        });
        rows[position].note(gate.verdict(case), case.duration_ms);
    }
    rows
}
