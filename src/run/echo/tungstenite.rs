//! An echo server's connection on tungstenite, an implementation that is not ours, so that trying
//! wspec without a target tests something.

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::{
    WebSocketStream, accept_async_with_config,
    tungstenite::{
        Error,
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};

use crate::run::transport::Stream;

/// The largest message that is echoed, in octets; Autobahn's largest. It is held twice meanwhile.
const MESSAGE_MAX: usize = 16 * 1024 * 1024;

/// Echoes until the connection is over.
pub(super) async fn echo(stream: Stream) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let Ok(mut socket) = accept_async_with_config(stream, Some(config)).await else {
        return;
    };
    while let Some(received) = socket.next().await {
        let result = match received {
            Ok(message) if message.is_text() || message.is_binary() => socket.send(message).await,
            Ok(_) => Ok(()),
            Err(error) => fail_the_connection(&mut socket, &error).await,
        };
        if result.is_err() {
            return;
        }
    }
}

/// Says why before TCP is closed (RFC 6455 §7.1.7), which tungstenite leaves to its user.
async fn fail_the_connection(
    socket: &mut WebSocketStream<Stream>,
    error: &Error,
) -> Result<(), Error> {
    let code = match error {
        Error::Protocol(_) => CloseCode::Protocol,
        Error::Utf8(_) => CloseCode::Invalid,
        Error::Capacity(_) => CloseCode::Size,
        _ => return Err(Error::ConnectionClosed),
    };
    socket.close(Some(CloseFrame { code, reason: "".into() })).await?;
    Err(Error::ConnectionClosed)
}
