//! The client's request: writing a right one, reading any (RFC 6455 §4.1, §4.2.1).

use std::fmt::Write;

use super::{Extension, HeaderFields, SecWebSocketKey, parse_extensions};

/// More fields than this are refused.
pub(super) const FIELDS_MAX: usize = 128;

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
        let replaced = |name: &str| {
            self.fields
                .iter()
                .any(|(f, _)| f.eq_ignore_ascii_case(name))
        };
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

/// A request that a server can say yes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRequest {
    /// The request target: path and query.
    pub target: String,
    /// The key.
    pub key: SecWebSocketKey,
    /// Elements of `Sec-WebSocket-Extensions`.
    pub extensions: Vec<Extension>,
    /// All fields.
    pub fields: HeaderFields,
}

/// Why a server says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    /// The HTTP status to answer with.
    pub status: u16,
    /// What is wrong with the request, in a sentence without its full stop.
    pub reason: String,
}

impl Rejection {
    fn new(status: u16, reason: impl Into<String>) -> Self {
        Self {
            status,
            reason: reason.into(),
        }
    }
}

/// An HTTP request that may ask for a WebSocket connection: `GET` and HTTP/1.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// The request target: path and query.
    pub target: String,
    /// All fields.
    pub fields: HeaderFields,
}

impl HttpRequest {
    /// Reads a complete request head.
    ///
    /// # Errors
    /// What is no HTTP/1.1, or another method than `GET`.
    pub fn read(head: &[u8]) -> Result<Self, Rejection> {
        let mut headers = [httparse::EMPTY_HEADER; FIELDS_MAX];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(head) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => {
                return Err(Rejection::new(400, "the request ends early"));
            }
            Err(httparse::Error::Version) => {
                return Err(Rejection::new(505, "the request is not HTTP/1.1"));
            }
            Err(error) => {
                return Err(Rejection::new(
                    400,
                    format!("the request is not HTTP: {error}"),
                ));
            }
        }
        let fields = HeaderFields::new(request.headers);
        if request.method != Some("GET") {
            return Err(Rejection::new(405, "the method is not GET"));
        }
        if request.version != Some(1) {
            return Err(Rejection::new(505, "the request is not HTTP/1.1"));
        }
        let target = request.path.unwrap_or_default().to_owned();
        if target.contains('#') {
            return Err(Rejection::new(400, "the request target has a fragment"));
        }
        Ok(Self { target, fields })
    }

    /// Whether it asks for another protocol at all.
    #[must_use]
    pub fn asks_for_upgrade(&self) -> bool {
        self.fields.all("Upgrade").next().is_some()
    }
}

impl ServerRequest {
    /// Reads and checks a complete request head.
    ///
    /// # Errors
    /// A request that does not ask for a WebSocket connection of version 13 or 8.
    pub fn read(head: &[u8]) -> Result<Self, Rejection> {
        Self::check(HttpRequest::read(head)?)
    }

    /// Checks a request that has been read.
    ///
    /// # Errors
    /// It does not ask for a WebSocket connection of version 13 or 8.
    pub fn check(request: HttpRequest) -> Result<Self, Rejection> {
        let HttpRequest { target, fields } = request;
        let no = |reason: &str| Err(Rejection::new(400, reason));
        if fields.single("Host").is_none() {
            return no("there is not exactly one Host field");
        }
        if !fields.list_contains("Upgrade", "websocket") {
            return no("the Upgrade field does not name websocket");
        }
        if !fields.list_contains("Connection", "upgrade") {
            return no("the Connection field does not name upgrade");
        }
        match fields.single("Sec-WebSocket-Version") {
            Some("13" | "8") => {}
            // RFC 6455 §4.4
            Some(_) => return Err(Rejection::new(426, "the Sec-WebSocket-Version is not 13")),
            None => return no("there is not exactly one Sec-WebSocket-Version field"),
        }
        let Some(key) = fields
            .single("Sec-WebSocket-Key")
            .and_then(SecWebSocketKey::parse)
        else {
            return no("there is not exactly one Sec-WebSocket-Key of 16 octets in base64");
        };
        if fields.all("Sec-WebSocket-Extensions").count() > 1 {
            return no("there is more than one Sec-WebSocket-Extensions field");
        }
        let extensions = fields
            .joined("Sec-WebSocket-Extensions")
            .unwrap_or_default();
        let extensions = parse_extensions(&extensions).map_err(|part| {
            Rejection::new(400, format!("Sec-WebSocket-Extensions has {part:?}"))
        })?;
        Ok(Self {
            target,
            key,
            extensions,
            fields,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ClientRequest {
        ClientRequest {
            target: "/chat?x=1".to_owned(),
            host: "localhost:9001".to_owned(),
            key: SecWebSocketKey::new([7; 16]),
            origin: None,
            subprotocols: vec!["a".to_owned(), "b".to_owned()],
            extensions: vec!["permessage-deflate; client_max_window_bits".to_owned()],
            fields: vec![("X-Trace".to_owned(), "1".to_owned())],
        }
    }

    #[test]
    fn a_server_reads_what_a_client_writes() {
        let read = ServerRequest::read(&request().encode()).unwrap();
        assert_eq!(read.target, "/chat?x=1");
        assert_eq!(read.key, request().key);
        assert_eq!(read.extensions.len(), 1);
        assert_eq!(read.fields.joined("x-trace").as_deref(), Some("1"));
    }

    #[test]
    fn other_requests_are_rejected() {
        let good = String::from_utf8(request().encode()).unwrap();
        for (from, to, status) in [
            ("GET ", "POST ", 405),
            ("HTTP/1.1", "HTTP/1.0", 505),
            ("/chat", "/chat#x", 400),
            ("Upgrade: websocket", "Upgrade: h2c", 400),
            ("Connection: Upgrade", "Connection: close", 400),
            ("Version: 13", "Version: 99", 426),
            ("Sec-WebSocket-Version", "X-Version", 400),
            ("BwcH", "Bw", 400),
            ("X-Trace", "Host", 400),
            ("GET /", "GET", 400),
        ] {
            let wrong = good.replacen(from, to, 1);
            assert_ne!(wrong, good, "{from}");
            let rejection = ServerRequest::read(wrong.as_bytes()).unwrap_err();
            assert_eq!(rejection.status, status, "{from} -> {to}");
        }
    }
}
