//! The lines of a request's or response's head, as leniently as sense allows (RFC 9112 §2-§5).

use super::{
    HandshakeViolation, HeaderFields,
    violation::{HandshakeViolation as V, clip},
};
use crate::protocol::Role;

/// A head taken apart.
#[derive(Debug)]
pub(super) struct Lines {
    /// The request or status line.
    pub start: String,
    /// The fields that could be made out.
    pub fields: HeaderFields,
    /// What was wrong with any line but the first.
    pub violations: Vec<HandshakeViolation>,
}

impl Lines {
    /// Takes apart what `sender` sent, its empty line included or not.
    pub fn of(head: &[u8], sender: Role) -> Self {
        let mut violations = Vec::new();
        let mut lines = split(head, &mut violations);
        let content = lines.iter().position(|line| !line.is_empty());
        let start = match content {
            Some(at) => lines.drain(..=at).next_back().unwrap_or_default(),
            None => &[],
        };
        if content.is_some_and(|at| at > 0) {
            violations.push(V::EmptyLineFirst);
        }
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        for line in lines.into_iter().filter(|line| !line.is_empty()) {
            match (line[0], fields.last_mut()) {
                (b' ' | b'\t', Some((name, value))) => {
                    violations.push(V::FoldedField(clip(name)));
                    unfold(value, line);
                }
                _ => fields.extend(field(line, sender, &mut violations)),
            }
        }
        for (name, value) in &fields {
            if value.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
                violations.push(V::FieldIllegalOctets(clip(name)));
            }
        }
        let fields = fields.into_iter();
        Self {
            start: String::from_utf8_lossy(start).into_owned(),
            fields: HeaderFields::new(
                fields.map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned())),
            ),
            violations,
        }
    }
}

/// The lines without their ends.
fn split<'a>(head: &'a [u8], violations: &mut Vec<HandshakeViolation>) -> Vec<&'a [u8]> {
    let mut bare = false;
    let lines = head
        .split_inclusive(|b| *b == b'\n')
        .map(|line| match (line.strip_suffix(b"\r\n"), line) {
            (Some(line), _) => line,
            (None, [line @ .., b'\n']) => {
                bare = true;
                line
            }
            (None, line) => line,
        })
        .collect();
    if bare {
        violations.push(V::BareLf);
    }
    lines
}

/// Appends a folded line to its value: the fold is read as a space (RFC 9112 §5.2), and white space
/// at either end of the value is no part of it (RFC 9110 §5.5).
fn unfold(value: &mut Vec<u8>, line: &[u8]) {
    let line = line.trim_ascii();
    if !value.is_empty() && !line.is_empty() {
        value.push(b' ');
    }
    value.extend_from_slice(line);
}

fn field(
    line: &[u8],
    sender: Role,
    violations: &mut Vec<HandshakeViolation>,
) -> Option<(String, Vec<u8>)> {
    let mut malformed = || {
        violations.push(V::FieldMalformed(clip(&String::from_utf8_lossy(line))));
        None
    };
    let Some(colon) = line.iter().position(|b| *b == b':') else {
        return malformed();
    };
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let bare_name = name.trim_ascii_end();
    if bare_name.is_empty() || !bare_name.iter().copied().all(is_token_octet) {
        return malformed();
    }
    let name_text = String::from_utf8_lossy(bare_name).into_owned();
    if bare_name.len() < name.len() {
        // A recipient of a request must refuse it, one of a response has to make do without.
        if sender == Role::Server {
            return malformed();
        }
        violations.push(V::SpaceBeforeColon(clip(&name_text)));
    }
    Some((name_text, value.trim_ascii().to_vec()))
}

/// Whether an octet may stand in a token (RFC 9110 §5.6.2).
pub(super) const fn is_token_octet(octet: u8) -> bool {
    matches!(octet, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
        || octet.is_ascii_alphanumeric()
}

/// Whether a text is a token (RFC 9110 §5.6.2).
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_octet)
}

/// Notes the lists among these fields that have an empty element, which no sender may send
/// (RFC 9110 §5.6.1). A field that is empty as a whole is another matter.
pub(super) fn check_lists(fields: &HeaderFields, violations: &mut Vec<HandshakeViolation>) {
    for name in ["Connection", "Upgrade", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"] {
        let has_gap = |value: &str| {
            !value.is_empty() && value.split(',').any(|element| element.trim().is_empty())
        };
        if fields.all(name).any(has_gap) {
            violations.push(V::EmptyListElement(name.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(head: &str) -> Lines {
        Lines::of(head.as_bytes(), Role::Client)
    }

    #[test]
    fn a_right_head_is_taken_apart() {
        let lines = lines("GET / HTTP/1.1\r\nHost:a\r\nX: \t b c \r\nhost: d\r\n\r\n");
        assert_eq!(lines.start, "GET / HTTP/1.1");
        assert_eq!(lines.fields.all("HOST").collect::<Vec<_>>(), ["a", "d"]);
        assert_eq!(lines.fields.single("x"), Some("b c"));
        assert_eq!(lines.violations, []);
    }

    #[test]
    fn what_is_odd_about_lines_is_noticed() {
        let text = |text: &str| text.to_owned();
        for (head, violation) in [
            ("\r\nGET / HTTP/1.1\r\n\r\n", V::EmptyLineFirst),
            ("GET / HTTP/1.1\nA: b\r\n\r\n", V::BareLf),
            ("x\r\nA: b\r\n c\r\n\r\n", V::FoldedField(text("A"))),
            ("x\r\nno colon\r\n\r\n", V::FieldMalformed(text("no colon"))),
            ("x\r\n: b\r\n\r\n", V::FieldMalformed(text(": b"))),
            ("x\r\n a: b\r\n\r\n", V::FieldMalformed(text(" a: b"))),
            ("x\r\nA : b\r\n\r\n", V::SpaceBeforeColon(text("A"))),
            ("x\r\nA: b\0\r\n\r\n", V::FieldIllegalOctets(text("A"))),
            ("x\r\nA: b\rc\r\n\r\n", V::FieldIllegalOctets(text("A"))),
        ] {
            assert_eq!(lines(head).violations, [violation], "{head:?}");
        }
        for (head, value) in [
            ("x\r\nA: b\r\n\t c\r\n\r\n", "b c"),
            ("x\r\nA:\r\n b\r\n\r\n", "b"),
            ("x\r\nA: b\r\n \r\n\tc \r\n\t\r\n\r\n", "b c"),
        ] {
            assert_eq!(lines(head).fields.single("A"), Some(value), "{head:?}");
        }
        let response = Lines::of(b"x\r\nA : b\r\n\r\n", Role::Server);
        assert_eq!(response.violations, [V::FieldMalformed(text("A : b"))]);
        assert_eq!(response.fields.single("A"), None);
    }

    #[test]
    fn any_octets_are_taken_apart() {
        for octets in [&b""[..], b"\r\n\r\n", b"\n", b"\xff\0", b"\r\r\n:\n \n"] {
            let _ = Lines::of(octets, Role::Server);
        }
    }
}
