//! yawc, on hyper, with compression.

use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::Empty;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use yawc::{CompressionLevel, Options, UpgradeFut, WebSocket, WebSocketError, frame::OpCode};

use super::MESSAGE_MAX;

pub fn start() -> SocketAddr {
    super::serve_each(async |stream| {
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service_fn(answer))
            .with_upgrades()
            .await;
    })
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let options = Options::default()
        .with_compression_level(CompressionLevel::default())
        .with_utf8()
        .with_limits(MESSAGE_MAX, 2 * MESSAGE_MAX);
    let (response, upgraded) = WebSocket::upgrade_with_options(&mut request, options)?;
    tokio::spawn(echo(upgraded));
    Ok(response)
}

async fn echo(upgraded: UpgradeFut) {
    let Ok(mut socket) = upgraded.await else {
        return;
    };
    while let Some(frame) = socket.next().await {
        let data = matches!(frame.opcode(), OpCode::Text | OpCode::Binary);
        if data && socket.send(frame).await.is_err() {
            break;
        }
    }
}
