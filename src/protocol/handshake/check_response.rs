//! Reading any response, with all that is wrong with it (RFC 6455 §4.1, §4.2.2).

use super::{
    Extension, HandshakeViolation, HeaderFields, SecWebSocketKey,
    check_request::{check_connection, is_version},
    extensions::understood_extensions,
    lines::{Lines, check_lists},
    violation::{HandshakeViolation as V, clip},
};
use crate::protocol::{
    Role,
    deflate::{self, DeflateParameters},
};

/// What a request asked for, as a response is checked against it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its keys; a right request has one.
    pub keys: Vec<SecWebSocketKey>,
    /// The subprotocols.
    pub subprotocols: Vec<String>,
    /// The extensions that are of their field's grammar.
    pub extensions: Vec<Extension>,
    /// The request line names no version, or one below 1.0: a server may answer it as HTTP/0.9 does,
    /// with a body and no status line.
    pub in_http_0_9: bool,
}

impl Asked {
    /// What the request with this head asks for, whatever is wrong with it.
    #[must_use]
    pub fn by(head: &[u8]) -> Self {
        let Lines { start, fields, .. } = Lines::of(head, Role::Client);
        let extensions = fields.joined("Sec-WebSocket-Extensions").unwrap_or_default();
        Self {
            keys: keys(&fields),
            subprotocols: fields.elements("Sec-WebSocket-Protocol").map(str::to_owned).collect(),
            extensions: understood_extensions(&extensions).0,
            in_http_0_9: is_http_0_9(&start),
        }
    }
}

/// Whether a request line is one that HTTP/0.9 had, or names such a version.
fn is_http_0_9(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words[..] {
        ["GET"] | ["GET", _] => true,
        ["GET", _, version] => version.starts_with("HTTP/0."),
        _ => false,
    }
}

/// The keys that a server may read in these fields: each by itself, and all of them as one value,
/// for several lines may be joined by a comma with or without a space (RFC 9110 §5.3).
fn keys(fields: &HeaderFields) -> Vec<SecWebSocketKey> {
    let each: Vec<&str> = fields.all("Sec-WebSocket-Key").collect();
    let joined = [", ", ","].into_iter().map(|separator| each.join(separator));
    let keys = each.iter().map(|&key| key.to_owned()).chain(joined);
    keys.map(|key| SecWebSocketKey::as_it_stands(&key)).collect()
}

/// What a response says, as far as it says anything, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseCheck {
    /// Its HTTP status, if it is HTTP.
    pub status: Option<u16>,
    /// What it agrees to.
    pub accepted: Accepted,
    /// All fields.
    pub fields: HeaderFields,
    /// What it breaks, the status line first.
    pub violations: Vec<HandshakeViolation>,
}

/// What a response agrees to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The agreed compression.
    pub deflate: Option<DeflateParameters>,
    /// The subprotocol that the server chose, one that was asked for.
    pub subprotocol: Option<String>,
}

impl ResponseCheck {
    /// Why a client must not take the connection for open, in a sentence without its full stop;
    /// `None` if it may.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        match (V::first_lethal(&self.violations), self.status) {
            (Some(violation), _) => Some(violation.to_string()),
            (None, Some(101)) => None,
            (None, status) => {
                Some(format!("the response has status {}, not 101", status.unwrap_or_default()))
            }
        }
    }
}

impl ResponseCheck {
    /// Of the octets behind the head, those that follow the body whose length it declares.
    #[must_use]
    pub fn behind_body<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        let length = self.fields.all("Content-Length").next();
        let length: usize = length.and_then(|it| it.parse().ok()).unwrap_or(0);
        octets.get(length..).unwrap_or_default()
    }
}

/// Reads a complete response head, in answer to a request.
#[must_use]
pub fn check_response(asked: &Asked, head: &[u8]) -> ResponseCheck {
    let Lines { start, fields, violations: of_lines } = Lines::of(head, Role::Server);
    let mut violations = Vec::new();
    let status = check_status_line(&start, &mut violations);
    violations.extend(of_lines);
    let mut accepted = Accepted::default();
    match status {
        Some(101) => {
            check_upgrade(&fields, &mut violations);
            check_accept(asked, &fields, &mut violations);
            accepted.deflate = check_extensions(asked, &fields, &mut violations);
            accepted.subprotocol = check_subprotocol(asked, &fields, &mut violations);
            check_lists(&fields, &mut violations);
            if fields.has("Content-Length") {
                violations.push(V::ContentLengthPresent);
            }
            if fields.has("Transfer-Encoding") {
                violations.push(V::TransferEncodingPresent);
            }
        }
        Some(426) if !fields.has("Upgrade") => violations.push(V::UpgradeRequiredWithoutUpgrade),
        _ => {}
    }
    check_versions(&fields, &mut violations);
    ResponseCheck { status, accepted, fields, violations }
}

fn check_status_line(line: &str, violations: &mut Vec<V>) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    let (version, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_status = status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
    let status = status.parse().ok().filter(|_| is_status);
    let Some(status) = status.filter(|_| version.starts_with("HTTP/")) else {
        violations.push(V::StatusLineMalformed(clip(line)));
        return None;
    };
    // Whoever refuses may do so in an older version (RFC 9110 §6.2).
    if version != "HTTP/1.1" && status == 101 {
        violations.push(V::HttpVersion(clip(version)));
    }
    if !line.starts_with(&format!("{version} {status:03} ")) {
        violations.push(V::StatusLineSpacing(clip(line)));
    }
    Some(status)
}

fn check_upgrade(fields: &HeaderFields, violations: &mut Vec<V>) {
    match fields.joined("Upgrade") {
        None => violations.push(V::UpgradeMissing),
        Some(value) if !value.eq_ignore_ascii_case("websocket") => {
            violations.push(V::UpgradeNotWebsocket(clip(&value)));
        }
        Some(value) if value != "websocket" => {
            violations.push(V::UpgradeLetterCase(clip(&value)));
        }
        Some(_) => {}
    }
    check_connection(fields, violations);
}

fn check_accept(asked: &Asked, fields: &HeaderFields, violations: &mut Vec<V>) {
    let mut values = fields.all("Sec-WebSocket-Accept");
    match (values.next(), values.next()) {
        (None, _) => violations.push(V::AcceptMissing),
        (_, Some(_)) => violations.push(V::AcceptDoubled),
        (Some(value), None) if !asked.keys.iter().any(|key| key.accept() == value) => {
            violations.push(V::AcceptWrong(clip(value)));
        }
        _ => {}
    }
}

fn check_extensions(
    asked: &Asked,
    fields: &HeaderFields,
    violations: &mut Vec<V>,
) -> Option<DeflateParameters> {
    let value = fields.joined("Sec-WebSocket-Extensions")?;
    if fields.all("Sec-WebSocket-Extensions").nth(1).is_some() {
        violations.push(V::ExtensionsFieldDoubled);
    }
    let (extensions, malformed) = understood_extensions(&value);
    match malformed {
        Some(part) => violations.push(V::ExtensionsMalformed(clip(&part))),
        None if extensions.is_empty() => violations.push(V::ExtensionsEmpty),
        None => {}
    }
    deflate::agree(&asked.extensions, &extensions, violations)
}

fn check_subprotocol(
    asked: &Asked,
    fields: &HeaderFields,
    violations: &mut Vec<V>,
) -> Option<String> {
    let mut values = fields.all("Sec-WebSocket-Protocol");
    let chosen = values.next()?;
    let letters_apart = |it: &String| it.eq_ignore_ascii_case(chosen);
    let violation = if values.next().is_some() {
        V::SubprotocolFieldDoubled
    } else if chosen.is_empty() {
        V::SubprotocolEmpty
    } else if chosen.contains(',') {
        V::SubprotocolsSeveral(clip(chosen))
    } else if asked.subprotocols.iter().any(|it| it == chosen) {
        return Some(chosen.to_owned());
    } else if asked.subprotocols.iter().any(letters_apart) {
        V::SubprotocolLetterCase(clip(chosen))
    } else {
        V::SubprotocolNotOffered(clip(chosen))
    };
    violations.push(violation);
    None
}

fn check_versions(fields: &HeaderFields, violations: &mut Vec<V>) {
    let Some(value) = fields.joined("Sec-WebSocket-Version") else {
        return;
    };
    // RFC 2616 §2.1, whose lists RFC 6455 has, lets elements be empty.
    let mut versions = value.split(',').map(str::trim).filter(|it| !it.is_empty());
    let is_list = versions.clone().next().is_some() && versions.all(is_version);
    if !is_list {
        violations.push(V::VersionListMalformed(clip(&value)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::handshake::{ClientRequest, ServerResponse};

    fn asked() -> Asked {
        let request = ClientRequest {
            target: "/".to_owned(),
            host: "localhost".to_owned(),
            key: SecWebSocketKey::new([7; 16]),
            origin: None,
            subprotocols: vec!["chat".to_owned()],
            extensions: vec!["permessage-deflate; server_max_window_bits=10".to_owned()],
            fields: vec![],
        };
        Asked::by(&request.encode())
    }

    fn response() -> String {
        let response = ServerResponse {
            key: SecWebSocketKey::new([7; 16]),
            extensions: vec!["permessage-deflate; server_max_window_bits=10".to_owned()],
        };
        String::from_utf8(response.encode()).unwrap()
    }

    fn check(head: &str) -> ResponseCheck {
        check_response(&asked(), head.as_bytes())
    }

    /// Whether a client may go on, and what was broken.
    #[track_caller]
    fn edited(from: &str, to: &str) -> (bool, Vec<V>) {
        let edited = response().replacen(from, to, 1);
        assert_ne!(edited, response(), "{from}");
        let check = check(&edited);
        (check.refusal().is_none(), check.violations)
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn a_client_takes_what_a_server_writes() {
        let check = check(&response());
        assert_eq!(check.violations, []);
        assert_eq!(check.refusal(), None);
        assert_eq!(check.accepted.deflate.unwrap().server_max_window_bits, 10);
    }

    #[test]
    fn odd_but_right_responses_break_nothing() {
        for (from, to) in [
            ("101 Switching Protocols", "101 Ja"),
            ("101 Switching Protocols", "101 "),
            ("Upgrade: websocket", "UPGRADE:   websocket "),
            ("Connection: Upgrade", "Connection: keep-alive, upgrade"),
            ("Server:", "Sec-WebSocket-Protocol: chat\r\nServer:"),
        ] {
            assert_eq!(edited(from, to), (true, vec![]), "{to}");
        }
    }

    #[test]
    fn a_client_may_go_on_in_spite_of_these() {
        for (from, to, violation) in [
            ("101 Switching Protocols", "101", V::StatusLineSpacing(text("HTTP/1.1 101"))),
            ("websocket", "WebSocket", V::UpgradeLetterCase(text("WebSocket"))),
            ("Server:", "Content-Length: 0\r\nServer:", V::ContentLengthPresent),
            ("Server:", "Transfer-Encoding: chunked\r\nServer:", V::TransferEncodingPresent),
            ("Server:", "no colon\r\nServer:", V::FieldMalformed(text("no colon"))),
            ("Server:", "Sec-WebSocket-Extensions:\r\nServer:", V::ExtensionsFieldDoubled),
            ("bits=10", "bits=11", V::ServerWindowAboveOffer(10, 11)),
            ("; server_max_window_bits=10", "", V::ServerWindowDropped(10)),
        ] {
            assert_eq!(edited(from, to), (true, vec![violation]), "{to}");
        }
    }

    #[test]
    fn a_client_must_not_go_on_after_these() {
        let field = |line: &str| format!("{line}\r\nServer: ");
        for (from, to, violation) in [
            ("HTTP/1.1", text("HTTP/1.0"), V::HttpVersion(text("HTTP/1.0"))),
            ("Upgrade: ", text("X: "), V::UpgradeMissing),
            ("websocket", text("websocket, h2c"), V::UpgradeNotWebsocket(text("websocket, h2c"))),
            ("Connection: ", text("X: "), V::ConnectionMissing),
            (
                "Connection: Upgrade",
                text("Connection: close"),
                V::ConnectionLacksUpgrade(text("close")),
            ),
            ("Sec-WebSocket-Accept", text("X"), V::AcceptMissing),
            ("Server: ", field("Sec-WebSocket-Accept: a"), V::AcceptDoubled),
            ("permessage-deflate", text("x"), V::ExtensionNotOffered(text("x"))),
            ("bits=10", text("bits=1 0"), V::ExtensionsMalformed(text("1 0"))),
            ("Server: ", field("Sec-WebSocket-Protocol:"), V::SubprotocolEmpty),
            (
                "Server: ",
                field("Sec-WebSocket-Protocol: Chat"),
                V::SubprotocolLetterCase(text("Chat")),
            ),
            ("Server: ", field("Sec-WebSocket-Protocol: x"), V::SubprotocolNotOffered(text("x"))),
            (
                "Server: ",
                field("Sec-WebSocket-Protocol: chat, x"),
                V::SubprotocolsSeveral(text("chat, x")),
            ),
            (
                "Server: ",
                field("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat"),
                V::SubprotocolFieldDoubled,
            ),
        ] {
            assert_eq!(edited(from, &to), (false, vec![violation]), "{to}");
        }
        let (goes_on, violations) = edited("Accept: ", "Accept: A");
        assert!(!goes_on && matches!(&violations[..], [V::AcceptWrong(_)]));
    }

    #[test]
    fn other_responses_open_nothing() {
        let refused = check("HTTP/1.1 404 Not Found\r\n\r\n");
        assert_eq!((refused.status, &refused.violations[..]), (Some(404), &[][..]));
        assert_eq!(refused.refusal().as_deref(), Some("the response has status 404, not 101"));
        let outdated = check("HTTP/1.1 426 Upgrade Required\r\n\r\n");
        assert_eq!(outdated.violations, [V::UpgradeRequiredWithoutUpgrade]);
        for head in ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 10\r\n\r\n", "HTTP/1.1\r\n\r\n", ""] {
            assert_eq!(check(head).status, None);
            assert!(check(head).refusal().is_some());
        }
    }

    #[test]
    fn of_two_keys_the_answer_to_either_will_do() {
        let mut asked = asked();
        asked.keys.insert(0, SecWebSocketKey::new([8; 16]));
        assert_eq!(check_response(&asked, response().as_bytes()).violations, []);
    }

    #[test]
    fn a_key_is_read_in_every_form_that_http_gives_it() {
        let (one, other) = (SecWebSocketKey::new([7; 16]), SecWebSocketKey::new([8; 16]));
        let (a, b) = (one.as_str(), other.as_str());
        for (fields, read) in [
            (format!("Sec-WebSocket-Key:\r\n {a}"), a.to_owned()),
            (format!("Sec-WebSocket-Key:\r\n\t{a}\r\n \r\n\t "), a.to_owned()),
            (format!("Sec-WebSocket-Key: \t{a}\t "), a.to_owned()),
            (format!("Sec-WebSocket-Key:{a}\r\n "), a.to_owned()),
            (format!("Sec-WebSocket-Key: {a}\r\nSec-WebSocket-Key: {b}"), a.to_owned()),
            (format!("Sec-WebSocket-Key: {a}\r\nSec-WebSocket-Key: {b}"), b.to_owned()),
            (
                format!("Sec-WebSocket-Key: {a}\r\nX: y\r\nSec-WebSocket-Key:\r\n {b}"),
                format!("{a},{b}"),
            ),
            (format!("Sec-WebSocket-Key: {a}\r\nSec-WebSocket-Key: {b}"), format!("{a}, {b}")),
        ] {
            let asked = Asked::by(format!("GET / HTTP/1.1\r\n{fields}\r\n\r\n").as_bytes());
            let accept = SecWebSocketKey::as_it_stands(&read).accept();
            let response = response().replacen(&one.accept(), &accept, 1);
            let check = check_response(&asked, response.as_bytes());
            let wrong = check.violations.iter().any(|it| matches!(it, V::AcceptWrong(_)));
            assert!(!wrong, "{fields:?} read as {read:?}");
        }
    }

    proptest! {
        #[test]
        fn any_octets_are_checked(head in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(check_response(&Asked::default(), &head).refusal().is_some());
        }
    }
}
