//! Whether a compressor keeps to what was agreed, as its blocks tell (RFC 7692 §7.2.1).
//!
//! An inflater may well put up with a distance that leaves the agreed window. So the blocks are
//! walked a second time here, without inflating: all that is kept are the Huffman codes, some bits
//! and a few counters. Whether the stream is valid is the inflater's business; where it is not, the
//! inspection just ends.

use std::{mem, sync::Arc};

use super::{
    DeflateParameters,
    bits::{Bits, Stop},
    codes::{Codes, ComingCodes},
};
use crate::protocol::{Role, Violation};

/// Octets of a connection, compressed, that are inspected at most: who does not keep to a window
/// of 32 KiB shows it long before.
const INSPECTED_MAX: u64 = 4 * 1024 * 1024;

/// The symbol that ends a block; those below are literals, those above lengths.
const END_OF_BLOCK: u16 = 256;

/// Walks through what one side sends.
#[derive(Clone, Debug)]
pub struct Inspector {
    window: u64,
    no_context_takeover: bool,
    bits: Bits,
    place: Place,
    /// The block that is being read is a final one.
    is_final: bool,
    /// The last block was not final, not compressed, and had nothing in it.
    after_empty_block: bool,
    /// Octets that come out of the connection so far, and of this message.
    total: u64,
    in_message: u64,
    inspected: u64,
    reported: Reported,
}

/// What is said once only.
#[derive(Clone, Copy, Debug, Default)]
struct Reported {
    window: bool,
    context: bool,
    tail: bool,
    padding: bool,
}

/// What comes next.
#[derive(Clone, Debug)]
enum Place {
    BlockHeader,
    StoredLength,
    Stored(u64),
    DynamicHeader,
    ComingCodes(Box<ComingCodes>),
    Symbol(Arc<Codes>),
    /// A distance, for a length.
    Distance(Arc<Codes>, u64),
    /// The rest is not looked at.
    Nowhere,
}

impl Inspector {
    /// For messages of `sender`, by what was agreed.
    #[must_use]
    pub fn new(sender: Role, agreed: DeflateParameters) -> Self {
        let (no_context_takeover, window) = agreed.of(sender);
        Self {
            window: 1 << window,
            no_context_takeover,
            bits: Bits::default(),
            place: Place::BlockHeader,
            is_final: false,
            after_empty_block: false,
            total: 0,
            in_message: 0,
            inspected: 0,
            reported: Reported::default(),
        }
    }

    /// Takes some of a message.
    pub fn inspect(&mut self, mut octets: &[u8], violated: &mut dyn FnMut(Violation)) {
        self.inspected += octets.len() as u64;
        if self.inspected > INSPECTED_MAX {
            self.stop();
        }
        loop {
            match &mut self.place {
                Place::Nowhere => return,
                Place::Stored(left) => {
                    // It began with a whole octet, and no bit is left over.
                    let taken = (*left).min(octets.len() as u64);
                    *left -= taken;
                    let over = *left == 0;
                    octets = &octets[taken as usize..];
                    self.came_out(taken);
                    if !over {
                        return;
                    }
                    self.block_ends(violated);
                }
                _ => match self.step(violated) {
                    Ok(()) => {}
                    Err(Stop::Invalid) => self.stop(),
                    Err(Stop::NeedsMore) => {
                        let Some((octet, rest)) = octets.split_first() else {
                            return;
                        };
                        self.bits.push(*octet);
                        octets = rest;
                    }
                },
            }
        }
    }

    /// The message is complete.
    pub fn end_message(&mut self, violated: &mut dyn FnMut(Violation)) {
        let between_octets = self.bits.is_empty();
        match self.place {
            // The header of an empty block, whose lengths were removed.
            Place::StoredLength if between_octets => self.block_ends(violated),
            Place::BlockHeader if between_octets => {
                if self.after_empty_block && !mem::replace(&mut self.reported.tail, true) {
                    violated(Violation::DeflateTailNotRemoved);
                }
            }
            _ => self.stop(),
        }
        self.after_empty_block = false;
        self.in_message = 0;
    }

    /// Whether the message may end here: behind the header of an empty block, whose lengths were
    /// removed. What an inflater makes of another end is its own affair.
    #[must_use]
    pub fn is_at_clear_end(&self) -> bool {
        matches!(self.place, Place::StoredLength) && self.bits.is_empty()
    }

    /// Whether the stream could not be followed up to here: it is no DEFLATE stream, or a message
    /// ended inside a block.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self.place, Place::Nowhere)
    }

    /// Looks at nothing any more.
    pub fn stop(&mut self) {
        self.place = Place::Nowhere;
    }

    /// Takes what comes next; if the bits do not suffice, everything stays as it is.
    fn step(&mut self, violated: &mut dyn FnMut(Violation)) -> Result<(), Stop> {
        match &mut self.place {
            Place::BlockHeader => self.block_header(),
            Place::StoredLength => self.stored_length(violated),
            Place::DynamicHeader => {
                let coming = ComingCodes::begin(&mut self.bits)?;
                self.place = Place::ComingCodes(Box::new(coming));
                Ok(())
            }
            Place::ComingCodes(coming) => {
                let codes = coming.go_on(&mut self.bits)?;
                self.place = Place::Symbol(Arc::new(codes));
                Ok(())
            }
            Place::Symbol(_) => self.symbol(violated),
            Place::Distance(..) => self.distance(violated),
            Place::Stored(_) | Place::Nowhere => Ok(()),
        }
    }

    fn block_header(&mut self) -> Result<(), Stop> {
        let header = self.bits.take(3)?;
        self.is_final = header & 1 != 0;
        self.after_empty_block = false;
        self.place = match header >> 1 {
            0 => {
                self.bits.skip_to_octet();
                Place::StoredLength
            }
            1 => Place::Symbol(Codes::fixed()),
            2 => Place::DynamicHeader,
            _ => return Err(Stop::Invalid),
        };
        Ok(())
    }

    fn stored_length(&mut self, violated: &mut dyn FnMut(Violation)) -> Result<(), Stop> {
        let lengths = self.bits.take(32)?;
        let (length, complement) = (lengths & 0xFFFF, lengths >> 16);
        if length ^ complement != 0xFFFF {
            return Err(Stop::Invalid);
        }
        if length > 0 {
            self.place = Place::Stored(length.into());
        } else {
            self.after_empty_block = !self.is_final;
            self.block_ends(violated);
        }
        Ok(())
    }

    fn symbol(&mut self, violated: &mut dyn FnMut(Violation)) -> Result<(), Stop> {
        let Place::Symbol(codes) = &self.place else {
            return Ok(());
        };
        let mut literals = 0;
        // Literals mostly come in a row.
        let taken = loop {
            match self.bits.take_symbol(&codes.literal, extra_of_length) {
                Ok((0..END_OF_BLOCK, _)) => literals += 1,
                other => break other,
            }
        };
        self.came_out(literals);
        match taken? {
            (END_OF_BLOCK, _) => self.block_ends(violated),
            (symbol, more) => {
                let length = first_length(symbol).ok_or(Stop::Invalid)? + u64::from(more);
                if let Place::Symbol(codes) = mem::replace(&mut self.place, Place::Nowhere) {
                    self.place = Place::Distance(codes, length);
                }
            }
        }
        Ok(())
    }

    fn distance(&mut self, violated: &mut dyn FnMut(Violation)) -> Result<(), Stop> {
        let Place::Distance(codes, length) = &self.place else {
            return Ok(());
        };
        let length = *length;
        let (symbol, more) = self.bits.take_symbol(&codes.distance, extra_of_distance)?;
        let distance = first_distance(symbol).ok_or(Stop::Invalid)? + u64::from(more);
        if distance > self.total {
            return Err(Stop::Invalid);
        }
        if distance > self.window && !mem::replace(&mut self.reported.window, true) {
            violated(Violation::BackReferenceBeyondWindow(distance as u32));
        }
        let into_context = self.no_context_takeover && distance > self.in_message;
        if into_context && !mem::replace(&mut self.reported.context, true) {
            violated(Violation::ContextTakenOver);
        }
        self.came_out(length);
        if let Place::Distance(codes, _) = mem::replace(&mut self.place, Place::Nowhere) {
            self.place = Place::Symbol(codes);
        }
        Ok(())
    }

    const fn came_out(&mut self, octets: u64) {
        self.total += octets;
        self.in_message += octets;
    }

    fn block_ends(&mut self, violated: &mut dyn FnMut(Violation)) {
        // After a final block the next one begins with the next octet (RFC 7692 §7.2.1).
        if self.is_final
            && self.bits.skip_to_octet() != 0
            && !mem::replace(&mut self.reported.padding, true)
        {
            violated(Violation::FinalBlockPadding);
        }
        self.place = Place::BlockHeader;
    }
}

/// Further bits of a length (RFC 1951 §3.2.5).
const fn extra_of_length(symbol: u16) -> u32 {
    match symbol {
        265..=284 => (symbol as u32 - 261) / 4,
        _ => 0,
    }
}

/// The first length of a symbol.
const fn first_length(symbol: u16) -> Option<u64> {
    match symbol {
        257..=264 => Some(symbol as u64 - 254),
        265..=284 => Some(((4 + (symbol as u64 - 261) % 4) << extra_of_length(symbol)) + 3),
        285 => Some(258),
        _ => None,
    }
}

/// Further bits of a distance (RFC 1951 §3.2.5).
const fn extra_of_distance(symbol: u16) -> u32 {
    (symbol as u32 / 2).saturating_sub(1)
}

/// The first distance of a symbol.
const fn first_distance(symbol: u16) -> Option<u64> {
    match symbol {
        0 | 1 => Some(symbol as u64 + 1),
        2..=29 => Some(((2 + symbol as u64 % 2) << extra_of_distance(symbol)) + 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::deflate::Deflater;
    use Violation as V;

    fn agreed(window: u8, no_context_takeover: bool) -> DeflateParameters {
        DeflateParameters {
            server_no_context_takeover: no_context_takeover,
            server_max_window_bits: window,
            ..DeflateParameters::default()
        }
    }

    fn inspector(window: u8, no_context_takeover: bool) -> Inspector {
        Inspector::new(Role::Server, agreed(window, no_context_takeover))
    }

    fn inspect(inspector: &mut Inspector, message: &[u8], step: usize) -> Vec<V> {
        let mut found = Vec::new();
        for piece in message.chunks(step) {
            inspector.inspect(piece, &mut |violation| found.push(violation));
        }
        inspector.end_message(&mut |violation| found.push(violation));
        found
    }

    fn compressed(deflater: &mut Deflater, message: &[u8]) -> Vec<u8> {
        let mut octets = Vec::new();
        deflater.compress_message(message, &mut octets);
        octets
    }

    #[test]
    fn lengths_and_distances_are_the_rfc_s() {
        let lengths: Vec<_> = [257, 264, 265, 268, 269, 284, 285, 286]
            .map(|symbol| (first_length(symbol), extra_of_length(symbol)))
            .into();
        let expected = [(3, 0), (10, 0), (11, 1), (17, 1), (19, 2), (227, 5), (258, 0)];
        assert_eq!(lengths[..7], expected.map(|(first, extra)| (Some(first), extra)));
        assert_eq!(lengths[7].0, None);
        let distances: Vec<_> = [0, 3, 4, 5, 6, 28, 29, 30]
            .map(|symbol| (first_distance(symbol), extra_of_distance(symbol)))
            .into();
        let expected = [(1, 0), (4, 0), (5, 1), (7, 1), (9, 2), (16385, 13), (24577, 13)];
        assert_eq!(distances[..7], expected.map(|(first, extra)| (Some(first), extra)));
        assert_eq!(distances[7].0, None);
    }

    /// The examples of RFC 7692 §7.2.3, all of them "Hello".
    #[test]
    fn the_rfc_s_own_messages_break_nothing() {
        let mut inspector = inspector(15, false);
        for (count, octets) in [
            &b"\xf2\x48\xcd\xc9\xc9\x07\x00"[..],
            b"\xf2\x00\x11\x00\x00",
            b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
            b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
            b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(inspect(&mut inspector, octets, 1), [], "{octets:02x?}");
            assert_eq!(inspector.total, 5 * (count as u64 + 1));
            assert!(matches!(inspector.place, Place::BlockHeader));
        }
    }

    #[test]
    fn a_context_that_is_kept_is_noticed() {
        let second = b"\xf2\x00\x11\x00\x00";
        let first = b"\xf2\x48\xcd\xc9\xc9\x07\x00";
        let mut careless = inspector(15, true);
        assert_eq!(inspect(&mut careless, first, 9), []);
        assert_eq!(inspect(&mut careless, second, 9), [V::ContextTakenOver]);
        // It is said once.
        assert_eq!(inspect(&mut careless, second, 9), []);
    }

    #[test]
    fn a_window_that_is_left_is_noticed() {
        let mut message = b"a needle".to_vec();
        // No three octets of it come twice.
        message.extend((0..600_u16).flat_map(|n| [0xFF, (n / 100) as u8, (n % 100) as u8 | 0x80]));
        message.extend_from_slice(b"a needle");
        let octets =
            compressed(&mut Deflater::new(Role::Server, DeflateParameters::default()), &message);
        assert_eq!(inspect(&mut inspector(11, false), &octets, 7), []);
        let found = inspect(&mut inspector(10, false), &octets, 7);
        assert_eq!(found, [V::BackReferenceBeyondWindow(1808)]);
    }

    #[test]
    fn a_tail_that_is_left_is_noticed() {
        let mut inspector = inspector(15, false);
        let whole = b"\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff";
        assert_eq!(inspect(&mut inspector, whole, 3), [V::DeflateTailNotRemoved]);
        assert_eq!(inspect(&mut inspector, &whole[..7], 3), []);
        // An empty message as a final block is odd, but has nothing to remove.
        assert_eq!(inspect(&mut inspector, b"\x01\x00\x00\xff\xff", 9), []);
    }

    #[test]
    fn padding_that_is_not_zero_is_noticed() {
        let mut inspector = inspector(15, false);
        let message = b"\xf3\x48\xcd\xc9\xc9\x07\x04\x00";
        assert_eq!(inspect(&mut inspector, message, 9), [V::FinalBlockPadding]);
        assert_eq!(inspector.total, 5);
    }

    fn messages() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let alphabet = prop::sample::select(&b"abcd\x00\xff"[..]);
        let few = prop::collection::vec(alphabet, 0..3000);
        let any = prop::collection::vec(any::<u8>(), 0..3000);
        prop::collection::vec(prop_oneof![few, any], 1..5)
    }

    proptest! {
        /// What zlib makes of any messages keeps to its parameters, and all of it is understood.
        #[test]
        fn right_messages_break_nothing(
            messages in messages(),
            window in 8_u8..=15,
            no_context_takeover in any::<bool>(),
            step in 1_usize..400,
        ) {
            let mut deflater = Deflater::new(Role::Server, agreed(window, no_context_takeover));
            let mut inspector = inspector(window, no_context_takeover);
            let mut total = 0;
            for message in messages {
                let octets = compressed(&mut deflater, &message);
                prop_assert_eq!(inspect(&mut inspector, &octets, step), []);
                total += message.len() as u64;
                prop_assert_eq!(inspector.total, total);
                prop_assert!(matches!(inspector.place, Place::BlockHeader));
            }
        }

        /// Of every level and strategy of zlib all blocks are understood, final ones too.
        #[test]
        fn every_kind_of_block_is_understood(
            message in prop::collection::vec(any::<u8>(), 0..5000),
            repeats in 1_usize..8,
            level in 0_u32..=9,
            step in 1_usize..400,
        ) {
            let message = message.repeat(repeats);
            let mut compress = Compress::new(Compression::new(level), false);
            let mut octets = Vec::with_capacity(message.len() * 2 + 1000);
            compress.compress_vec(&message, &mut octets, FlushCompress::Finish).unwrap();
            // An empty block without its lengths ends a message after a final block.
            octets.push(0);
            let mut inspector = inspector(15, false);
            prop_assert_eq!(inspect(&mut inspector, &octets, step), []);
            prop_assert_eq!(inspector.total, message.len() as u64);
        }

        #[test]
        fn any_octets_are_inspected(
            octets in prop::collection::vec(any::<u8>(), 0..300),
            step in 1_usize..50,
        ) {
            let mut inspector = inspector(9, true);
            for message in octets.chunks(100) {
                inspect(&mut inspector, message, step);
            }
        }
    }
}
