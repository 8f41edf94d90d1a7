//! Bits as DEFLATE packs them into octets: the lowest first (RFC 1951 §3.1.1).

use super::huffman::{Decoded, Huffman};

/// Bits that have come and are not taken yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits {
    bits: u64,
    available: u32,
}

/// Why nothing was taken. What comes first stays where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// More octets have to come.
    NeedsMore,
    /// This is no DEFLATE stream.
    Invalid,
}

impl Bits {
    /// Takes in an octet. Whoever does so only for [`Stop::NeedsMore`] never has 8 bits left over.
    pub const fn push(&mut self, octet: u8) {
        self.bits |= (octet as u64) << self.available;
        self.available += 8;
    }

    /// Whether no bit is left over.
    pub const fn is_empty(&self) -> bool {
        self.available == 0
    }

    /// A number of `count` bits, at most 32.
    pub fn take(&mut self, count: u32) -> Result<u32, Stop> {
        if self.available < count {
            return Err(Stop::NeedsMore);
        }
        let number = self.bits & ((1 << count) - 1);
        self.drop(count);
        Ok(number as u32)
    }

    /// A symbol, and the number behind it, whose bits go by the symbol.
    pub fn take_symbol(
        &mut self,
        code: &Huffman,
        extra: impl FnOnce(u16) -> u32,
    ) -> Result<(u16, u32), Stop> {
        let (symbol, used) = match code.decode(self.bits, self.available) {
            Decoded::Symbol(symbol, used) => (symbol, used),
            Decoded::NeedsMore => return Err(Stop::NeedsMore),
            Decoded::Invalid => return Err(Stop::Invalid),
        };
        let extra = extra(symbol);
        if used + extra > self.available {
            return Err(Stop::NeedsMore);
        }
        self.drop(used);
        Ok((symbol, self.take(extra)?))
    }

    /// Drops the rest of an octet, and gives it.
    pub fn skip_to_octet(&mut self) -> u64 {
        let count = self.available % 8;
        let rest = self.bits & ((1 << count) - 1);
        self.drop(count);
        rest
    }

    const fn drop(&mut self, count: u32) {
        self.bits >>= count;
        self.available -= count;
    }
}
