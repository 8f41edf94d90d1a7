//! Reads a server's response: interim responses are passed over, the final one is checked.

use crate::{
    protocol::handshake::{
        Asked, HEAD_MAX, HandshakeViolation, HeadReader, HeadState, check_response, is_interim,
    },
    transcript::HandshakeOutcome,
};

/// A response that is coming in.
#[derive(Debug)]
pub struct ResponseReader {
    asked: Asked,
    /// Interim responses, which are complete.
    interim: Vec<u8>,
    reader: HeadReader,
    /// The server waits for TLS, and may say in its alerts why it goes.
    may_alert: bool,
}

/// How far a response is.
#[derive(Debug, PartialEq, Eq)]
pub struct ResponseState {
    /// What is known of it.
    pub outcome: HandshakeOutcome,
    /// All heads so far, the interim ones, too.
    pub heads: Vec<u8>,
    /// What the final response breaks.
    pub violations: Vec<HandshakeViolation>,
    /// Octets of an open connection that came behind it.
    pub early_octets: Vec<u8>,
}

impl ResponseReader {
    /// A reader for the answer to a request that asked for this.
    #[must_use]
    pub fn new(asked: Asked) -> Self {
        Self { asked, interim: Vec::new(), reader: HeadReader::default(), may_alert: false }
    }

    /// From a server that has TLS, to which we speak without: an alert of TLS is no response, but
    /// announces that TCP ends.
    #[must_use]
    pub const fn in_clear_text(mut self, in_clear_text: bool) -> Self {
        self.may_alert = in_clear_text;
        self
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
        if self.asked.in_http_0_9 && !may_be_http(so_far) {
            return ResponseState {
                outcome: HandshakeOutcome::Incomplete,
                heads: [&self.interim, so_far].concat(),
                violations: Vec::new(),
                early_octets: Vec::new(),
            };
        }
        let mut violations = Vec::new();
        let (head, early_octets) = match state {
            HeadState::Complete(end) => so_far.split_at(end),
            _ => (so_far, &[][..]),
        };
        let outcome = match state {
            HeadState::Complete(_) => {
                let check = check_response(&self.asked, head);
                violations.clone_from(&check.violations);
                if check.status != Some(101) && begins_a_frame(check.behind_body(early_octets)) {
                    violations.push(HandshakeViolation::FramesBehindRefusal);
                }
                match check.refusal() {
                    None => HandshakeOutcome::Opened { deflate: check.accepted.deflate },
                    Some(reason) => refused(check.status, &reason),
                }
            }
            HeadState::TooLong => refused(None, "the response's head does not end"),
            HeadState::Incomplete if self.may_alert && is_tls_alert(so_far) => {
                HandshakeOutcome::Incomplete
            }
            HeadState::Incomplete if !may_be_http(so_far) => {
                refused(None, "the response is not HTTP")
            }
            HeadState::Incomplete => HandshakeOutcome::Incomplete,
        };
        ResponseState {
            outcome,
            heads: [&self.interim, head].concat(),
            violations,
            early_octets: early_octets.to_vec(),
        }
    }
}

fn refused(status: Option<u16>, reason: &str) -> HandshakeOutcome {
    HandshakeOutcome::Refused { status, reason: reason.to_owned() }
}

fn may_be_http(octets: &[u8]) -> bool {
    let start = b"HTTP/";
    octets.starts_with(start) || start.starts_with(octets)
}

/// Whether these octets behind a response begin a last or only frame without reserved bits. No text
/// in UTF-8 begins so, and neither does an HTTP response.
fn begins_a_frame(octets: &[u8]) -> bool {
    matches!(octets.first(), Some(0x80..=0x8f))
}

/// RFC 8446 §5.1: type 21, version 3.x.
fn is_tls_alert(octets: &[u8]) -> bool {
    let start = [21, 3];
    octets.starts_with(&start) || start.starts_with(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::handshake::{SecWebSocketKey, ServerResponse};

    #[test]
    fn a_body_alone_answers_a_request_of_http_0_9_and_opens_nothing() {
        let body = b"<p>missing the upgrade token</p>\r\n\r\nand more";
        let answered = |line: &str| {
            let asked = Asked::by(format!("{line}\r\nHost: a\r\n\r\n").as_bytes());
            let state = ResponseReader::new(asked).push(body);
            (state.outcome, state.violations.len())
        };
        for line in ["GET /", "GET", "GET / HTTP/0.9"] {
            assert_eq!(answered(line), (HandshakeOutcome::Incomplete, 0), "{line}");
        }
        for line in ["GET / HTTP/1.1", "GET / HTTP/1.0", "PUT /", "\u{16}\u{3} x"] {
            let (outcome, violations) = answered(line);
            assert!(matches!(outcome, HandshakeOutcome::Refused { status: None, .. }), "{line}");
            assert_eq!(violations, 1, "{line}");
        }
    }

    fn asked(nonces: &[[u8; 16]]) -> Asked {
        Asked {
            keys: nonces.iter().copied().map(SecWebSocketKey::new).collect(),
            ..Asked::default()
        }
    }

    fn response(nonce: [u8; 16]) -> Vec<u8> {
        ServerResponse { key: SecWebSocketKey::new(nonce), extensions: Vec::new() }.encode()
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
            let mut reader = ResponseReader::new(asked(&[[7; 16]]));
            let mut states = octets.chunks(step).map(|chunk| reader.push(chunk));
            let over = states.find(|state| state.outcome != HandshakeOutcome::Incomplete).unwrap();
            assert_eq!(over.outcome, HandshakeOutcome::Opened { deflate: None });
            assert_eq!(over.heads, octets[..octets.len() - 2], "{step}");
        }
    }

    #[test]
    fn an_alert_is_waited_out_only_where_it_belongs() {
        let alert = b"\x15\x03\x03\0\x02\x02\x32";
        let outcome = |in_clear_text| {
            let reader = ResponseReader::new(asked(&[]));
            reader.in_clear_text(in_clear_text).push(alert).outcome
        };
        assert_eq!(outcome(true), HandshakeOutcome::Incomplete);
        assert!(matches!(outcome(false), HandshakeOutcome::Refused { .. }));
    }

    #[test]
    fn any_of_several_keys_may_be_answered() {
        let mut reader = ResponseReader::new(asked(&[[1; 16], [2; 16]]));
        let opened = HandshakeOutcome::Opened { deflate: None };
        assert_eq!(reader.push(&response([2; 16])).outcome, opened);
        let mut reader = ResponseReader::new(asked(&[[1; 16], [2; 16]]));
        assert_ne!(reader.push(&response([3; 16])).outcome, opened);
    }

    #[test]
    fn a_status_without_a_body_is_enough() {
        let mut reader = ResponseReader::new(asked(&[[1; 16]]));
        let state = reader.push(b"HTTP/1.0 400 Bad Request\r\nContent-Length: 9\r\n\r\nno ");
        assert!(matches!(state.outcome, HandshakeOutcome::Refused { status: Some(400), .. }));
    }
}
