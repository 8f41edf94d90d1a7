//! Which case is next: a new one, or one made of those that showed something.

use std::sync::Arc;

use arbitrary::Unstructured;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{corpus::Corpus, sound::make_sound};
use crate::{
    case::{Case, Step},
    fuzz::{
        generate::{Guide, complete_with_course, generate, mutate, octets_of_seed, splice},
        oracle::Course,
    },
};

/// Of so many cases, how many are new, and how many are mutated; the rest is spliced.
const NEW: u32 = 8;
const MUTATED: u32 = 9;
const ALL: u32 = 20;

/// The cases of a campaign.
#[derive(Clone, Debug)]
pub struct Cases {
    guide: Guide,
    seed: u64,
    corpus: Corpus,
}

impl Cases {
    /// All follow from the seed, and from what is kept; at first these are.
    #[must_use]
    pub fn new(guide: Guide, seed: u64, kept: impl IntoIterator<Item = Arc<Case>>) -> Self {
        Self { guide, seed, corpus: Corpus::of(kept) }
    }

    /// The case of this number, and the course that it takes if what it asks for is granted, where it
    /// may open.
    pub fn choose(&mut self, number: u64) -> (Case, Option<Course>) {
        choose(number, self.seed, &self.guide, &mut self.corpus)
    }

    /// Keeps a case that was the first to reach so many states: others are made of it.
    pub fn keep(&mut self, case: Arc<Case>, news: usize) {
        self.corpus.keep(case, news);
    }

    /// Those that were kept so, and are still.
    pub fn kept(&self) -> impl Iterator<Item = &Arc<Case>> {
        self.corpus.own()
    }

    /// How many cases others are made of.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.corpus.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn choose(number: u64, seed: u64, guide: &Guide, corpus: &mut Corpus) -> (Case, Option<Course>) {
    let own_seed = xxh3_64_with_seed(&number.to_le_bytes(), seed);
    let mut random = SmallRng::seed_from_u64(own_seed);
    let octets = octets_of_seed(own_seed);
    let source = &mut Unstructured::new(&octets);
    let drawn = random.random_range(0..ALL);
    let parent = (drawn >= NEW).then(|| corpus.pick(&mut random)).flatten();
    let other = (drawn >= NEW + MUTATED).then(|| corpus.pick(&mut random)).flatten();
    let plan = match (parent, other) {
        (Some(one), Some(other)) if !Arc::ptr_eq(&one, &other) => {
            splice(&without_waits(&one), &without_waits(&other), source, guide)
        }
        (Some(case), _) => mutate(&without_waits(&case), source, guide),
        _ => generate(source, guide),
    };
    let mut case = Case {
        id: format!("fuzz.{number}").parse().expect("a word and a number are an id"),
        ..plan.case
    };
    let course = if make_sound(&mut case.steps, guide.testee.peer()) {
        complete_with_course(&mut case, guide)
    } else {
        plan.course
    };
    (case, course)
}

/// The case without waits for replies, which in another case may not come.
fn without_waits(case: &Case) -> Case {
    let mut case = case.clone();
    case.steps.retain(|step| !matches!(step, Step::Await(_)));
    case
}
