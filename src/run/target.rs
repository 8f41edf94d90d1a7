//! The endpoint under test, as its URL says it.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use url::{Host, Url, form_urlencoded::byte_serialize};

use super::{
    ClientTls, Proxy,
    target_url::{UnixUrl, completed},
};
use crate::foreign::{is_secret_name, without_passwords};
use crate::play::Live;
use crate::protocol::handshake::{ClientRequest, SecWebSocketKey};
use crate::transcript::{HIDDEN, Secrets, percent_decoded};

/// A server to test, and what to ask of it in every opening handshake.
#[derive(Clone, Debug)]
pub struct Target {
    /// Always `ws` or `wss`; for a Unix socket its host is `localhost`.
    url: Url,
    /// The Unix socket that stands for host and port.
    socket: Option<PathBuf>,
    /// The URL as people know it.
    shown: String,
    /// The `Origin` field to send.
    pub origin: Option<String>,
    /// Subprotocols to ask for.
    pub subprotocols: Vec<String>,
    /// Further header fields to send.
    pub fields: Vec<(String, String)>,
    /// What is known of a server that does not echo.
    pub live: Option<Live>,
    /// What nobody else may read.
    secrets: Secrets,
    /// What to accept and to show, if it is a `wss` URL; `None`: the authorities of the web are
    /// trusted.
    pub tls: Option<ClientTls>,
    /// The HTTP proxy that the connections go through.
    pub proxy: Option<Proxy>,
}

/// Why a URL or a header field is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no URL.
    #[error("`{url}` is not a valid URL ({reason}); expected something like ws://127.0.0.1:9001/")]
    NotAUrl {
        /// What was given.
        url: String,
        /// What the parser said.
        reason: String,
    },
    /// Another scheme than `ws` and those beside it.
    #[error("`{url}` has the scheme `{scheme}`; expected ws://, wss:// or unix:/path")]
    Scheme {
        /// What was given.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// No path of a Unix socket.
    #[error(
        "`{0}` names no Unix socket; expected something like unix:/run/server.sock or \
         ws+unix:/run/server.sock:/resource"
    )]
    NoSocket(String),
    /// No host.
    #[error("`{0}` has no host; expected something like ws://127.0.0.1:9001/")]
    NoHost(String),
    /// A fragment, which a WebSocket URL must not have (RFC 6455 §3).
    #[error("`{0}` has a fragment (`#…`), which a WebSocket URL must not have (RFC 6455 §3)")]
    Fragment(String),
    /// No header field.
    #[error("`{0}` is no header field; expected `Name: value`")]
    Field(String),
}

impl Target {
    /// Reads a URL: `ws://…`, `wss://…`, `unix:/path` or `ws+unix:/path:/resource`. `http` and
    /// `https` stand for `ws` and `wss`, and a host or port without a scheme for `ws`.
    ///
    /// # Errors
    /// Text that is no such URL.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        if let Some(socket) = UnixUrl::read(text) {
            return Self::at_a_unix_socket(socket?);
        }
        let shown = without_passwords(text);
        let url = match Url::parse(&completed(text)) {
            Ok(url) => url,
            Err(error) => {
                return Err(TargetError::NotAUrl { url: shown, reason: error.to_string() });
            }
        };
        if !matches!(url.scheme(), "ws" | "wss") {
            let scheme = url.scheme().to_owned();
            return Err(TargetError::Scheme { url: shown, scheme });
        }
        if url.fragment().is_some() {
            return Err(TargetError::Fragment(shown));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(TargetError::NoHost(shown));
        }
        Ok(Self::new(url))
    }

    fn at_a_unix_socket(socket: UnixUrl<'_>) -> Result<Self, TargetError> {
        let url = format!("ws://localhost{}", socket.resource);
        let mut target = Self::parse(&url)?;
        if !socket.path.starts_with('/') || !target.resource().starts_with('/') {
            return Err(TargetError::NoSocket(socket.text.to_owned()));
        }
        target.socket = Some(socket.path.into());
        target.shown = socket.text.to_owned();
        Ok(target)
    }

    fn new(url: Url) -> Self {
        let secrets = secrets_of(&url);
        Self {
            shown: without_passwords(url.as_str()),
            url,
            socket: None,
            origin: None,
            subprotocols: Vec::new(),
            fields: Vec::new(),
            live: None,
            secrets,
            tls: None,
            proxy: None,
        }
    }

    /// Adds a header field given as `Name: value`.
    ///
    /// # Errors
    /// Text that is no header field (RFC 9112 §5).
    pub fn add_field(&mut self, line: &str) -> Result<(), TargetError> {
        let wrong = || TargetError::Field(shown_field(line));
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(is_token) || value.contains(['\r', '\n', '\0']) {
            return Err(wrong());
        }
        self.fields.push((name.to_owned(), value.trim().to_owned()));
        Ok(())
    }

    /// Adds a header field whose value reports must not show.
    ///
    /// # Errors
    /// A name or a value that cannot stand in a header field.
    pub fn add_secret_field(&mut self, name: &str, value: &str) -> Result<(), TargetError> {
        self.add_field(&format!("{name}: {value}"))?;
        self.secrets.add_field(name, value);
        if let Some(credentials) = value.strip_prefix("Basic ")
            && let Ok(decoded) = STANDARD.decode(credentials.trim())
        {
            self.add_credentials(&String::from_utf8_lossy(&decoded));
        }
        Ok(())
    }

    /// Goes through this proxy, and keeps its password.
    pub fn go_through(&mut self, proxy: Option<Proxy>) {
        if let Some(credentials) = proxy.as_ref().and_then(Proxy::credentials) {
            self.add_credentials(&credentials);
        }
        self.proxy = proxy;
    }

    /// `user:password`, which is sent as Base64.
    fn add_credentials(&mut self, credentials: &str) {
        add_credentials(&mut self.secrets, credentials);
    }

    /// What nobody else may read of what is sent.
    #[must_use]
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// A request without them.
    #[must_use]
    pub fn hide_secrets(&self, request: &[u8]) -> Vec<u8> {
        if self.secrets.is_empty() {
            return request.to_vec();
        }
        self.secrets.hidden_in(&String::from_utf8_lossy(request)).into_bytes()
    }

    /// Whether a text holds any of them.
    pub(super) fn is_secret_in(&self, text: &str) -> bool {
        self.secrets.hidden_in(text) != text
    }

    /// The URL as others may read it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shown
    }

    /// The URL with all that is secret in it, for testees that we start.
    #[must_use]
    pub fn whole_url(&self) -> &str {
        if self.socket.is_some() { &self.shown } else { self.url.as_str() }
    }

    /// The URL that the opening handshake is about: as [`Self::url`], but for a Unix socket, whose
    /// host is `localhost`.
    #[must_use]
    pub fn handshake_url(&self) -> &str {
        self.url.as_str()
    }

    /// Whether connections are made with TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "wss"
    }

    /// Whether any certificate is accepted.
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        self.is_secure() && self.tls.as_ref().is_some_and(ClientTls::is_insecure)
    }

    /// The path of the Unix socket, if it is one.
    #[must_use]
    pub fn socket(&self) -> Option<&Path> {
        self.socket.as_deref()
    }

    /// The host as TCP wants it: a name, or an address without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match self.url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(80)
    }

    /// Whether the host is this machine, as far as its name tells.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        // Through a proxy `localhost` is the proxy's.
        if self.proxy.is_some() {
            return false;
        }
        match self.url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        }
    }

    /// Path and query.
    #[must_use]
    pub fn resource(&self) -> &str {
        let resource = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        if resource.is_empty() { "/" } else { resource }
    }

    /// The value of the `Host` field; the port is always named, as Autobahn does. A Unix socket
    /// has none.
    #[must_use]
    pub fn host_field(&self) -> String {
        if self.socket.is_some() {
            return "localhost".to_owned();
        }
        self.authority()
    }

    /// Host and port, an IPv6 address in brackets.
    pub(super) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        format!("{host}:{}", self.port())
    }

    /// The resource of this name below the target's path, with these query parameters in place of
    /// the target's.
    #[must_use]
    pub fn at(&self, name: &str, parameters: &[(&str, &str)]) -> Self {
        // Not every server reads `+` as a space.
        let escaped =
            |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let mut target = self.clone();
        let path = format!("{}/{name}", self.url.path().trim_end_matches('/'));
        target.url.set_path(&path);
        target.url.set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
        target.shown = shown(&target.url, target.socket.as_deref());
        target
    }

    /// The request that opens a connection.
    #[must_use]
    pub fn request(&self, nonce: [u8; 16], extensions: Vec<String>) -> ClientRequest {
        ClientRequest {
            target: self.resource().to_owned(),
            host: self.host_field(),
            key: SecWebSocketKey::new(nonce),
            origin: self.origin.clone(),
            subprotocols: self.subprotocols.clone(),
            extensions,
            fields: self.fields.clone(),
        }
    }
}

/// A field line as others may read it.
#[must_use]
pub fn shown_field(line: &str) -> String {
    match line.split_once(':') {
        Some((name, _)) if is_secret_name(name) => format!("{name}: {HIDDEN}"),
        _ => line.to_owned(),
    }
}

/// The URL as people know it.
fn shown(url: &Url, socket: Option<&Path>) -> String {
    match socket {
        None => without_passwords(url.as_str()),
        Some(path) => {
            let resource = &url[url::Position::BeforePath..];
            format!("ws+unix:{}:{resource}", path.display())
        }
    }
}

/// What is secret in a URL: its password, and parameters whose names say so.
fn secrets_of(url: &Url) -> Secrets {
    let mut secrets = Secrets::default();
    if let Some(password) = url.password() {
        let credentials = format!("{}:{password}", url.username());
        let decoded = percent_decoded(&credentials);
        add_credentials(&mut secrets, &credentials);
        add_credentials(&mut secrets, &String::from_utf8_lossy(&decoded));
    }
    for (name, value) in
        url.query().unwrap_or_default().split('&').filter_map(|p| p.split_once('='))
    {
        if is_secret_name(name) {
            secrets.add(value);
        }
    }
    secrets
}

fn add_credentials(secrets: &mut Secrets, credentials: &str) {
    secrets.add(credentials);
    secrets.add(&STANDARD.encode(credentials));
    if let Some((_, password)) = credentials.split_once(':') {
        secrets.add(password);
        secrets.add(&STANDARD.encode(password));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_become_requests() {
        let target = Target::parse("ws://[::1]:9001/chat?x=1").unwrap();
        let request = target.request([0; 16], vec![]);
        assert_eq!(request.target, "/chat?x=1");
        assert_eq!(request.host, "[::1]:9001");
        assert_eq!((target.host().as_str(), target.port()), ("::1", 9001));
        assert!(target.is_loopback());
        let plain = Target::parse("ws://example.org").unwrap();
        assert_eq!(plain.request([0; 16], vec![]).target, "/");
        assert_eq!((plain.port(), plain.is_loopback()), (80, false));
    }

    #[test]
    fn a_scheme_may_be_missing_or_that_of_http() {
        for (text, url) in [
            ("localhost", "ws://localhost/"),
            ("localhost:9001", "ws://localhost:9001/"),
            ("myhost:9001/chat?x=:1", "ws://myhost:9001/chat?x=:1"),
            ("127.0.0.1:9001/x", "ws://127.0.0.1:9001/x"),
            ("example.org/chat", "ws://example.org/chat"),
            ("[::1]:9001", "ws://[::1]:9001/"),
            ("[::1]", "ws://[::1]/"),
            (":9001/x", "ws://localhost:9001/x"),
            ("//example.org/x", "ws://example.org/x"),
            ("http://x/", "ws://x/"),
            ("HTTPS://x:1/y", "wss://x:1/y"),
        ] {
            assert_eq!(Target::parse(text).unwrap().url(), url);
        }
    }

    #[test]
    fn secure_urls_have_a_port_of_their_own() {
        let target = Target::parse("wss://example.org/chat").unwrap();
        assert!(target.is_secure() && !target.is_insecure());
        assert_eq!((target.port(), target.host_field().as_str()), (443, "example.org:443"));
    }

    #[test]
    fn unix_sockets_have_a_resource_and_no_port() {
        let plain = Target::parse("unix:/run/a.sock").unwrap();
        assert_eq!(plain.socket(), Some(Path::new("/run/a.sock")));
        assert_eq!((plain.url(), plain.resource()), ("unix:/run/a.sock", "/"));
        assert_eq!(plain.host_field(), "localhost");
        assert!(plain.is_loopback());
        for url in ["ws+unix:/run/a.sock:/chat?x=:/y", "ws+unix:///run/a.sock:/chat?x=:/y"] {
            let target = Target::parse(url).unwrap();
            assert_eq!(target.socket(), Some(Path::new("/run/a.sock")));
            assert_eq!(target.resource(), "/chat?x=:/y");
            assert_eq!(target.url(), url);
            let at = target.at("runCase", &[("case", "1")]);
            assert_eq!(at.url(), "ws+unix:/run/a.sock:/chat/runCase?case=1");
            assert_eq!(at.handshake_url(), "ws://localhost/chat/runCase?case=1");
        }
    }

    #[test]
    fn names_in_a_query_cannot_break_out_of_it() {
        let target = Target::parse("ws://x/base/?old=1").unwrap();
        let at = target.at("runCase", &[("case", "1"), ("agent", "a b+c&d=é/..")]);
        assert_eq!(at.resource(), "/base/runCase?case=1&agent=a%20b%2Bc%26d%3D%C3%A9%2F..");
        assert_eq!(target.at("getCaseCount", &[]).resource(), "/base/getCaseCount");
    }

    #[test]
    fn what_is_no_target_is_said() {
        for (text, part) in [
            ("mailto:me", "scheme `mailto`"),
            ("ftp://x/", "scheme `ftp`"),
            ("9001", "not a valid URL"),
            ("nonsense", "not a valid URL"),
            ("localhost:port", "scheme `localhost`"),
            ("unix:", "Unix socket"),
            ("unix:here.sock", "Unix socket"),
            ("ws+unix:here.sock:/x", "Unix socket"),
            ("ws+unix:/here.sock:/x#a", "fragment"),
            ("ws://", "host"),
            ("ws://x/#a", "fragment"),
        ] {
            let error = Target::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn header_fields_cannot_break_out_of_their_line() {
        let mut target = Target::parse("ws://x/").unwrap();
        target.add_field("X-A: b: c").unwrap();
        assert_eq!(target.fields, [("X-A".to_owned(), "b: c".to_owned())]);
        for wrong in ["no colon", ": x", "A B: c", "A: b\r\nC: d"] {
            assert!(target.add_field(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_secrets_of_a_url_are_used_and_not_shown() {
        let target = Target::parse("ws://me:p%40ssw0rd@x/chat?room=1&token=T0KEN").unwrap();
        assert_eq!(target.url(), "ws://me:***@x:80/chat?room=1&token=***".replace(":80", ""));
        assert_eq!(target.resource(), "/chat?room=1&token=T0KEN");
        let echoed = format!("p@ssw0rd T0KEN me:p%40ssw0rd {}", STANDARD.encode("me:p@ssw0rd"));
        assert_eq!(target.secrets().hidden_in(&echoed), "(hidden) (hidden) (hidden) (hidden)");
        for wrong in
            ["ftp://me:secret@x/", "ws://me:secret@", "ws://me:se/cret@x/", "ws://me:secret@x/#f"]
        {
            let error = Target::parse(wrong).unwrap_err().to_string();
            assert!(!error.contains("secret") && !error.contains("cret@"), "{error}");
        }
    }

    #[test]
    fn secrets_are_sent_and_not_shown() {
        let mut target = Target::parse("ws://x/").unwrap();
        target.add_secret_field("Cookie", "a=1; b=2").unwrap();
        let request = target.request([0; 16], vec![]).encode();
        assert!(String::from_utf8_lossy(&request).contains("\r\nCookie: a=1; b=2\r\n"));
        let shown = target.hide_secrets(&request);
        assert!(String::from_utf8_lossy(&shown).contains("\r\nCookie: (hidden)\r\n"));
    }
}
