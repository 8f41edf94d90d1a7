//! From the right head and its edits to the octets that are written.

use super::{HeadEdits, HeadText, HeadValues, RequestEdits, ResponseEdits};
use crate::protocol::handshake::{ClientRequest, ServerRequest, ServerResponse};

/// A head as it is written, with what stands before and behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeHead {
    /// Octets before it.
    pub before: Vec<u8>,
    /// The head, up to its empty line or what stands for it.
    pub head: Vec<u8>,
    /// Octets behind it.
    pub body: Vec<u8>,
}

impl MadeHead {
    /// All octets, in order.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        [&self.before[..], &self.head, &self.body].concat()
    }
}

impl RequestEdits {
    /// The request `right` with these edits.
    #[must_use]
    pub fn apply(&self, mut right: ClientRequest) -> MadeHead {
        if !self.subprotocols.is_empty() {
            right.subprotocols.clone_from(&self.subprotocols);
        }
        let values = HeadValues::of_request(&right);
        let mut lines = lines_of(&right.encode());
        let part = |edit: &Option<HeadText>, otherwise: &str| match edit {
            Some(text) => text.fill(&values),
            None => otherwise.as_bytes().to_vec(),
        };
        lines[0] = [
            part(&self.method, "GET"),
            part(&self.target, &right.target),
            part(&self.version, "HTTP/1.1"),
        ]
        .join(&b' ');
        self.head.apply(lines, &values)
    }
}

impl RequestEdits {
    /// The head of the edited request as a server reads it that understands its line ends: what it
    /// asks for stands in this.
    #[must_use]
    pub fn readable(&self, right: ClientRequest) -> Vec<u8> {
        let mut edits = self.clone();
        edits.head.line_end = None;
        edits.head.end = None;
        edits.apply(right).head
    }
}

impl ResponseEdits {
    /// The response `right`, to this request, with these edits.
    #[must_use]
    pub fn apply(&self, right: &ServerResponse, request: &ServerRequest) -> MadeHead {
        let values = HeadValues::of_client(request);
        let mut lines = lines_of(&right.encode());
        if let Some(mistake) = self.accept {
            let value = mistake.value(right.key.as_str());
            put(&mut lines, format!("Sec-WebSocket-Accept: {value}").into_bytes());
        }
        self.head.apply(lines, &values)
    }
}

impl HeadEdits {
    /// The head of these lines, the first of which is no field.
    fn apply(&self, mut lines: Vec<Vec<u8>>, values: &HeadValues) -> MadeHead {
        if let Some(line) = &self.line {
            lines[0] = line.fill(values);
        }
        let left_out = |line: &[u8]| {
            let is = |name: &String| name_of(line).eq_ignore_ascii_case(name);
            self.without.iter().any(is)
        };
        let mut number = 0;
        lines.retain(|line| {
            number += 1;
            number == 1 || !left_out(line)
        });
        for line in &self.with {
            put(&mut lines, line.fill(values));
        }
        lines.extend(self.also.iter().map(|line| line.fill(values)));
        lines.splice(1..1, self.first.iter().map(|line| line.fill(values)));
        let line_end = match &self.line_end {
            Some(line_end) => line_end.fill(values),
            None => b"\r\n".to_vec(),
        };
        let mut head = Vec::new();
        for line in lines {
            head.extend(line);
            head.extend(&line_end);
        }
        head.extend(match &self.end {
            Some(end) => end.fill(values),
            None => line_end,
        });
        MadeHead { before: self.before.fill(values), head, body: self.body.fill(values) }
    }
}

impl HeadValues {
    /// What fills the places in our request.
    fn of_request(request: &ClientRequest) -> Self {
        Self {
            target: request.target.clone(),
            host: request.host.clone(),
            key: request.key.as_str().to_owned(),
            accept: request.key.accept(),
            subprotocol: request.subprotocols.first().cloned().unwrap_or_default(),
            origin: request.origin.clone().unwrap_or_else(|| format!("http://{}", request.host)),
        }
    }

    /// What fills the places in our response to a client's request.
    fn of_client(request: &ServerRequest) -> Self {
        let field = |name: &str| request.fields.all(name).next().unwrap_or_default();
        let host = field("Host").to_owned();
        Self {
            target: request.target.clone(),
            key: request.key.as_str().to_owned(),
            accept: request.key.accept(),
            subprotocol: request.subprotocols.first().cloned().unwrap_or_default(),
            origin: match field("Origin") {
                "" => format!("http://{host}"),
                origin => origin.to_owned(),
            },
            host,
        }
    }
}

/// The lines of a right head, without its empty one.
fn lines_of(head: &[u8]) -> Vec<Vec<u8>> {
    String::from_utf8_lossy(head)
        .trim_end_matches("\r\n")
        .split("\r\n")
        .map(|line| line.as_bytes().to_vec())
        .collect()
}

/// Puts a field line in the place of the field of its name, or at the end.
fn put(lines: &mut Vec<Vec<u8>>, line: Vec<u8>) {
    let name = name_of(&line);
    let place = lines.iter().skip(1).position(|known| name_of(known).eq_ignore_ascii_case(&name));
    match place {
        Some(place) => lines[place + 1] = line,
        None => lines.push(line),
    }
}

/// The name of a field line: what stands before its first colon.
fn name_of(line: &[u8]) -> String {
    let name = line.split(|octet| *octet == b':').next().unwrap_or(line);
    String::from_utf8_lossy(name).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::{
        case::{AcceptMistake, Case, SourceFile, read_cases},
        protocol::handshake::SecWebSocketKey,
    };

    /// A case for this kind of testee with this head.
    fn case(testee: &str, head: &str) -> Case {
        let text = format!(
            "chapter = \"0\"\ntitle = \"t\"\n[[case]]\nid = \"0\"\ntitle = \"t\"\n\
             requirements = []\ntestee = \"{testee}\"\n{head}\n\
             handshake = [{{ verdict = \"pass\", dropped = true }}]\n"
        );
        let file = SourceFile { name: "test.toml", text: &text };
        let mut set = read_cases(&[file], &[].into()).unwrap_or_else(|e| panic!("\n{e}"));
        set.cases.remove(0)
    }

    fn right() -> ClientRequest {
        ClientRequest {
            target: "/chat".to_owned(),
            host: "h:1".to_owned(),
            key: SecWebSocketKey::new(*b"the sample nonce"),
            origin: None,
            subprotocols: vec!["own".to_owned()],
            extensions: Vec::new(),
            fields: Vec::new(),
        }
    }

    fn request(edits: &str) -> MadeHead {
        let case = case("server", &format!("request = {{ {edits} }}"));
        case.handshake.request().unwrap().apply(right())
    }

    fn response(edits: &str) -> String {
        let case = case("client", &format!("response = {{ {edits} }}"));
        let request = ServerRequest::read(&right().encode()).unwrap();
        let right = ServerResponse { key: request.key.clone(), extensions: Vec::new() };
        let made = case.handshake.response().unwrap().apply(&right, &request);
        String::from_utf8(made.octets()).unwrap()
    }

    fn lines(made: &MadeHead) -> Vec<String> {
        let head = String::from_utf8(made.head.clone()).unwrap();
        head.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn without_edits_it_is_the_right_one() {
        assert_eq!(request("").octets(), right().encode());
        assert_eq!(request("").body, b"");
    }

    #[test]
    fn the_request_line_and_its_parts() {
        let first = |edits: &str| lines(&request(edits)).remove(0);
        assert_eq!(first("method = \"POST\""), "POST /chat HTTP/1.1");
        assert_eq!(
            first("target = \"http://{host}{target}\", version = \"HTTP/1.0\""),
            "GET http://h:1/chat HTTP/1.0"
        );
        assert_eq!(first("line = \"GET\""), "GET");
    }

    #[test]
    fn fields_are_left_out_replaced_and_added() {
        let made = request(
            "without = [\"pragma\", \"Cache-Control\", \"User-Agent\"], \
             with = [\"Upgrade : x\", \"Origin: {origin}\"], \
             also = [\"Host: {host}\", \" folded\"], first = [\"A: {key}\", \"B\"], \
             subprotocols = [\"a\", \"b\"]",
        );
        assert_eq!(
            lines(&made),
            [
                "GET /chat HTTP/1.1",
                "A: dGhlIHNhbXBsZSBub25jZQ==",
                "B",
                "Host: h:1",
                "Upgrade : x",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol: a,b",
                "Sec-WebSocket-Version: 13",
                "Origin: http://h:1",
                "Host: h:1",
                " folded",
                "",
                ""
            ]
        );
    }

    #[test]
    fn line_ends_and_what_stands_around_the_head() {
        let made = request(
            "line-end = \"\\n\", before = \"\\r\\n\", body = [\"{subprotocol}\", { hex = \"81 00\" }], \
             chop = 3",
        );
        assert_eq!(made.before, b"\r\n");
        assert_eq!(made.body, b"own\x81\0");
        assert!(made.head.starts_with(b"GET /chat HTTP/1.1\nUser-Agent: "));
        assert!(made.head.ends_with(b"13\n\n"));
        assert!(request("end = \"\"").head.ends_with(b"Sec-WebSocket-Version: 13\r\n"));
        let chop = case("server", "request = { chop = 3 }").handshake.chop();
        assert_eq!(chop, NonZeroUsize::new(3));
    }

    #[test]
    fn what_it_asks_for_can_be_read_whatever_ends_its_lines() {
        let case = case("server", "request = { line-end = \"\\r\", end = \"\" }");
        let edits = case.handshake.request().unwrap();
        assert_eq!(edits.readable(right()), right().encode());
    }

    #[test]
    fn a_response_is_filled_from_the_request() {
        let made = response(
            "line = \"HTTP/1.1 101\", accept = \"unpadded\", \
             also = [\"X: {target} {host} {key} {accept} {subprotocol} {origin}\"]",
        );
        let key = right().key;
        let wrong = AcceptMistake::Unpadded.value(key.as_str());
        assert!(made.starts_with("HTTP/1.1 101\r\n"), "{made}");
        assert!(made.contains(&format!("\r\nSec-WebSocket-Accept: {wrong}\r\n")));
        let filled =
            format!("X: /chat h:1 {} {} own http://h:1\r\n\r\n", key.as_str(), key.accept());
        assert!(made.ends_with(&filled), "{made}");
        let empty = response("with = [\"sec-websocket-accept:\"]");
        assert!(empty.contains("\r\nsec-websocket-accept:\r\n"), "{empty}");
        assert!(!empty.contains("Sec-WebSocket-Accept"));
    }
}
