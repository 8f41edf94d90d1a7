//! Which case spoils the testee for the connections after it, or ends its process?
//!
//! The suspects are played once more, one after the other, with a testee that was just started, and a
//! correct case behind them; then half of them, and so on, until one is left.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use super::{Finding, Group, Played, Symptom, investigation::Suspicion};
use crate::{case::Case, fuzz::oracle::Oracle};

/// How often the correct one has to go wrong where the testee cannot be started again.
const TRIES: u32 = 3;

/// A case that may be to blame.
#[derive(Clone, Debug)]
pub(super) struct Suspect {
    /// The number of the generated case.
    pub(super) number: u64,
    pub(super) case: Arc<Case>,
}

/// What is hunted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// The case after which correct connections go wrong.
    Spoiler,
    /// The case that the process of the testee dies of.
    Killer,
}

/// What a hunt came to.
#[derive(Debug)]
pub(super) enum Catch {
    /// It is so, and this is all that can be told.
    Finding(Box<Finding>),
    /// This case kills by itself, and can be looked into.
    Killer(Suspicion),
}

/// The hunt for the case that is to blame.
#[derive(Debug)]
pub(super) struct Hunt {
    aim: Aim,
    correct: Arc<Case>,
    /// One of these it is.
    suspects: Vec<Suspect>,
    stage: Stage,
    /// What is still to be played in this stage; the last one is correct.
    queue: VecDeque<Arc<Case>>,
    /// The next one needs a testee that was just started.
    fresh: bool,
    /// What was wrong with the correct case.
    sentence: Option<String>,
    /// How the process ended when suspects were played the last time.
    exit: Option<String>,
    tries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It cannot be started again: does it stay wrong?
    Insisting,
    /// Is it right when it has just been started?
    Fresh,
    /// Is it wrong after all of them?
    All,
    /// Is it wrong after the first half?
    FirstHalf,
    /// Then after the second?
    SecondHalf,
    Caught,
    /// It is not so, or cannot be told.
    Over,
}

impl Hunt {
    /// Among these; the earlier ones are played first.
    pub(super) fn new(aim: Aim, suspects: Vec<Suspect>, correct: Arc<Case>) -> Self {
        Self {
            aim,
            correct,
            suspects,
            stage: Stage::Over,
            queue: VecDeque::new(),
            fresh: false,
            sentence: None,
            exit: None,
            tries: 0,
        }
    }

    /// Begins; `restarts`: the testee can be started again.
    pub(super) fn begin(&mut self, restarts: bool) {
        self.enter(match self.aim {
            // A process that has died has to be started again, by us or by somebody else.
            Aim::Killer => Stage::All,
            Aim::Spoiler if restarts => Stage::Fresh,
            Aim::Spoiler => Stage::Insisting,
        });
    }

    /// The suspects that this stage is about.
    const fn range(&self) -> Range<usize> {
        let half = self.suspects.len() / 2;
        match self.stage {
            Stage::All => 0..self.suspects.len(),
            Stage::FirstHalf => 0..half,
            Stage::SecondHalf => half..self.suspects.len(),
            Stage::Insisting | Stage::Fresh | Stage::Caught | Stage::Over => 0..0,
        }
    }

    fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.queue.clear();
        if matches!(stage, Stage::Caught | Stage::Over) {
            return;
        }
        let suspects = self.suspects[self.range()].iter();
        self.queue.extend(suspects.map(|suspect| Arc::clone(&suspect.case)));
        self.queue.push_back(Arc::clone(&self.correct));
        self.fresh = stage != Stage::Insisting;
    }

    /// The next case to play, and whether the testee has to be started again before.
    pub(super) fn next(&mut self) -> Option<(Arc<Case>, bool)> {
        let case = self.queue.pop_front()?;
        Some((case, std::mem::take(&mut self.fresh)))
    }

    /// Whether a stage is over with the case that [`Self::next`] gave last.
    pub(super) fn is_at_end_of_stage(&self) -> bool {
        self.queue.is_empty()
    }

    /// What came of it.
    pub(super) fn take(&mut self, oracle: Oracle, played: &Played) {
        if !self.queue.is_empty() && played.died.is_none() {
            return;
        }
        let is_wrong = match self.aim {
            Aim::Killer => played.died.is_some(),
            Aim::Spoiler => self.is_spoiled(oracle, played),
        };
        self.tries += 1;
        let next = match self.stage {
            Stage::Insisting if is_wrong && self.tries < TRIES => Stage::Insisting,
            Stage::Insisting if is_wrong => Stage::Caught,
            Stage::Fresh if !is_wrong => Stage::All,
            Stage::All | Stage::FirstHalf | Stage::SecondHalf if is_wrong => {
                self.exit.clone_from(&played.died);
                self.narrow();
                if self.suspects.len() > 1 { Stage::FirstHalf } else { Stage::Caught }
            }
            Stage::FirstHalf => Stage::SecondHalf,
            // Only together they do it.
            Stage::SecondHalf => Stage::Caught,
            _ => Stage::Over,
        };
        self.enter(next);
    }

    fn is_spoiled(&mut self, oracle: Oracle, played: &Played) -> bool {
        let deviations = oracle.opinion(&self.correct, &played.transcript);
        let wrong = deviations.into_iter().find(|one| one.is_grave());
        let is_wrong = wrong.is_some() || played.died.is_some();
        self.sentence = wrong.map(|one| one.sentence).or(self.sentence.take());
        is_wrong
    }

    /// It was one of those that were played in this stage.
    fn narrow(&mut self) {
        let Range { start, end } = self.range();
        // The correct case is in the queue, too, if there is anything in it.
        let unplayed = self.queue.len().saturating_sub(1);
        self.suspects.truncate(end - unplayed);
        self.suspects.drain(..start);
    }

    /// What it came to; `None` if the testee is what it was, or nobody is known to be to blame.
    pub(super) fn end(self) -> Option<Catch> {
        if self.stage != Stage::Caught {
            return None;
        }
        let number = self.suspects.last().map_or(0, |last| last.number);
        let is_dead = self.exit.is_some();
        let what = match (self.exit, self.sentence) {
            (Some(exit), _) => format!("the process of the testee ends ({exit})"),
            (None, Some(sentence)) => format!("a correct connection goes wrong: {sentence}"),
            (None, None) => "a correct connection goes wrong".to_owned(),
        };
        let (case, after) = match &self.suspects[..] {
            [only] if is_dead => {
                return Some(Catch::Killer(Suspicion {
                    group: Group::only(Symptom::Died),
                    case: Arc::clone(&only.case),
                    number,
                }));
            }
            [only] => (Some((*only.case).clone()), "this case".to_owned()),
            several => (None, format!("{} cases", several.len())),
        };
        let symptom = if is_dead { Symptom::Died } else { Symptom::Spoiled };
        Some(Catch::Finding(Box::new(Finding {
            group: Group::only(symptom),
            sentence: format!("after {after} {what}"),
            case,
            transcript: None,
            number,
            repeated: (1, 1),
            seen: 1,
        })))
    }
}
