//! Puts frames and payloads into words. The one place that does, for every report.

use std::fmt::Write;

use super::escape::quoted;
use crate::{
    protocol::{FrameHeader, LengthForm, Opcode},
    transcript::{FrameRecord, PayloadRecord},
};

/// How many octets of a payload are shown.
pub const SHOWN_OCTETS: usize = 48;

/// A frame: opcode, FIN, reserved bits, masking, length, payload.
///
/// ```text
/// text  FIN  masked  5  "hello"
/// Close  FIN  2  1000 (normal closure)
/// ```
#[must_use]
pub fn frame(frame: &FrameRecord) -> String {
    let mut words = header(&frame.header, &frame.payload);
    let payload = match frame.header.opcode {
        Opcode::CLOSE => close_body(&frame.payload),
        _ if frame.header.rsv.rsv1() && frame.payload.length > 0 => hex(&frame.payload),
        _ => text_or_hex(&frame.payload),
    };
    if !payload.is_empty() {
        words.push(payload);
    }
    words.join("  ")
}

fn header(header: &FrameHeader, payload: &PayloadRecord) -> Vec<String> {
    let mut words = vec![header.opcode.to_string()];
    words.push(if header.fin { "FIN" } else { "not FIN" }.to_owned());
    for (bit, name) in [(4, "RSV1"), (2, "RSV2"), (1, "RSV3")] {
        if header.rsv.bits() & bit != 0 {
            words.push(name.to_owned());
        }
    }
    if header.mask.is_some() {
        words.push("masked".to_owned());
    }
    words.push(length(header, payload.length));
    words
}

/// The length, with whatever is unusual about it.
fn length(header: &FrameHeader, there: u64) -> String {
    let mut text = if header.length == there {
        there.to_string()
    } else {
        format!("{} declared, {there} there", header.length)
    };
    if header.form != LengthForm::shortest(header.length) {
        let bits = match header.form {
            LengthForm::Bits7 => 7,
            LengthForm::Bits16 => 16,
            LengthForm::Bits64 => 64,
        };
        write!(text, " (length in {bits} bits)").expect("writing to a String never fails");
    }
    text
}

/// The body of a Close: its code with its meaning, and its reason. Empty for an empty body.
#[must_use]
pub fn close_body(payload: &PayloadRecord) -> String {
    let [high, low, reason @ ..] = &payload.head[..] else {
        return hex(payload);
    };
    let code = u16::from_be_bytes([*high, *low]);
    let mut text = format!("{code} ({})", close_code(code));
    if !reason.is_empty() {
        let whole = payload.whole().is_some();
        let reason = match readable(reason, whole) {
            Some(reason) => reason,
            None => hex_of(reason, whole),
        };
        write!(text, "  {reason}").expect("writing to a String never fails");
    }
    text
}

/// What a close code means (RFC 6455 §7.4, and the IANA registry).
#[must_use]
pub const fn close_code(code: u16) -> &'static str {
    match code {
        1000 => "normal closure",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
        1005 => "no status received, never on the wire",
        1006 => "abnormal closure, never on the wire",
        1007 => "invalid payload data",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "mandatory extension missing",
        1011 => "internal error",
        1012 => "service restart",
        1013 => "try again later",
        1014 => "bad gateway",
        1015 => "TLS handshake failed, never on the wire",
        3000..=3999 => "registered by a library or application",
        4000..=4999 => "private use",
        1004 | 1016..=2999 => "reserved",
        _ => "not a close code",
    }
}

/// The first octets of a payload as text between quotation marks if they are text, else in hex.
/// `…` stands for more. Empty for an empty payload.
#[must_use]
pub fn text_or_hex(payload: &PayloadRecord) -> String {
    if payload.length == 0 {
        return String::new();
    }
    match readable(&payload.head, payload.whole().is_some()) {
        Some(text) => text,
        None => hex(payload),
    }
}

/// The first octets in hex.
#[must_use]
pub fn hex(payload: &PayloadRecord) -> String {
    hex_of(&payload.head, payload.whole().is_some())
}

fn hex_of(octets: &[u8], whole: bool) -> String {
    let shown = &octets[..octets.len().min(SHOWN_OCTETS / 2)];
    let pairs: Vec<String> = shown.iter().map(|octet| format!("{octet:02x}")).collect();
    let more = if whole && shown.len() == octets.len() { "" } else { " …" };
    format!("{}{more}", pairs.join(" "))
}

/// The octets as quoted text, cut to [`SHOWN_OCTETS`]; `None` if they are not text.
fn readable(octets: &[u8], whole: bool) -> Option<String> {
    let shown = &octets[..octets.len().min(SHOWN_OCTETS)];
    let cut = !whole || shown.len() < octets.len();
    let text = match std::str::from_utf8(shown) {
        Ok(text) => text,
        // The cut may have gone through a character.
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(&shown[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let mut quoted = quoted(text);
    if cut {
        quoted.insert(quoted.len() - 1, '…');
    }
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::Rsv, report::example::record};

    #[test]
    fn spells_out_the_header() {
        let mut hello = record(Opcode::TEXT, b"hello");
        hello.header.mask = Some([1, 2, 3, 4]);
        assert_eq!(frame(&hello), r#"text  FIN  masked  5  "hello""#);

        let mut odd = record(Opcode::new(0xB).unwrap(), b"\xff\x00");
        odd.header.fin = false;
        odd.header.rsv = Rsv::new(5).unwrap();
        odd.header.form = LengthForm::Bits16;
        odd.header.length = 3;
        assert_eq!(
            frame(&odd),
            "reserved opcode 0xB  not FIN  RSV1  RSV3  \
             3 declared, 2 there (length in 16 bits)  ff 00"
        );
    }

    #[test]
    fn spells_out_close() {
        let close = |body: &[u8]| frame(&record(Opcode::CLOSE, body));
        assert_eq!(close(b""), "Close  FIN  0");
        assert_eq!(close(b"\x03"), "Close  FIN  1  03");
        assert_eq!(close(b"\x03\xe8"), "Close  FIN  2  1000 (normal closure)");
        assert_eq!(close(b"\x03\xe9\x1b[2J"), "Close  FIN  6  1001 (going away)  \"\\u{1b}[2J\"");
        assert_eq!(close(b"\x03\xe8\xff"), "Close  FIN  3  1000 (normal closure)  ff");
    }

    #[test]
    fn long_payloads_are_cut() {
        let stars = frame(&record(Opcode::TEXT, &[b'*'; 300]));
        assert_eq!(stars, format!("text  FIN  300  \"{}…\"", "*".repeat(SHOWN_OCTETS)));
        // 47 octets and half a character.
        let greek = format!("{}κκ", "*".repeat(SHOWN_OCTETS - 1));
        let cut = frame(&record(Opcode::TEXT, greek.as_bytes()));
        assert_eq!(cut, format!("text  FIN  51  \"{}…\"", "*".repeat(SHOWN_OCTETS - 1)));
        let zeros = frame(&record(Opcode::BINARY, &[0xff; 300]));
        assert!(zeros.ends_with("ff ff …"), "{zeros}");
    }
}
