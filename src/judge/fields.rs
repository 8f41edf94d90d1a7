//! Fields of a head as a transcript keeps it.

use crate::case::FieldCondition;

/// Whether the last head of this text meets the condition. (Those before it were interim
/// responses.)
#[must_use]
pub fn holds(condition: &FieldCondition, text: &str) -> bool {
    let head = unfolded(last_head(text));
    let mut values = values(&head, &condition.name).peekable();
    let Some(element) = &condition.element else {
        return values.peek().is_some();
    };
    let is_extensions = condition.name.eq_ignore_ascii_case("Sec-WebSocket-Extensions");
    values.any(|value| {
        split_outside_quotes(value, ',').any(|found| {
            let found = found.trim();
            found == element || (is_extensions && is_such_an_extension(element, found))
        })
    })
}

/// The values of all fields of this name in the last head of this text, joined by commas.
#[must_use]
pub fn value(name: &str, text: &str) -> Option<String> {
    let values: Vec<&str> = values(last_head(text), name).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Whether an interim response of this status stands before the last head of this text.
#[must_use]
pub fn has_interim(status: u16, text: &str) -> bool {
    let status = status.to_string();
    let before = &text[..text.len() - last_head(text).len()];
    before.split("\r\n\r\n").any(|head| head.split_ascii_whitespace().nth(1) == Some(&status))
}

/// Whether it is what [`is_of_extension`] says and, `"… without NAME"`, has no such parameter.
fn is_such_an_extension(wanted: &str, extension: &str) -> bool {
    let Some((wanted, missing)) = wanted.split_once(" without ") else {
        return is_of_extension(wanted, extension);
    };
    is_of_extension(wanted, extension) && !is_of_extension(missing, extension)
}

/// Whether it is the extension, its name, or one of its parameters with or without the value; white
/// space and quotes do not matter.
fn is_of_extension(wanted: &str, extension: &str) -> bool {
    let bare = |text: &str| text.replace([' ', '\t', '"'], "");
    let (wanted, extension) = (bare(wanted), bare(extension));
    wanted == extension
        || extension.split(';').any(|part| {
            part == wanted || part.split_once('=').is_some_and(|(name, _)| name == wanted)
        })
}

fn last_head(text: &str) -> &str {
    let bare = text.trim_end_matches(['\r', '\n']);
    bare.rfind("\r\n\r\n").map_or(text, |end| &text[end + 4..])
}

/// A head with each field on one line (RFC 9112 §5.2).
fn unfolded(head: &str) -> String {
    let lines: Vec<&str> = head.lines().collect();
    let folded = |line: &str| line.starts_with([' ', '\t']);
    lines.chunk_by(|_, next| folded(next)).map(|field| field.join(" ") + "\n").collect()
}

/// The values of all fields of this name.
fn values<'a>(head: &'a str, wanted: &'a str) -> impl Iterator<Item = &'a str> {
    head.lines().skip(1).filter_map(move |line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
    })
}

fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 426 Upgrade Required\r\n\
        Sec-WebSocket-Version: 13, 8\r\nsec-websocket-protocol:a\r\nSec-WebSocket-Protocol: b\r\n\
        Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits = \"10\";x\r\n\r\n";

    fn has(condition: &str) -> bool {
        holds(&FieldCondition::parse(condition).unwrap(), HEAD)
    }

    #[test]
    fn interim_responses_are_those_before_the_last() {
        assert!(has_interim(103, HEAD));
        assert!(!has_interim(100, HEAD) && !has_interim(426, HEAD));
    }

    #[test]
    fn fields_and_elements_of_their_lists() {
        for there in [
            "sec-websocket-version",
            "Sec-WebSocket-Version: 8",
            "Sec-WebSocket-Protocol: b",
            "Sec-WebSocket-Extensions: permessage-deflate",
            "Sec-WebSocket-Extensions: server_max_window_bits",
            "Sec-WebSocket-Extensions: server_max_window_bits=10",
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10; x",
            "Sec-WebSocket-Extensions: x",
            "Sec-WebSocket-Extensions: permessage-deflate without client_max_window_bits",
        ] {
            assert!(has(there), "{there}");
        }
        for missing in [
            "Link",
            "Upgrade",
            "Sec-WebSocket-Version: 1",
            "Sec-WebSocket-Protocol: B",
            "Sec-WebSocket-Extensions: server_max_window_bits=1",
            "Sec-WebSocket-Extensions: 10",
            "Sec-WebSocket-Extensions: permessage-deflate without server_max_window_bits",
        ] {
            assert!(!has(missing), "{missing}");
        }
    }
}
