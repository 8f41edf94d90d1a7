//! Octets on their way out, and how an endpoint makes frames.

use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::protocol::{FrameHeader, MaskingKey, Opcode, Rsv, encode_frame};

use super::conduct::{MaskingKeys, SendingConduct, SentFrame};

/// What is still to be written.
#[derive(Debug)]
pub struct Outgoing {
    octets: Vec<u8>,
    masked: bool,
    conduct: SendingConduct,
    random: SmallRng,
    /// The first random masking key, and the last one.
    keys: Option<(MaskingKey, MaskingKey)>,
    frames: u64,
}

impl Outgoing {
    /// Nothing yet; masking keys follow from the seed.
    pub fn new(masked: bool, conduct: SendingConduct, seed: u64) -> Self {
        Self {
            octets: Vec::new(),
            masked: masked != conduct.masks_against_its_role,
            conduct,
            random: SmallRng::seed_from_u64(seed),
            keys: None,
            frames: 0,
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
        let mask = self.masked.then(|| self.key());
        let header =
            FrameHeader { fin, rsv, mask, ..FrameHeader::new(opcode, payload.len() as u64) };
        if self.conduct.data_without_headers && !opcode.is_control() {
            self.octets.extend_from_slice(payload);
        } else if self.conduct.edits.is_empty() {
            encode_frame(&header, payload, &mut self.octets);
        } else {
            self.edited(header, payload);
        }
        self.frames += 1;
    }

    fn edited(&mut self, header: FrameHeader, payload: &[u8]) {
        let mut frame = SentFrame { header, payload: payload.to_vec(), mask_bit_lies: false };
        for (concerns, edit) in &self.conduct.edits {
            if concerns(header.opcode) {
                edit(&mut frame);
            }
        }
        let start = self.octets.len();
        encode_frame(&frame.header, &frame.payload, &mut self.octets);
        if frame.mask_bit_lies {
            self.octets[start + 1] ^= 0x80;
        }
    }

    fn key(&mut self) -> MaskingKey {
        let random: MaskingKey = self.random.random();
        let (first, last) = *self.keys.get_or_insert((random, random));
        let key = match self.conduct.keys {
            MaskingKeys::Fresh => random,
            MaskingKeys::Always(key) => key,
            MaskingKeys::OneAConnection => first,
            MaskingKeys::Counted => u32::from_be_bytes(last).wrapping_add(1).to_be_bytes(),
            MaskingKeys::TwoInTurns if self.frames.is_multiple_of(2) => first,
            MaskingKeys::TwoInTurns => first.map(|octet| !octet),
            MaskingKeys::OneOctet => [random[0]; 4],
            MaskingKeys::AlmostAlways => [first[0], first[1], first[2], random[3]],
        };
        self.keys = Some((first, key));
        key
    }

    /// Sixteen octets that are not used otherwise.
    pub fn nonce(&mut self) -> [u8; 16] {
        self.random.random()
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
