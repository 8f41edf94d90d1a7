//! Lengths and octets of payloads.

use crate::case::{Part, Payload};

use super::dice::Dice;

/// Short lengths, some next to the borders of the forms of a frame's length (RFC 6455 §5.2).
const SHORT: [u64; 13] = [0, 1, 2, 3, 5, 16, 31, 64, 124, 125, 126, 127, 128];

/// Long ones, likewise.
const LONG: [u64; 8] = [255, 256, 4096, 32_767, 65_534, 65_535, 65_536, 65_537];

/// A length, seldom a long one.
pub(super) fn length(dice: &mut Dice<'_, '_>) -> u64 {
    if dice.once_in(16) { dice.pick(&LONG) } else { dice.pick(&SHORT) }
}

/// Any octets.
pub(super) fn binary(dice: &mut Dice<'_, '_>) -> Payload {
    let length = length(dice);
    let part = match dice.below(3) {
        0 => Part::Fill { unit: vec![dice.pick(&[0, 0xFF, 0x80, b'*'])], length },
        1 if length <= 16 => Part::Octets(dice.octets(length as usize).into()),
        _ => Part::Random { seed: dice.number(0..=u64::from(u16::MAX)), length },
    };
    Payload::new(vec![part])
}

/// The same octets twice, so far apart that only some windows reach from one to the other.
pub(super) fn repetitive(dice: &mut Dice<'_, '_>) -> Payload {
    let half = Part::Random {
        seed: dice.number(0..=u64::from(u16::MAX)),
        length: dice.pick(&[300, 600, 1_100, 5_000, 17_000]),
    };
    Payload::new(vec![half.clone(), half])
}

/// What a Ping or Pong can carry.
pub(super) fn control(dice: &mut Dice<'_, '_>) -> Payload {
    match dice.below(5) {
        0 => Payload::from(&b"wspec"[..]),
        4 => Payload::from(&b"a\0b"[..]),
        1 => Payload::default(),
        2 => {
            let length = dice.below(9);
            Payload::from(&dice.octets(length)[..])
        }
        _ => Payload::new(vec![Part::Fill {
            unit: dice.octets(3),
            length: dice.pick(&[125, 124, 64]),
        }]),
    }
}

/// Cuts a payload in so many pieces, at arbitrary places; some may be empty.
pub(super) fn cut(octets: &[u8], pieces: usize, dice: &mut Dice<'_, '_>) -> Vec<Vec<u8>> {
    let mut places: Vec<usize> = (1..pieces).map(|_| dice.below(octets.len() + 1)).collect();
    places.sort_unstable();
    let mut from = 0;
    let mut cut: Vec<Vec<u8>> = places
        .into_iter()
        .map(|to| octets[std::mem::replace(&mut from, to)..to].to_vec())
        .collect();
    cut.push(octets[from..].to_vec());
    cut
}
