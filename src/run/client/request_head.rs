//! The first octets of a connection: the head of its request.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::timeout,
};

use crate::protocol::handshake::{HeadReader, HeadState};

/// A request's head, and what came after it.
#[derive(Debug)]
pub struct RequestHead {
    pub head: Vec<u8>,
    pub early_octets: Vec<u8>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHead {
    /// The peer left, or was too slow: there is nobody to tell.
    Gone,
    /// It does not end.
    TooLong,
}

/// Reads a head, within a time.
pub async fn read_head(
    stream: &mut (impl AsyncRead + Unpin),
    patience: Duration,
) -> Result<RequestHead, NoHead> {
    timeout(patience, read(stream)).await.unwrap_or(Err(NoHead::Gone))
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<RequestHead, NoHead> {
    let mut reader = HeadReader::default();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.map_err(|_| NoHead::Gone)?;
        if count == 0 {
            return Err(NoHead::Gone);
        }
        match reader.push(&buffer[..count]) {
            HeadState::Incomplete => {}
            HeadState::TooLong => return Err(NoHead::TooLong),
            HeadState::Complete(end) => {
                let (head, early_octets) = reader.octets().split_at(end);
                return Ok(RequestHead {
                    head: head.to_vec(),
                    early_octets: early_octets.to_vec(),
                });
            }
        }
    }
}
