//! The heads of opening handshakes that a case writes.

use crate::{
    case::{Case, DeflateScript},
    protocol::handshake::{ClientRequest, SecWebSocketKey, ServerRequest, ServerResponse},
};

/// The nonce of the RFC's own example (RFC 6455 §1.3).
const NONCE: [u8; 16] = *b"the sample nonce";

/// A right request, with the offers of a case.
pub(super) fn right_request(case: &Case) -> ClientRequest {
    ClientRequest {
        target: "/".to_owned(),
        host: "localhost".to_owned(),
        key: SecWebSocketKey::new(NONCE),
        origin: None,
        subprotocols: Vec::new(),
        extensions: case.deflate.as_ref().map(DeflateScript::offered).unwrap_or_default(),
        fields: Vec::new(),
    }
}

/// The case's own request, if it has one that is not the usual.
pub(super) fn request(case: &Case) -> Option<Vec<u8>> {
    let edits = case.handshake.request()?;
    Some(edits.apply(right_request(case)).octets())
}

/// The case's own response, if it has one that is not the usual.
pub(super) fn response(case: &Case) -> Option<Vec<u8>> {
    let edits = case.handshake.response()?;
    let request = ServerRequest::read(&right_request(case).encode()).ok()?;
    Some(edits.apply(&right_response(), &request).octets())
}

/// A right response to [`right_request`].
pub(super) fn right_response() -> ServerResponse {
    ServerResponse { key: SecWebSocketKey::new(NONCE), extensions: Vec::new() }
}
