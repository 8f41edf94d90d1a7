//! Choices out of octets.

use std::ops::RangeInclusive;

use arbitrary::Unstructured;
use rand::{RngCore, SeedableRng, rngs::StdRng};

/// The octets of one case that follow from a seed.
#[must_use]
pub fn octets_of_seed(seed: u64) -> Vec<u8> {
    /// More than nearly every case uses.
    const OCTETS: usize = 1024;
    let mut octets = vec![0; OCTETS];
    StdRng::seed_from_u64(seed).fill_bytes(&mut octets);
    octets
}

/// Makes choices. When the octets are used up, the first choice is always taken.
pub(super) struct Dice<'s, 'o>(&'s mut Unstructured<'o>);

impl<'s, 'o> Dice<'s, 'o> {
    pub(super) const fn new(source: &'s mut Unstructured<'o>) -> Self {
        Self(source)
    }

    /// A number of the range.
    pub(super) fn number(&mut self, range: RangeInclusive<u64>) -> u64 {
        let first = *range.start();
        self.0.int_in_range(range).unwrap_or(first)
    }

    /// An index below `limit`, which is not 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.number(0..=(limit.max(1) - 1) as u64) as usize
    }

    /// One of the items, of which there is at least one.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Whether something that happens `once` in so many times happens now; never when the octets
    /// are used up.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.number(0..=times - 1) == times - 1
    }

    /// An index, each as often as its weight says; `None` if all weights are 0.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> Option<usize> {
        let all: u64 = weights.iter().copied().map(u64::from).sum();
        let mut rest = self.number(0..=all.checked_sub(1)?);
        weights.iter().position(|weight| {
            let here = rest < u64::from(*weight);
            rest = rest.saturating_sub(u64::from(*weight));
            here
        })
    }

    /// So many octets.
    pub(super) fn octets(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.number(0..=255) as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_nothing_are_never_taken() {
        let octets = octets_of_seed(1);
        let mut source = Unstructured::new(&octets);
        let mut dice = Dice::new(&mut source);
        for _ in 0..100 {
            assert_eq!(dice.weighted(&[0, 3, 0]), Some(1));
        }
        assert_eq!(dice.weighted(&[0, 0]), None);
    }

    #[test]
    fn used_up_octets_give_the_first_choice() {
        let mut source = Unstructured::new(&[]);
        let mut dice = Dice::new(&mut source);
        assert_eq!(dice.pick(&[7, 8]), 7);
        assert!(!dice.once_in(2));
    }
}
