//! A short look at how many connections a server serves at a time.
//!
//! Connections are opened one after the other and stay open. A server that answers one of them only after
//! the others are closed, or not at all, does not serve more. To be sure, that has to show twice; of a
//! server that answers all of them at once, as nearly all do, one look is enough.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
    time::timeout,
};

use super::{Route, Shortage, Target, transport::Stream, visit};
use crate::protocol::{
    CloseBody, CloseCode, Opcode,
    handshake::{HeadReader, HeadState},
};

/// The most connections of a look.
const CONNECTIONS_MAX: usize = 8;

/// Looks, of which two in a row have to agree.
const LOOKS_MAX: usize = 3;

/// How much longer than the first connection another one may wait for its answer: three times as long,
/// and this.
const EXTRA_PATIENCE: Duration = Duration::from_millis(150);

/// How long a server may take to close a connection.
const CLOSE_PATIENCE: Duration = Duration::from_millis(250);

/// What a look showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Capacity {
    /// How long a connection took to be opened that was alone.
    pub(super) alone: Duration,
    /// How many connections the server serves at a time, if that is fewer than were tried.
    pub(super) served: Option<usize>,
}

/// Looks with at most this number of connections. `patience` is what an opening handshake may take. `None`:
/// not even one connection was opened.
pub(super) async fn look(
    target: &Target,
    route: &Route,
    patience: Duration,
    most: usize,
) -> Option<Capacity> {
    let mut before: Option<Capacity> = None;
    for _ in 0..LOOKS_MAX {
        let seen = look_once(target, route, patience, most.min(CONNECTIONS_MAX)).await?;
        let agrees = before.is_some_and(|before| before.served == seen.served);
        if seen.served.is_none() || agrees {
            return Some(seen);
        }
        before = Some(seen);
    }
    before.map(|before| Capacity { served: None, ..before })
}

async fn look_once(
    target: &Target,
    route: &Route,
    patience: Duration,
    most: usize,
) -> Option<Capacity> {
    let asked = Instant::now();
    let first = timeout(patience, open(target, route)).await.ok()?.ok()?;
    let alone = asked.elapsed();
    let limit = alone * 4 + EXTRA_PATIENCE;
    let mut served = vec![first];
    while served.len() < most {
        let mut next = pin!(open(target, route));
        let early = timeout(limit, &mut next).await;
        let is_ours = match early {
            Ok(Ok(next)) => {
                served.push(next);
                continue;
            }
            Ok(Err(NotOpened::Shortage)) => true,
            Ok(Err(NotOpened::ByServer)) | Err(_) => false,
        };
        let count = (!is_ours).then_some(served.len());
        close_all(served).await;
        if early.is_err() {
            let late = timeout(limit, next).await;
            close_all(late.ok().and_then(Result::ok)).await;
        }
        return Some(Capacity { alone, served: count });
    }
    close_all(served).await;
    Some(Capacity { alone, served: None })
}

/// Why there is no further connection.
#[derive(Clone, Copy, Debug)]
enum NotOpened {
    /// The server refused or dropped it.
    ByServer,
    /// This machine could not make it.
    Shortage,
}

/// Opens a WebSocket connection.
async fn open(target: &Target, route: &Route) -> Result<Stream, NotOpened> {
    let stream =
        route.connect(Duration::ZERO).await.map_err(|error| {
            match Shortage::that_caused(&error) {
                Some(_) => NotOpened::Shortage,
                None => NotOpened::ByServer,
            }
        })?;
    shake_hands(target, stream).await.ok_or(NotOpened::ByServer)
}

/// The connection, if it is a WebSocket connection then.
async fn shake_hands(target: &Target, mut stream: Stream) -> Option<Stream> {
    let request = target.request(rand::random(), Vec::new()).encode();
    stream.write_all(&request).await.ok()?;
    let mut reader = HeadReader::default();
    let mut buffer = [0; 1024];
    loop {
        let count = stream.read(&mut buffer).await.ok()?;
        match reader.push(&buffer[..count]) {
            HeadState::Incomplete if count > 0 => {}
            HeadState::Complete(_) => break,
            _ => return None,
        }
    }
    let is_open = reader.octets().split(|octet| *octet == b' ').nth(1) == Some(b"101");
    is_open.then_some(stream)
}

async fn close_all(streams: impl IntoIterator<Item = Stream>) {
    let closing: JoinSet<()> = streams.into_iter().map(close).collect();
    closing.join_all().await;
}

/// Ends a connection by the book: RFC 6455 §7.1.2, and §7.1.1 for TCP.
async fn close(mut stream: Stream) {
    let goodbye = visit::frame(Opcode::CLOSE, &CloseBody::encode(CloseCode::NORMAL, b""));
    let closing = async {
        stream.write_all(&goodbye).await.ok()?;
        let mut buffer = [0; 1024];
        while stream.read(&mut buffer).await.ok()? > 0 {}
        Some(())
    };
    let _ = timeout(CLOSE_PATIENCE, closing).await;
    let _ = timeout(CLOSE_PATIENCE, stream.shutdown()).await;
}
