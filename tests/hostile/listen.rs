//! Listening on an ephemeral port.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// What a server does with each connection; the number counts them, from 0.
type Conduct = dyn Fn(TcpStream, usize) + Send + Sync;

/// A server that lives as long as the process, or takes a limited number of connections.
pub struct Hostile {
    address: SocketAddr,
}

/// Where a server is.
pub trait Where {
    /// Its address as a URL.
    fn url(&self) -> String;
}

impl Hostile {
    /// Serves all who come.
    pub fn start(conduct: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        Self::for_the_first(usize::MAX, conduct)
    }

    /// Serves the first `connections`; then it listens no more.
    pub fn for_the_first(
        connections: usize,
        conduct: impl Fn(TcpStream, usize) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let conduct: Arc<Conduct> = Arc::new(conduct);
        thread::spawn(move || {
            for number in 0..connections {
                let Ok((stream, _)) = listener.accept() else {
                    return;
                };
                let conduct = Arc::clone(&conduct);
                thread::spawn(move || conduct(stream, number));
            }
        });
        Self { address }
    }
}

impl Where for Hostile {
    fn url(&self) -> String {
        self.address.url()
    }
}

impl Where for SocketAddr {
    fn url(&self) -> String {
        format!("ws://{self}/")
    }
}
