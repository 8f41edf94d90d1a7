//! A client's request as a server checks it (RFC 6455 §4.2.1).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::protocol::handshake::{Extension, parse_extensions};

use super::received::{LineFlaw, ReceivedHead, elements, is_token};

/// Something about a request for which a server has to refuse it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestFlaw {
    /// The first line has not three parts.
    StartLine,
    /// The method is not GET.
    Method(String),
    /// The version is not HTTP/1.1.
    HttpVersion(String),
    /// The target is neither a path nor a URI, or has a fragment.
    Target(String),
    /// A line is not written as HTTP wants it.
    Line(LineFlaw),
    /// There is no Host.
    HostMissing,
    /// There are two.
    HostDoubled,
    /// It is no host.
    HostInvalid(String),
    /// There is no Upgrade.
    UpgradeMissing,
    /// It does not name websocket.
    UpgradeOther(String),
    /// There is no Connection.
    ConnectionMissing,
    /// It does not name Upgrade.
    ConnectionOther(String),
    /// There is no Sec-WebSocket-Key.
    KeyMissing,
    /// There are two.
    KeyDoubled,
    /// It is not base64.
    KeyNotBase64(String),
    /// It has another number of octets than 16.
    KeyLength(usize),
    /// There is no Sec-WebSocket-Version.
    VersionMissing,
    /// There are two.
    VersionDoubled,
    /// It is another number than 13.
    VersionOther(String),
    /// It is no number from 0 to 255, or one with leading zeros.
    VersionMalformed(String),
    /// Sec-WebSocket-Protocol is not a list of different tokens.
    ProtocolsMalformed(String),
    /// Sec-WebSocket-Extensions is not of the grammar of RFC 6455 §9.1.
    ExtensionsMalformed(String),
    /// It has a body.
    Body,
    /// Its head is too long.
    TooLong,
    /// The endpoint does not want it; with nothing else is something wrong.
    Unwanted,
}

impl RequestFlaw {
    /// The status line's end with which to refuse the request.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Method(_) => "405 Method Not Allowed",
            Self::HttpVersion(_) => "505 HTTP Version Not Supported",
            Self::TooLong => "431 Request Header Fields Too Large",
            // RFC 6455 §4.4
            Self::VersionMissing | Self::VersionOther(_) | Self::VersionMalformed(_) => {
                "426 Upgrade Required"
            }
            _ => "400 Bad Request",
        }
    }
}

/// All that is wrong with a request, the gravest first.
pub fn flaws(head: &ReceivedHead) -> Vec<RequestFlaw> {
    let mut flaws = Vec::new();
    start_line(&head.start, &mut flaws);
    flaws.extend(head.flaws.iter().copied().map(RequestFlaw::Line));
    host(head, &mut flaws);
    upgrade(head, &mut flaws);
    version(head, &mut flaws);
    key(head, &mut flaws);
    lists(head, &mut flaws);
    let has_body = head.all("Content-Length").any(|length| length != "0")
        || head.all("Transfer-Encoding").next().is_some();
    if has_body {
        flaws.push(RequestFlaw::Body);
    }
    flaws
}

fn start_line(line: &str, flaws: &mut Vec<RequestFlaw>) {
    let parts: Vec<&str> = line.split(' ').collect();
    let &[method, target, version] = &parts[..] else {
        flaws.push(RequestFlaw::StartLine);
        return;
    };
    if !is_token(method) {
        flaws.push(RequestFlaw::StartLine);
    } else if method != "GET" {
        flaws.push(RequestFlaw::Method(method.to_owned()));
    }
    if !is_http_version(version) {
        flaws.push(RequestFlaw::StartLine);
    } else if !is_at_least_1_1(version) {
        flaws.push(RequestFlaw::HttpVersion(version.to_owned()));
    }
    if !is_target(target) {
        flaws.push(RequestFlaw::Target(target.to_owned()));
    }
}

fn is_http_version(version: &str) -> bool {
    let number = version.strip_prefix("HTTP/").unwrap_or_default();
    matches!(number.as_bytes(), [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// "An HTTP/1.1 or higher GET request" (RFC 6455 §4.2.1); of HTTP/2 there are no such lines.
fn is_at_least_1_1(version: &str) -> bool {
    version.starts_with("HTTP/1.") && version != "HTTP/1.0"
}

fn is_target(target: &str) -> bool {
    let is_absolute = ["http://", "https://"].iter().any(|scheme| {
        let authority = target
            .get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|_| &target[scheme.len()..]);
        authority.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    let legal = |b: u8| b.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&b);
    (target.starts_with('/') || is_absolute) && target.bytes().all(legal)
}

fn host(head: &ReceivedHead, flaws: &mut Vec<RequestFlaw>) {
    let hosts: Vec<&str> = head.all("Host").collect();
    match hosts[..] {
        [] => flaws.push(RequestFlaw::HostMissing),
        [host] if is_host(host) => {}
        [host] => flaws.push(RequestFlaw::HostInvalid(host.to_owned())),
        _ => flaws.push(RequestFlaw::HostDoubled),
    }
}

/// `uri-host [ ":" port ]` (RFC 9110 §7.2), and not empty.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.rfind(']') {
        Some(end) => host.split_at(end + 1),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_literal = name.len() > 2 && name.starts_with('[');
    let in_literal = |b: u8| b.is_ascii_hexdigit() || b":.".contains(&b);
    let in_name = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&b);
    let good_name = if is_literal {
        name[1..name.len() - 1].bytes().all(in_literal)
    } else {
        !name.is_empty() && name.bytes().all(in_name)
    };
    let good_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    good_name && good_port
}

fn upgrade(head: &ReceivedHead, flaws: &mut Vec<RequestFlaw>) {
    let names = |list: &str, name: &str| elements(list).any(|it| it.eq_ignore_ascii_case(name));
    match head.joined("Upgrade") {
        None => flaws.push(RequestFlaw::UpgradeMissing),
        Some(value) if names(&value, "websocket") => {}
        Some(value) => flaws.push(RequestFlaw::UpgradeOther(value)),
    }
    match head.joined("Connection") {
        None => flaws.push(RequestFlaw::ConnectionMissing),
        Some(value) if names(&value, "upgrade") => {}
        Some(value) => flaws.push(RequestFlaw::ConnectionOther(value)),
    }
}

fn key(head: &ReceivedHead, flaws: &mut Vec<RequestFlaw>) {
    let keys: Vec<&str> = head.all("Sec-WebSocket-Key").collect();
    match keys[..] {
        [] => flaws.push(RequestFlaw::KeyMissing),
        [key] => match STANDARD.decode(key) {
            Ok(octets) if octets.len() == 16 => {}
            Ok(octets) => flaws.push(RequestFlaw::KeyLength(octets.len())),
            Err(_) => flaws.push(RequestFlaw::KeyNotBase64(key.to_owned())),
        },
        _ => flaws.push(RequestFlaw::KeyDoubled),
    }
}

fn version(head: &ReceivedHead, flaws: &mut Vec<RequestFlaw>) {
    let versions: Vec<&str> = head.all("Sec-WebSocket-Version").collect();
    match versions[..] {
        [] => flaws.push(RequestFlaw::VersionMissing),
        ["13"] => {}
        [version] => {
            let is_number = version.bytes().all(|b| b.is_ascii_digit())
                && version.parse::<u8>().is_ok()
                && (version == "0" || !version.starts_with('0'));
            flaws.push(if is_number {
                RequestFlaw::VersionOther(version.to_owned())
            } else {
                RequestFlaw::VersionMalformed(version.to_owned())
            });
        }
        _ => flaws.push(RequestFlaw::VersionDoubled),
    }
}

fn lists(head: &ReceivedHead, flaws: &mut Vec<RequestFlaw>) {
    if let Some(list) = head.joined("Sec-WebSocket-Protocol") {
        let names: Vec<&str> = elements(&list).collect();
        let differ = (1..names.len()).all(|i| !names[..i].contains(&names[i]));
        if names.is_empty() || !differ || !names.iter().all(|name| is_token(name)) {
            flaws.push(RequestFlaw::ProtocolsMalformed(list));
        }
    }
    if let Some(list) = head.joined("Sec-WebSocket-Extensions")
        && !parse_extensions(&list).is_ok_and(|extensions| !extensions.is_empty())
    {
        flaws.push(RequestFlaw::ExtensionsMalformed(list));
    }
}

/// The elements of Sec-WebSocket-Extensions, as far as they are of the grammar.
pub fn extensions(head: &ReceivedHead) -> Vec<Extension> {
    let list = head.joined("Sec-WebSocket-Extensions").unwrap_or_default();
    parse_extensions(&list).unwrap_or_else(|_| {
        let each = list.split(',').map(parse_extensions);
        each.flat_map(Result::unwrap_or_default).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "GET /chat?x HTTP/1.1\r\nHost: testee:9001\r\nUpgrade: websocket\r\n\
        Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n\r\n";

    fn found(request: &str) -> Vec<RequestFlaw> {
        flaws(&ReceivedHead::read(request.as_bytes()))
    }

    #[test]
    fn right_requests_have_no_flaw() {
        assert_eq!(found(RIGHT), []);
        for (from, to) in [
            ("/chat?x", "http://testee:9001/chat?x"),
            ("testee:9001", "[::1]:9001"),
            ("HTTP/1.1", "HTTP/1.2"),
            ("Upgrade: websocket", "uPGRADE: h2c, WebSocket"),
            ("keep-alive, Upgrade", "upgrade"),
            ("Host", "Sec-WebSocket-Protocol: a, ,b\r\nHost"),
            ("Host", "Sec-WebSocket-Extensions: x; y=\"z\"\r\nHost"),
            ("Host", "Content-Length: 0\r\nHost"),
        ] {
            assert_eq!(found(&RIGHT.replacen(from, to, 1)), [], "{to}");
        }
    }

    #[test]
    fn each_flaw_is_noticed() {
        use RequestFlaw as F;
        let text = str::to_owned;
        for (from, to, flaw) in [
            ("GET ", "GET", F::StartLine),
            ("HTTP/1.1", "HTTP/1.1.1", F::StartLine),
            ("GET", "POST", F::Method(text("POST"))),
            ("1.1", "1.0", F::HttpVersion(text("HTTP/1.0"))),
            ("/chat?x", "/#x", F::Target(text("/#x"))),
            ("/chat?x", "chat", F::Target(text("chat"))),
            ("/chat?x", "http:///x", F::Target(text("http:///x"))),
            ("Host: ", "Host : ", F::Line(LineFlaw::SpaceBeforeColon)),
            ("Host", "X-Host", F::HostMissing),
            ("Host", "Host: a\r\nHost", F::HostDoubled),
            ("testee:9001", "a b", F::HostInvalid(text("a b"))),
            ("testee:9001", "a:b", F::HostInvalid(text("a:b"))),
            ("Upgrade:", "X:", F::UpgradeMissing),
            ("websocket", "websockets", F::UpgradeOther(text("websockets"))),
            ("Connection", "X", F::ConnectionMissing),
            ("-alive, Upgrade", "", F::ConnectionOther(text("keep"))),
            ("-Key", "-X", F::KeyMissing),
            ("Host", "Sec-WebSocket-Key: x\r\nHost", F::KeyDoubled),
            ("dGhl", "!!!!", F::KeyNotBase64(text("!!!!IHNhbXBsZSBub25jZQ=="))),
            ("dGhl", "", F::KeyLength(13)),
            ("-Version", "-X", F::VersionMissing),
            ("Host", "Sec-WebSocket-Version: 13\r\nHost", F::VersionDoubled),
            (": 13", ": 8", F::VersionOther(text("8"))),
            (": 13", ": 013", F::VersionMalformed(text("013"))),
            (": 13", ": 256", F::VersionMalformed(text("256"))),
            ("Host", "Sec-WebSocket-Protocol: a,a\r\nHost", F::ProtocolsMalformed(text("a,a"))),
            ("Host", "Sec-WebSocket-Protocol:\r\nHost", F::ProtocolsMalformed(text(""))),
            ("Host", "Sec-WebSocket-Extensions: a b\r\nHost", F::ExtensionsMalformed(text("a b"))),
            ("Host", "Content-Length: 5\r\nHost", F::Body),
        ] {
            assert_eq!(found(&RIGHT.replacen(from, to, 1)), [flaw], "{to}");
        }
    }

    #[test]
    fn what_can_be_read_of_extensions_is_read() {
        let request = RIGHT.replace("Host", "Sec-WebSocket-Extensions: a b, c; d\r\nHost");
        let names: Vec<String> = extensions(&ReceivedHead::read(request.as_bytes()))
            .into_iter()
            .map(|extension| extension.name)
            .collect();
        assert_eq!(names, ["c"]);
    }
}
