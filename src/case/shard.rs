//! Parts of a run that machines play side by side.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::CaseId;

/// Shards that a run may have.
const SHARDS_MAX: u32 = 10_000;

/// One of the shards that the cases of a run are split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Which one: 1 to `count`.
    pub number: u32,
    /// How many there are.
    pub count: u32,
}

/// Text that names no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no shard; the second of four is 2/4, and there are {SHARDS_MAX} at most")]
pub struct ShardError(String);

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ShardError(text.to_owned());
        let (number, count) = text.split_once('/').ok_or_else(error)?;
        let number = number.parse().map_err(|_| error())?;
        let count = count.parse().map_err(|_| error())?;
        if (1..=count).contains(&number) && count <= SHARDS_MAX {
            Ok(Self { number, count })
        } else {
            Err(error())
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

impl Shard {
    /// The cases of this shard, in their order.
    ///
    /// Shards differ by one case at most. Ids are dealt out by their hash, so that slow chapters
    /// are spread, the same selection is split in the same way everywhere, and a new case moves
    /// one old case a shard at most.
    pub fn choose<T>(self, cases: Vec<T>, id: impl Fn(&T) -> &CaseId) -> Vec<T> {
        let mut order: Vec<(u64, &str, usize)> = cases
            .iter()
            .enumerate()
            .map(|(position, case)| {
                let id = id(case).as_str();
                (xxh3_64(id.as_bytes()), id, position)
            })
            .collect();
        order.sort_unstable();
        let bound = |shards: u32| shards as usize * order.len() / self.count as usize;
        let mut chosen = vec![false; order.len()];
        for (_, _, position) in &order[bound(self.number - 1)..bound(self.number)] {
            chosen[*position] = true;
        }
        let marked = cases.into_iter().zip(chosen);
        marked.filter_map(|(case, chosen)| chosen.then_some(case)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<CaseId> {
        let ids = (1..=count).map(|n| format!("{}.{n}", n % 7));
        ids.map(|id| id.parse().unwrap()).collect()
    }

    fn shards(count: u32, ids: &[CaseId]) -> Vec<Vec<CaseId>> {
        let shard = |number| Shard { number, count }.choose(ids.to_vec(), |id| id);
        (1..=count).map(shard).collect()
    }

    #[test]
    fn every_case_is_in_one_shard_and_shards_are_even() {
        for (cases, count) in [(0, 3), (1, 4), (10, 3), (566, 4), (566, 16)] {
            let ids = ids(cases);
            let shards = shards(count, &ids);
            let lengths = || shards.iter().map(Vec::len);
            assert!(lengths().max().unwrap() - lengths().min().unwrap() <= 1);
            let mut all: Vec<CaseId> = shards.into_iter().flatten().collect();
            all.sort();
            let mut ids = ids;
            ids.sort();
            assert_eq!(all, ids);
        }
    }

    #[test]
    fn the_order_of_cases_does_not_matter_and_stays() {
        let forth = ids(50);
        let back: Vec<CaseId> = forth.iter().rev().cloned().collect();
        for (forth, mut back) in shards(4, &forth).into_iter().zip(shards(4, &back)) {
            back.reverse();
            assert_eq!(forth, back);
        }
    }

    #[test]
    fn a_new_case_moves_few() {
        let old = shards(4, &ids(200));
        let new = shards(4, &ids(201));
        let moved = |(old, new): (&Vec<CaseId>, &Vec<CaseId>)| {
            old.iter().filter(|id| !new.contains(id)).count()
        };
        let moved: usize = old.iter().zip(&new).map(moved).sum();
        assert!(moved <= 3, "{moved} cases moved");
    }

    #[test]
    fn only_shards_are_shards() {
        assert_eq!("2/4".parse(), Ok(Shard { number: 2, count: 4 }));
        for text in ["", "2", "0/4", "5/4", "1/0", "a/b", "-1/4", "1/99999999999"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        let error = "4".parse::<Shard>().unwrap_err().to_string();
        assert!(error.contains("2/4"), "{error}");
    }
}
