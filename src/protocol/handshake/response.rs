//! The server's response: checking it as client, writing it as server (RFC 6455 §4.1, §4.2.2).

use super::{ClientRequest, HeaderFields, SecWebSocketKey, parse_extensions, request::FIELDS_MAX};
use crate::protocol::deflate::{self, DeflateParameters};

/// What a right response agrees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The agreed compression.
    pub deflate: Option<DeflateParameters>,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
}

/// Why a response does not open a connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// The HTTP status, if the response is HTTP.
    pub status: Option<u16>,
    /// What is wrong with it, in a sentence without its full stop.
    pub reason: String,
}

/// Checks a complete response head against the request that it answers.
///
/// # Errors
/// A response upon which a client must fail the connection.
pub fn check_response(request: &ClientRequest, head: &[u8]) -> Result<Accepted, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    // A line that is no field has no meaning for us; it is not what this handshake is about.
    let parsed = httparse::ParserConfig::default()
        .ignore_invalid_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .parse_response(&mut response, head);
    match parsed {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(not_http("the response ends early")),
        Err(error) => return Err(not_http(&format!("the response is not HTTP: {error}"))),
    }
    let status = response.code;
    let refuse = |reason: String| Err(Refusal { status, reason });
    if response.version != Some(1) {
        return refuse("the response is not HTTP/1.1".to_owned());
    }
    if status != Some(101) {
        let code = status.unwrap_or_default();
        return refuse(format!("the response has status {code}, not 101"));
    }
    check_fields(request, &HeaderFields::new(response.headers)).or_else(refuse)
}

fn not_http(reason: &str) -> Refusal {
    Refusal {
        status: None,
        reason: reason.to_owned(),
    }
}

fn check_fields(request: &ClientRequest, fields: &HeaderFields) -> Result<Accepted, String> {
    let upgrade = fields.joined("Upgrade");
    if !upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        return Err("the Upgrade field is not websocket".to_owned());
    }
    if !fields.list_contains("Connection", "upgrade") {
        return Err("the Connection field does not name upgrade".to_owned());
    }
    match fields.single("Sec-WebSocket-Accept") {
        Some(value) if value == request.key.accept() => {}
        Some(_) => return Err("the Sec-WebSocket-Accept value is wrong".to_owned()),
        None => return Err("there is not exactly one Sec-WebSocket-Accept field".to_owned()),
    }
    if fields.all("Sec-WebSocket-Extensions").count() > 1 {
        return Err("there is more than one Sec-WebSocket-Extensions field".to_owned());
    }
    let extensions = fields
        .joined("Sec-WebSocket-Extensions")
        .unwrap_or_default();
    let answer = parse_extensions(&extensions)
        .map_err(|part| format!("Sec-WebSocket-Extensions has {part:?}"))?;
    let deflate = deflate::agree(!request.extensions.is_empty(), &answer)
        .map_err(|error| error.to_string())?;
    Ok(Accepted {
        deflate,
        subprotocol: subprotocol(request, fields)?,
    })
}

fn subprotocol(request: &ClientRequest, fields: &HeaderFields) -> Result<Option<String>, String> {
    let mut chosen = fields.all("Sec-WebSocket-Protocol");
    let Some(first) = chosen.next() else {
        return Ok(None);
    };
    if chosen.next().is_some() {
        return Err("there is more than one Sec-WebSocket-Protocol field".to_owned());
    }
    if !request.subprotocols.iter().any(|asked| asked == first) {
        return Err(format!("the subprotocol {first:?} was not asked for"));
    }
    Ok(Some(first.to_owned()))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ClientRequest {
        ClientRequest {
            target: "/".to_owned(),
            host: "localhost".to_owned(),
            key: SecWebSocketKey::new([7; 16]),
            origin: None,
            subprotocols: vec![],
            extensions: vec!["permessage-deflate".to_owned()],
            fields: vec![],
        }
    }

    fn response() -> String {
        let response = ServerResponse {
            key: request().key,
            extensions: vec!["permessage-deflate; server_max_window_bits=10".to_owned()],
        };
        String::from_utf8(response.encode()).unwrap()
    }

    #[test]
    fn a_client_takes_what_a_server_writes() {
        let accepted = check_response(&request(), response().as_bytes()).unwrap();
        assert_eq!(accepted.deflate.unwrap().server_max_window_bits, 10);
    }

    #[test]
    fn odd_but_right_responses_are_taken() {
        for (from, to) in [
            ("101 Switching Protocols", "101"),
            ("101 Switching Protocols", "101 Ja"),
            ("Upgrade: websocket", "UPGRADE:   WebSocket "),
            ("Connection: Upgrade", "Connection: keep-alive, upgrade"),
            ("Server:", "Content-Length: 0\r\nServer:"),
            ("Server:", "a line without a colon\r\nServer:"),
        ] {
            let odd = response().replacen(from, to, 1);
            assert_ne!(odd, response());
            assert_eq!(
                check_response(&request(), odd.as_bytes()).map(|_| ()),
                Ok(()),
                "{to}"
            );
        }
    }

    #[test]
    fn wrong_responses_are_refused() {
        for (from, to) in [
            ("HTTP/1.1", "HTTP/1.0"),
            ("101", "200"),
            ("Upgrade: websocket", "Upgrade: websocket, h2c"),
            ("Connection: Upgrade", "Connection: close"),
            ("Accept: ", "Accept: A"),
            ("Server: ", "Sec-WebSocket-Accept: "),
            ("permessage-deflate;", "permessage-bzip2;"),
            ("Server: ", "Sec-WebSocket-Extensions: "),
            ("Server: ", "Sec-WebSocket-Protocol: "),
        ] {
            let wrong = response().replacen(from, to, 1);
            assert_ne!(wrong, response());
            assert!(
                check_response(&request(), wrong.as_bytes()).is_err(),
                "{to}"
            );
        }
    }
}
