//! Data messages (RFC 6455 §5.6).

use serde::{Deserialize, Serialize};

use super::Opcode;

/// The two kinds of data message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// UTF-8 text.
    Text,
    /// Any octets.
    Binary,
}

impl MessageKind {
    /// The opcode that begins such a message.
    #[must_use]
    pub const fn opcode(self) -> Opcode {
        match self {
            Self::Text => Opcode::TEXT,
            Self::Binary => Opcode::BINARY,
        }
    }

    /// The kind of message that a frame with this opcode begins.
    #[must_use]
    pub const fn begun_by(opcode: Opcode) -> Option<Self> {
        match opcode {
            Opcode::TEXT => Some(Self::Text),
            Opcode::BINARY => Some(Self::Binary),
            _ => None,
        }
    }
}
