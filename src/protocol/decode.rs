//! From octets to frames, whatever they are cut into, legal or not.

use super::frame::{FrameHeader, LengthForm, MaskingKey, Opcode, Rsv};
use super::mask;

/// The next thing that the octets said.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A frame's header is complete.
    Header(FrameHeader),
    /// Some of the frame's payload, unmasked.
    Payload(&'a [u8]),
    /// The frame's last octet has come.
    End,
}

/// An incremental decoder that accepts every octet stream. It holds fourteen octets at most.
///
/// ```
/// use wspec::protocol::{FrameDecoder, Piece};
///
/// let mut octets = *b"\x81\x02hi";
/// let mut input = &mut octets[..];
/// let mut decoder = FrameDecoder::default();
/// assert!(matches!(decoder.next(&mut input), Some(Piece::Header(h)) if h.length == 2));
/// assert_eq!(decoder.next(&mut input), Some(Piece::Payload(b"hi")));
/// assert_eq!(decoder.next(&mut input), Some(Piece::End));
/// assert_eq!(decoder.next(&mut input), None);
/// ```
#[derive(Debug, Default)]
pub struct FrameDecoder {
    header: [u8; 14],
    filled: usize,
    payload: Option<OpenPayload>,
}

#[derive(Debug)]
struct OpenPayload {
    mask: Option<MaskingKey>,
    done: u64,
    length: u64,
}

impl FrameDecoder {
    /// Takes octets from the front of `input` (unmasking them in place) and says what they mean;
    /// `None` when `input` is empty and nothing is left to say.
    pub fn next<'a>(&mut self, input: &mut &'a mut [u8]) -> Option<Piece<'a>> {
        match &mut self.payload {
            None => self.next_header(input),
            Some(payload) if payload.done == payload.length => {
                self.payload = None;
                Some(Piece::End)
            }
            Some(_) if input.is_empty() => None,
            Some(payload) => {
                let wanted = payload.length - payload.done;
                let available = input.len() as u64;
                let (taken, rest) =
                    std::mem::take(input).split_at_mut(wanted.min(available) as usize);
                *input = rest;
                if let Some(key) = payload.mask {
                    mask::apply(taken, key, payload.done);
                }
                payload.done += taken.len() as u64;
                Some(Piece::Payload(taken))
            }
        }
    }

    /// Whether the octets so far end between two frames.
    #[must_use]
    pub const fn is_at_frame_boundary(&self) -> bool {
        self.filled == 0 && self.payload.is_none()
    }

    fn next_header<'a>(&mut self, input: &mut &'a mut [u8]) -> Option<Piece<'a>> {
        loop {
            let missing = self.wanted() - self.filled;
            if missing == 0 {
                break;
            }
            let count = missing.min(input.len());
            if count == 0 {
                return None;
            }
            let (taken, rest) = std::mem::take(input).split_at_mut(count);
            self.header[self.filled..self.filled + taken.len()].copy_from_slice(taken);
            self.filled += taken.len();
            *input = rest;
        }
        let header = parse(&self.header[..self.filled]);
        self.filled = 0;
        self.payload = Some(OpenPayload { mask: header.mask, done: 0, length: header.length });
        Some(Piece::Header(header))
    }

    /// How many octets the header has, as far as is known.
    fn wanted(&self) -> usize {
        if self.filled < 2 {
            return 2;
        }
        let length = match self.header[1] & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if self.header[1] & 0x80 != 0 { 4 } else { 0 };
        2 + length + mask
    }
}

/// Reads a complete header; `octets` has just as many octets as its first two announce.
fn parse(octets: &[u8]) -> FrameHeader {
    let (form, length) = match octets[1] & 0x7F {
        126 => (LengthForm::Bits16, big_endian(&octets[2..4])),
        127 => (LengthForm::Bits64, big_endian(&octets[2..10])),
        short => (LengthForm::Bits7, u64::from(short)),
    };
    let mask = (octets[1] & 0x80 != 0).then(|| {
        let mut key = [0; 4];
        key.copy_from_slice(&octets[octets.len() - 4..]);
        key
    });
    FrameHeader {
        fin: octets[0] & 0x80 != 0,
        rsv: Rsv::new((octets[0] >> 4) & 0x7).unwrap_or_default(),
        opcode: Opcode::from_first_octet(octets[0]),
        mask,
        length,
        form,
    }
}

fn big_endian(octets: &[u8]) -> u64 {
    octets.iter().fold(0, |sum, &octet| (sum << 8) | u64::from(octet))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::encode_frame;

    /// Every frame that octets can express, its payload kept short.
    fn any_frame() -> impl Strategy<Value = (FrameHeader, Vec<u8>)> {
        let form =
            prop::sample::select(&[LengthForm::Bits7, LengthForm::Bits16, LengthForm::Bits64][..]);
        let payload = prop::collection::vec(any::<u8>(), 0..=125);
        (any::<bool>(), 0_u8..8, 0_u8..16, any::<Option<MaskingKey>>(), form, payload).prop_map(
            |(fin, rsv, opcode, mask, form, payload)| {
                let header = FrameHeader {
                    fin,
                    rsv: Rsv::new(rsv).expect("three bits"),
                    opcode: Opcode::new(opcode).expect("four bits"),
                    mask,
                    length: payload.len() as u64,
                    form,
                };
                (header, payload)
            },
        )
    }

    /// The frames in `octets`, given to the decoder in pieces of the sizes in `steps`, in turn.
    fn decode(mut octets: &[u8], steps: &[usize]) -> Vec<(FrameHeader, Vec<u8>, bool)> {
        let mut decoder = FrameDecoder::default();
        let mut frames: Vec<(FrameHeader, Vec<u8>, bool)> = Vec::new();
        for step in steps.iter().cycle() {
            let (piece, rest) = octets.split_at(octets.len().min(*step));
            let mut piece = piece.to_vec();
            let mut input = &mut piece[..];
            while let Some(found) = decoder.next(&mut input) {
                match (found, frames.last_mut()) {
                    (Piece::Header(header), _) => frames.push((header, Vec::new(), false)),
                    (Piece::Payload(payload), Some(frame)) => frame.1.extend_from_slice(payload),
                    (Piece::End, Some(frame)) => frame.2 = true,
                    (piece, None) => panic!("{piece:?} comes before any header"),
                }
            }
            if rest.is_empty() {
                break;
            }
            octets = rest;
        }
        frames
    }

    proptest! {
        #[test]
        fn decoding_gives_what_was_encoded_in_any_split(
            frames in prop::collection::vec(any_frame(), 0..6),
            steps in prop::collection::vec(1_usize..40, 1..6),
        ) {
            let mut octets = Vec::new();
            for (header, payload) in &frames {
                encode_frame(header, payload, &mut octets);
            }
            let expected: Vec<_> =
                frames.into_iter().map(|(header, payload)| (header, payload, true)).collect();
            prop_assert_eq!(decode(&octets, &steps), expected);
        }

        #[test]
        fn any_octets_mean_the_same_in_any_split(
            octets in prop::collection::vec(any::<u8>(), 0..300),
            steps in prop::collection::vec(1_usize..40, 1..6),
        ) {
            prop_assert_eq!(decode(&octets, &steps), decode(&octets, &[usize::MAX]));
        }
    }
}
