//! What an endpoint makes of its messages once permessage-deflate is agreed on.

use std::{borrow::Cow, io::Write};

use flate2::{Compression, write::DeflateEncoder};

use crate::protocol::{
    Role, Rsv,
    deflate::{DeflateParameters, Deflater},
};

use super::conduct::{DeflateConduct, DeflateStyle};

/// What separates two sync-flushed parts of a DEFLATE stream (RFC 7692 §7.2.1).
const FLUSHED: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// The first octet of a DEFLATE block of the type that is reserved (RFC 1951 §3.2.3).
const RESERVED_BLOCK: u8 = 0b0000_0111;

/// Compresses, well or badly; without an agreement, not at all.
#[derive(Debug)]
pub struct Compressor {
    style: DeflateStyle,
    marks_all: bool,
    deflater: Option<Deflater>,
    /// How many messages were complete.
    messages: u64,
}

impl Compressor {
    /// By what was agreed on.
    pub fn new(role: Role, conduct: DeflateConduct, agreed: Option<DeflateParameters>) -> Self {
        let agreed = match agreed {
            None if conduct.without_agreement => Some(DeflateParameters::default()),
            agreed => agreed,
        };
        Self {
            style: conduct.style,
            marks_all: conduct.marks_all,
            deflater: agreed
                .filter(|_| conduct.style != DeflateStyle::Never)
                .map(|agreed| Deflater::new(role, (conduct.compresses_by)(agreed))),
            messages: 0,
        }
    }

    /// The reserved bits of the first frame of a message.
    pub const fn mark(&self) -> Rsv {
        match (&self.deflater, self.style) {
            _ if self.marks_all => Rsv::RSV1,
            (None, _) | (_, DeflateStyle::Unmarked) => Rsv::NONE,
            _ => Rsv::RSV1,
        }
    }

    /// A part of a message as it stands in a frame.
    pub fn part<'a>(&mut self, part: &'a [u8], last: bool) -> Cow<'a, [u8]> {
        let Some(deflater) = &mut self.deflater else {
            return Cow::Borrowed(part);
        };
        let before = self.messages;
        self.messages += u64::from(last);
        let mut compressed = Vec::new();
        match self.style {
            DeflateStyle::OnlyMarked => return Cow::Borrowed(part),
            DeflateStyle::OnlyFirst if before > 0 => return Cow::Borrowed(part),
            DeflateStyle::Final => return Cow::Owned(final_blocks(part, last)),
            DeflateStyle::Broken => compressed.push(RESERVED_BLOCK),
            _ => {}
        }
        deflater.compress_message(part, &mut compressed);
        let keeps_tail = match self.style {
            DeflateStyle::WithTail => true,
            DeflateStyle::FragmentsWithoutTail => false,
            // What is cut from the end of a message has to stand inside of it.
            _ => !last,
        };
        if keeps_tail {
            compressed.extend_from_slice(&FLUSHED);
        }
        Cow::Owned(compressed)
    }
}

/// Blocks of which the last has BFINAL set, and an octet of zeros (RFC 7692 §7.2.3.4). Stored ones
/// refer to nothing, so they keep to every window.
fn final_blocks(part: &[u8], last: bool) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::none());
    let written = encoder.write_all(part).and_then(|()| encoder.finish());
    let mut blocks = written.expect("a Vec takes all octets");
    if last {
        blocks.push(0);
    }
    blocks
}
