//! TCP connections to the target.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::Target;

/// The longest that a TCP connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The shortest time to allow for that: the kernel asks a second time only after a second.
const CONNECT_TIMEOUT_MIN: Duration = Duration::from_secs(3);

/// How long to wait before each further attempt after a refusal: the target may be about to
/// start, or its queue may be full for a moment.
const RETRY_AFTER: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(300),
];

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The host has no address.
    #[error("the host `{host}` cannot be found ({source}); is its name right?")]
    NoAddress {
        /// The host.
        host: String,
        /// What the system said.
        source: io::Error,
    },
    /// No address took the connection.
    #[error("no TCP connection to {address} ({source}); is the server running?")]
    Refused {
        /// The last address that was tried.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// The addresses of the target's host.
///
/// # Errors
/// A name without an address.
pub(super) async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, ConnectError> {
    let host = target.host();
    let no_address = |source| ConnectError::NoAddress {
        host: host.clone(),
        source,
    };
    let addresses: Vec<SocketAddr> = lookup_host((host.as_str(), target.port()))
        .await
        .map_err(no_address)?
        .collect();
    if addresses.is_empty() {
        return Err(no_address(io::Error::from(io::ErrorKind::NotFound)));
    }
    Ok(addresses)
}

/// Connects to the first address that takes it, with some patience for a refusal. Each attempt
/// has about the time `limit`.
///
/// # Errors
/// What the last address said.
pub(super) async fn connect(
    addresses: &[SocketAddr],
    limit: Duration,
) -> Result<TcpStream, ConnectError> {
    let limit = limit.clamp(CONNECT_TIMEOUT_MIN, CONNECT_TIMEOUT);
    for pause in RETRY_AFTER {
        match connect_once(addresses, limit).await {
            Err(ConnectError::Refused { source, .. })
                if source.kind() == io::ErrorKind::ConnectionRefused =>
            {
                tokio::time::sleep(pause).await;
            }
            result => return result,
        }
    }
    connect_once(addresses, limit).await
}

async fn connect_once(
    addresses: &[SocketAddr],
    limit: Duration,
) -> Result<TcpStream, ConnectError> {
    let mut last = Err(ConnectError::NoAddress {
        host: String::new(),
        source: io::Error::from(io::ErrorKind::NotFound),
    });
    for &address in addresses {
        let attempt = timeout(limit, TcpStream::connect(address)).await;
        let result = attempt.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        match result {
            Ok(stream) => {
                // Without it the kernel holds back small frames until earlier ones are
                // acknowledged, and cases that write octet by octet would not.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(source) => last = Err(ConnectError::Refused { address, source }),
        }
    }
    last
}
