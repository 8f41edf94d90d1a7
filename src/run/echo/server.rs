//! The built-in echo server.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::{drive::drive, tungstenite};
use crate::testee::{Conduct, Endpoint};

/// How long the system gets to find room for another connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// What speaks WebSocket in an [`EchoServer`].
#[derive(Clone, Debug)]
pub enum EchoStack {
    /// tungstenite: an independent implementation, without compression.
    Tungstenite,
    /// Our own endpoint, of this conduct.
    Own(Box<Conduct>),
}

impl EchoStack {
    /// Our own endpoint.
    #[must_use]
    pub fn own(conduct: Conduct) -> Self {
        Self::Own(Box::new(conduct))
    }
}

/// A running echo server; it ends, with all its connections, when this is dropped.
#[derive(Debug)]
pub struct EchoServer {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl EchoServer {
    /// Listens there and serves in the background.
    ///
    /// # Errors
    /// The address is not to be had.
    pub async fn start(address: SocketAddr, stack: EchoStack) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            address,
            serving: tokio::spawn(serve(listener, stack)),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, stack: EchoStack) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(echo(stream, stack.clone()));
                }
                // A connection that was gone before it was accepted is none of our business.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                // No more file descriptors, say: those who are connected go on.
                Err(_) => tokio::time::sleep(ACCEPT_AGAIN_AFTER).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn echo(stream: TcpStream, stack: EchoStack) {
    let _ = stream.set_nodelay(true);
    match stack {
        EchoStack::Tungstenite => tungstenite::echo(stream).await,
        EchoStack::Own(conduct) => {
            drive(Endpoint::server(*conduct, rand::random()), stream).await;
        }
    }
}
