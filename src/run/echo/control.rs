//! Autobahn's control requests, from the client's side: a connection that says one thing.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::timeout;
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::run::{ConnectError, Route, Target, connect::CONNECT_TIMEOUT};

/// Octets of an answer: it is a number, or nothing.
const ANSWER_MAX: usize = 64 * 1024;

/// Why a control request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No TCP connection.
    #[error(transparent)]
    Unreachable(#[from] ConnectError),
    /// No WebSocket connection.
    #[error("{url} is no WebSocket resource ({reason}); is this a server that tests clients?")]
    Refused {
        /// What was asked for.
        url: String,
        /// What the handshake said.
        reason: String,
    },
    /// No end in time.
    #[error("{url} did not answer within {} seconds", patience.as_secs())]
    Silent {
        /// What was asked for.
        url: String,
        /// How long we waited.
        patience: Duration,
    },
    /// Another answer than there has to be.
    #[error("{url} answered {answer:?} where a number of cases was expected")]
    NoNumber {
        /// What was asked for.
        url: String,
        /// What came.
        answer: String,
    },
}

/// Asks for `resource` and waits until the server closes the connection. Returns the last text that it
/// sent before.
///
/// # Errors
/// No connection, or no end to it in time.
pub(super) async fn ask(
    route: &Route,
    resource: &Target,
    patience: Duration,
) -> Result<Option<String>, ControlError> {
    let silent = |_| ControlError::Silent { url: resource.url().to_owned(), patience };
    timeout(patience, talk(route, resource)).await.map_err(silent)?
}

async fn talk(route: &Route, resource: &Target) -> Result<Option<String>, ControlError> {
    let stream = route.connect(CONNECT_TIMEOUT).await?;
    let refused = |error: tokio_tungstenite::tungstenite::Error| ControlError::Refused {
        url: resource.url().to_owned(),
        reason: error.to_string(),
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(ANSWER_MAX))
        .max_frame_size(Some(ANSWER_MAX));
    let (mut socket, _) = client_async_with_config(resource.handshake_url(), stream, Some(config))
        .await
        .map_err(refused)?;
    let mut said = None;
    // An error is an end, too: Autobahn resets TCP once the closing handshake is over.
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message {
            said = Some(text.to_string());
        }
    }
    Ok(said)
}
