//! The testee's process has ended: of which case?
//!
//! It takes its time to end, and many connections may be open meanwhile, so that the one that it died
//! of may be over long before, or not be over yet.

use std::{collections::VecDeque, sync::Arc};

use super::{
    Finding, Group, Symptom,
    hunt::{Aim, Hunt, Suspect},
};
use crate::case::Case;

/// Cases before a death that may have caused it.
const SUSPECTS: usize = 512;

/// Hunts that may be in vain.
const HUNTS_MAX: u32 = 4;

/// The last cases, and whether the testee has died of one of them.
#[derive(Debug, Default)]
pub(super) struct Deaths {
    /// The latest last.
    recent: VecDeque<Suspect>,
    /// The last death, and the number of the case before it.
    last: Option<(String, u64)>,
    /// Nobody has looked into it.
    unsolved: bool,
    hunts: u32,
}

impl Deaths {
    /// A case is over.
    pub(super) fn note(&mut self, number: u64, case: &Arc<Case>) {
        if self.recent.len() == SUSPECTS {
            self.recent.pop_front();
        }
        let case = Arc::clone(case);
        self.recent.push_back(Suspect { number, case });
    }

    /// The testee has died like this, of a case that was noted. Says whether that was not known yet:
    /// all connections end with it.
    pub(super) fn died(&mut self, exit: &str) -> bool {
        let number = self.recent.back().map_or(0, |last| last.number);
        self.last = Some((exit.to_owned(), number));
        !std::mem::replace(&mut self.unsolved, true)
    }

    /// The hunt for the case that it died of, if it did and `wanted`; to be asked for when all that
    /// was under way is over.
    pub(super) fn hunt(&mut self, correct: &Arc<Case>, wanted: bool) -> Option<Hunt> {
        if !std::mem::take(&mut self.unsolved) {
            return None;
        }
        // The latest is the likeliest, and once it has died again the rest need not be played.
        let suspects: Vec<Suspect> = self.recent.drain(..).rev().collect();
        if !wanted || suspects.is_empty() || self.hunts == HUNTS_MAX {
            return None;
        }
        self.hunts += 1;
        Some(Hunt::new(Aim::Killer, suspects, Arc::clone(correct)))
    }

    /// What there is to tell if nobody was found to be to blame: a process that has ended has ended,
    /// also if it does not again.
    pub(super) fn unexplained(&self) -> Option<Finding> {
        let (exit, number) = self.last.as_ref()?;
        Some(Finding {
            group: Group::only(Symptom::Died),
            sentence: format!(
                "the process of the testee ended ({exit}), and did not when the cases before that were \
                 played once more"
            ),
            case: None,
            transcript: None,
            number: *number,
            repeated: (0, 0),
            seen: 0,
        })
    }
}
