//! tungstenite, with tokio.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::{accept_async_with_config, tungstenite::protocol::WebSocketConfig};

pub fn start() -> SocketAddr {
    super::serve_each(async |stream| {
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let Ok(mut socket) = accept_async_with_config(stream, Some(config)).await else {
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
