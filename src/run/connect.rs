//! Connections to the target, whichever way leads there.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use tokio::{
    net::{TcpStream, UnixStream, lookup_host},
    time::{Instant, sleep, timeout},
};

use super::{
    ClientTls, ClientTlsOptions, Proxy, ProxyError, Target, TlsProblem,
    transport::{Socket, Stream},
};

/// The longest that a TCP connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The shortest time to allow for that: the kernel asks a second time only after a second.
const CONNECT_TIMEOUT_MIN: Duration = Duration::from_secs(3);

/// How long to wait before each further attempt after a refusal: the target may be about to
/// start, or its queue may be full for a moment.
const RETRY_AFTER: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(150), Duration::from_millis(300)];

/// How long to wait before looking again whether a target that went away is back.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// How long a system keeps the port of a connection that is over: a minute or two, where RFC 9293
/// §3.4.2 would have four.
const PORTS_COME_BACK_WITHIN: Duration = Duration::from_secs(150);

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
    #[error("no TCP connection to {address} ({source}); {}", advice(source))]
    Refused {
        /// The last address that was tried.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The Unix socket did not take the connection.
    #[error("no connection to the Unix socket {} ({source}); is the server running?", path.display())]
    NoSocket {
        /// The socket's path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The proxy made no connection.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// There is a connection, but no TLS on it.
    #[error("no TLS connection to {host}: {problem}")]
    Tls {
        /// The server's host.
        host: String,
        /// Why not.
        problem: TlsProblem,
    },
}

/// What to look at where there is no TCP connection.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable => {
            "is the address right, and does a firewall stand in between?"
        }
        io::ErrorKind::NetworkUnreachable => "is this machine on that network?",
        _ => "is the server running?",
    }
}

/// The way to a target, looked up once.
#[derive(Clone, Debug)]
pub struct Route {
    first: FirstHop,
    proxy: Option<Proxy>,
    /// The target's host and port, as a proxy wants them.
    authority: String,
    /// The target's host, as its certificate has it.
    host: String,
    tls: Option<ClientTls>,
    retry_after: &'static [Duration],
}

/// Where sockets are connected to.
#[derive(Clone, Debug)]
enum FirstHop {
    /// The target or the proxy.
    Addresses(Vec<SocketAddr>),
    Path(PathBuf),
}

impl Route {
    /// Looks up the way to a target.
    ///
    /// # Errors
    /// A name without an address.
    pub async fn to(target: &Target) -> Result<Self, ConnectError> {
        let first = match (target.socket(), &target.proxy) {
            (Some(path), _) => FirstHop::Path(path.to_owned()),
            (None, Some(proxy)) => FirstHop::Addresses(resolve(proxy.host(), proxy.port()).await?),
            (None, None) => FirstHop::Addresses(resolve(&target.host(), target.port()).await?),
        };
        let tls = target.is_secure().then(|| target.tls.clone().unwrap_or_default());
        Ok(Self {
            proxy: target.proxy.clone(),
            authority: target.authority(),
            host: target.host(),
            first,
            tls,
            retry_after: &RETRY_AFTER,
        })
    }

    /// The way over plain TCP to the first of these addresses that takes the connection.
    #[must_use]
    pub const fn over_tcp(addresses: Vec<SocketAddr>) -> Self {
        Self {
            first: FirstHop::Addresses(addresses),
            proxy: None,
            authority: String::new(),
            host: String::new(),
            tls: None,
            retry_after: &RETRY_AFTER,
        }
    }

    /// The same way, on which a refusal is told at once: whoever took connections before is gone.
    #[must_use]
    pub(super) fn without_patience(self) -> Self {
        Self { retry_after: &[], ..self }
    }

    /// The address that is tried first, if it is one.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.first {
            FirstHop::Addresses(addresses) => addresses.first().copied(),
            FirstHop::Path(_) => None,
        }
    }

    /// Connects, as a rule with some patience for a refusal. Each step has about the time `limit`.
    ///
    /// # Errors
    /// What the last address said, or the proxy, or TLS.
    pub(super) async fn connect(&self, limit: Duration) -> Result<Stream, ConnectError> {
        let limit = limit.clamp(CONNECT_TIMEOUT_MIN, CONNECT_TIMEOUT);
        let socket = self.socket(limit).await?;
        let Some(tls) = &self.tls else {
            return Ok(Stream::plain(socket));
        };
        let secured = timeout(limit, tls.connect(&self.host, socket)).await;
        secured.unwrap_or(Err(TlsProblem::TooSlow)).map_err(|problem| self.tls_error(problem))
    }

    /// The same where connections come and go so fast that this machine may have no port left for a new
    /// one. That says nothing about the target: some are given back in time.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub(super) async fn connect_in_a_flood(&self, limit: Duration) -> Result<Stream, ConnectError> {
        let until = Instant::now() + PORTS_COME_BACK_WITHIN;
        loop {
            match self.connect(limit).await {
                Err(ConnectError::Refused { source, .. })
                    if source.kind() == io::ErrorKind::AddrNotAvailable
                        && Instant::now() < until =>
                {
                    sleep(LOOK_AGAIN_AFTER).await;
                }
                connected => return connected,
            }
        }
    }

    /// The same without TLS, also where there should be TLS.
    ///
    /// # Errors
    /// What the last address said, or the proxy.
    pub(super) async fn connect_in_clear(&self, limit: Duration) -> Result<Stream, ConnectError> {
        let limit = limit.clamp(CONNECT_TIMEOUT_MIN, CONNECT_TIMEOUT);
        self.socket(limit).await.map(Stream::plain)
    }

    async fn socket(&self, limit: Duration) -> Result<Socket, ConnectError> {
        let socket = self.first.connect(limit, self.retry_after).await?;
        self.through_the_proxy(socket, limit).await
    }

    /// Whether somebody takes connections there; TLS is not asked for.
    pub(super) async fn is_taken(&self, limit: Duration) -> bool {
        match self.first.connect_once(limit).await {
            Ok(socket) => self.through_the_proxy(socket, limit).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Whether somebody takes connections there before this time is over.
    pub(super) async fn is_taken_within(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            if self.is_taken(limit).await {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            sleep(LOOK_AGAIN_AFTER).await;
        }
    }

    /// Whether a target whose URL has no TLS speaks it.
    pub(super) async fn speaks_tls(&self) -> bool {
        if self.tls.is_some() {
            return false;
        }
        let anything = ClientTlsOptions { insecure: true, ..ClientTlsOptions::default() };
        let Ok(tls) = ClientTls::new(&anything) else {
            return false;
        };
        let secure = Self { tls: Some(tls), ..self.clone() };
        let refused = |problem: &TlsProblem| {
            matches!(problem, TlsProblem::Refused(_) | TlsProblem::WantsCertificate)
        };
        match secure.connect(CONNECT_TIMEOUT_MIN).await {
            Ok(_) => true,
            Err(ConnectError::Tls { problem, .. }) => refused(&problem),
            Err(_) => false,
        }
    }

    /// What an error that came over the connection says of its TLS, if it does: a server of TLS
    /// 1.3 can refuse us when we take the handshake for complete.
    pub(super) fn late_refusal(&self, error: &io::Error) -> Option<ConnectError> {
        let is_tls = self.tls.is_some() && TlsProblem::is_behind(error);
        is_tls.then(|| self.tls_error(TlsProblem::with_server(error)))
    }

    fn tls_error(&self, problem: TlsProblem) -> ConnectError {
        ConnectError::Tls { host: self.host.clone(), problem }
    }

    async fn through_the_proxy(
        &self,
        mut socket: Socket,
        limit: Duration,
    ) -> Result<Socket, ConnectError> {
        if let Some(proxy) = &self.proxy {
            let silent = |_| ProxyError::Silent {
                proxy: proxy.to_string(),
                source: io::ErrorKind::TimedOut.into(),
            };
            timeout(limit, proxy.ask(&mut socket, &self.authority)).await.map_err(silent)??;
        }
        Ok(socket)
    }
}

impl FirstHop {
    async fn connect(
        &self,
        limit: Duration,
        retry_after: &[Duration],
    ) -> Result<Socket, ConnectError> {
        for &pause in retry_after {
            match self.connect_once(limit).await {
                Err(
                    ConnectError::Refused { source, .. } | ConnectError::NoSocket { source, .. },
                ) if source.kind() == io::ErrorKind::ConnectionRefused => {
                    sleep(pause).await;
                }
                result => return result,
            }
        }
        self.connect_once(limit).await
    }

    async fn connect_once(&self, limit: Duration) -> Result<Socket, ConnectError> {
        let addresses = match self {
            Self::Addresses(addresses) => addresses,
            Self::Path(path) => {
                let attempt = timeout(limit, UnixStream::connect(path)).await;
                let result = attempt.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                return result
                    .map(Socket::Unix)
                    .map_err(|source| ConnectError::NoSocket { path: path.clone(), source });
            }
        };
        let mut last = Err(ConnectError::NoAddress {
            host: String::new(),
            source: io::Error::from(io::ErrorKind::NotFound),
        });
        for &address in addresses {
            let attempt = timeout(limit, TcpStream::connect(address)).await;
            let result = attempt.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
            match result {
                Ok(stream) => return Ok(Socket::tcp(stream)),
                Err(source) => last = Err(ConnectError::Refused { address, source }),
            }
        }
        last
    }
}

/// The addresses of a host.
async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
    let no_address = |source| ConnectError::NoAddress { host: host.to_owned(), source };
    let addresses: Vec<SocketAddr> = lookup_host((host, port)).await.map_err(no_address)?.collect();
    if addresses.is_empty() {
        return Err(no_address(io::Error::from(io::ErrorKind::NotFound)));
    }
    Ok(addresses)
}
