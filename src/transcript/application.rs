//! What runs on the testee's side of the protocol.

use serde::{Deserialize, Serialize};

/// What the testee does with messages.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Application {
    /// It sends each message back, and no other.
    #[default]
    Echo,
    /// Something of its own: it may send any message at any time, so none says anything about a
    /// case.
    Own,
}

impl Application {
    /// Whether it echoes.
    #[must_use]
    pub const fn is_echo(&self) -> bool {
        matches!(self, Self::Echo)
    }
}
