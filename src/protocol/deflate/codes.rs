//! The Huffman codes of a block, and how a dynamic block says them (RFC 1951 §3.2.6, §3.2.7).

use std::sync::{Arc, LazyLock};

use super::{
    bits::{Bits, Stop},
    huffman::Huffman,
};

/// The order of the lengths of the code for code lengths (RFC 1951 §3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The codes of a block.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    /// For literals, the end of the block, and lengths.
    pub literal: Huffman,
    /// For distances.
    pub distance: Huffman,
}

impl Codes {
    /// Those of a block with fixed codes.
    pub fn fixed() -> Arc<Self> {
        static FIXED: LazyLock<Arc<Codes>> = LazyLock::new(|| {
            let mut lengths = [8; 288];
            lengths[144..256].fill(9);
            lengths[256..280].fill(7);
            let complete = |lengths| Huffman::of(lengths).expect("the fixed codes are complete");
            Arc::new(Codes { literal: complete(&lengths), distance: complete(&[5; 30]) })
        });
        Arc::clone(&FIXED)
    }
}

/// The codes of a dynamic block, while they come in.
#[derive(Clone, Debug)]
pub(super) struct ComingCodes {
    literals: usize,
    distances: usize,
    /// Lengths of the code for code lengths that are still to come, and those that have.
    first: FirstCode,
    /// Lengths of the two codes, one behind the other.
    lengths: Vec<u8>,
}

#[derive(Clone, Debug)]
enum FirstCode {
    Coming { lengths: [u8; 19], count: usize, wanted: usize },
    Known(Huffman),
}

impl ComingCodes {
    /// Begins with the block's three counts.
    pub fn begin(bits: &mut Bits) -> Result<Self, Stop> {
        let counts = bits.take(14)? as usize;
        Ok(Self {
            literals: (counts & 0x1F) + 257,
            distances: ((counts >> 5) & 0x1F) + 1,
            first: FirstCode::Coming { lengths: [0; 19], count: 0, wanted: (counts >> 10) + 4 },
            lengths: Vec::new(),
        })
    }

    /// Goes on as far as the bits reach; gives the codes once they are complete.
    pub fn go_on(&mut self, bits: &mut Bits) -> Result<Codes, Stop> {
        loop {
            match &mut self.first {
                FirstCode::Coming { lengths, count, wanted } => {
                    lengths[ORDER[*count]] = bits.take(3)? as u8;
                    *count += 1;
                    if count == wanted {
                        let code = Huffman::of(&lengths[..]).ok_or(Stop::Invalid)?;
                        self.first = FirstCode::Known(code);
                    }
                }
                FirstCode::Known(code) => {
                    let (symbol, more) = bits.take_symbol(code, |symbol| match symbol {
                        16 => 2,
                        17 => 3,
                        18 => 7,
                        _ => 0,
                    })?;
                    let (length, times) = match symbol {
                        0..=15 => (symbol as u8, 1),
                        16 => (*self.lengths.last().ok_or(Stop::Invalid)?, 3 + more),
                        17 => (0, 3 + more),
                        _ => (0, 11 + more),
                    };
                    let times = std::iter::repeat_n(length, times as usize);
                    self.lengths.extend(times);
                    if self.lengths.len() >= self.literals + self.distances {
                        return self.finish();
                    }
                }
            }
        }
    }

    fn finish(&self) -> Result<Codes, Stop> {
        if self.lengths.len() > self.literals + self.distances {
            return Err(Stop::Invalid);
        }
        let (literals, distances) = self.lengths.split_at(self.literals);
        Ok(Codes {
            literal: Huffman::of(literals).ok_or(Stop::Invalid)?,
            distance: Huffman::of(distances).ok_or(Stop::Invalid)?,
        })
    }
}
