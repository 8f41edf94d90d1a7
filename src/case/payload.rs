//! Payloads as a case describes them: short in the file, any size on the wire.

use std::{num::NonZeroU64, sync::Arc};

use super::Sample;

/// Octets described by parts; never held whole unless somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// Shared: an echo has the octets of its message.
    parts: Arc<Vec<Part>>,
    length: u64,
}

/// A part of a [`Payload`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These octets.
    Octets(Arc<[u8]>),
    /// A unit, repeated and cut.
    Fill {
        /// The unit; not empty.
        unit: Vec<u8>,
        /// Octets in all.
        length: u64,
    },
    /// Octets that look random and follow from a number.
    Random {
        /// Where they come from.
        seed: u64,
        /// Octets in all.
        length: u64,
    },
    /// The beginning of a sample, around its end if need be.
    Sample {
        /// Of what.
        sample: Sample,
        /// Octets in all.
        length: u64,
    },
}

impl Part {
    fn length(&self) -> u64 {
        match self {
            Self::Octets(octets) => octets.len() as u64,
            Self::Fill { length, .. }
            | Self::Random { length, .. }
            | Self::Sample { length, .. } => *length,
        }
    }

    /// Writes the octets from `offset` on into `out`, which does not reach beyond the end.
    fn read(&self, offset: u64, out: &mut [u8]) {
        match self {
            Self::Octets(octets) => {
                let start = offset as usize;
                out.copy_from_slice(&octets[start..start + out.len()]);
            }
            Self::Fill { unit, .. } => fill(unit, offset, out),
            Self::Random { seed, .. } => random(*seed, offset, out),
            Self::Sample { sample, .. } => fill(sample.octets(), offset, out),
        }
    }
}

fn fill(unit: &[u8], offset: u64, out: &mut [u8]) {
    let Some(size) = NonZeroU64::new(unit.len() as u64) else {
        return;
    };
    if let [octet] = unit {
        out.fill(*octet);
        return;
    }
    let mut from = (offset % size) as usize;
    let mut done = 0;
    while done < out.len() {
        let taken = (unit.len() - from).min(out.len() - done);
        out[done..done + taken].copy_from_slice(&unit[from..from + taken]);
        done += taken;
        from = 0;
    }
}

fn random(seed: u64, offset: u64, out: &mut [u8]) {
    // Eight octets follow from each number; the first of them may be cut.
    let (mut number, mut cut) = (offset / 8, (offset % 8) as usize);
    let mut out = out;
    while !out.is_empty() {
        let octets = split_mix(seed.wrapping_add(number)).to_le_bytes();
        let taken = (octets.len() - cut).min(out.len());
        let (here, rest) = out.split_at_mut(taken);
        here.copy_from_slice(&octets[cut..cut + taken]);
        (out, cut) = (rest, 0);
        number += 1;
    }
}

/// SplitMix64: a number as good as random for each number.
pub(super) fn split_mix(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Payload {
    /// The parts, joined.
    #[must_use]
    pub fn new(parts: Vec<Part>) -> Self {
        let length = parts.iter().map(Part::length).sum();
        Self { parts: Arc::new(parts), length }
    }

    /// Octets in all.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The parts.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Writes octets from `offset` on into `out` and returns how many there were: `out`'s length,
    /// or less at the end.
    pub fn read(&self, offset: u64, out: &mut [u8]) -> usize {
        let mut done = 0;
        let mut part_start = 0;
        for part in self.parts.iter() {
            let part_end = part_start + part.length();
            let position = offset + done as u64;
            if position < part_end && done < out.len() {
                let available = (part_end - position).min((out.len() - done) as u64) as usize;
                part.read(position - part_start, &mut out[done..done + available]);
                done += available;
            }
            part_start = part_end;
        }
        done
    }

    /// All octets. For payloads that are known to be small.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut octets = vec![0; self.length as usize];
        self.read(0, &mut octets);
        octets
    }

    /// Whether the octets are the same, however they are described.
    #[must_use]
    pub fn has_octets_of(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        let [mut own, mut others] = [[0; 1024]; 2];
        self.length == other.length
            && (0..self.length).step_by(own.len()).all(|offset| {
                let [own_count, other_count] =
                    [self.read(offset, &mut own), other.read(offset, &mut others)];
                own[..own_count] == others[..other_count]
            })
    }

    /// This payload, then another.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        joined.append(other);
        joined
    }

    /// Adds another payload to the end of this one.
    pub fn append(&mut self, other: &Self) {
        Arc::make_mut(&mut self.parts).extend(other.parts.iter().cloned());
        self.length += other.length;
    }
}

impl From<&[u8]> for Payload {
    fn from(octets: &[u8]) -> Self {
        Self::new(vec![Part::Octets(octets.into())])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_part() -> impl Strategy<Value = Part> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20)
                .prop_map(|octets| Part::Octets(octets.into())),
            (prop::collection::vec(any::<u8>(), 1..5), 0_u64..40)
                .prop_map(|(unit, length)| Part::Fill { unit, length }),
            (any::<u64>(), 0_u64..40).prop_map(|(seed, length)| Part::Random { seed, length }),
            (0_u64..40).prop_map(|length| Part::Sample { sample: Sample::Prose, length }),
        ]
    }

    proptest! {
        #[test]
        fn reading_in_pieces_gives_the_whole(
            parts in prop::collection::vec(any_part(), 0..4),
            step in 1_usize..30,
        ) {
            let payload = Payload::new(parts);
            let whole = payload.to_vec();
            let mut pieces = Vec::new();
            let mut buffer = vec![0; step];
            loop {
                let taken = payload.read(pieces.len() as u64, &mut buffer);
                if taken == 0 { break; }
                pieces.extend_from_slice(&buffer[..taken]);
            }
            prop_assert_eq!(pieces, whole);
        }
    }
}
