//! Texts at the edges of UTF-8, on both sides of them (RFC 3629).

use crate::case::{Part, Payload};

use super::{dice::Dice, payloads};

/// The first and the last code point of each length, those around the surrogates, and some that
/// mean something to somebody.
const EDGES: [char; 20] = [
    'a',
    '\0',
    '\u{7F}',
    '\u{80}',
    '\u{7FF}',
    '\u{800}',
    '\u{FFF}',
    '\u{1000}',
    '\u{D7FF}',
    '\u{E000}',
    '\u{FEFF}',
    '\u{FFFD}',
    '\u{FFFE}',
    '\u{FFFF}',
    '\u{10000}',
    '\u{3FFFF}',
    '\u{40000}',
    '\u{FFFFF}',
    '\u{100000}',
    '\u{10FFFF}',
];

/// Octets that cannot stand in a text, whatever follows.
const NEVER: [&[u8]; 24] = [
    b"\xff",
    b"\xfe",
    b"\x80",
    b"\xbf",
    b"\xc0\x80",
    b"\xc1\xbf",
    b"\xe0\x80\x80",
    b"\xe0\x9f\xbf",
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\xf0\x80\x80\x80",
    b"\xf0\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xf7\xbf\xbf\xbf",
    b"\xf8\x88\x80\x80\x80",
    b"\xfb\xbf\xbf\xbf\xbf",
    b"\xfc\x84\x80\x80\x80\x80",
    b"\xfd\xbf\xbf\xbf\xbf\xbf",
    b"\xc2a",
    b"\xe2\x82a",
    b"\xf0\x9f\x92a",
    b"\xe2\xe2\x82\xac",
];

/// Beginnings of code points, at which a text must not end.
const CUT: [&[u8]; 8] =
    [b"\xc2", b"\xdf", b"\xe0\xa0", b"\xe2", b"\xef\xbf", b"\xf0", b"\xf0\x90", b"\xf4\x8f\xbf"];

/// A text that is one.
pub(super) fn valid(dice: &mut Dice<'_, '_>) -> Payload {
    match dice.below(3) {
        0 => {
            let edge = dice.pick(&EDGES).to_string().into_bytes();
            let size = edge.len() as u64;
            let length = payloads::length(dice) / size * size;
            Payload::new(vec![Part::Fill { unit: edge, length }])
        }
        1 => Payload::new(vec![Part::Fill {
            unit: b"wspec ".to_vec(),
            length: payloads::length(dice),
        }]),
        _ => Payload::from(few(dice).as_bytes()),
    }
}

/// A text that is none.
pub(super) fn invalid(dice: &mut Dice<'_, '_>) -> Payload {
    let mut octets = few(dice).into_bytes();
    if dice.once_in(6) {
        octets.resize(octets.len() + dice.pick(&[120, 126, 130, 1100]), b'a');
    }
    if dice.below(4) == 0 {
        octets.extend_from_slice(dice.pick(&CUT));
    } else {
        octets.extend_from_slice(dice.pick(&NEVER));
        octets.extend_from_slice(few(dice).as_bytes());
    }
    Payload::from(&octets[..])
}

/// At most six code points.
fn few(dice: &mut Dice<'_, '_>) -> String {
    (0..dice.below(7)).map(|_| dice.pick(&EDGES)).collect()
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;

    use super::*;
    use crate::fuzz::generate::octets_of_seed;

    #[test]
    fn texts_are_what_they_say() {
        for seed in 0..2000 {
            let octets = octets_of_seed(seed);
            let mut source = Unstructured::new(&octets);
            let mut dice = Dice::new(&mut source);
            let text = valid(&mut dice).to_vec();
            assert!(std::str::from_utf8(&text).is_ok(), "{text:x?}");
            let text = invalid(&mut dice).to_vec();
            assert!(std::str::from_utf8(&text).is_err(), "{text:x?}");
        }
    }
}
