//! The server's side: it reads a request and answers it (RFC 6455 §4.2).

use crate::protocol::deflate::DeflateParameters;
use crate::testee::conduct::{OpeningConduct, Refusing};

use super::{
    Opened, accept_value,
    head::Head,
    negotiation::answer,
    received::{HeadReader, HeadState, LineFlaw, ReceivedHead},
    request::{self, RequestFlaw},
};

/// A server that waits for a request.
#[derive(Debug)]
pub struct ServerOpening {
    conduct: OpeningConduct,
    head: HeadReader,
}

impl ServerOpening {
    /// Of this conduct.
    pub fn new(conduct: OpeningConduct) -> Self {
        Self { conduct, head: HeadReader::default() }
    }

    /// Takes octets of the request, and perhaps some that follow it.
    pub fn receive(&mut self, octets: &[u8]) -> Option<Opened> {
        if self.conduct.silent {
            return Some(Opened::Stuck(Vec::new()));
        }
        let is_first_read = self.head.octets().is_empty();
        let reading = &self.conduct.head;
        match self.head.push(octets, reading) {
            HeadState::Incomplete if reading.in_one_read => {
                Some(self.refuse(&RequestFlaw::StartLine, &[]))
            }
            HeadState::Incomplete => self.is_hopeless(),
            HeadState::TooLong => Some(self.refuse(&RequestFlaw::TooLong, &[])),
            HeadState::Complete(_) if reading.in_one_read && !is_first_read => {
                Some(self.refuse(&RequestFlaw::StartLine, &[]))
            }
            HeadState::Complete(end) => Some(self.answer(end)),
        }
    }

    /// A line that ends with a carriage return alone never makes a head complete.
    fn is_hopeless(&self) -> Option<Opened> {
        let flaw = RequestFlaw::Line(LineFlaw::BareCarriageReturn);
        let mut pairs = self.head.octets().windows(2);
        let bare = pairs.any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
        (bare && !self.overlooks(&flaw)).then(|| self.refuse(&flaw, &[]))
    }

    fn answer(&self, end: usize) -> Opened {
        let (octets, early_octets) = self.head.octets().split_at(end);
        let head = ReceivedHead::read(octets);
        match self.flaw(&head) {
            Some(flaw) => self.refuse(&flaw, early_octets),
            None => self.accept(&head, early_octets),
        }
    }

    fn overlooks(&self, flaw: &RequestFlaw) -> bool {
        self.conduct.overlooks_in_requests.iter().any(|overlooks| overlooks(flaw))
    }

    /// The first thing that the endpoint has against the request.
    fn flaw(&self, head: &ReceivedHead) -> Option<RequestFlaw> {
        if head.fields.len() > self.conduct.head.most_fields {
            return Some(RequestFlaw::TooLong);
        }
        let mut flaws = request::flaws(head).into_iter();
        let flaw = flaws.find(|flaw| !self.overlooks(flaw));
        let unwanted = || self.conduct.refuses_requests.iter().any(|refuses| refuses(head));
        flaw.or_else(|| unwanted().then_some(RequestFlaw::Unwanted))
    }

    fn accept(&self, head: &ReceivedHead, early_octets: &[u8]) -> Opened {
        let (response, deflate) = self.response(head);
        let mut octets = Vec::new();
        let mut expected = head.list("Expect").into_iter();
        let expects = expected.any(|it| it.eq_ignore_ascii_case("100-continue"));
        if expects && self.conduct.says_continue {
            // "a 100 response ... first, ... followed by ... 101" (RFC 9110 §7.8)
            octets = Head::new("HTTP/1.1 100 Continue", &[]).encode();
        }
        octets.extend_from_slice(&response.encode());
        if self.conduct.response_has_no_end {
            octets.truncate(octets.len() - response.line_end.len());
        }
        Opened::Open {
            response: octets,
            deflate,
            early_octets: match self.conduct.head.loses_early_octets {
                true => Vec::new(),
                false => early_octets.to_vec(),
            },
        }
    }

    fn response(&self, head: &ReceivedHead) -> (Head, Option<DeflateParameters>) {
        let key = head.all("Sec-WebSocket-Key").next().unwrap_or_default();
        let mut response = Head::new(
            "HTTP/1.1 101 Switching Protocols",
            &[
                ("Server", "wspec echo"),
                ("Upgrade", "websocket"),
                ("Connection", "Upgrade"),
                ("Sec-WebSocket-Accept", &accept_value(key)),
            ],
        );
        let answer = answer(head, &self.conduct);
        if let Some(answer) = &answer {
            response.add("Sec-WebSocket-Extensions", &answer.element());
        }
        for edit in &self.conduct.response_edits {
            edit(&mut response, head);
        }
        (response, answer.map(|answer| answer.agreed))
    }

    fn refuse(&self, flaw: &RequestFlaw, early_octets: &[u8]) -> Opened {
        let status = match self.conduct.refusing {
            Refusing::With(status) => status,
            Refusing::InHttp | Refusing::ThenTalk | Refusing::ThenWait => flaw.status(),
            Refusing::DropTcp => return Opened::Refused(Vec::new()),
            Refusing::Silence => return Opened::Stuck(Vec::new()),
        };
        let mut response = refusal(status);
        for edit in &self.conduct.refusal_edits {
            edit(&mut response);
        }
        let response = response.encode();
        match self.conduct.refusing {
            Refusing::ThenTalk => {
                Opened::Open { response, deflate: None, early_octets: early_octets.to_vec() }
            }
            Refusing::ThenWait => Opened::Stuck(response),
            _ => Opened::Refused(response),
        }
    }
}

/// A response that refuses a request, with what HTTP wants to stand in it.
fn refusal(status: &str) -> Head {
    let start = format!("HTTP/1.1 {status}");
    let mut head = Head::new(start, &[("Connection", "close"), ("Content-Length", "0")]);
    match status.split(' ').next() {
        Some("405") => head.add("Allow", "GET"),
        Some("426") => {
            head.set("Connection", "Upgrade, close");
            head.add("Upgrade", "websocket");
            // RFC 6455 §4.4
            head.add("Sec-WebSocket-Version", "13");
        }
        _ => {}
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "GET / HTTP/1.1\r\nHost: testee\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n\r\n";

    /// What the server writes, and whether the connection is open.
    fn answered(conduct: OpeningConduct, request: &str) -> (String, bool) {
        let mut server = ServerOpening::new(conduct);
        match server.receive(request.as_bytes()) {
            Some(Opened::Open { response, .. }) => (String::from_utf8(response).unwrap(), true),
            Some(Opened::Refused(response) | Opened::Stuck(response)) => {
                (String::from_utf8(response).unwrap(), false)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_rfc_s_own_key_is_answered() {
        let (response, open) = answered(OpeningConduct::default(), REQUEST);
        assert!(open);
        assert!(response.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
        let expecting = REQUEST.replacen("Host", "Expect: 100-continue\r\nHost", 1);
        let (response, _) = answered(OpeningConduct::default(), &expecting);
        assert!(response.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 "));
    }

    #[test]
    fn what_is_no_right_request_is_refused_in_http() {
        for (from, to, status) in [
            ("GET", "POST", "405"),
            ("1.1", "1.0", "505"),
            ("Host", "X", "400"),
            (": 13", ": 12", "426"),
            ("\r\nHost", "\rHost", "400"),
            ("GET / HTTP/1.1\r\n", "GET / HTTP/1.1\rX", "400"),
        ] {
            let (response, open) =
                answered(OpeningConduct::default(), &REQUEST.replacen(from, to, 1));
            assert!(!open);
            assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{response}");
        }
        let (response, _) = answered(OpeningConduct::default(), &REQUEST.replace(": 13", ": 12"));
        assert!(response.contains("\r\nSec-WebSocket-Version: 13\r\n"));
        assert!(response.contains("\r\nUpgrade: websocket\r\n"));
    }

    #[test]
    fn a_request_may_come_in_pieces() {
        let mut server = ServerOpening::new(OpeningConduct::default());
        let (last, others) = REQUEST.as_bytes().split_last().unwrap();
        for octet in others {
            assert!(server.receive(&[*octet]).is_none());
        }
        assert!(matches!(server.receive(&[*last]), Some(Opened::Open { .. })));
    }
}
