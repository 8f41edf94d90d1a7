//! Where peers come to.

use std::{
    fmt, fs, io,
    net::SocketAddr,
    os::unix::{fs::FileTypeExt, net::UnixStream as BlockingUnixStream},
    path::{Path, PathBuf},
    str::FromStr,
};

use tokio::net::{TcpListener, UnixListener};

use super::{ServerTls, Socket, Stream, TlsProblem};

/// A place to listen: an address, or a Unix socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address and a port; port 0 is any free one.
    Address(SocketAddr),
    /// The path of a Unix socket.
    Path(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Path(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some("") => Err("expected a path after `unix:`".to_owned()),
            Some(path) => Ok(Self::Path(path.into())),
            None => text.parse().map(Self::Address).map_err(|_| {
                "expected an address and a port, like 127.0.0.1:9001, or unix:/path".to_owned()
            }),
        }
    }
}

impl From<SocketAddr> for Place {
    fn from(address: SocketAddr) -> Self {
        Self::Address(address)
    }
}

/// Takes connections at a [`Place`], with TLS or without. The file of a Unix socket goes with it.
#[derive(Debug)]
pub struct Listener {
    socket: ListenSocket,
    place: Place,
    tls: Option<ServerTls>,
}

#[derive(Debug)]
enum ListenSocket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection that was taken, before its TLS.
#[derive(Debug)]
pub struct Arrival {
    socket: Socket,
    tls: Option<ServerTls>,
}

impl Listener {
    /// Listens there.
    ///
    /// # Errors
    /// The place is not to be had.
    pub async fn bind(place: &Place, tls: Option<ServerTls>) -> io::Result<Self> {
        let (socket, place) = match place {
            Place::Address(address) => {
                let socket = TcpListener::bind(address).await?;
                let address = socket.local_addr()?;
                (ListenSocket::Tcp(socket), Place::Address(address))
            }
            Place::Path(path) => (ListenSocket::Unix(bind_unix(path)?), place.clone()),
        };
        Ok(Self { socket, place, tls })
    }

    /// Where it listens, with the port that it got.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The address where it listens, if it is one.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        match &self.place {
            Place::Address(address) => Some(*address),
            Place::Path(_) => None,
        }
    }

    /// The URL at which it can be reached from here.
    #[must_use]
    pub fn url(&self) -> String {
        match (&self.place, &self.tls) {
            (Place::Address(address), None) => format!("ws://{address}/"),
            (Place::Address(address), Some(_)) => format!("wss://{address}/"),
            (place @ Place::Path(_), _) => place.to_string(),
        }
    }

    /// Takes the next connection.
    pub(in crate::run) async fn accept(&self) -> io::Result<Arrival> {
        let socket = match &self.socket {
            ListenSocket::Tcp(listener) => Socket::tcp(listener.accept().await?.0),
            ListenSocket::Unix(listener) => Socket::Unix(listener.accept().await?.0),
        };
        let tls = self.tls.clone();
        Ok(Arrival { socket, tls })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Place::Path(path) = &self.place {
            let _ = fs::remove_file(path);
        }
    }
}

impl Arrival {
    pub(in crate::run) const fn new(socket: Socket, tls: Option<ServerTls>) -> Self {
        Self { socket, tls }
    }

    /// The connection, once TLS is there.
    pub(in crate::run) async fn welcome(self) -> Result<Stream, TlsProblem> {
        match self.tls {
            None => Ok(Stream::plain(self.socket)),
            Some(tls) => tls.accept(self.socket).await,
        }
    }

    /// The same; a peer that speaks in clear text, though there should be TLS, is listened to.
    pub(in crate::run) async fn welcome_in_clear_too(self) -> Result<Stream, TlsProblem> {
        if self.tls.is_none() {
            return self.welcome().await;
        }
        match self.socket.first_octet().await {
            // No record of TLS begins with a letter (RFC 8446 §5.1).
            Ok(Some(b'A'..=b'Z')) => Ok(Stream::in_clear(self.socket)),
            _ => self.welcome().await,
        }
    }
}

/// Listens at a path, also where an earlier process has left its socket behind.
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    let is_left_behind = || {
        let is_socket = path.symlink_metadata()?.file_type().is_socket();
        let refused = BlockingUnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        io::Result::Ok(is_socket && refused)
    };
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind()? => {
            fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        result => result,
    }
}
