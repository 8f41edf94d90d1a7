//! The opening handshake: what kind of testee, our head line by line, and what may come of it.

use crate::{
    case::{Case, HandshakeScript, MadeHead, OurHead},
    protocol::handshake::{ClientRequest, SecWebSocketKey, ServerRequest, ServerResponse},
};

use super::prose::count;

/// More lines of a head than these are only counted.
const LINES: usize = 40;
/// Columns of a line that are shown.
const COLUMNS: usize = 92;

/// What is done to our head: a sentence, and the head as it would be in an example.
pub fn our_head(case: &Case) -> Option<(String, Vec<String>)> {
    let request = example(case);
    let (made, mut sentence) = match case.handshake.ours.as_ref()? {
        OurHead::Request(edits) => {
            let when = if edits.eager {
                " The steps follow at once, without waiting for the response."
            } else {
                ""
            };
            let how =
                if edits.clear_text { " in clear text, to a target that has TLS" } else { "" };
            let sentence = format!("As client we send this head{how}.{when}");
            (edits.apply(request), sentence)
        }
        OurHead::Response(edits) => {
            let right = ServerResponse { key: request.key.clone(), extensions: Vec::new() };
            let request = ServerRequest::read(&request.encode()).ok()?;
            let sentence = "As server we answer with this head, and the steps follow at once.";
            (edits.apply(&right, &request), sentence.to_owned())
        }
    };
    if let Some(size) = case.handshake.chop() {
        let size = count(size.get() as u64, "octet");
        sentence += &format!(" All is written in pieces of {size}.");
    }
    sentence += " Line ends other than CRLF are shown, and octets that are no text.";
    Some((sentence, shown(&made)))
}

/// A request such as a run would send.
fn example(case: &Case) -> ClientRequest {
    ClientRequest {
        target: "/chat".to_owned(),
        host: "server.example:80".to_owned(),
        // That of RFC 6455 §1.3.
        key: SecWebSocketKey::new(*b"the sample nonce"),
        origin: None,
        subprotocols: Vec::new(),
        extensions: case
            .deflate
            .as_ref()
            .map_or_else(Vec::new, crate::case::DeflateScript::offered),
        fields: Vec::new(),
    }
}

fn shown(made: &MadeHead) -> Vec<String> {
    head_lines(&made.octets())
}

/// The lines of a head, as far as they are of interest.
pub fn head_lines(octets: &[u8]) -> Vec<String> {
    let mut lines = lines_of(octets);
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES);
        lines.push(format!("... and {}", count(more as u64, "more line")));
    }
    lines
}

/// The lines, each without its CRLF; another end of a line stands at its end.
fn lines_of(octets: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        let end = rest.iter().position(|octet| b"\r\n".contains(octet));
        let (line, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let (mark, length) = match tail {
            [b'\r', b'\n', ..] => ("", 2),
            [b'\r', ..] => ("\\r", 1),
            [b'\n', ..] => ("\\n", 1),
            _ => (" (no end of line)", 0),
        };
        lines.push(format!("{}{mark}", readable(line)));
        rest = &tail[length..];
    }
    lines
}

fn readable(line: &[u8]) -> String {
    let text: String = line
        .iter()
        .take(COLUMNS)
        .map(|octet| match octet {
            b' '..=b'~' => char::from(*octet).to_string(),
            b'\t' => "\\t".to_owned(),
            other => format!("\\x{other:02x}"),
        })
        .collect();
    if line.len() > COLUMNS { format!("{text}... ({} octets)", line.len()) } else { text }
}

/// What becomes of a case whose connection opens.
pub fn after(handshake: &HandshakeScript) -> &'static str {
    if handshake.may_open() {
        "If it opens, the case goes on, and the worst of all verdicts counts."
    } else {
        "Whatever comes, the case ends with it."
    }
}
