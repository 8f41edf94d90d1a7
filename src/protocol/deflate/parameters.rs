//! What the two sides agreed on.

use serde::{Deserialize, Serialize};

use crate::protocol::Role;

/// What both sides agreed on (RFC 7692 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DeflateParameters {
    /// The server starts each message with an empty window.
    pub server_no_context_takeover: bool,
    /// The client does.
    pub client_no_context_takeover: bool,
    /// The base-2 logarithm of the server's window, 8 to 15.
    pub server_max_window_bits: u8,
    /// The client's.
    pub client_max_window_bits: u8,
}

impl Default for DeflateParameters {
    /// What is agreed where nobody asks for anything.
    fn default() -> Self {
        Self {
            server_no_context_takeover: false,
            client_no_context_takeover: false,
            server_max_window_bits: 15,
            client_max_window_bits: 15,
        }
    }
}

impl DeflateParameters {
    /// How this side compresses: whether each message starts with an empty window, and the
    /// base-2 logarithm of the window.
    #[must_use]
    pub const fn of(&self, sender: Role) -> (bool, u8) {
        match sender {
            Role::Client => (self.client_no_context_takeover, self.client_max_window_bits),
            Role::Server => (self.server_no_context_takeover, self.server_max_window_bits),
        }
    }
}
