//! Cases that are worth another look.

use std::sync::Arc;

use rand::{Rng, rngs::SmallRng};

use crate::case::Case;

/// Cases that are kept at most; then those that were looked at most often go.
const CASES_MAX: usize = 4096;

/// How many are drawn, of which the most promising one is taken.
const DRAWN: usize = 4;

/// Cases from which others are made.
#[derive(Clone, Debug, Default)]
pub(super) struct Corpus(Vec<Kept>);

/// A case that showed something.
#[derive(Clone, Debug)]
struct Kept {
    case: Arc<Case>,
    /// How many states it was the first to reach.
    news: usize,
    /// How often others were made of it.
    picked: u32,
    /// It was found in this campaign.
    own: bool,
}

impl Kept {
    /// The less it was looked at, for all that it showed, the more there may be to it.
    fn wear(&self) -> u64 {
        u64::from(self.picked) * 16 / (1 + self.news as u64)
    }
}

impl Corpus {
    /// Begins with cases that others wrote.
    pub(super) fn of(cases: impl IntoIterator<Item = Arc<Case>>) -> Self {
        let kept = cases.into_iter().map(|case| Kept { case, news: 0, picked: 0, own: false });
        Self(kept.collect())
    }

    /// Keeps a case that was the first to reach so many states.
    pub(super) fn keep(&mut self, case: Arc<Case>, news: usize) {
        if self.0.len() == CASES_MAX {
            let worn = (0..self.0.len()).max_by_key(|position| self.0[*position].wear());
            self.0.swap_remove(worn.unwrap_or_default());
        }
        self.0.push(Kept { case, news, picked: 0, own: true });
    }

    /// One that promises something; `None` if there is none.
    pub(super) fn pick(&mut self, random: &mut SmallRng) -> Option<Arc<Case>> {
        if self.0.is_empty() {
            return None;
        }
        let drawn = (0..DRAWN).map(|_| random.random_range(0..self.0.len()));
        let best = drawn.min_by_key(|position| self.0[*position].wear())?;
        let kept = &mut self.0[best];
        kept.picked += 1;
        Some(Arc::clone(&kept.case))
    }

    /// Those that were found in this campaign.
    pub(super) fn own(&self) -> impl Iterator<Item = &Arc<Case>> {
        self.0.iter().filter(|kept| kept.own).map(|kept| &kept.case)
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}
