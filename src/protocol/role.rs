//! Which side of the connection somebody is on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A side of a WebSocket connection.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Opens the connection, masks its frames (RFC 6455 §5.3), waits for TCP to be closed.
    Client,
    /// Accepts the connection, never masks (RFC 6455 §5.1), closes TCP first (§7.1.1).
    Server,
}

impl Role {
    /// The other side.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}
