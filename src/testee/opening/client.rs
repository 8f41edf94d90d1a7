//! The client's side: it writes a request and checks the response (RFC 6455 §4.1).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::protocol::{deflate::DeflateParameters, handshake::parse_extensions};
use crate::testee::conduct::{Interim, OpeningConduct, TurningAway};

use super::{
    Opened, accept_value,
    head::Head,
    received::{HeadReader, HeadState, ReceivedHead, elements},
    response::{self, Asked, ResponseFlaw},
};

/// Where a client connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The `Host` field: name and, if it is not the default one, port.
    pub host: String,
    /// Path and query.
    pub resource: String,
}

/// A client that waits for a response.
#[derive(Debug)]
pub struct ClientOpening {
    conduct: OpeningConduct,
    asked: Asked,
    head: HeadReader,
}

impl ClientOpening {
    /// Of this conduct, with the octets of its request.
    pub fn new(target: &Target, random: [u8; 16], conduct: OpeningConduct) -> (Self, Vec<u8>) {
        let mut request = request(target, (conduct.nonce)(random), conduct.offers);
        for edit in &conduct.request_edits {
            edit(&mut request);
        }
        let list = |name: &str| request.value(name).unwrap_or_default();
        let asked = Asked {
            accept: accept_value(list("Sec-WebSocket-Key")),
            offers: parse_extensions(list("Sec-WebSocket-Extensions")).unwrap_or_default(),
            subprotocols: elements(list("Sec-WebSocket-Protocol")).map(str::to_owned).collect(),
        };
        let octets = if conduct.silent { Vec::new() } else { request.encode() };
        let opening = Self { conduct, asked, head: HeadReader::default() };
        (opening, octets)
    }

    /// Takes octets of the response, and perhaps some that follow it.
    pub fn receive(&mut self, octets: &[u8]) -> Option<Opened> {
        let reading = self.conduct.head;
        let in_several_reads = !self.head.octets().is_empty();
        let mut state = self.head.push(octets, &reading);
        if reading.in_one_read && (in_several_reads || state == HeadState::Incomplete) {
            return Some(self.turn_away());
        }
        loop {
            let end = match state {
                HeadState::Incomplete => return None,
                HeadState::TooLong => return Some(self.turn_away()),
                HeadState::Complete(end) => end,
            };
            let head = ReceivedHead::read(&self.head.octets()[..end]);
            let is_interim = response::status(&head)
                .is_some_and(|status| (100..200).contains(&status) && status != 101);
            if !is_interim || self.conduct.interim == Interim::IsFinal {
                return Some(self.check(&head, end));
            }
            state = self.head.pass_over(end, &reading);
        }
    }

    fn check(&self, head: &ReceivedHead, end: usize) -> Opened {
        match self.agreed(head) {
            Ok(deflate) => Opened::Open {
                response: Vec::new(),
                deflate,
                early_octets: match self.conduct.head.loses_early_octets {
                    true => Vec::new(),
                    false => self.head.octets()[end..].to_vec(),
                },
            },
            Err(_) => self.turn_away(),
        }
    }

    /// The compression that a right response agrees to, or the first thing that the endpoint has
    /// against it.
    fn agreed(&self, head: &ReceivedHead) -> Result<Option<DeflateParameters>, ResponseFlaw> {
        let overlooked = |flaw: &ResponseFlaw| {
            let mut overlooks = self.conduct.overlooks_in_responses.iter();
            let mut takes = self.conduct.takes_for_accept.iter();
            overlooks.any(|overlooks| overlooks(flaw))
                || matches!(flaw, ResponseFlaw::AcceptWrong { value, right }
                    if takes.any(|takes| takes(value, right)))
        };
        if head.fields.len() > self.conduct.head.most_fields {
            return Err(ResponseFlaw::TooLong);
        }
        let mut flaws = response::flaws(head, &self.asked).into_iter();
        if let Some(flaw) = flaws.find(|flaw| !overlooked(flaw)) {
            return Err(flaw);
        }
        if self.is_unwanted(head) {
            return Err(ResponseFlaw::Unwanted);
        }
        response::deflate(head, &self.asked, &overlooked)
    }

    /// Whether the endpoint refuses a response with which nothing is wrong.
    fn is_unwanted(&self, head: &ReceivedHead) -> bool {
        let conduct = &self.conduct;
        let extensions = head.joined("Sec-WebSocket-Extensions").unwrap_or_default();
        conduct.refuses_responses.iter().any(|refuses| refuses(head))
            || conduct.refuses_parameters.iter().any(|name| extensions.contains(name))
            || conduct.refuses_padded_accept && head.has_padded("Sec-WebSocket-Accept")
    }

    fn turn_away(&self) -> Opened {
        match self.conduct.turning_away {
            TurningAway::CloseTcp => Opened::Refused(Vec::new()),
            TurningAway::SendClose => Opened::RefusedWithClose,
            TurningAway::Wait => Opened::Stuck(Vec::new()),
        }
    }
}

/// A right request.
fn request(target: &Target, nonce: [u8; 16], offers: &[&str]) -> Head {
    let mut head = Head::new(
        format!("GET {} HTTP/1.1", target.resource),
        &[
            ("User-Agent", concat!("wspec/", env!("CARGO_PKG_VERSION"))),
            ("Host", &target.host),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", &STANDARD.encode(nonce)),
            ("Sec-WebSocket-Version", "13"),
        ],
    );
    if !offers.is_empty() {
        head.add("Sec-WebSocket-Extensions", &offers.join(", "));
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    fn client(conduct: OpeningConduct) -> ClientOpening {
        let target = Target { host: "testee".to_owned(), resource: "/".to_owned() };
        ClientOpening::new(&target, *b"the sample nonce", conduct).0
    }

    #[test]
    fn a_right_response_opens_the_connection() {
        let mut early = format!("HTTP/1.1 103 Early Hints\r\n\r\n{RESPONSE}").into_bytes();
        early.extend_from_slice(b"\x89\x00");
        for step in [1, 7, early.len()] {
            let mut client = client(OpeningConduct::default());
            let opened = early.chunks(step).find_map(|piece| client.receive(piece));
            assert!(matches!(opened, Some(Opened::Open { .. })), "{step}: {opened:?}");
        }
    }

    #[test]
    fn a_wrong_response_does_not() {
        for (from, to) in [("xOo=", "xOO="), ("101", "200"), ("websocket", "h2c")] {
            let response = RESPONSE.replacen(from, to, 1);
            let opened = client(OpeningConduct::default()).receive(response.as_bytes());
            assert!(matches!(opened, Some(Opened::Refused(_))), "{to}: {opened:?}");
        }
        let careless =
            OpeningConduct { overlooks_in_responses: vec![|_| true], ..OpeningConduct::default() };
        let opened = client(careless).receive(RESPONSE.replace("xOo", "xOO").as_bytes());
        assert!(matches!(opened, Some(Opened::Open { .. })));
    }
}
