//! What the masking keys of one connection may not be (RFC 6455 §5.3).
//!
//! Keys are drawn at random, so whatever they are may be chance. A rule counts as broken only
//! where that chance is below 2^-60.

use crate::{
    protocol::{MaskingKey, Role},
    transcript::{Happening, Transcript},
};

use super::{BrokenRule, Rule, across::broken, chance, testee};

/// Some bits of the key never change.
pub(super) const CONSTANT: Rule = Rule {
    name: "masking-key-constant",
    requirements: &["rfc6455-5.3-2", "rfc6455-5.3-3"],
    testee: Some(Role::Client),
};

/// Keys come again and again.
pub(super) const REPEATED: Rule = Rule {
    name: "masking-key-repeated",
    requirements: &["rfc6455-5.3-2", "rfc6455-10.3-1"],
    testee: Some(Role::Client),
};

/// Each key is the one before it and a constant.
pub(super) const COUNTED: Rule = Rule {
    name: "masking-key-counted",
    requirements: &["rfc6455-5.3-4"],
    testee: Some(Role::Client),
};

/// The masking keys that the testee used, in order, as far as their frames were kept.
pub(super) fn masks(transcript: &Transcript) -> impl Iterator<Item = MaskingKey> {
    transcript.happenings().filter_map(|happening| match happening {
        Happening::Received(frame) => frame.header.mask,
        _ => None,
    })
}

/// What the keys of one connection break.
pub(super) fn broken_by_masks(transcript: &Transcript) -> Option<BrokenRule> {
    if testee(transcript) != Role::Client {
        return None;
    }
    let keys: Vec<u32> = masks(transcript).map(u32::from_be_bytes).collect();
    constant(&keys).or_else(|| repeated(&keys)).or_else(|| counted(&keys))
}

fn constant(keys: &[u32]) -> Option<BrokenRule> {
    let first = keys.first()?;
    let changing = keys.iter().fold(0, |changing, key| changing | (key ^ first));
    let constant = changing.count_zeros();
    let frames = keys.len();
    if !chance::is_excluded_for_constant_bits(constant, frames) {
        return None;
    }
    let message = if constant == u32::BITS {
        format!("all {frames} frames have the same masking key, {first:08x}")
    } else {
        format!("{constant} of the 32 bits of the masking key never change in {frames} frames")
    };
    Some(broken(&CONSTANT, message))
}

fn repeated(keys: &[u32]) -> Option<BrokenRule> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let (frames, distinct) = (keys.len(), sorted.len());
    chance::is_excluded_for_repeats(frames - distinct, frames, u32::BITS).then(|| {
        let message = format!("{frames} frames have only {distinct} different masking keys");
        broken(&REPEATED, message)
    })
}

fn counted(keys: &[u32]) -> Option<BrokenRule> {
    // Somebody may count in either order of the octets.
    let turned: Vec<u32> = keys.iter().map(|key| key.swap_bytes()).collect();
    let steady = longest_count(keys).max(longest_count(&turned));
    chance::is_excluded_for_counts(steady, keys.len()).then(|| {
        let message =
            format!("the masking keys of {steady} frames in a row have the same difference");
        broken(&COUNTED, message)
    })
}

/// The most keys in a row that have the same difference from one to the next.
fn longest_count(keys: &[u32]) -> usize {
    let differences: Vec<u32> = keys.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let runs = differences.chunk_by(PartialEq::eq);
    runs.map(|run| run.len() + 1).max().unwrap_or(keys.len())
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::SmallRng};

    use super::*;

    fn rule(keys: &[u32]) -> Option<String> {
        let broken = constant(keys).or_else(|| repeated(keys)).or_else(|| counted(keys));
        broken.map(|rule| rule.rule)
    }

    fn named(keys: &[u32]) -> &'static str {
        match rule(keys).as_deref() {
            Some("masking-key-constant") => "constant",
            Some("masking-key-repeated") => "repeated",
            Some("masking-key-counted") => "counted",
            _ => "",
        }
    }

    #[test]
    fn keys_that_are_no_chance_are_noticed() {
        assert_eq!(named(&[0, 0, 0]), "constant");
        assert_eq!(named(&[0, 0]), "");
        let mut random = SmallRng::seed_from_u64(1);
        let small: Vec<u32> = (0..10).map(|_| random.random_range(0..0x1_0000)).collect();
        assert_eq!(named(&small), "constant");
        let (a, b) = (0x1357_9BDF, 0xFEDC_BA98);
        assert_eq!(named(&[a, b, a, b, a, b]), "repeated");
        assert_eq!(named(&[a, b, a]), "");
        let count = |from: u32, by: u32, keys: u32| -> Vec<u32> {
            (0..keys).map(|n| from.wrapping_add(n.wrapping_mul(by))).collect()
        };
        assert_eq!(named(&count(a, 0x0765_4321, 4)), "counted");
        assert_eq!(named(&count(a, 0x0765_4321, 3)), "");
        let turned: Vec<u32> = count(a, 0x0765_4321, 5).into_iter().map(u32::swap_bytes).collect();
        assert_eq!(named(&turned), "counted");
    }

    #[test]
    fn random_keys_break_nothing() {
        for seed in 0..200 {
            let mut random = SmallRng::seed_from_u64(seed);
            let keys: Vec<u32> = (0..seed * 5).map(|_| random.random()).collect();
            assert_eq!(rule(&keys), None, "{seed}");
        }
    }
}
