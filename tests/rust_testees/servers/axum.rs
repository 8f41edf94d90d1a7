//! axum, on tungstenite.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
    routing::any,
};

use super::MESSAGE_MAX;

pub fn start() -> SocketAddr {
    super::serve(async |listener| {
        let router = Router::new().route("/", any(upgrade));
        axum::serve(listener, router).await.unwrap();
    })
}

async fn upgrade(upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(MESSAGE_MAX).max_frame_size(MESSAGE_MAX).on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let data = matches!(message, Message::Text(_) | Message::Binary(_));
        if data && socket.send(message).await.is_err() {
            break;
        }
    }
}
