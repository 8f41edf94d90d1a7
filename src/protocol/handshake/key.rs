//! `Sec-WebSocket-Key` and the accept value that proves it was read (RFC 6455 §4.2.2).

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

/// What the key is joined with before it is hashed (RFC 6455 §1.3).
pub const ACCEPT_GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of a `Sec-WebSocket-Key` field: 16 octets in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecWebSocketKey(String);

impl SecWebSocketKey {
    /// The key of these octets.
    #[must_use]
    pub fn new(nonce: [u8; 16]) -> Self {
        Self(STANDARD.encode(nonce))
    }

    /// Reads a field value; `None` if it is not 16 octets in base64.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let octets = STANDARD.decode(value).ok()?;
        (octets.len() == 16).then(|| Self(value.to_owned()))
    }

    /// The key of a request that was sent on purpose as it is, whatever it is: this text. A server
    /// may still answer it.
    #[must_use]
    pub fn as_sent(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// The field value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one right value of `Sec-WebSocket-Accept`.
    #[must_use]
    pub fn accept(&self) -> String {
        STANDARD.encode(
            Sha1::new()
                .chain_update(&self.0)
                .chain_update(ACCEPT_GUID)
                .finalize(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfc_s_own_example() {
        let key = SecWebSocketKey::parse("dGhlIHNhbXBsZSBub25jZQ==").unwrap();
        assert_eq!(key.accept(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(SecWebSocketKey::new(*b"the sample nonce"), key);
        assert_eq!(SecWebSocketKey::parse("dGhl"), None);
    }
}
