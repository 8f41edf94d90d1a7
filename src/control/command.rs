//! Direct command mode: a client asks for frames, in JSON, and gets them.

use serde::Deserialize;
use serde_json::Value;

use crate::protocol::{CloseBody, CloseCode, FrameHeader, Opcode, Rsv, encode_frame};

/// Octets that one command may ask for.
const OCTETS_MAX: usize = 16 * 1024 * 1024;

/// Octets of a Close's reason (RFC 6455 §5.5).
const REASON_MAX: usize = 123;

/// What a client asked for, as octets to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The octets.
    pub octets: Vec<u8>,
    /// A Close that starts the closing handshake is in them.
    pub closes: bool,
}

/// A message that is no command. Autobahn drops TCP then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is no command")]
pub struct BadCommand;

/// The operand of `sendframe`. `chopsize` and `sync`, which tell Autobahn how to cut octets into
/// writes, are not of it: TCP may cut them anyway.
#[derive(Deserialize)]
struct FrameAsked {
    opcode: u8,
    #[serde(default)]
    payload: String,
    #[serde(default = "yes")]
    fin: bool,
    #[serde(default)]
    rsv: u8,
    #[serde(default)]
    payload_len: Option<usize>,
    /// Autobahn fails on any.
    #[serde(default)]
    mask: Option<Value>,
}

#[derive(Deserialize)]
struct CloseAsked {
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
struct EchoAsked {
    #[serde(default)]
    payload: String,
    #[serde(default)]
    payload_len: Option<usize>,
}

const fn yes() -> bool {
    true
}

impl Command {
    /// Reads a text message.
    ///
    /// # Errors
    /// What is not `[command, operand]`, an unknown command, or an operand of no use.
    pub fn read(message: &[u8]) -> Result<Self, BadCommand> {
        let (command, operand): (String, Value) = parsed(serde_json::from_slice(message))?;
        let mut octets = Vec::new();
        match command.as_str() {
            "sendframe" => parsed::<FrameAsked>(serde_json::from_value(operand))?.put(&mut octets),
            "sendframes" => {
                let frames: Vec<FrameAsked> = parsed(serde_json::from_value(operand))?;
                frames.iter().try_for_each(|frame| frame.put(&mut octets))
            }
            "echo" => {
                let asked: EchoAsked = parsed(serde_json::from_value(operand))?;
                put(true, 0, Opcode::TEXT, &asked.payload, asked.payload_len, &mut octets)
            }
            "close" => {
                let asked: CloseAsked = parsed(serde_json::from_value(operand))?;
                let body = asked.body()?;
                put_octets(true, Rsv::NONE, Opcode::CLOSE, &body, &mut octets)
            }
            _ => Err(BadCommand),
        }?;
        Ok(Self { octets, closes: command == "close" })
    }
}

fn parsed<T>(result: serde_json::Result<T>) -> Result<T, BadCommand> {
    result.map_err(|_| BadCommand)
}

impl FrameAsked {
    fn put(&self, out: &mut Vec<u8>) -> Result<(), BadCommand> {
        if self.mask.is_some() {
            return Err(BadCommand);
        }
        let opcode = Opcode::new(self.opcode).ok_or(BadCommand)?;
        put(self.fin, self.rsv, opcode, &self.payload, self.payload_len, out)
    }
}

impl CloseAsked {
    fn body(&self) -> Result<Vec<u8>, BadCommand> {
        match (self.code, &self.reason) {
            (None, None) => Ok(Vec::new()),
            (Some(code @ (1000 | 3000..=4999)), reason) => {
                let reason = reason.as_deref().unwrap_or_default().as_bytes();
                if reason.len() > REASON_MAX {
                    return Err(BadCommand);
                }
                Ok(CloseBody::encode(CloseCode(code), reason))
            }
            _ => Err(BadCommand),
        }
    }
}

/// Puts a frame whose payload is repeated, or cut, to `length` if that is given.
fn put(
    fin: bool,
    rsv: u8,
    opcode: Opcode,
    payload: &str,
    length: Option<usize>,
    out: &mut Vec<u8>,
) -> Result<(), BadCommand> {
    let rsv = Rsv::new(rsv).ok_or(BadCommand)?;
    match length {
        None | Some(0) => put_octets(fin, rsv, opcode, payload.as_bytes(), out),
        Some(length) if length <= OCTETS_MAX && !payload.is_empty() => {
            let repeated: Vec<u8> = payload.bytes().cycle().take(length).collect();
            put_octets(fin, rsv, opcode, &repeated, out)
        }
        Some(_) => Err(BadCommand),
    }
}

fn put_octets(
    fin: bool,
    rsv: Rsv,
    opcode: Opcode,
    payload: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), BadCommand> {
    if out.len() + payload.len() > OCTETS_MAX {
        return Err(BadCommand);
    }
    let mut header = FrameHeader::new(opcode, payload.len() as u64);
    (header.fin, header.rsv) = (fin, rsv);
    encode_frame(&header, payload, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(message: &str) -> Vec<u8> {
        Command::read(message.as_bytes()).unwrap().octets
    }

    #[test]
    fn frames_as_asked_for() {
        assert_eq!(octets(r#"["sendframe", {"opcode": 9}]"#), [0x89, 0]);
        assert_eq!(
            octets(
                r#"["sendframe", {"opcode":1,"payload":"ab","fin":false,"rsv":4,"payload_len":3,"sync":true}]"#
            ),
            [0x41, 3, b'a', b'b', b'a']
        );
        assert_eq!(
            octets(r#"["sendframes", [{"opcode":1,"fin":false},{"opcode":0,"payload":"é"}]]"#),
            [0x01, 0, 0x80, 2, 0xC3, 0xA9]
        );
        assert_eq!(octets(r#"["echo", {"payload": "x"}]"#), [0x81, 1, b'x']);
        assert_eq!(octets(r#"["close", {}]"#), [0x88, 0]);
        let close = Command::read(br#"["close", {"code": 3000, "reason": "r"}]"#).unwrap();
        assert_eq!(close.octets, [0x88, 3, 0x0B, 0xB8, b'r']);
        assert!(close.closes);
    }

    #[test]
    fn what_is_no_command() {
        let long = format!(r#"["close", {{"code": 1000, "reason": "{}"}}]"#, "x".repeat(124));
        for message in [
            "",
            "[]",
            r#"["sendframe"]"#,
            r#"["sendframe", {}]"#,
            r#"["sendframe", {"opcode": 16}]"#,
            r#"["sendframe", {"opcode": 1, "rsv": 8}]"#,
            r#"["sendframe", {"opcode": 1, "mask": "abcd"}]"#,
            r#"["sendframe", {"opcode": 1, "payload_len": 5}]"#,
            r#"["sendframe", {"opcode": 1, "payload": "x", "payload_len": 9000000000000000000}]"#,
            r#"["close", {"code": 1002}]"#,
            r#"["close", {"reason": "x"}]"#,
            r#"["reboot", {}]"#,
            &long,
        ] {
            assert_eq!(Command::read(message.as_bytes()), Err(BadCommand), "{message}");
        }
    }
}
