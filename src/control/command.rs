//! Direct command mode: a client asks for frames, in JSON, and gets them.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    case::{Part, Payload},
    protocol::{CloseBody, CloseCode, FrameHeader, Opcode, Rsv},
};

/// Octets that one command may ask for.
const OCTETS_MAX: u64 = 16 * 1024 * 1024;

/// Octets of a Close's reason (RFC 6455 §5.5).
const REASON_MAX: usize = 123;

/// What a client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The octets to send: any number of them, from few.
    pub octets: Payload,
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
    payload_len: Option<u64>,
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
    payload_len: Option<u64>,
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
        let mut octets = Payload::default();
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
                put_frame(true, Rsv::NONE, Opcode::CLOSE, &Payload::from(&body[..]), &mut octets)
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
    fn put(&self, out: &mut Payload) -> Result<(), BadCommand> {
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
    length: Option<u64>,
    out: &mut Payload,
) -> Result<(), BadCommand> {
    let rsv = Rsv::new(rsv).ok_or(BadCommand)?;
    let payload = match length {
        None | Some(0) => Payload::from(payload.as_bytes()),
        Some(length) if !payload.is_empty() => {
            Payload::new(vec![Part::Fill { unit: payload.as_bytes().to_vec(), length }])
        }
        Some(_) => return Err(BadCommand),
    };
    put_frame(fin, rsv, opcode, &payload, out)
}

fn put_frame(
    fin: bool,
    rsv: Rsv,
    opcode: Opcode,
    payload: &Payload,
    out: &mut Payload,
) -> Result<(), BadCommand> {
    if payload.len() > OCTETS_MAX || out.len() + payload.len() > OCTETS_MAX {
        return Err(BadCommand);
    }
    let mut header = FrameHeader::new(opcode, payload.len());
    (header.fin, header.rsv) = (fin, rsv);
    let mut octets = Vec::new();
    header.encode(&mut octets);
    out.append(&Payload::from(&octets[..]));
    out.append(payload);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(message: &str) -> Vec<u8> {
        Command::read(message.as_bytes()).unwrap().octets.to_vec()
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
        assert_eq!(close.octets.to_vec(), [0x88, 3, 0x0B, 0xB8, b'r']);
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
