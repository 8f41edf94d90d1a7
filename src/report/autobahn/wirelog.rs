//! The wire log: what happened, in rows, as far as the transcript knows.
//!
//! The transcript knows frames, not reads and writes; so each frame has an octet row of its own,
//! made again from its header and payload: `TF` then `TO` for one sent, `RO` then `RF` for one
//! received.

use serde_json::{Value, json};

use crate::{
    protocol::{FrameHeader, hex, mask},
    transcript::{FrameRecord, Happening, PayloadRecord, Transcript},
};

/// Up to so many octets are shown whole.
const WHOLE_UP_TO: u64 = 60;
/// So many octets are shown of more.
const SHOWN: usize = 64;

/// The rows, in order.
pub fn rows(transcript: &Transcript) -> Vec<Value> {
    let mut rows = Vec::new();
    for happening in transcript.happenings() {
        match happening {
            Happening::Sent { frame, .. } => {
                rows.push(frame_sent(frame));
                rows.push(json!(["TO", frame_octets(frame), false]));
            }
            Happening::SentOctets(octets) => {
                rows.push(json!(["TO", [octets.length, shown_hex(octets)], true]));
            }
            Happening::Received(frame) => {
                rows.push(json!(["RO", frame_octets(frame)]));
                rows.push(frame_received(frame));
            }
            Happening::Silence(name) => rows.push(json!(["CTE", name])),
            Happening::GaveUp => rows.push(json!(["KLE"])),
            Happening::RoundTrips(_) => rows.push(json!(["WLM", false])),
            Happening::Violated(_)
            | Happening::Message { .. }
            | Happening::AwaitedInVain
            | Happening::CloseTimeout
            | Happening::TcpLeftOpen { .. }
            | Happening::WeHalfClose
            | Happening::WeDropTcp
            | Happening::LeftOut { .. } => {}
        }
    }
    rows
}

/// `RF`: `[length, text]`, opcode, fin, rsv, masked, mask.
fn frame_received(frame: &FrameRecord) -> Value {
    let FrameHeader { fin, rsv, opcode, mask, .. } = frame.header;
    let payload = json!([frame.payload.length, shown_text(&frame.payload)]);
    json!(["RF", payload, opcode.number(), fin, rsv.bits(), mask.is_some(), key(mask)])
}

/// `TF`: `[length, text]`, opcode, fin, rsv, mask, repeated length, chop size, sync.
fn frame_sent(frame: &FrameRecord) -> Value {
    let FrameHeader { fin, rsv, opcode, mask, length, .. } = frame.header;
    let payload = json!([frame.payload.length, shown_text(&frame.payload)]);
    let declared = (length != frame.payload.length).then_some(length);
    json!(["TF", payload, opcode.number(), fin, rsv.bits(), key(mask), declared, null, false])
}

fn key(mask: Option<[u8; 4]>) -> Option<String> {
    mask.map(|key| hex::encode(&key))
}

/// How many octets the frame has on the wire, and the first of them.
fn frame_octets(frame: &FrameRecord) -> Value {
    let mut octets = Vec::with_capacity(SHOWN + 14);
    frame.header.encode(&mut octets);
    let start = octets.len();
    octets.extend_from_slice(&frame.payload.head[..frame.payload.head.len().min(SHOWN)]);
    if let Some(key) = frame.header.mask {
        mask::apply(&mut octets[start..], key, 0);
    }
    let length = frame.payload.length.saturating_add(start as u64);
    json!([length, cut_hex(&octets, length)])
}

fn shown_hex(payload: &PayloadRecord) -> String {
    cut_hex(&payload.head, payload.length)
}

fn cut_hex(octets: &[u8], length: u64) -> String {
    let (shown, more) = cut(octets, length);
    format!("{}{more}", hex::encode(shown))
}

/// The first octets of a payload as text; in hex behind `0x` if they are not UTF-8.
pub fn shown_text(payload: &PayloadRecord) -> String {
    let (shown, more) = cut(&payload.head, payload.length);
    match std::str::from_utf8(shown) {
        Ok(text) => format!("{text}{more}"),
        Err(_) => format!("0x{}{more}", hex::encode(shown)),
    }
}

fn cut(octets: &[u8], length: u64) -> (&[u8], &'static str) {
    if length > WHOLE_UP_TO { (&octets[..octets.len().min(SHOWN)], " ...") } else { (octets, "") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::Opcode,
        report::example::{self, record},
    };

    fn compact(rows: &[Value]) -> String {
        rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn rows_of_every_kind() {
        let rows = [example::passed(), example::wrong_echo(), example::everything()]
            .map(|case| compact(&rows(&case.transcript)));
        insta::assert_snapshot!(rows.join("\n\n"));
    }

    #[test]
    fn octets_are_those_of_the_wire() {
        let mut hello = record(Opcode::TEXT, b"Hello");
        hello.header.mask = Some([0x37, 0xfa, 0x21, 0x3d]);
        // The example of RFC 6455 §5.7.
        assert_eq!(frame_octets(&hello), json!([11, "818537fa213d7f9f4d5158"]));
    }

    #[test]
    fn long_octets_are_cut() {
        let text = |length| shown_text(&PayloadRecord::of(&vec![b'*'; length]));
        assert_eq!(text(60), "*".repeat(60));
        assert_eq!(text(61), format!("{} ...", "*".repeat(61)));
        assert_eq!(text(5000), format!("{} ...", "*".repeat(64)));
        assert_eq!(shown_text(&PayloadRecord::of(b"\x03\xe8")), "0x03e8");
    }
}
