//! Payloads that mean something: lengths at the borders, text that nearly is none, Close bodies.

use arbitrary::{Result, Unstructured};

use crate::protocol::CloseBody;
use crate::protocol::CloseCode;

/// Lengths at which parsers change their ways.
const LENGTHS: [usize; 16] = [0, 1, 2, 3, 4, 7, 8, 9, 16, 64, 124, 125, 126, 127, 128, 300];

/// The same, where the length takes 16 or 64 bits; long, so they are rare.
const LONG_LENGTHS: [usize; 5] = [4096, 65534, 65535, 65536, 65537];

/// Parts of texts: right ones of each length, the first and last of each, and wrong ones.
const TEXT: [&[u8]; 20] = [
    b"a",
    b"Hello",
    b"\x00",
    b"\x7F",
    b"\xC2\x80",
    b"\xDF\xBF",
    b"\xE0\xA0\x80",
    b"\xED\x9F\xBF",
    b"\xEF\xBF\xBF",
    b"\xF0\x90\x80\x80",
    b"\xF4\x8F\xBF\xBF",
    b"\xCE\xBA",
    // Wrong: overlong, surrogates, beyond U+10FFFF, halves, never.
    b"\xC0\x80",
    b"\xE0\x80\x80",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\xF0\x90\x80",
    b"\x80",
    b"\xF8\x88\x80\x80\x80",
    b"\xFF",
];

/// Parts of [`TEXT`] that are right.
const RIGHT_TEXTS: usize = 12;

/// Close codes with a meaning, at the borders of a range, or of nobody.
const CLOSE_CODES: [u16; 24] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 3000, 3999, 4000, 4999, 0,
    999, 1004, 1005, 1006, 1015, 1016, 2999, 5000,
];

/// Codes of [`CLOSE_CODES`] that either side may send.
const RIGHT_CLOSE_CODES: usize = 15;

/// Any payload.
pub(super) fn by_chance(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    match u.int_in_range(0..=7)? {
        0..=2 => binary(u, false),
        3..=4 => text(u, false),
        5 => close(u, false),
        6 => Ok(Vec::new()),
        _ => binary(u, true),
    }
}

/// Octets; `long` ones are of a length that takes 16 bits or more.
pub(super) fn binary(u: &mut Unstructured<'_>, long: bool) -> Result<Vec<u8>> {
    let lengths = if long { &LONG_LENGTHS[..] } else { &LENGTHS };
    let length = *u.choose(lengths)?;
    let mut payload = u.bytes(length.min(u.len()))?.to_vec();
    payload.resize(length, b'*');
    Ok(payload)
}

/// Text in some characters; `right` ones are UTF-8.
pub(super) fn text(u: &mut Unstructured<'_>, right: bool) -> Result<Vec<u8>> {
    let parts = if right { &TEXT[..RIGHT_TEXTS] } else { &TEXT };
    let count = u.int_in_range(0..=6)?;
    let mut text = Vec::new();
    for _ in 0..count {
        text.extend_from_slice(u.choose(parts)?);
    }
    Ok(text)
}

/// The payload of a Close; a `right` one is of use to either side.
pub(super) fn close(u: &mut Unstructured<'_>, right: bool) -> Result<Vec<u8>> {
    if u.ratio(1, 5)? {
        return Ok(Vec::new());
    }
    if !right && u.ratio(1, 8)? {
        return Ok(vec![u.arbitrary()?]);
    }
    let codes = if right { &CLOSE_CODES[..RIGHT_CLOSE_CODES] } else { &CLOSE_CODES };
    // 1010 is a client's code (RFC 6455 §7.4.1).
    let code = match *u.choose(codes)? {
        1010 if right => 1000,
        code => code,
    };
    let reason = text(u, right)?;
    Ok(CloseBody::encode(CloseCode(code), &reason))
}
