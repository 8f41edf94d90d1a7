//! A way through an HTTP proxy (RFC 9110 §9.3.6).

use std::{fmt, io, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use super::Socket;
use crate::{
    protocol::handshake::{HeadReader, HeadState},
    transcript::percent_decoded,
};

/// Characters of a proxy's answer that are shown.
const SHOWN_MAX: usize = 80;

/// An HTTP proxy that makes connections on request.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    host: String,
    port: u16,
    /// `user:password`, as base64.
    credentials: Option<String>,
}

/// Why a URL names no proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a proxy as http://host:port or http://user:password@host:port")]
pub struct ProxyUrlError;

/// Why a proxy made no connection.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// It wants to know who asks.
    #[error(
        "the proxy {0} wants a user and a password; give them as --proxy http://user:password@{0}"
    )]
    WantsCredentials(String),
    /// It takes neither user nor password.
    #[error("the proxy {0} does not take this user and password; are they right?")]
    WrongCredentials(String),
    /// It does not want to, or cannot.
    #[error("the proxy {proxy} made no connection to {target}: {answer}")]
    Refused {
        /// The proxy.
        proxy: String,
        /// Where to.
        target: String,
        /// The first line of its answer.
        answer: String,
    },
    /// It answers in something else.
    #[error("the proxy {0} does not answer in HTTP; is it one that knows CONNECT?")]
    NotHttp(String),
    /// It left, or did not answer in time.
    #[error("the proxy {proxy} did not answer ({source})")]
    Silent {
        /// The proxy.
        proxy: String,
        /// What the system said.
        source: io::Error,
    },
}

impl FromStr for Proxy {
    type Err = ProxyUrlError;

    fn from_str(text: &str) -> Result<Self, ProxyUrlError> {
        let url = Url::parse(text).map_err(|_| ProxyUrlError)?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let bare = matches!(url.path(), "" | "/") && url.query().is_none();
        let (Some(host), "http", true) = (host, url.scheme(), bare) else {
            return Err(ProxyUrlError);
        };
        let named = !url.username().is_empty() || url.password().is_some();
        let credentials = named.then(|| {
            let mut text = percent_decoded(url.username());
            text.push(b':');
            text.extend(percent_decoded(url.password().unwrap_or_default()));
            STANDARD.encode(text)
        });
        Ok(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port_or_known_default().ok_or(ProxyUrlError)?,
            credentials,
        })
    }
}

/// Without the password, which has no place in reports.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

impl Proxy {
    /// `user:password`, if it wants any.
    #[must_use]
    pub fn credentials(&self) -> Option<String> {
        let decoded = STANDARD.decode(self.credentials.as_ref()?).ok()?;
        Some(String::from_utf8_lossy(&decoded).into_owned())
    }

    /// Its host, an IPv6 address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Asks the proxy at the other end for a connection to `target` (`host:port`).
    pub(in crate::run) async fn ask(
        &self,
        socket: &mut Socket,
        target: &str,
    ) -> Result<(), ProxyError> {
        let silent = |source| ProxyError::Silent { proxy: self.to_string(), source };
        socket.write_all(self.request(target).as_bytes()).await.map_err(silent)?;
        let mut reader = HeadReader::default();
        // What is behind the head is the target's: read no octet of it.
        let end = loop {
            let octet = socket.read_u8().await.map_err(silent)?;
            match reader.push(&[octet]) {
                HeadState::Incomplete => {}
                HeadState::TooLong => return Err(ProxyError::NotHttp(self.to_string())),
                HeadState::Complete(end) => break end,
            }
        };
        self.understand(&reader.octets()[..end], target)
    }

    fn request(&self, target: &str) -> String {
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if let Some(credentials) = &self.credentials {
            request += &format!("Proxy-Authorization: Basic {credentials}\r\n");
        }
        request + "\r\n"
    }

    fn understand(&self, head: &[u8], target: &str) -> Result<(), ProxyError> {
        let proxy = self.to_string();
        let mut fields = [httparse::EMPTY_HEADER; 128];
        let mut response = httparse::Response::new(&mut fields);
        let code = match response.parse(head) {
            Ok(_) => response.code.unwrap_or_default(),
            Err(_) => return Err(ProxyError::NotHttp(proxy)),
        };
        match code {
            200..=299 => Ok(()),
            407 if self.credentials.is_some() => Err(ProxyError::WrongCredentials(proxy)),
            407 => Err(ProxyError::WantsCredentials(proxy)),
            _ => {
                let reason = response.reason.unwrap_or_default();
                let reason = reason.chars().take(SHOWN_MAX).flat_map(char::escape_debug);
                let answer = format!("{code} {}", reason.collect::<String>());
                Err(ProxyError::Refused {
                    proxy,
                    target: target.to_owned(),
                    answer: answer.trim_end().to_owned(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(url: &str) -> Proxy {
        url.parse().unwrap()
    }

    #[test]
    fn urls_name_proxies() {
        let named = proxy("http://me:p%40ss%3a@proxy.test:3128");
        assert_eq!(named.to_string(), "proxy.test:3128");
        assert_eq!(format!("{named:?}"), "Proxy(proxy.test:3128)");
        assert_eq!(named.credentials, Some(STANDARD.encode("me:p@ss:")));
        assert_eq!(proxy("http://proxy.test").port(), 80);
        let v6 = proxy("http://[::1]:8080/");
        assert_eq!((v6.host(), v6.to_string().as_str()), ("::1", "[::1]:8080"));
        for wrong in ["proxy.test:3128", "https://x:1", "socks5://x:1", "http://x:1/y", ""] {
            assert!(wrong.parse::<Proxy>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn refusals_are_explained_without_the_password() {
        let (anonymous, named) = (proxy("http://x:1"), proxy("http://me:secret@x:1"));
        let said = |proxy: &Proxy, head: &str| {
            let error = proxy.understand(head.as_bytes(), "a.test:443").unwrap_err();
            let text = error.to_string();
            assert!(!text.contains("secret"), "{text}");
            text
        };
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
        assert!(said(&anonymous, refusal).contains("--proxy http://user"));
        assert!(said(&named, refusal).contains("are they right"));
        assert!(said(&named, "HTTP/1.1 502 Bad\x1bGateway\r\n\r\n").contains("HTTP"));
        let text = said(&named, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
        assert!(text.ends_with("to a.test:443: 502 Bad Gateway"), "{text}");
        assert!(said(&named, "SSH-2.0-x\r\n\r\n").contains("does not answer in HTTP"));
        let fine = "HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n";
        assert!(named.understand(fine.as_bytes(), "a.test:443").is_ok());
    }

    #[test]
    fn requests_name_the_target() {
        assert_eq!(
            proxy("http://me:pw@x:1").request("[::1]:9001"),
            "CONNECT [::1]:9001 HTTP/1.1\r\nHost: [::1]:9001\r\n\
             Proxy-Authorization: Basic bWU6cHc=\r\n\r\n"
        );
    }
}
