//! tokio-websockets.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio_websockets::{Limits, ServerBuilder};

pub fn start() -> SocketAddr {
    super::serve_each(async |stream| {
        let builder = ServerBuilder::new().limits(Limits::unlimited());
        let Ok((_, mut socket)) = builder.accept(stream).await else {
            return;
        };
        while let Some(Ok(message)) = socket.next().await {
            let data = message.is_text() || message.is_binary();
            if data && socket.send(message).await.is_err() {
                break;
            }
        }
    })
}
