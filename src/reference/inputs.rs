//! Octets by a seed: those that cases send, such with mistakes of chance, and conversations.

use arbitrary::Unstructured;
use rand::{Rng, RngCore, SeedableRng, rngs::SmallRng};

use super::{Conversation, SeedKind, seeds};
use crate::protocol::Role;

/// Octets from which a conversation follows.
const CHANCE_MAX: usize = 512;

/// What one side sends, without end: first the seeds as they are, then by chance. The same seed
/// and the same corpus give the same inputs.
#[derive(Debug)]
pub struct Inputs {
    sender: Role,
    chance: SmallRng,
    corpus: Vec<Vec<u8>>,
    given: usize,
}

impl Inputs {
    /// What `sender` sends. `more` are inputs to start from besides those of the cases.
    #[must_use]
    pub fn new(sender: Role, seed: u64, more: Vec<Vec<u8>>) -> Self {
        let kind = match sender {
            Role::Client => SeedKind::ClientFrames,
            Role::Server => SeedKind::ServerFrames,
        };
        let seeds = seeds().into_iter().filter(|seed| seed.kind == kind);
        let mut corpus = more;
        corpus.extend(seeds.map(|seed| seed.octets));
        Self { sender, chance: SmallRng::seed_from_u64(seed), corpus, given: 0 }
    }

    fn conversation(&mut self) -> Vec<u8> {
        let mut octets = vec![0; self.chance.random_range(16..CHANCE_MAX)];
        self.chance.fill_bytes(&mut octets);
        let mut source = Unstructured::new(&octets);
        let mistakes = u8::saturating_sub(self.chance.random_range(0..5), 2);
        let conversation = Conversation::right(self.sender, &mut source).and_then(|mut it| {
            // What is left of the octets may be none, so mistakes have some of their own.
            let mut octets = [0; 64];
            for _ in 0..mistakes {
                self.chance.fill_bytes(&mut octets);
                it.spoil(&mut Unstructured::new(&octets))?;
            }
            Ok(it)
        });
        conversation.map_or_else(|_| Vec::new(), |it| it.encode())
    }

    fn mutated(&mut self) -> Vec<u8> {
        let mut octets = self.any_of_corpus().to_vec();
        for _ in 0..self.chance.random_range(1..4) {
            self.mutate(&mut octets);
        }
        octets
    }

    fn any_of_corpus(&mut self) -> &[u8] {
        let number = self.chance.random_range(0..self.corpus.len());
        &self.corpus[number]
    }

    fn mutate(&mut self, octets: &mut Vec<u8>) {
        let place = self.chance.random_range(0..=octets.len());
        match self.chance.random_range(0..5) {
            0 => octets.truncate(place),
            1 => octets.insert(place, self.chance.random()),
            2 => {
                let other = self.any_of_corpus().to_vec();
                octets.splice(place.., other);
            }
            _ => match octets.get_mut(place) {
                Some(octet) => *octet ^= 1 << self.chance.random_range(0..8),
                None => octets.push(self.chance.random()),
            },
        }
    }
}

impl Iterator for Inputs {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let number = self.given;
        self.given += 1;
        Some(match self.corpus.get(number) {
            Some(octets) => octets.clone(),
            None if self.corpus.is_empty() || self.chance.random() => self.conversation(),
            None => self.mutated(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Reading;

    #[test]
    fn the_same_seed_gives_the_same() {
        let some = |seed| -> Vec<_> {
            Inputs::new(Role::Client, seed, vec![b"mine".to_vec()]).take(2000).collect()
        };
        assert_eq!(some(1)[0], b"mine");
        assert_eq!(some(1), some(1));
        assert_ne!(some(1), some(2));
    }

    #[test]
    fn right_and_wrong_are_both_there() {
        let inputs = Inputs::new(Role::Server, 7, Vec::new()).skip(1000).take(1000);
        let right = inputs
            .filter(|octets| Reading::of(Role::Server, None, octets).faults.is_empty())
            .count();
        assert!((200..800).contains(&right), "{right} of 1000");
    }
}
