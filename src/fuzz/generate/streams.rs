//! Compressed messages, made block by block (RFC 1951, RFC 7692 §7.2).

use flate2::{Compress, Compression, FlushCompress};

use crate::{
    case::{AcceptRule, DeflateScript},
    protocol::{MessageKind, Rsv},
};

use super::{
    dice::Dice,
    draft::Draft,
    frames::{content, fragments},
    guide::Ingredient,
    payloads, text,
};

/// What may be offered to a server.
const OFFERS: [&str; 10] = [
    "",
    "server_max_window_bits=8",
    "server_max_window_bits=9",
    "client_max_window_bits",
    "client_no_context_takeover",
    "server_no_context_takeover",
    "server_max_window_bits=15",
    "server_max_window_bits=10",
    "client_no_context_takeover; server_no_context_takeover",
    "client_max_window_bits; server_max_window_bits=9; server_no_context_takeover",
];

/// What a flush ends with, and a message does not (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];

/// Streams that are none, whatever stands before them at an octet's border.
const NEVER: [&[u8]; 4] = [
    // A block of the type that there is none of.
    b"\x06\x00\x00\x00",
    b"\x07\xff\xff\xff",
    // A stored block whose length and its complement do not fit.
    b"\x00\x05\x00\x05\x00hello\x00",
    b"\x01\xff\xff\xff\xffhello",
];

/// Asks for compression, at times.
pub(super) fn agree(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let among = [Ingredient::Plain, Ingredient::Deflate];
    if draft.choose(&among, dice) != Some(Ingredient::Deflate) {
        return;
    }
    let offers = (0..1 + dice.below(2)).map(|_| dice.pick(&OFFERS).to_owned());
    let offers = offers.collect();
    // The second rule is for a client that does not let its window be chosen.
    let rule = |client_window, client_no_context_takeover| AcceptRule {
        client_no_context_takeover,
        client_window,
    };
    let first = rule(dice.pick(&[0, 0, 8, 9, 10, 15]), dice.once_in(4));
    draft.deflate = Some(DeflateScript {
        offers,
        accept: vec![first, rule(0, first.client_no_context_takeover)],
    });
}

/// A compressed message of our own making.
pub(super) fn good(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let (kind, payload) = content(dice);
    let stream = compressed(&payload.to_vec(), dice);
    send(draft, kind, &stream, dice);
}

/// A message that says it is compressed and is not, or whose text is none.
pub(super) fn bad(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    if draft.deflate.is_none() {
        return;
    }
    if dice.once_in(4) {
        let stream = compressed(&text::invalid(dice).to_vec(), dice);
        return send(draft, MessageKind::Text, &stream, dice);
    }
    let (kind, payload) = content(dice);
    let mut stream = match dice.below(2) {
        0 => Vec::new(),
        _ => flushed(&payload.to_vec(), Compression::fast()),
    };
    stream.extend_from_slice(dice.pick(&NEVER));
    send(draft, kind, &stream, dice);
}

fn send(draft: &mut Draft<'_>, kind: MessageKind, stream: &[u8], dice: &mut Dice<'_, '_>) {
    let count = 1 + dice.below(3);
    let pieces = payloads::cut(stream, count, dice);
    for fragment in fragments(kind, Rsv::RSV1, &pieces) {
        draft.push(fragment);
    }
}

/// The message as one or more blocks of one kind or another, the tail cut off.
fn compressed(message: &[u8], dice: &mut Dice<'_, '_>) -> Vec<u8> {
    let level = dice.pick(&[Compression::fast(), Compression::best(), Compression::none()]);
    match dice.below(4) {
        // In two parts, with an empty block between them.
        0 => {
            let (one, other) = message.split_at(message.len() / 2);
            let mut stream = flushed(one, level);
            stream.extend(flushed(other, level));
            without_tail(stream)
        }
        // The last block is a final one, so an octet of zero bits stands for the tail's block.
        1 => {
            let mut stream = finished(message, level);
            stream.push(0);
            stream
        }
        // Stored as it is.
        2 if message.len() <= 0xFFFF => {
            let length = message.len() as u16;
            let mut stream = vec![0];
            stream.extend_from_slice(&length.to_le_bytes());
            stream.extend_from_slice(&(!length).to_le_bytes());
            stream.extend_from_slice(message);
            stream.push(0);
            stream
        }
        _ => without_tail(flushed(message, level)),
    }
}

/// A stream that refers to nothing before it and ends with the tail.
fn flushed(message: &[u8], level: Compression) -> Vec<u8> {
    deflated(message, level, FlushCompress::Sync)
}

/// A stream that ends with a final block.
fn finished(message: &[u8], level: Compression) -> Vec<u8> {
    deflated(message, level, FlushCompress::Finish)
}

fn deflated(message: &[u8], level: Compression, flush: FlushCompress) -> Vec<u8> {
    let mut compress = Compress::new(level, false);
    // Enough for what cannot be compressed, so that one call does it all.
    let mut stream = Vec::with_capacity(message.len() + message.len() / 8 + 256);
    let done = compress.compress_vec(message, &mut stream, flush);
    debug_assert!(done.is_ok(), "a fresh stream takes any octets");
    stream
}

fn without_tail(mut stream: Vec<u8>) -> Vec<u8> {
    if stream.ends_with(&TAIL) {
        stream.truncate(stream.len() - TAIL.len());
    }
    if stream.is_empty() {
        stream.push(0);
    }
    stream
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;

    use super::*;
    use crate::{
        fuzz::generate::octets_of_seed,
        protocol::{
            Role,
            deflate::{DeflateParameters, Inflater},
        },
    };

    #[test]
    fn streams_inflate_to_their_message() {
        for seed in 0..500 {
            let octets = octets_of_seed(seed);
            let mut source = Unstructured::new(&octets);
            let mut dice = Dice::new(&mut source);
            let message = content(&mut dice).1.to_vec();
            let stream = compressed(&message, &mut dice);
            let mut inflater = Inflater::new(Role::Client, DeflateParameters::default());
            let mut inflated = Vec::new();
            let mut sink = |octets: &[u8]| {
                inflated.extend_from_slice(octets);
                true
            };
            inflater.inflate(&stream, &mut sink).unwrap();
            inflater.end_message(&mut sink).unwrap();
            assert_eq!(inflated, message, "seed {seed}");
        }
    }
}
