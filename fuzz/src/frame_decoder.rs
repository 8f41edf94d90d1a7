//! Our decoder: what it says can be encoded again, any split gives the same, and nothing comes
//! out that a header did not declare. It allocates nothing but the first time, since this is the
//! target that has to be fast.

use std::cell::RefCell;

use wspec::protocol::{FrameDecoder, FrameHeader, Piece};

use super::split;

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 4096;

/// Room for an input in two copies, and for a header.
struct Room {
    whole: Vec<u8>,
    split: Vec<u8>,
    header: Vec<u8>,
}

thread_local! {
    static ROOM: RefCell<Room> = const {
        RefCell::new(Room { whole: Vec::new(), split: Vec::new(), header: Vec::new() })
    };
}

/// Decodes the octets, which panics where the decoder is wrong.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    ROOM.with_borrow_mut(|room| {
        room.whole.clear();
        room.whole.extend_from_slice(octets);
        room.split.clear();
        room.split.extend_from_slice(octets);

        let header_octets = &mut room.header;
        let whole = decode(&mut room.whole, &[octets.len().max(1)], &mut |place, header| {
            header_octets.clear();
            header.encode(header_octets);
            let end = place + header.encoded_len();
            assert_eq!(octets[place..end], header_octets[..], "round trip of {header:?}");
        });
        let split = decode(&mut room.split, &split::sizes(octets), &mut |_, _| {});
        assert_eq!(split, whole, "the split made a difference");
        assert_eq!(room.split, room.whole, "the split made a difference in the payload");
        assert_masked(octets, &room.whole);
    });
}

/// All that the decoder says, but for the payloads, which it leaves in the octets.
#[derive(Debug, Default, PartialEq, Eq)]
struct Trace {
    headers: u64,
    ends: u64,
    payload: u64,
    /// Of all headers, and of the places where they and the ends of frames stand.
    digest: u64,
    at_boundary: bool,
}

impl Trace {
    fn note(&mut self, number: u64) {
        self.digest = (self.digest.rotate_left(5) ^ number).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    fn note_header(&mut self, header: &FrameHeader) {
        let key = header.mask.map_or(0, |key| u64::from(u32::from_be_bytes(key)) | 1 << 32);
        let bits = u64::from(header.fin) << 7
            | u64::from(header.rsv.bits()) << 4
            | u64::from(header.opcode.number())
            | (header.form as u64) << 8;
        self.note(bits << 33 | key);
        self.note(header.length);
    }
}

fn decode(
    octets: &mut [u8],
    sizes: &[usize],
    at_header: &mut impl FnMut(usize, &FrameHeader),
) -> Trace {
    let total = octets.len();
    let mut decoder = FrameDecoder::default();
    let mut trace = Trace::default();
    let mut left = 0;
    let mut rest = octets;
    for size in sizes.iter().cycle() {
        let (mut input, behind) = rest.split_at_mut(rest.len().min(*size));
        let behind_len = behind.len();
        while let Some(piece) = decoder.next(&mut input) {
            let place = total - behind_len - input.len();
            match piece {
                Piece::Header(header) => {
                    trace.headers += 1;
                    left = header.length;
                    trace.note(place as u64);
                    trace.note_header(&header);
                    at_header(place - header.encoded_len(), &header);
                }
                Piece::Payload(payload) => {
                    assert!(!payload.is_empty(), "an empty piece of payload");
                    assert!(payload.len() as u64 <= left, "more payload than was declared");
                    left -= payload.len() as u64;
                    trace.payload += payload.len() as u64;
                }
                Piece::End => {
                    assert_eq!(left, 0, "a frame ends before its end");
                    trace.ends += 1;
                    trace.note(place as u64);
                }
            }
        }
        assert!(input.is_empty(), "octets are left over");
        if behind_len == 0 {
            break;
        }
        rest = behind;
    }
    assert!(trace.headers - trace.ends <= 1, "a frame begins inside another");
    trace.at_boundary = decoder.is_at_frame_boundary();
    trace
}

/// Payloads are what was sent, by the definition of RFC 6455 §5.3, and nothing else was touched.
fn assert_masked(sent: &[u8], decoded: &[u8]) {
    let mut place = 0;
    while sent.len() - place >= 2 {
        let (length_octets, masked) = (extended(sent[place + 1]), sent[place + 1] & 0x80 != 0);
        let payload = place + 2 + length_octets + if masked { 4 } else { 0 };
        if payload > sent.len() {
            break;
        }
        let declared = &sent[place + 2..place + 2 + length_octets];
        let length = match declared {
            [] => u64::from(sent[place + 1] & 0x7F),
            octets => octets.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet)),
        };
        let end = length.min((sent.len() - payload) as u64) as usize + payload;
        assert_eq!(sent[place..payload], decoded[place..payload], "a header was changed");
        let key = if masked { &sent[payload - 4..payload] } else { &[0; 4] };
        let (sent, decoded) = (&sent[payload..end], &decoded[payload..end]);
        let is_right = sent
            .chunks(4)
            .zip(decoded.chunks(4))
            .all(|(sent, decoded)| word(sent) ^ word(decoded) == word(&key[..sent.len()]));
        assert!(is_right, "a payload was unmasked to {decoded:?}");
        place = end;
    }
    assert_eq!(sent[place..], decoded[place..], "octets of no frame were changed");
}

/// How many octets carry the length, besides the second.
const fn extended(second: u8) -> usize {
    match second & 0x7F {
        126 => 2,
        127 => 8,
        _ => 0,
    }
}

/// Up to four octets as a number.
fn word(octets: &[u8]) -> u32 {
    match *octets {
        [a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
        _ => octets.iter().fold(0, |sum, octet| sum << 8 | u32::from(*octet)),
    }
}
