//! The URL of a server of ours.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

/// Where a server listens. Of the URL only the port matters: the server listens on all interfaces,
/// as Autobahn's does, since it often stands in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenUrl {
    /// The port; 0 takes any free one.
    pub port: u16,
    /// Whether it listens with TLS.
    pub secure: bool,
}

/// Why a URL is no place to listen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// It is no WebSocket URL.
    #[error("`{0}` is no WebSocket URL; expected something like ws://127.0.0.1:9001")]
    NotAUrl(String),
}

impl ListenUrl {
    /// The address to listen on.
    #[must_use]
    pub fn address(self) -> SocketAddr {
        (Ipv4Addr::UNSPECIFIED, self.port).into()
    }

    /// Reads a `ws://` or `wss://` URL.
    ///
    /// # Errors
    /// Text that is no such URL.
    pub fn parse(text: &str) -> Result<Self, ListenError> {
        let wrong = || ListenError::NotAUrl(text.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        match url.scheme() {
            "ws" | "wss" if url.has_host() => Ok(Self {
                port: url.port_or_known_default().ok_or_else(wrong)?,
                secure: url.scheme() == "wss",
            }),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_port_matters() {
        let port = |text| ListenUrl::parse(text).map(|url| url.port);
        assert_eq!(port("ws://127.0.0.1:9001"), Ok(9001));
        assert_eq!(port("ws://0.0.0.0:0/x"), Ok(0));
        assert_eq!(port("ws://localhost"), Ok(80));
        let secure = |text| ListenUrl::parse(text).map(|url| (url.port, url.secure));
        assert_eq!(secure("wss://localhost:1"), Ok((1, true)));
        assert_eq!(secure("wss://localhost"), Ok((443, true)));
        assert!(matches!(port("localhost:9001"), Err(ListenError::NotAUrl(_))));
    }
}
