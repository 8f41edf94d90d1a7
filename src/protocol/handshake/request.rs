//! The client's request: writing a right one (RFC 6455 §4.1).

use std::fmt::Write;

use super::SecWebSocketKey;

/// A request that opens a WebSocket connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRequest {
    /// The request target: path and query.
    pub target: String,
    /// The `Host` field.
    pub host: String,
    /// The key.
    pub key: SecWebSocketKey,
    /// The `Origin` field, if any.
    pub origin: Option<String>,
    /// Subprotocols to ask for, in order of preference.
    pub subprotocols: Vec<String>,
    /// Elements of `Sec-WebSocket-Extensions`, in order of preference.
    pub extensions: Vec<String>,
    /// Further fields, as they shall stand.
    pub fields: Vec<(String, String)>,
}

impl ClientRequest {
    /// The octets.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut head = format!("GET {} HTTP/1.1\r\n", self.target);
        let version = env!("CARGO_PKG_VERSION");
        let mut field = |name: &str, value: &str| {
            write!(head, "{name}: {value}\r\n").expect("writing to a String never fails");
        };
        let replaced = |name: &str| self.fields.iter().any(|(f, _)| f.eq_ignore_ascii_case(name));
        if !replaced("User-Agent") {
            field("User-Agent", &format!("wspec/{version}"));
        }
        if !replaced("Host") {
            field("Host", &self.host);
        }
        field("Upgrade", "websocket");
        field("Connection", "Upgrade");
        field("Pragma", "no-cache");
        field("Cache-Control", "no-cache");
        field("Sec-WebSocket-Key", self.key.as_str());
        if let Some(origin) = &self.origin {
            field("Origin", origin);
        }
        if !self.subprotocols.is_empty() {
            field("Sec-WebSocket-Protocol", &self.subprotocols.join(","));
        }
        if !self.extensions.is_empty() {
            field("Sec-WebSocket-Extensions", &self.extensions.join(", "));
        }
        field("Sec-WebSocket-Version", "13");
        for (name, value) in &self.fields {
            field(name, value);
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}
