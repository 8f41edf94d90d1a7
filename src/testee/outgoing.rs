//! Octets on their way out, and how an endpoint makes frames.

use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::protocol::{FrameHeader, LengthForm, Opcode, Rsv, encode_frame};

use super::conduct::LengthStyle;

/// What is still to be written.
#[derive(Debug)]
pub struct Outgoing {
    octets: Vec<u8>,
    masked: bool,
    lengths: LengthStyle,
    keys: SmallRng,
}

impl Outgoing {
    /// Nothing yet; masking keys follow from the seed.
    pub fn new(masked: bool, lengths: LengthStyle, seed: u64) -> Self {
        Self {
            octets: Vec::new(),
            masked,
            lengths,
            keys: SmallRng::seed_from_u64(seed),
        }
    }

    /// Adds octets as they are.
    pub fn octets(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// Adds a control frame.
    pub fn control(&mut self, opcode: Opcode, payload: &[u8]) {
        self.frame(true, Rsv::NONE, opcode, payload);
    }

    /// Adds a frame.
    pub fn frame(&mut self, fin: bool, rsv: Rsv, opcode: Opcode, payload: &[u8]) {
        let mask = self.masked.then(|| self.keys.random());
        let mut header = FrameHeader {
            fin,
            rsv,
            mask,
            ..FrameHeader::new(opcode, payload.len() as u64)
        };
        if self.lengths != LengthStyle::Shortest {
            header.form = LengthForm::Bits64;
        }
        if self.lengths == LengthStyle::TopBit {
            header.length |= 1 << 63;
        }
        encode_frame(&header, payload, &mut self.octets);
    }

    /// Sixteen octets that are not used otherwise.
    pub fn nonce(&mut self) -> [u8; 16] {
        self.keys.random()
    }

    /// How many octets wait.
    pub const fn len(&self) -> usize {
        self.octets.len()
    }

    /// Forgets the octets after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.octets.truncate(length);
    }

    /// Moves all octets to the end of `out`.
    pub fn move_to(&mut self, out: &mut Vec<u8>) {
        if out.is_empty() {
            std::mem::swap(out, &mut self.octets);
        } else {
            out.append(&mut self.octets);
        }
    }
}
