//! Reads a server's response: interim responses are passed over, the final one is checked.

use crate::{
    protocol::handshake::{
        ClientRequest, HEAD_MAX, HeadReader, HeadState, check_response, is_interim,
    },
    transcript::HandshakeOutcome,
};

/// A response that is coming in.
#[derive(Debug)]
pub struct ResponseReader {
    /// What the server may have read in what we sent; not empty.
    requests: Vec<ClientRequest>,
    /// Interim responses, which are complete.
    interim: Vec<u8>,
    reader: HeadReader,
}

/// How far a response is.
#[derive(Debug, PartialEq, Eq)]
pub struct ResponseState {
    /// What is known of it.
    pub outcome: HandshakeOutcome,
    /// All heads so far, the interim ones, too.
    pub heads: Vec<u8>,
    /// Octets of an open connection that came behind it.
    pub early_octets: Vec<u8>,
}

impl ResponseReader {
    /// A reader for the answer to any of these requests, which is one of them or several that
    /// differ in their keys.
    #[must_use]
    pub fn new(requests: Vec<ClientRequest>) -> Self {
        Self {
            requests,
            interim: Vec::new(),
            reader: HeadReader::default(),
        }
    }

    /// Takes octets of the response, and perhaps some that follow it.
    pub fn push(&mut self, octets: &[u8]) -> ResponseState {
        let mut state = self.reader.push(octets);
        while let HeadState::Complete(end) = state {
            let head = &self.reader.octets()[..end];
            if !is_interim(head) || self.interim.len() > HEAD_MAX {
                break;
            }
            self.interim.extend_from_slice(head);
            state = self.reader.pass_over(end);
        }
        let so_far = self.reader.octets();
        let (head, outcome, early_octets) = match state {
            HeadState::Complete(end) => {
                let (head, rest) = so_far.split_at(end);
                (head, self.check(head), rest)
            }
            HeadState::TooLong => (
                so_far,
                refused(None, "the response's head does not end"),
                &[][..],
            ),
            HeadState::Incomplete if !may_be_http(so_far) => {
                (so_far, refused(None, "the response is not HTTP"), &[][..])
            }
            HeadState::Incomplete => (so_far, HandshakeOutcome::Incomplete, &[][..]),
        };
        ResponseState {
            outcome,
            heads: [&self.interim, head].concat(),
            early_octets: early_octets.to_vec(),
        }
    }

    fn check(&self, head: &[u8]) -> HandshakeOutcome {
        let mut first_refusal = None;
        for request in &self.requests {
            match check_response(request, head) {
                Ok(accepted) => {
                    return HandshakeOutcome::Opened {
                        deflate: accepted.deflate,
                    };
                }
                Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
            }
        }
        match first_refusal {
            Some(refusal) => refused(refusal.status, &refusal.reason),
            None => HandshakeOutcome::Incomplete,
        }
    }
}

fn refused(status: Option<u16>, reason: &str) -> HandshakeOutcome {
    HandshakeOutcome::Refused {
        status,
        reason: reason.to_owned(),
    }
}

fn may_be_http(octets: &[u8]) -> bool {
    let start = b"HTTP/";
    octets.starts_with(start) || start.starts_with(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::handshake::{SecWebSocketKey, ServerResponse};

    fn request(nonce: [u8; 16]) -> ClientRequest {
        ClientRequest {
            target: "/".to_owned(),
            host: "localhost".to_owned(),
            key: SecWebSocketKey::new(nonce),
            origin: None,
            subprotocols: Vec::new(),
            extensions: Vec::new(),
            fields: Vec::new(),
        }
    }

    fn response(nonce: [u8; 16]) -> Vec<u8> {
        ServerResponse {
            key: SecWebSocketKey::new(nonce),
            extensions: Vec::new(),
        }
        .encode()
    }

    #[test]
    fn interim_responses_are_passed_over_in_any_split() {
        let octets = [
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
            &response([7; 16])[..],
            b"\x81\0",
        ]
        .concat();
        for step in 1..octets.len() {
            let mut reader = ResponseReader::new(vec![request([7; 16])]);
            let mut states = octets.chunks(step).map(|chunk| reader.push(chunk));
            let over = states
                .find(|state| state.outcome != HandshakeOutcome::Incomplete)
                .unwrap();
            assert_eq!(over.outcome, HandshakeOutcome::Opened { deflate: None });
            assert_eq!(over.heads, octets[..octets.len() - 2], "{step}");
        }
    }

    #[test]
    fn any_of_several_keys_may_be_answered() {
        let mut reader = ResponseReader::new(vec![request([1; 16]), request([2; 16])]);
        let opened = HandshakeOutcome::Opened { deflate: None };
        assert_eq!(reader.push(&response([2; 16])).outcome, opened);
        let mut reader = ResponseReader::new(vec![request([1; 16]), request([2; 16])]);
        assert_ne!(reader.push(&response([3; 16])).outcome, opened);
    }

    #[test]
    fn a_status_without_a_body_is_enough() {
        let mut reader = ResponseReader::new(vec![request([1; 16])]);
        let state = reader.push(b"HTTP/1.0 400 Bad Request\r\nContent-Length: 9\r\n\r\nno ");
        assert!(matches!(
            state.outcome,
            HandshakeOutcome::Refused {
                status: Some(400),
                ..
            }
        ));
    }
}
