//! Reading any request, with all that is wrong with it (RFC 6455 §4.1, §4.2.1).

use super::{
    Extension, HandshakeViolation, HeaderFields, SecWebSocketKey, ServerRequest,
    extensions::understood_extensions,
    lines::{Lines, check_lists, is_token},
    violation::{HandshakeViolation as V, clip},
};
use crate::protocol::{Role, deflate::Offer};

/// Names of extensions that are registered (RFC 6455 §11.4).
const REGISTERED: [&str; 2] = ["permessage-deflate", "bbf-usp-protocol"];

/// What a request says, as far as it says anything, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestCheck {
    /// The request target; `None` if the request line has none.
    pub target: Option<String>,
    /// The value of the first `Sec-WebSocket-Key` field, whatever it is.
    pub key: Option<SecWebSocketKey>,
    /// The subprotocols that are asked for, in order of preference.
    pub subprotocols: Vec<String>,
    /// The elements of `Sec-WebSocket-Extensions` that are of its grammar.
    pub extensions: Vec<Extension>,
    /// All fields.
    pub fields: HeaderFields,
    /// What it breaks, the request line first.
    pub violations: Vec<HandshakeViolation>,
}

/// Reads a complete request head.
#[must_use]
pub fn check_request(head: &[u8]) -> RequestCheck {
    let Lines { start, fields, violations: of_lines } = Lines::of(head, Role::Client);
    let mut violations = Vec::new();
    let target = check_request_line(&start, &mut violations);
    violations.extend(of_lines);
    check_host(&fields, &mut violations);
    check_upgrade(&fields, &mut violations);
    check_key(&fields, &mut violations);
    check_version(&fields, &mut violations);
    let extensions = check_extensions(&fields, &mut violations);
    let subprotocols = check_subprotocols(&fields, &mut violations);
    check_origin(&fields, &mut violations);
    check_lists(&fields, &mut violations);
    let empty = |length: &str| length.bytes().all(|b| b == b'0');
    if fields.has("Transfer-Encoding") || !fields.all("Content-Length").all(empty) {
        violations.push(V::BodyAnnounced);
    }
    let key = fields.all("Sec-WebSocket-Key").next();
    RequestCheck {
        target,
        key: key.map(SecWebSocketKey::as_it_stands),
        subprotocols,
        extensions,
        fields,
        violations,
    }
}

impl RequestCheck {
    /// Whether it asks for another protocol at all, and is not a plain HTTP request.
    #[must_use]
    pub fn asks_for_upgrade(&self) -> bool {
        self.fields.has("Upgrade") || self.fields.has("Sec-WebSocket-Key")
    }

    /// The request as a server may take it that overlooks whatever it can: there has to be a
    /// target, and a key to answer.
    #[must_use]
    pub fn understood(self) -> Option<ServerRequest> {
        Some(ServerRequest {
            target: self.target?,
            key: self.key.filter(|key| !key.as_str().is_empty())?,
            subprotocols: self.subprotocols,
            extensions: self.extensions,
            fields: self.fields,
            violations: self.violations,
        })
    }

    /// Notes whether `Host` lacks the port that the client connected to, for whoever knows that
    /// it is the one that the client was told (RFC 6455 §4.1).
    pub fn expect_port(&mut self, port: u16) {
        if let Some(host) = self.fields.single("Host")
            && port != 80
            && host_and_port(host).is_some_and(|(_, port)| port.is_none())
        {
            self.violations.push(V::HostLacksPort(clip(host), port));
        }
    }
}

fn check_request_line(line: &str, violations: &mut Vec<V>) -> Option<String> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let &[method, target, version] = &words[..] else {
        violations.push(V::RequestLineMalformed(clip(line)));
        return None;
    };
    let is_http = version.strip_prefix("HTTP/").is_some_and(|number| {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        digits == 2 && number.len() == 3 && number.as_bytes()[1] == b'.'
    });
    if !is_token(method) || !is_http || words.join(" ") != line {
        violations.push(V::RequestLineMalformed(clip(line)));
        if !is_http {
            return None;
        }
    }
    if method != "GET" {
        violations.push(V::MethodNotGet(clip(method)));
    }
    // "at least 1.1" (RFC 6455 §4.1); versions after 1 have another syntax.
    if !version.starts_with("HTTP/1.") || version == "HTTP/1.0" {
        violations.push(V::HttpVersion(clip(version)));
    }
    violations.extend(check_target(target));
    Some(target.to_owned())
}

fn check_target(target: &str) -> Option<V> {
    let scheme = target.split_once("://").map(|(scheme, _)| scheme);
    let absolute = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    if target.contains('#') {
        Some(V::TargetHasFragment(clip(target)))
    } else if !target.starts_with('/') && !absolute {
        Some(V::TargetInvalid(clip(target)))
    } else if !target.bytes().all(|b| b.is_ascii_graphic()) {
        Some(V::TargetNotEncoded(clip(target)))
    } else if absolute {
        Some(V::TargetAbsolute(clip(target)))
    } else {
        None
    }
}

fn check_host(fields: &HeaderFields, violations: &mut Vec<V>) {
    let mut hosts = fields.all("Host");
    match (hosts.next(), hosts.next()) {
        (None, _) => violations.push(V::HostMissing),
        (_, Some(_)) => violations.push(V::HostDoubled),
        (Some(host), None) if host_and_port(host).is_none() => {
            violations.push(V::HostInvalid(clip(host)));
        }
        _ => {}
    }
}

/// Host and port of a `Host` field (RFC 9110 §7.2); `None` if it is none.
fn host_and_port(value: &str) -> Option<(&str, Option<&str>)> {
    let end = if value.starts_with('[') {
        value.find(']')? + 1
    } else {
        value.find(':').unwrap_or(value.len())
    };
    let (host, rest) = value.split_at(end);
    let good = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+;=[]:".contains(&b);
    if host.is_empty() || !host.bytes().all(good) {
        return None;
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((host, None)),
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => Some((host, Some(port))),
        _ => None,
    }
}

fn check_upgrade(fields: &HeaderFields, violations: &mut Vec<V>) {
    match fields.joined("Upgrade") {
        None => violations.push(V::UpgradeMissing),
        Some(value) if !fields.list_contains("Upgrade", "websocket") => {
            violations.push(V::UpgradeLacksWebsocket(clip(&value)));
        }
        Some(value) if fields.elements("Upgrade").nth(1).is_some() => {
            violations.push(V::UpgradeListsOthers(clip(&value)));
        }
        Some(value) if !fields.elements("Upgrade").any(|it| it == "websocket") => {
            violations.push(V::UpgradeLetterCase(clip(&value)));
        }
        Some(_) => {}
    }
    check_connection(fields, violations);
}

/// Checks that `Connection` names `Upgrade`, as both sides have to (RFC 9110 §7.8).
pub(super) fn check_connection(fields: &HeaderFields, violations: &mut Vec<V>) {
    match fields.joined("Connection") {
        None => violations.push(V::ConnectionMissing),
        Some(value) if !fields.list_contains("Connection", "upgrade") => {
            violations.push(V::ConnectionLacksUpgrade(clip(&value)));
        }
        Some(_) => {}
    }
}

fn check_key(fields: &HeaderFields, violations: &mut Vec<V>) {
    let mut keys = fields.all("Sec-WebSocket-Key");
    match (keys.next(), keys.next()) {
        (None, _) => violations.push(V::KeyMissing),
        (_, Some(_)) => violations.push(V::KeyDoubled),
        (Some(key), None) => violations.extend(SecWebSocketKey::check(key)),
    }
}

fn check_version(fields: &HeaderFields, violations: &mut Vec<V>) {
    let mut versions = fields.all("Sec-WebSocket-Version");
    match (versions.next(), versions.next()) {
        (None, _) => violations.push(V::VersionMissing),
        (_, Some(_)) => violations.push(V::VersionDoubled),
        (Some("13"), None) => {}
        (Some(version), None) => {
            violations.push(if is_version(version) {
                V::VersionWrong(version.to_owned())
            } else {
                V::VersionMalformed(clip(version))
            });
        }
    }
}

/// RFC 6455 §4.3: a number from 0 to 255 without leading zeros.
pub(super) fn is_version(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    plain && text.parse::<u8>().is_ok()
}

fn check_extensions(fields: &HeaderFields, violations: &mut Vec<V>) -> Vec<Extension> {
    let Some(value) = fields.joined("Sec-WebSocket-Extensions") else {
        return Vec::new();
    };
    let (extensions, malformed) = understood_extensions(&value);
    match malformed {
        Some(part) => violations.push(V::ExtensionsMalformed(clip(&part))),
        None if extensions.is_empty() => violations.push(V::ExtensionsEmpty),
        None => {}
    }
    for extension in &extensions {
        if extension.is_deflate() {
            Offer::read(extension, violations);
        } else if !REGISTERED.iter().any(|name| extension.name.eq_ignore_ascii_case(name)) {
            violations.push(V::ExtensionUnregistered(clip(&extension.name)));
        }
    }
    extensions
}

fn check_subprotocols(fields: &HeaderFields, violations: &mut Vec<V>) -> Vec<String> {
    let mut asked: Vec<String> = Vec::new();
    for subprotocol in fields.elements("Sec-WebSocket-Protocol") {
        if !is_token(subprotocol) {
            violations.push(V::SubprotocolNotToken(clip(subprotocol)));
        }
        if asked.iter().any(|known| known == subprotocol) {
            violations.push(V::SubprotocolRepeated(clip(subprotocol)));
        } else {
            asked.push(subprotocol.to_owned());
        }
    }
    if asked.is_empty() && fields.has("Sec-WebSocket-Protocol") {
        violations.push(V::SubprotocolsEmpty);
    }
    asked
}

fn check_origin(fields: &HeaderFields, violations: &mut Vec<V>) {
    let origins = fields.joined("Origin");
    match origins {
        Some(origin) if !is_origin(&origin) => {
            violations.push(V::OriginMalformed(clip(&origin)));
        }
        None if is_of_browser(fields) => violations.push(V::OriginMissing),
        _ => {}
    }
}

/// Whether the client calls itself as all browsers do, and few others.
fn is_of_browser(fields: &HeaderFields) -> bool {
    let agent = fields.joined("User-Agent");
    agent.is_some_and(|agent| agent.starts_with("Mozilla/"))
}

/// `null`, or scheme, host and perhaps port, in lower case and without a path (RFC 6454 §6.2).
fn is_origin(origin: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return origin == "null";
    };
    let in_scheme = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b);
    let lower = !authority.bytes().any(|b| b.is_ascii_uppercase());
    !scheme.is_empty() && scheme.bytes().all(in_scheme) && lower && {
        host_and_port(authority).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::handshake::ClientRequest;

    fn good() -> String {
        let request = ClientRequest {
            target: "/chat?x=1".to_owned(),
            host: "localhost:9001".to_owned(),
            key: SecWebSocketKey::new([7; 16]),
            origin: Some("http://localhost:9001".to_owned()),
            subprotocols: vec!["a".to_owned(), "b".to_owned()],
            extensions: vec!["permessage-deflate; client_max_window_bits".to_owned()],
            fields: vec![],
        };
        String::from_utf8(request.encode()).unwrap()
    }

    fn violations(head: &str) -> Vec<V> {
        check_request(head.as_bytes()).violations
    }

    #[track_caller]
    fn one(from: &str, to: &str, violation: V) {
        let wrong = good().replacen(from, to, 1);
        assert_ne!(wrong, good(), "{from}");
        assert_eq!(violations(&wrong), [violation], "{from} -> {to}");
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn a_right_request_breaks_nothing() {
        assert_eq!(violations(&good()), []);
        for (from, to) in [
            ("Upgrade: websocket", "UPGRADE:websocket  "),
            ("Connection: Upgrade", "Connection: keep-alive, upgrade"),
            ("localhost:9001", "[::1]:9001"),
            ("http://localhost:9001", "null"),
            ("Pragma: no-cache", "Content-Length: 0"),
            ("Pragma: no-cache", "Sec-WebSocket-Protocol: c"),
            ("Pragma: no-cache", "Sec-WebSocket-Extensions: bbf-usp-protocol"),
            ("HTTP/1.1", "HTTP/1.2"),
        ] {
            let other = good().replacen(from, to, 1);
            assert_ne!(other, good(), "{from}");
            assert_eq!(violations(&other), [], "{to}");
        }
    }

    #[test]
    fn the_request_line() {
        one("GET ", "POST ", V::MethodNotGet(text("POST")));
        one("GET ", "get ", V::MethodNotGet(text("get")));
        one("HTTP/1.1", "HTTP/1.0", V::HttpVersion(text("HTTP/1.0")));
        one("HTTP/1.1", "HTTP/2.0", V::HttpVersion(text("HTTP/2.0")));
        one("/chat?x=1", "chat", V::TargetInvalid(text("chat")));
        one("/chat?x=1", "ws://h/", V::TargetInvalid(text("ws://h/")));
        one("/chat?x=1", "/#x", V::TargetHasFragment(text("/#x")));
        one("/chat?x=1", "/ü", V::TargetNotEncoded(text("/ü")));
        one("/chat?x=1", "http://h/", V::TargetAbsolute(text("http://h/")));
        for line in ["GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / http", "GET /", "\u{16}"] {
            let wrong = good().replacen("GET /chat?x=1 HTTP/1.1", line, 1);
            assert_eq!(violations(&wrong), [V::RequestLineMalformed(text(line))]);
        }
    }

    #[test]
    fn host_upgrade_and_connection() {
        one("Host: localhost:9001\r\n", "", V::HostMissing);
        one("Pragma: no-cache", "Host: b", V::HostDoubled);
        for host in ["", "http://a", "a/b", "a b", "a:x", "u@h", "[::1", "a, b", "ü"] {
            one("localhost:9001", host, V::HostInvalid(text(host)));
        }
        one("Upgrade: websocket\r\n", "", V::UpgradeMissing);
        one("websocket\r\n", "h2c\r\n", V::UpgradeLacksWebsocket(text("h2c")));
        one("websocket\r\n", "h2c, websocket\r\n", V::UpgradeListsOthers(text("h2c, websocket")));
        one("websocket\r\n", "WebSocket\r\n", V::UpgradeLetterCase(text("WebSocket")));
        one("Connection: Upgrade\r\n", "", V::ConnectionMissing);
        one("Connection: Upgrade", "Connection: close", V::ConnectionLacksUpgrade(text("close")));
        one(
            "Connection: Upgrade",
            "Connection: a,,Upgrade",
            V::EmptyListElement(text("Connection")),
        );
    }

    #[test]
    fn key_and_version() {
        one("Sec-WebSocket-Key", "X", V::KeyMissing);
        one("Pragma", "Sec-WebSocket-Key", V::KeyDoubled);
        one("BwcH", "", V::KeyWrongLength(13));
        one("BwcH", "!", V::KeyNotBase64(text("!BwcHBwcHBwcHBwcHBw==")));
        one("Sec-WebSocket-Version", "X", V::VersionMissing);
        one("Pragma", "Sec-WebSocket-Version", V::VersionDoubled);
        for version in ["8", "0", "255"] {
            let wrong = V::VersionWrong(text(version));
            one("Version: 13", &format!("Version: {version}"), wrong);
        }
        for version in ["013", "13, 8", "256", "-1", "", "x"] {
            let wrong = V::VersionMalformed(text(version));
            one("Version: 13", &format!("Version: {version}"), wrong);
        }
    }

    #[test]
    fn extensions_subprotocols_origin_and_body() {
        let offer = "permessage-deflate; client_max_window_bits";
        one(offer, "a b", V::ExtensionsMalformed(text("a b")));
        one(offer, "", V::ExtensionsEmpty);
        one(offer, "x-y", V::ExtensionUnregistered(text("x-y")));
        one(
            "client_max_window_bits",
            "client_max_window_bits=16",
            V::OfferWrongValue(text("client_max_window_bits"), text("16")),
        );
        one("a,b", "a,a", V::SubprotocolRepeated(text("a")));
        one("a,b", "a b", V::SubprotocolNotToken(text("a b")));
        one("a,b", "", V::SubprotocolsEmpty);
        for origin in ["", "http://h/", "http://H", "h", "http://a, http://b"] {
            let wrong = V::OriginMalformed(text(origin));
            one("http://localhost:9001", origin, wrong);
        }
        let browser = good().replacen("User-Agent: ", "User-Agent: Mozilla/5.0 ", 1);
        assert_eq!(violations(&browser), []);
        let browser = browser.replacen("Origin: ", "Other: ", 1);
        assert_eq!(violations(&browser), [V::OriginMissing]);
        one("Pragma: no-cache", "Content-Length: 5", V::BodyAnnounced);
        one("Pragma: ", "Transfer-Encoding: ", V::BodyAnnounced);
    }

    #[test]
    fn a_host_without_the_port_is_noticed_where_the_port_is_known() {
        let mut request = check_request(good().as_bytes());
        request.expect_port(9001);
        assert_eq!(request.violations, []);
        let mut request = check_request(good().replacen(":9001", "", 1).as_bytes());
        request.expect_port(80);
        assert_eq!(request.violations, []);
        request.expect_port(9001);
        assert_eq!(request.violations, [V::HostLacksPort(text("localhost"), 9001)]);
    }

    proptest! {
        #[test]
        fn any_octets_are_checked(head in prop::collection::vec(any::<u8>(), 0..300)) {
            let request = check_request(&head);
            prop_assert!(!request.violations.is_empty());
        }
    }
}
