//! The built-in echo server.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use super::{drive::drive, tungstenite};
use crate::{
    run::{Listener, Place, transport::Arrival},
    testee::{Conduct, Endpoint},
};

/// How long the system gets to find room for another connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// How long a TLS handshake may take.
const TLS_PATIENCE: Duration = Duration::from_secs(5);

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
    place: Place,
    url: String,
    serving: JoinHandle<()>,
}

impl EchoServer {
    /// Listens there and serves in the background.
    ///
    /// # Errors
    /// The address is not to be had.
    pub async fn start(address: SocketAddr, stack: EchoStack) -> io::Result<Self> {
        Listener::bind(&address.into(), None).await.map(|listener| Self::on(listener, stack))
    }

    /// Serves in the background whoever comes there.
    ///
    /// # Panics
    /// Outside of a runtime of tokio's.
    #[must_use]
    pub fn on(listener: Listener, stack: EchoStack) -> Self {
        Self {
            place: listener.place().clone(),
            url: listener.url(),
            serving: tokio::spawn(serve(listener, stack)),
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The URL at which it can be reached from here.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: Listener, stack: EchoStack) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(arrival) => {
                    connections.spawn(echo(arrival, stack.clone()));
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

async fn echo(arrival: Arrival, stack: EchoStack) {
    let Ok(Ok(stream)) = timeout(TLS_PATIENCE, arrival.welcome()).await else {
        return;
    };
    match stack {
        EchoStack::Tungstenite => tungstenite::echo(stream).await,
        EchoStack::Own(conduct) => {
            drive(Endpoint::server(*conduct, rand::random()), stream).await;
        }
    }
}
