//! The URL of a server of ours.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

/// Where a server listens. Of the URL only the port matters: the server listens on all interfaces,
/// as Autobahn's does, since it often stands in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenUrl {
    /// The port; 0 takes any free one.
    pub port: u16,
}

/// Why a URL is no place to listen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// It is no WebSocket URL.
    #[error("`{0}` is no WebSocket URL; expected something like ws://127.0.0.1:9001")]
    NotAUrl(String),
    /// It asks for TLS.
    #[error("`{0}` asks for TLS, which wspec does not have yet; expected a ws:// URL")]
    Tls(String),
}

impl ListenUrl {
    /// The address to listen on.
    #[must_use]
    pub fn address(self) -> SocketAddr {
        (Ipv4Addr::UNSPECIFIED, self.port).into()
    }

    /// Reads a `ws://` URL.
    ///
    /// # Errors
    /// Text that is no such URL.
    pub fn parse(text: &str) -> Result<Self, ListenError> {
        let wrong = || ListenError::NotAUrl(text.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        match url.scheme() {
            "ws" if url.has_host() => Ok(Self {
                port: url.port_or_known_default().ok_or_else(wrong)?,
            }),
            "wss" => Err(ListenError::Tls(text.to_owned())),
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
        assert!(matches!(
            port("wss://localhost:1"),
            Err(ListenError::Tls(_))
        ));
        assert!(matches!(
            port("localhost:9001"),
            Err(ListenError::NotAUrl(_))
        ));
    }
}
