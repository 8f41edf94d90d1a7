//! ratchet, without its compression: that switches the compression of the whole build, ours
//! included, to a library in C (cargo unites the features of flate2).

use std::net::SocketAddr;

use bytes::BytesMut;
use ratchet_rs::{
    Error, Message, NoExtProvider, PayloadType, SubprotocolRegistry, WebSocketConfig,
};
use tokio::net::TcpStream;

use super::MESSAGE_MAX;

pub fn start() -> SocketAddr {
    super::serve_each(async |stream| {
        let _ = echo(stream).await;
    })
}

async fn echo(stream: TcpStream) -> Result<(), Error> {
    let config = WebSocketConfig { max_message_size: MESSAGE_MAX };
    let subprotocols = SubprotocolRegistry::default();
    let upgrader = ratchet_rs::accept_with(stream, config, NoExtProvider, subprotocols).await?;
    let mut socket = upgrader.upgrade().await?.websocket;
    let mut payload = BytesMut::new();
    loop {
        let kind = match socket.read(&mut payload).await? {
            // It leaves this check to its user.
            Message::Text => {
                String::from_utf8(payload.to_vec())?;
                PayloadType::Text
            }
            Message::Binary => PayloadType::Binary,
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Close(_) => return Ok(()),
        };
        socket.write(&mut payload, kind).await?;
        socket.flush().await?;
        payload.clear();
    }
}
