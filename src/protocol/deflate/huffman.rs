//! Huffman codes of DEFLATE (RFC 1951 §3.2.2), decoded from as many bits as there are.

/// The longest code, in bits.
const LONGEST: usize = 15;

/// A canonical code: how many codes of each length there are, and their symbols in order.
#[derive(Clone, Debug)]
pub(super) struct Huffman {
    counts: [u16; LONGEST + 1],
    symbols: Vec<u16>,
}

/// What some bits decode to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// This symbol, from so many bits.
    Symbol(u16, u32),
    /// Nothing yet.
    NeedsMore,
    /// Nothing ever.
    Invalid,
}

impl Huffman {
    /// The code in which symbol `i` takes `lengths[i]` bits, at most 15; 0: it does not occur.
    /// `None` if there are more codes of some length than there can be.
    pub fn of(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u16; LONGEST + 1];
        for length in lengths {
            counts[usize::from(*length)] += 1;
        }
        counts[0] = 0;
        let mut left = 1_i32;
        for count in &counts[1..] {
            left = left * 2 - i32::from(*count);
            if left < 0 {
                return None;
            }
        }
        let mut symbols: Vec<u16> =
            (0..lengths.len() as u16).filter(|symbol| lengths[usize::from(*symbol)] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[usize::from(*symbol)]);
        Some(Self { counts, symbols })
    }

    /// Decodes the first symbol in the lowest `available` bits.
    pub fn decode(&self, mut bits: u64, available: u32) -> Decoded {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for length in 1..=LONGEST {
            if length as u32 > available {
                return Decoded::NeedsMore;
            }
            code |= (bits & 1) as u32;
            bits >>= 1;
            let count = u32::from(self.counts[length]);
            if code < first + count {
                let symbol = self.symbols[(index + code - first) as usize];
                return Decoded::Symbol(symbol, length as u32);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Decoded::Invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1951 §3.2.2: A to H of 3, 3, 3, 3, 3, 2, 4, 4 bits.
    #[test]
    fn the_rfc_s_own_code() {
        let code = Huffman::of(&[3, 3, 3, 3, 3, 2, 4, 4]).unwrap();
        let decode = |text: &str| {
            let bits = text.bytes().rev().fold(0, |bits, b| bits << 1 | u64::from(b - b'0'));
            code.decode(bits, text.len() as u32)
        };
        assert_eq!(decode("00"), Decoded::Symbol(5, 2));
        assert_eq!(decode("010"), Decoded::Symbol(0, 3));
        assert_eq!(decode("110"), Decoded::Symbol(4, 3));
        assert_eq!(decode("1111"), Decoded::Symbol(7, 4));
        assert_eq!(decode("11100"), Decoded::Symbol(6, 4));
        assert_eq!(decode("01"), Decoded::NeedsMore);
    }

    #[test]
    fn impossible_codes() {
        assert!(Huffman::of(&[1, 1, 1]).is_none());
        let incomplete = Huffman::of(&[2]).unwrap();
        assert_eq!(incomplete.decode(0b11, 15), Decoded::Invalid);
    }
}
