//! A request that a server says yes to (RFC 6455 §4.2).

use super::{
    Extension, HandshakeViolation, HeaderFields, SecWebSocketKey, check_request,
    violation::HandshakeViolation as V,
};

/// A request that can be answered with a 101.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRequest {
    /// The request target: path and query.
    pub target: String,
    /// The key.
    pub key: SecWebSocketKey,
    /// The subprotocols that are asked for, in order of preference.
    pub subprotocols: Vec<String>,
    /// Elements of `Sec-WebSocket-Extensions`.
    pub extensions: Vec<Extension>,
    /// All fields.
    pub fields: HeaderFields,
    /// What is wrong with it all the same.
    pub violations: Vec<HandshakeViolation>,
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
    /// For what is wrong with a request.
    #[must_use]
    pub fn of(violation: &HandshakeViolation) -> Self {
        let status = match violation {
            V::MethodNotGet(_) => 405,
            V::HttpVersion(_) => 505,
            // RFC 6455 §4.4
            V::VersionWrong(_) => 426,
            _ => 400,
        };
        Self { status, reason: violation.to_string() }
    }
}

impl ServerRequest {
    /// Reads a complete request head as a correct and careful server does.
    ///
    /// # Errors
    /// A request with a lethal violation, and one that is no right HTTP in a way that a server may
    /// refuse.
    pub fn read(head: &[u8]) -> Result<Self, Rejection> {
        let request = check_request(head);
        let refused = request
            .violations
            .iter()
            .find(|violation| violation.is_lethal() || is_worth_refusing(violation));
        if let Some(violation) = refused {
            return Err(Rejection::of(violation));
        }
        // Without a target or a key there would have been a lethal violation.
        request.understood().ok_or_else(|| Rejection {
            status: 400,
            reason: "the request has no target or no key".to_owned(),
        })
    }
}

/// What no rule makes a server refuse, but what a server that takes no risks does not take.
const fn is_worth_refusing(violation: &HandshakeViolation) -> bool {
    matches!(
        violation,
        V::BareLf
            | V::FoldedField(_)
            | V::FieldMalformed(_)
            | V::FieldIllegalOctets(_)
            | V::BodyAnnounced
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::handshake::ClientRequest;

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
        assert_eq!(read.subprotocols, ["a", "b"]);
        assert_eq!(read.fields.joined("x-trace").as_deref(), Some("1"));
        assert_eq!(read.violations, []);
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
            ("Version: 13", "Version: 8", 426),
            ("Sec-WebSocket-Version", "X-Version", 400),
            ("BwcH", "Bw", 400),
            ("X-Trace", "Host", 400),
            ("GET /", "GET", 400),
            ("X-Trace: 1", "X-Trace: 1\r\n 2", 400),
            ("X-Trace: 1", "Content-Length: 1", 400),
        ] {
            let wrong = good.replacen(from, to, 1);
            assert_ne!(wrong, good, "{from}");
            let rejection = ServerRequest::read(wrong.as_bytes()).unwrap_err();
            assert_eq!(rejection.status, status, "{from} -> {to}");
        }
    }
}
