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
            put(
                &mut lines,
                format!("Sec-WebSocket-Accept: {value}").into_bytes(),
            );
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
        MadeHead {
            before: self.before.fill(values),
            head,
            body: self.body.fill(values),
        }
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
            origin: request
                .origin
                .clone()
                .unwrap_or_else(|| format!("http://{}", request.host)),
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
    let place = lines
        .iter()
        .skip(1)
        .position(|known| name_of(known).eq_ignore_ascii_case(&name));
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
