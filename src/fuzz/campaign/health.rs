//! Does the testee still treat a correct connection as it did at first?
//!
//! A correct conversation is played now and then. When one goes wrong that went right before, one of
//! the cases between the two has spoiled the testee.

use std::sync::Arc;

use super::hunt::{Aim, Hunt, Suspect};
use crate::{
    case::{Case, SourceFile, known_requirements, read_cases},
    fuzz::generate::{Guide, complete},
};

/// One in so many cases is the correct one.
const CHECKED_EVERY: u64 = 250;

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
    correct: Arc<Case>,
    /// The cases since the last correct one that went right; none before there was one.
    since: Option<Vec<Suspect>>,
}

impl Health {
    pub(super) fn of(guide: &Guide) -> Self {
        let file = SourceFile { name: "correct.toml", text: CORRECT };
        let mut set = read_cases(&[file], known_requirements())
            .unwrap_or_else(|errors| unreachable!("a test reads this very text: {errors}"));
        let mut correct = set.cases.remove(0);
        correct.testee = Some(guide.testee);
        complete(&mut correct, guide);
        Self { correct: Arc::new(correct), since: None }
    }

    /// The case that every testee takes.
    pub(super) const fn correct(&self) -> &Arc<Case> {
        &self.correct
    }

    /// The correct case, if it is its turn.
    pub(super) fn check(&self, number: u64) -> Option<Case> {
        number.is_multiple_of(CHECKED_EVERY).then(|| (*self.correct).clone())
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
                since.push(Suspect { number, case: Arc::clone(case) });
            }
            return None;
        }
        let since = self.since.take();
        if !went_wrong {
            self.since = Some(Vec::new());
            return None;
        }
        Some(Hunt::new(Aim::Spoiler, since?, Arc::clone(&self.correct)))
    }
}
