//! Which case is next: a new one, or one made of those that showed something.

use std::sync::Arc;

use arbitrary::Unstructured;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::corpus::Corpus;
use crate::{
    case::Case,
    fuzz::generate::{Guide, generate, mutate, octets_of_seed, splice},
};

/// Of so many cases, how many are new, and how many are mutated; the rest is spliced.
const NEW: u32 = 8;
const MUTATED: u32 = 9;
const ALL: u32 = 20;

/// The case of a number in a campaign of this seed.
pub(super) fn choose(number: u64, seed: u64, guide: &Guide, corpus: &mut Corpus) -> Case {
    let own_seed = xxh3_64_with_seed(&number.to_le_bytes(), seed);
    let mut random = SmallRng::seed_from_u64(own_seed);
    let octets = octets_of_seed(own_seed);
    let source = &mut Unstructured::new(&octets);
    let drawn = random.random_range(0..ALL);
    let parent = (drawn >= NEW).then(|| corpus.pick(&mut random)).flatten();
    let other = (drawn >= NEW + MUTATED)
        .then(|| corpus.pick(&mut random))
        .flatten();
    let plan = match (parent, other) {
        (Some(one), Some(other)) if !Arc::ptr_eq(&one, &other) => {
            splice(&one, &other, source, guide)
        }
        (Some(case), _) => mutate(&case, source, guide),
        _ => generate(source, guide),
    };
    Case {
        id: format!("fuzz.{number}")
            .parse()
            .expect("a word and a number are an id"),
        ..plan.case
    }
}
