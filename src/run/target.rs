//! The endpoint under test, as its URL says it.

use std::net::IpAddr;

use url::{Host, Url, form_urlencoded::byte_serialize};

use crate::play::Live;
use crate::protocol::handshake::{ClientRequest, SecWebSocketKey};

/// A server to test, and what to ask of it in every opening handshake.
#[derive(Clone, Debug)]
pub struct Target {
    url: Url,
    /// The `Origin` field to send.
    pub origin: Option<String>,
    /// Subprotocols to ask for.
    pub subprotocols: Vec<String>,
    /// Further header fields to send.
    pub fields: Vec<(String, String)>,
    /// What is known of a server that does not echo.
    pub live: Option<Live>,
    /// Values of fields that nobody else may read.
    secrets: Vec<String>,
}

/// Why a URL or a header field is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no URL.
    #[error("`{url}` is no URL ({reason}); expected something like ws://127.0.0.1:9001/")]
    NotAUrl {
        /// What was given.
        url: String,
        /// What the parser said.
        reason: String,
    },
    /// Another scheme than `ws`.
    #[error("`{url}` has the scheme `{scheme}`; expected ws://")]
    Scheme {
        /// What was given.
        url: String,
        /// Its scheme.
        scheme: String,
    },
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
    /// Reads a `ws://` URL.
    ///
    /// # Errors
    /// Text that is no such URL.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let url = Url::parse(text).map_err(|error| TargetError::NotAUrl {
            url: text.to_owned(),
            reason: error.to_string(),
        })?;
        if url.scheme() != "ws" {
            let scheme = url.scheme().to_owned();
            return Err(TargetError::Scheme {
                url: text.to_owned(),
                scheme,
            });
        }
        if url.fragment().is_some() {
            return Err(TargetError::Fragment(text.to_owned()));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(TargetError::NoHost(text.to_owned()));
        }
        Ok(Self {
            url,
            origin: None,
            subprotocols: Vec::new(),
            fields: Vec::new(),
            live: None,
            secrets: Vec::new(),
        })
    }

    /// Adds a header field given as `Name: value`.
    ///
    /// # Errors
    /// Text that is no header field (RFC 9112 §5).
    pub fn add_field(&mut self, line: &str) -> Result<(), TargetError> {
        let wrong = || TargetError::Field(line.to_owned());
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
        if !value.is_empty() {
            self.secrets.push(value.to_owned());
        }
        Ok(())
    }

    /// A request with `(hidden)` in the place of each secret.
    #[must_use]
    pub fn hide_secrets(&self, request: &[u8]) -> Vec<u8> {
        let mut shown = request.to_vec();
        for secret in &self.secrets {
            let wanted = secret.as_bytes();
            while let Some(at) = shown.windows(wanted.len()).position(|part| part == wanted) {
                shown.splice(at..at + wanted.len(), *b"(hidden)");
            }
        }
        shown
    }

    /// The URL as text.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
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

    /// The value of the `Host` field; the port is always named, as Autobahn does.
    #[must_use]
    pub fn host_field(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        format!("{host}:{}", self.port())
    }

    /// The resource of this name below the target's path, with these query parameters in place of
    /// the target's.
    #[must_use]
    pub fn at(&self, name: &str, parameters: &[(&str, &str)]) -> Self {
        // Not every server reads `+` as a space.
        let escaped = |text: &str| {
            byte_serialize(text.as_bytes())
                .collect::<String>()
                .replace('+', "%20")
        };
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let mut target = self.clone();
        let path = format!("{}/{name}", self.url.path().trim_end_matches('/'));
        target.url.set_path(&path);
        target
            .url
            .set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
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
    fn names_in_a_query_cannot_break_out_of_it() {
        let target = Target::parse("ws://x/base/?old=1").unwrap();
        let at = target.at("runCase", &[("case", "1"), ("agent", "a b+c&d=é/..")]);
        assert_eq!(
            at.resource(),
            "/base/runCase?case=1&agent=a%20b%2Bc%26d%3D%C3%A9%2F.."
        );
        assert_eq!(
            target.at("getCaseCount", &[]).resource(),
            "/base/getCaseCount"
        );
    }

    #[test]
    fn what_is_no_target_is_said() {
        for (text, part) in [
            ("localhost:9001", "scheme `localhost`"),
            ("9001", "no URL"),
            ("http://x/", "scheme `http`"),
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
    fn secrets_are_sent_and_not_shown() {
        let mut target = Target::parse("ws://x/").unwrap();
        target.add_secret_field("Cookie", "a=1; b=2").unwrap();
        let request = target.request([0; 16], vec![]).encode();
        assert!(String::from_utf8_lossy(&request).contains("\r\nCookie: a=1; b=2\r\n"));
        let shown = target.hide_secrets(&request);
        assert!(String::from_utf8_lossy(&shown).contains("\r\nCookie: (hidden)\r\n"));
    }
}
