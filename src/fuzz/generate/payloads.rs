//! Payloads with a meaning.

use crate::case::{Part, Payload};

use super::dice::Dice;

/// Lengths next to the borders of the forms of a frame's length, and some others.
const LENGTHS: [u64; 14] = [
    0, 1, 2, 3, 5, 16, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537,
];

/// How many of them are short.
const SHORT: usize = 11;

/// A length, seldom a long one.
pub(super) fn length(dice: &mut Dice<'_, '_>) -> u64 {
    let range = if dice.once_in(16) {
        LENGTHS.len()
    } else {
        SHORT
    };
    LENGTHS[dice.below(range)]
}

/// Any octets.
pub(super) fn binary(dice: &mut Dice<'_, '_>) -> Payload {
    let length = length(dice);
    let part = match dice.below(3) {
        0 => Part::Fill {
            unit: vec![dice.number(0..=255) as u8],
            length,
        },
        1 if length <= 16 => Part::Octets(dice.octets(length as usize)),
        _ => Part::Random {
            seed: dice.number(0..=u64::from(u16::MAX)),
            length,
        },
    };
    Payload::new(vec![part])
}

/// Valid text.
pub(super) fn text(dice: &mut Dice<'_, '_>) -> Payload {
    let length = length(dice);
    Payload::new(vec![Part::Fill {
        unit: b"wspec ".to_vec(),
        length,
    }])
}
