//! What endpoints take for UTF-8 that do not know it well.

/// What a lenient reader of UTF-8 lets pass (RFC 3629 §3 forbids each).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lenience {
    /// A character in more octets than it needs.
    pub overlong: bool,
    /// Halves of surrogate pairs.
    pub surrogates: bool,
    /// Code points above U+10FFFF in four octets.
    pub too_large: bool,
    /// Sequences of five and six octets.
    pub five_or_six_octets: bool,
    /// A sequence that the end cuts short.
    pub cut_short: bool,
    /// Continuation octets that continue nothing.
    pub stray_continuations: bool,
}

impl Lenience {
    /// Whether this reader takes these octets for text.
    pub fn accepts(self, mut octets: &[u8]) -> bool {
        while let Some((&first, rest)) = octets.split_first() {
            let length = sequence_length(first);
            octets = match length {
                0 if self.stray_continuations && first & 0xC0 == 0x80 => rest,
                0 => return false,
                5 | 6 if !self.five_or_six_octets => return false,
                _ => {
                    let Some(rest) = self.after_sequence(first, rest, length - 1) else {
                        return false;
                    };
                    rest
                }
            };
        }
        true
    }

    /// What follows a sequence with so many more octets.
    fn after_sequence(self, first: u8, rest: &[u8], more: usize) -> Option<&[u8]> {
        let present = rest.len().min(more);
        let (sequence, rest) = rest.split_at(present);
        if !sequence.iter().all(|octet| octet & 0xC0 == 0x80) {
            return None;
        }
        if present < more {
            return self.cut_short.then_some(rest);
        }
        let first_bits = if more == 0 { 0x7F } else { 0x3F >> more };
        let start = u32::from(first) & first_bits;
        let point = sequence.iter().fold(start, |sum, octet| (sum << 6) | u32::from(octet & 0x3F));
        const LEAST: [u32; 6] = [0, 0x80, 0x800, 0x1_0000, 0x20_0000, 0x400_0000];
        let fits = (self.overlong || point >= LEAST[more])
            && (self.surrogates || !(0xD800..0xE000).contains(&point))
            && (self.too_large || more > 3 || point <= 0x10_FFFF);
        fits.then_some(rest)
    }
}

/// How many octets a sequence has that begins so; 0 if none does.
const fn sequence_length(first: u8) -> usize {
    match first {
        0x00..0x80 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF8 => 4,
        0xF8..0xFC => 5,
        0xFC..0xFE => 6,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn without_lenience_it_is_utf8(octets in prop::collection::vec(
            prop_oneof![
                any::<u8>(),
                prop::sample::select(&b"a\xc2\xc0\xe0\xed\xef\xf0\xf4\xf5\x80\x8f\x9f\xa0\xbf"[..]),
            ],
            0..8,
        )) {
            let expected = std::str::from_utf8(&octets).is_ok();
            prop_assert_eq!(Lenience::default().accepts(&octets), expected);
        }
    }

    #[test]
    fn each_lenience_lets_its_own_pass() {
        let none = Lenience::default();
        for (lenience, octets) in [
            (Lenience { overlong: true, ..none }, &b"\xC0\xAF"[..]),
            (Lenience { surrogates: true, ..none }, b"\xED\xA0\x80"),
            (Lenience { too_large: true, ..none }, b"\xF4\x90\x80\x80"),
            (Lenience { five_or_six_octets: true, ..none }, b"\xF8\x88\x80\x80\x80"),
            (Lenience { cut_short: true, ..none }, b"a\xE2\x82"),
            (Lenience { stray_continuations: true, ..none }, b"a\x80"),
        ] {
            assert!(!none.accepts(octets) && lenience.accepts(octets), "{lenience:?}");
            assert!(!lenience.accepts(b"\xFF") && lenience.accepts("a\u{20AC}".as_bytes()));
        }
    }
}
