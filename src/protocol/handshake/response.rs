//! The server's response: writing a right one (RFC 6455 §4.2.2).

use super::SecWebSocketKey;

/// A response that opens a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerResponse {
    /// The request's key.
    pub key: SecWebSocketKey,
    /// The elements of `Sec-WebSocket-Extensions`.
    pub extensions: Vec<String>,
}

impl ServerResponse {
    /// The octets.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut head = format!(
            "HTTP/1.1 101 Switching Protocols\r\n\
             Server: wspec/{}\r\n\
             Upgrade: websocket\r\n\
             Connection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n",
            env!("CARGO_PKG_VERSION"),
            self.key.accept(),
        );
        if !self.extensions.is_empty() {
            head.push_str("Sec-WebSocket-Extensions: ");
            head.push_str(&self.extensions.join(", "));
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}
