//! What another parser says about the same octets.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Found, Frame, MessageType, Reading};
use crate::{
    case::counted,
    judge::rule_broken_by,
    protocol::{Opcode, hex},
};

/// So many octets of a payload are shown.
const SHOWN: usize = 24;

/// What a parser under test found in some octets. It may tell frames, messages, or both; what it
/// does not tell is not compared.
///
/// As JSON, with payloads in hexadecimal digits:
///
/// ```
/// use wspec::reference::Answer;
///
/// let answer = Answer::from_json(
///     r#"{"frames": [{"fin": true, "opcode": 1, "payload": "6869"}], "error": "RSV2 is set"}"#,
/// )?;
/// assert_eq!(answer.frames.unwrap()[0].payload, b"hi");
/// # Ok::<(), wspec::reference::AnswerError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The frames that it read, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<Vec<AnsweredFrame>>,
    /// The messages and control frames that it would hand to an application, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<AnsweredMessage>>,
    /// Why it would fail the connection, in any words; `None`: it waits for more octets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A frame as a parser under test says it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnsweredFrame {
    /// The FIN bit.
    pub fin: bool,
    /// The reserved bits as a number, RSV1 being 4.
    #[serde(default)]
    pub rsv: u8,
    /// The opcode.
    pub opcode: u8,
    /// The payload, unmasked.
    #[serde(with = "Hexadecimal")]
    pub payload: Vec<u8>,
}

/// A message or control frame as a parser under test says it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnsweredMessage {
    /// What it is.
    pub kind: MessageType,
    /// Its payload, inflated; of a Close, the code and the reason as on the wire.
    #[serde(with = "Hexadecimal")]
    pub payload: Vec<u8>,
}

/// A line that is no [`Answer`].
#[derive(Debug, thiserror::Error)]
#[error("the answer is not of the form that `wspec fuzz parser --help` shows: {0}")]
pub struct AnswerError(#[from] serde_json::Error);

impl Answer {
    /// Reads a line of JSON.
    ///
    /// # Errors
    /// Text that is no answer.
    pub fn from_json(line: &str) -> Result<Self, AnswerError> {
        Ok(serde_json::from_str(line)?)
    }

    /// What a parser says that agrees with the reference in all: it takes what is right, and fails
    /// the connection at the first fault.
    #[must_use]
    pub fn agreeing_with(reading: &Reading) -> Self {
        let first = reading.faults.first();
        let frames = first.map_or(reading.frames.len(), |fault| fault.frame);
        // The fault that is noticed first need not be the one that has to be noticed first.
        let due = reading.faults.iter().filter_map(|fault| fault.due);
        let found = match first {
            None => reading.found.len(),
            Some(_) => due.map(|due| due.found).min().unwrap_or(0),
        };
        Self {
            frames: Some(reading.frames[..frames].iter().map(Into::into).collect()),
            messages: Some(reading.found[..found].iter().map(Into::into).collect()),
            error: first.map(|fault| rule_broken_by(&fault.violation).to_owned()),
        }
    }
}

impl From<&Frame> for AnsweredFrame {
    fn from(frame: &Frame) -> Self {
        Self {
            fin: frame.header.fin,
            rsv: frame.header.rsv.bits(),
            opcode: frame.header.opcode.number(),
            payload: frame.payload.clone(),
        }
    }
}

impl From<&Found> for AnsweredMessage {
    fn from(found: &Found) -> Self {
        Self { kind: found.kind, payload: found.payload.clone() }
    }
}

impl fmt::Debug for AnsweredFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fin, rsv, opcode, payload } = self;
        let opcode = Opcode::from_first_octet(*opcode);
        let fin = if *fin { ", FIN" } else { "" };
        write!(f, "({opcode}{fin}, RSV {rsv:03b}, {})", payload_text(payload))
    }
}

impl fmt::Debug for AnsweredMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({:?}, {})", self.kind, payload_text(&self.payload))
    }
}

/// Length and first octets.
fn payload_text(payload: &[u8]) -> String {
    let shown = &payload[..payload.len().min(SHOWN)];
    let rest = if shown.len() < payload.len() { "..." } else { "" };
    let octets = counted(payload.len(), "octet");
    match shown {
        [] => octets,
        _ => format!("{octets} {}{rest}", hex::encode(shown)),
    }
}

/// Octets as hexadecimal digits.
struct Hexadecimal;

impl Hexadecimal {
    fn serialize<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(octets))
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        hex::decode(&text).map_err(serde::de::Error::custom)
    }
}
