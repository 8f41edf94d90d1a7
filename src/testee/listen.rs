//! The built-in echo server: tungstenite, an implementation that is not ours, so that trying
//! wspec without a target tests something.

use std::{io, net::SocketAddr};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_tungstenite::{accept_async_with_config, tungstenite::protocol::WebSocketConfig};

/// The largest message that is echoed, in octets.
const MESSAGE_MAX: usize = 64 * 1024 * 1024;

/// A running echo server; it ends when this is dropped.
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
    pub async fn start(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, serving: tokio::spawn(serve(listener)) })
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

async fn serve(listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that was gone before it was accepted is none of our business.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(echo(stream));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn echo(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let Ok(mut socket) = accept_async_with_config(stream, Some(config)).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        let echoed = message.is_text() || message.is_binary();
        if echoed && socket.send(message).await.is_err() {
            return;
        }
    }
}
