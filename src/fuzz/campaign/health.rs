//! Does the testee still treat a correct connection as it did at first? If not: after which case?
//!
//! A correct conversation is played now and then. When one goes wrong that went right before, the
//! testee is started again, the cases between the two are played once more, and then half of them,
//! and so on, until one is left that spoils it.

use std::{collections::VecDeque, sync::Arc};

use super::{Finding, Group, Played, Symptom};
use crate::{
    case::{Case, SourceFile, known_requirements, read_cases},
    fuzz::{
        generate::{Guide, complete},
        oracle::Oracle,
    },
};

/// One in so many cases is the correct one.
const CHECKED_EVERY: u64 = 250;

/// How often the correct one has to go wrong where the testee cannot be started again.
const TRIES: u32 = 3;

/// What every testee takes: a message, a Ping and a Close.
const CORRECT: &str = r#"
chapter = "fuzz"
title = "A correct connection"
[[case]]
id = "fuzz.correct"
title = "A correct connection"
requirements = []
steps = [{ text = "in good health?" }, { ping = "wspec" }]
outcomes = []
close = { by = "us" }
"#;

/// Keeps an eye on the testee's health.
#[derive(Debug)]
pub(super) struct Health {
    correct: Case,
    /// The cases since the last correct one that went right; none before there was one.
    since: Option<Vec<Arc<Case>>>,
}

impl Health {
    pub(super) fn of(guide: &Guide) -> Self {
        let file = SourceFile {
            name: "correct.toml",
            text: CORRECT,
        };
        let mut set = read_cases(&[file], known_requirements())
            .unwrap_or_else(|errors| unreachable!("a test reads this very text: {errors}"));
        let mut correct = set.cases.remove(0);
        correct.testee = Some(guide.testee);
        complete(&mut correct, guide);
        Self {
            correct,
            since: None,
        }
    }

    /// The correct case, if it is its turn.
    pub(super) fn check(&self, number: u64) -> Option<Case> {
        number
            .is_multiple_of(CHECKED_EVERY)
            .then(|| self.correct.clone())
    }

    /// Learns how a case went. Gives what is to be looked into if the testee is not what it was.
    pub(super) fn learn(
        &mut self,
        number: u64,
        case: &Arc<Case>,
        went_wrong: bool,
    ) -> Option<Hunt> {
        if !number.is_multiple_of(CHECKED_EVERY) {
            if let Some(since) = &mut self.since {
                since.push(Arc::clone(case));
            }
            return None;
        }
        let since = self.since.take();
        if !went_wrong {
            self.since = Some(Vec::new());
            return None;
        }
        Some(Hunt::new(since?, &self.correct, number))
    }
}

/// The hunt for the case that spoils the testee.
#[derive(Debug)]
pub(super) struct Hunt {
    correct: Arc<Case>,
    /// One of these it is.
    suspects: Vec<Arc<Case>>,
    number: u64,
    stage: Stage,
    /// What is still to be played in this stage; the last one is correct.
    queue: VecDeque<Arc<Case>>,
    /// The next one needs a testee that was just started.
    fresh: bool,
    sentence: Option<String>,
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
    Spoiled,
    /// It is not so, or cannot be told.
    Over,
}

impl Hunt {
    fn new(suspects: Vec<Arc<Case>>, correct: &Case, number: u64) -> Self {
        Self {
            correct: Arc::new(correct.clone()),
            suspects,
            number,
            stage: Stage::Fresh,
            queue: VecDeque::new(),
            fresh: false,
            sentence: None,
            tries: 0,
        }
    }

    /// Begins; `restarts`: the testee can be started again.
    pub(super) fn begin(&mut self, restarts: bool) {
        self.enter(if restarts {
            Stage::Fresh
        } else {
            Stage::Insisting
        });
    }

    fn enter(&mut self, stage: Stage) {
        let half = self.suspects.len() / 2;
        let before: &[Arc<Case>] = match stage {
            Stage::All => &self.suspects,
            Stage::FirstHalf => &self.suspects[..half],
            Stage::SecondHalf => &self.suspects[half..],
            Stage::Insisting | Stage::Fresh => &[],
            Stage::Spoiled | Stage::Over => {
                self.queue.clear();
                self.stage = stage;
                return;
            }
        };
        self.queue = before.iter().cloned().collect();
        self.queue.push_back(Arc::clone(&self.correct));
        self.fresh = stage != Stage::Insisting;
        self.stage = stage;
    }

    /// The next case to play, and whether the testee has to be started again before.
    pub(super) fn next(&mut self) -> Option<(Arc<Case>, bool)> {
        let case = self.queue.pop_front()?;
        Some((case, std::mem::take(&mut self.fresh)))
    }

    /// What came of it.
    pub(super) fn take(&mut self, oracle: Oracle, played: &Played) {
        if !self.queue.is_empty() {
            return;
        }
        let deviations = oracle.opinion(&self.correct, &played.transcript);
        let wrong = deviations.into_iter().find(|one| one.is_grave());
        let is_wrong = wrong.is_some() || played.died.is_some();
        self.sentence = wrong.map(|one| one.sentence).or(self.sentence.take());
        self.tries += 1;
        let half = self.suspects.len() / 2;
        let next = match self.stage {
            Stage::Insisting if is_wrong && self.tries >= TRIES => Stage::Spoiled,
            Stage::Insisting if is_wrong => Stage::Insisting,
            Stage::Fresh if !is_wrong => Stage::All,
            Stage::All if is_wrong => self.halves(),
            Stage::FirstHalf if is_wrong => {
                self.suspects.truncate(half);
                self.halves()
            }
            Stage::FirstHalf => Stage::SecondHalf,
            Stage::SecondHalf if is_wrong => {
                self.suspects.drain(..half);
                self.halves()
            }
            // Only together they spoil it.
            Stage::SecondHalf => Stage::Spoiled,
            _ => Stage::Over,
        };
        self.enter(next);
    }

    const fn halves(&self) -> Stage {
        if self.suspects.len() > 1 {
            Stage::FirstHalf
        } else {
            Stage::Spoiled
        }
    }

    /// What it came to; `None` if the testee is what it was.
    pub(super) fn finding(self) -> Option<Finding> {
        if self.stage != Stage::Spoiled {
            return None;
        }
        let what = self
            .sentence
            .unwrap_or_else(|| "its process ended".to_owned());
        let (case, after) = match &self.suspects[..] {
            [only] => (Some((**only).clone()), "this case".to_owned()),
            several => (None, format!("{} cases", several.len())),
        };
        Some(Finding {
            group: Group::only(Symptom::Spoiled),
            sentence: format!("after {after} a correct connection goes wrong: {what}"),
            case,
            transcript: None,
            number: self.number,
            repeated: (1, 1),
            seen: 1,
        })
    }
}
