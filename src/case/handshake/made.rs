//! From the right head and its edits to the octets that are written.

use super::{HeadEdits, HeadText, HeadValues, RequestEdits, ResponseEdits};
use crate::protocol::handshake::{ClientRequest, SecWebSocketKey, ServerRequest, ServerResponse};

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
        let asked_first = field("Sec-WebSocket-Protocol").split(',').next();
        Self {
            target: request.target.clone(),
            key: request.key.as_str().to_owned(),
            accept: request.key.accept(),
            subprotocol: asked_first.unwrap_or_default().trim().to_owned(),
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

/// The requests that a server may have read in a head that we have sent: one for each key in it,
/// with the subprotocols and extensions that really stand there. A head without a key counts as one
/// with an empty key.
#[must_use]
pub fn as_sent(head: &[u8], right: &ClientRequest) -> Vec<ClientRequest> {
    let text = String::from_utf8_lossy(head);
    let values = |wanted: &str| {
        let values = text.split(['\r', '\n']).skip(1).filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is = name.trim().eq_ignore_ascii_case(wanted);
            is.then(|| value.trim().to_owned())
        });
        values.collect::<Vec<_>>()
    };
    let elements = |wanted: &str| {
        let values = values(wanted).join(",");
        let elements = values.split(',').map(str::trim);
        elements
            .filter(|element| !element.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut keys = values("Sec-WebSocket-Key");
    if keys.is_empty() {
        keys.push(String::new());
    }
    let request = |key: String| ClientRequest {
        key: SecWebSocketKey::as_sent(&key),
        subprotocols: elements("Sec-WebSocket-Protocol"),
        extensions: elements("Sec-WebSocket-Extensions"),
        ..right.clone()
    };
    keys.into_iter().map(request).collect()
}
