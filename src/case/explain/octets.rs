//! Payloads and frames, octet by octet as far as they are interesting.

use crate::{
    case::{FrameScript, MaskScript, Payload},
    protocol::{FrameHeader, LengthForm, hex, mask},
    transcript::MessageKind,
};

use super::prose::count;

/// So many octets of a payload are printed in hexadecimal.
const SHOWN: usize = 16;
/// Texts up to this many octets are quoted.
const QUOTED: u64 = 48;

/// A message in words: `a text message of 5 octets, "Hello"`.
pub fn message(kind: MessageKind, payload: &Payload) -> String {
    let kind = match kind {
        MessageKind::Text => "text",
        MessageKind::Binary => "binary",
    };
    format!("a {kind} message of {}", describe(payload))
}

/// Length and, if it is short and readable, text of a payload: `5 octets, "Hello"`.
pub fn describe(payload: &Payload) -> String {
    let length = count(payload.len(), "octet");
    if payload.is_empty() || payload.len() > QUOTED {
        return length;
    }
    match String::from_utf8(payload.to_vec()) {
        Ok(text) if !text.chars().any(char::is_control) => format!("{length}, \"{text}\""),
        _ => format!("{length}, {}", first_octets(payload)),
    }
}

/// The first octets of a payload in hexadecimal.
pub fn first_octets(payload: &Payload) -> String {
    shorten(&beginning(payload), payload.len())
}

/// The fields of a frame's header in words.
pub fn header_fields(frame: &FrameScript) -> String {
    let header = header(frame);
    let mask = match frame.mask {
        MaskScript::AsRole => "masked if we are the client".to_owned(),
        MaskScript::AgainstRole => "masked if we are the server, against RFC 6455 §5.1".to_owned(),
        MaskScript::Always => "masked whichever side we are".to_owned(),
        MaskScript::Never => "unmasked whichever side we are".to_owned(),
        MaskScript::Key(key) => format!("masked with {}", spaced(&key)),
    };
    let bits = match header.form {
        LengthForm::Bits7 => 7,
        LengthForm::Bits16 => 16,
        LengthForm::Bits64 => 64,
    };
    let name =
        if header.opcode.is_reserved() { "reserved".to_owned() } else { header.opcode.to_string() };
    format!(
        "FIN {}, RSV {:03b}, opcode 0x{:X} ({name}), {mask}, length {} in {bits} bits",
        u8::from(header.fin),
        header.rsv.bits(),
        header.opcode.number(),
        header.length,
    )
}

/// The header's octets and the first of the payload; masked only where the key is known.
pub fn frame_octets(frame: &FrameScript) -> String {
    let header = header(frame);
    let mut head = Vec::new();
    header.encode(&mut head);
    let mut payload = beginning(&frame.payload);
    if let Some(key) = header.mask {
        mask::apply(&mut payload, key, 0);
    }
    let gap = if payload.is_empty() { "" } else { " | " };
    format!("{}{gap}{}", spaced(&head), shorten(&payload, frame.payload.len()))
}

fn header(frame: &FrameScript) -> FrameHeader {
    let length = frame.length.unwrap_or(frame.payload.len());
    FrameHeader {
        fin: frame.fin,
        rsv: frame.rsv,
        mask: if let MaskScript::Key(key) = frame.mask { Some(key) } else { None },
        form: frame.form.unwrap_or(LengthForm::shortest(length)),
        ..FrameHeader::new(frame.opcode, length)
    }
}

/// The first octets of a payload, as many as are printed.
pub fn beginning(payload: &Payload) -> Vec<u8> {
    let mut octets = vec![0; SHOWN];
    let taken = payload.read(0, &mut octets);
    octets.truncate(taken);
    octets
}

fn shorten(shown: &[u8], length: u64) -> String {
    let rest = if length > shown.len() as u64 { " ..." } else { "" };
    format!("{}{rest}", spaced(shown))
}

fn spaced(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| hex::encode(&[*octet])).collect();
    pairs.join(" ")
}
