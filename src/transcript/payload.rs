//! Payloads of any size in a few octets.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// A payload: whole if it is short, else its length, digest and both ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PayloadRecord {
    /// Octets in all.
    pub length: u64,
    /// The first octets: all of them up to [`Self::WHOLE_UP_TO`], else [`Self::END_OCTETS`].
    #[serde(with = "hex")]
    #[schemars(with = "String")]
    pub head: Vec<u8>,
    /// The last [`Self::END_OCTETS`] octets of a long payload; empty if `head` is the whole.
    #[serde(with = "hex", default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "String")]
    pub tail: Vec<u8>,
    /// XXH3 (128 bits) of all octets.
    #[serde(with = "digest")]
    #[schemars(with = "String")]
    pub digest: u128,
}

impl PayloadRecord {
    /// Payloads up to this many octets are kept whole.
    pub const WHOLE_UP_TO: usize = 256;
    /// How many octets are kept at each end of a longer one.
    pub const END_OCTETS: usize = 64;

    /// The record of a payload that is at hand.
    #[must_use]
    pub fn of(octets: &[u8]) -> Self {
        let mut digest = PayloadDigest::default();
        digest.push(octets);
        digest.finish()
    }

    /// The payload itself, if it was short enough to be kept.
    #[must_use]
    pub fn whole(&self) -> Option<&[u8]> {
        (self.head.len() as u64 == self.length).then_some(&self.head)
    }
}

/// Makes a [`PayloadRecord`] of a payload that comes in pieces.
#[derive(Clone, Default)]
pub struct PayloadDigest {
    length: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
    hash: Option<Box<Xxh3>>,
}

impl PayloadDigest {
    /// Takes the next octets.
    pub fn push(&mut self, octets: &[u8]) {
        let room = PayloadRecord::WHOLE_UP_TO - self.head.len();
        self.head.extend_from_slice(&octets[..room.min(octets.len())]);
        if octets.len() > room || self.hash.is_some() {
            self.push_long(octets);
        }
        self.length += octets.len() as u64;
    }

    fn push_long(&mut self, octets: &[u8]) {
        let already_hashed_head = self.hash.is_some();
        let before = self.length as usize;
        let hash = self.hash.get_or_insert_with(Default::default);
        if !already_hashed_head {
            // `head` already holds the first part of `octets` too: hash only what came before.
            hash.update(&self.head[..before]);
            self.tail.extend_from_slice(&self.head[..before]);
        }
        hash.update(octets);
        let kept = octets.len().min(PayloadRecord::END_OCTETS);
        self.tail.extend_from_slice(&octets[octets.len() - kept..]);
        let excess = self.tail.len().saturating_sub(PayloadRecord::END_OCTETS);
        self.tail.drain(..excess);
    }

    /// The octets so far.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The record of all that was pushed.
    #[must_use]
    pub fn finish(mut self) -> PayloadRecord {
        let digest = match self.hash {
            Some(hash) => {
                self.head.truncate(PayloadRecord::END_OCTETS);
                hash.digest128()
            }
            None => xxhash_rust::xxh3::xxh3_128(&self.head),
        };
        PayloadRecord { length: self.length, head: self.head, tail: self.tail, digest }
    }
}

impl std::fmt::Debug for PayloadDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PayloadDigest").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Octets as lower-case hexadecimal text.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::protocol::hex::encode(octets))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::protocol::hex::decode(&text).map_err(D::Error::custom)
    }
}

/// A 128-bit digest as hexadecimal text, since JSON numbers end at 53 bits.
mod digest {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(digest: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{digest:032x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_split_gives_the_same_record(
            payload in prop::collection::vec(any::<u8>(), 0..700),
            cuts in prop::collection::vec(0_usize..700, 0..5),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(payload.len())).collect();
            cuts.sort_unstable();
            let mut digest = PayloadDigest::default();
            let mut from = 0;
            for to in cuts.into_iter().chain([payload.len()]) {
                digest.push(&payload[from..to]);
                from = to;
            }
            let record = digest.finish();
            prop_assert_eq!(record.length, payload.len() as u64);
            prop_assert_eq!(record.digest, xxhash_rust::xxh3::xxh3_128(&payload));
            prop_assert!(payload.starts_with(&record.head));
            prop_assert!(payload.ends_with(&record.tail));
            prop_assert_eq!(record.whole().is_some(), payload.len() <= PayloadRecord::WHOLE_UP_TO);
            prop_assert_eq!(record, PayloadRecord::of(&payload));
        }
    }
}
