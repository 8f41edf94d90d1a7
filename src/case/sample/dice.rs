//! Numbers that look random and are the same on every machine, so that every run sends the same.

use crate::case::payload::split_mix;

/// A sequence of numbers.
pub struct Dice(u64);

impl Dice {
    /// The sequence of this name.
    pub const fn new(name: u64) -> Self {
        Self(name << 32)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 += 1;
        split_mix(self.0)
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    /// One of the items, the early ones much more often than the late ones, as words are used.
    pub fn pick_early<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let doublings = items.len().ilog2() as usize + 1;
        let limit = 1 << (1 + self.below(doublings));
        let rank = self.below(limit) % items.len();
        &items[rank]
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
