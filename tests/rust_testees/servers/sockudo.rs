//! sockudo-ws, with compression.

use std::net::SocketAddr;

use bytes::BytesMut;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use sockudo_ws::{
    Config, WebSocketStream,
    deflate::{DeflateConfig, negotiate_server_deflate},
    error::{Error, Result},
    handshake::{build_response, generate_accept_key, parse_request},
    protocol::Message,
    stream::CompressedWebSocketStream,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::MESSAGE_MAX;

pub fn start() -> SocketAddr {
    super::serve_each(async |stream| {
        let _ = serve(stream).await;
    })
}

async fn serve(mut stream: TcpStream) -> Result<()> {
    let deflate = open(&mut stream).await?;
    let config = Config {
        max_message_size: MESSAGE_MAX,
        max_frame_size: MESSAGE_MAX,
        max_backpressure: 4 * MESSAGE_MAX,
        deflate: deflate.clone(),
        ..Config::default()
    };
    match deflate {
        Some(deflate) => echo(CompressedWebSocketStream::server(stream, config, deflate)).await,
        None => echo(WebSocketStream::server(stream, config)).await,
    }
}

async fn open(stream: &mut TcpStream) -> Result<Option<DeflateConfig>> {
    let mut head = BytesMut::new();
    loop {
        if stream.read_buf(&mut head).await? == 0 {
            return Err(Error::ConnectionClosed);
        }
        let Some((request, _)) = parse_request(&head)? else {
            continue;
        };
        let agreed = request
            .extensions
            .and_then(|offers| negotiate_server_deflate(offers, &DeflateConfig::default()));
        let extensions = agreed.as_ref().map(|agreed| agreed.to_response_header());
        let key = generate_accept_key(request.key);
        let response = build_response(&key, None, extensions.as_deref());
        stream.write_all(&response).await?;
        return Ok(agreed.map(|agreed| agreed.config));
    }
}

async fn echo<S>(mut socket: S) -> Result<()>
where
    S: Stream<Item = Result<Message>> + Sink<Message, Error = Error> + Unpin,
{
    while let Some(message) = socket.next().await {
        match message? {
            message @ (Message::Text(_) | Message::Binary(_)) => socket.send(message).await?,
            Message::Close(_) => break,
            _ => {}
        }
    }
    Ok(())
}
