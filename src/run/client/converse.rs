//! Drives a [`Session`] over a connection, and ends connections in order.

use std::{future::Future, io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::yield_now,
    time::{Instant, timeout, timeout_at},
};

use crate::{control::Session, run::transport::Stream};

/// How long a client may take to answer our Close, and to close TCP, and to read what we write.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);

/// How long a client may say nothing while we wait for it.
const IDLE_PATIENCE: Duration = Duration::from_secs(300);

/// Octets of a client that are read and thrown away after our FIN.
const DISCARDED_MAX: usize = 16 * 1024 * 1024;

/// Goes on until the session is over, or the client is gone or says nothing for too long. Once
/// `answer` is there it is told, if it is one, and the session closed; where none is expected, it
/// goes on.
pub async fn converse(
    mut stream: Stream,
    mut session: Session,
    answer: Option<impl Future<Output = Option<String>>>,
) {
    let conversation = async {
        let mut buffer = vec![0; 16 * 1024];
        let mut answer = std::pin::pin!(async {
            match answer {
                Some(answer) => answer.await,
                None => std::future::pending().await,
            }
        });
        while write(&mut stream, &mut session).await.is_ok() && !session.is_over() {
            let patience = if session.is_closing() { CLOSE_PATIENCE } else { IDLE_PATIENCE };
            tokio::select! {
                biased;
                text = &mut answer, if !session.is_closing() => {
                    text.iter().for_each(|text| session.say(text));
                    session.close();
                }
                read = timeout(patience, stream.read(&mut buffer)) => match read {
                    Ok(Ok(count @ 1..)) => session.receive(&mut buffer[..count]),
                    _ => return,
                },
            }
        }
    };
    conversation.await;
    end(stream).await;
}

/// Writes all that the session has to say, piece by piece: what one client asks for keeps no other
/// waiting, and takes no more memory than a piece.
async fn write(stream: &mut Stream, session: &mut Session) -> io::Result<()> {
    loop {
        let piece = session.take_unwritten();
        if piece.is_empty() {
            return Ok(());
        }
        write_all(stream, &piece).await?;
        yield_now().await;
    }
}

async fn write_all(stream: &mut Stream, octets: &[u8]) -> io::Result<()> {
    for part in octets.chunks(64 * 1024) {
        timeout(CLOSE_PATIENCE, stream.write_all(part)).await??;
    }
    Ok(())
}

/// Sends the last octets of a connection and ends it.
pub async fn say_and_end(mut stream: Stream, octets: &[u8]) {
    if write_all(&mut stream, octets).await.is_ok() {
        end(stream).await;
    }
}

/// Closes TCP so that the client reads all that we sent, and then FIN: octets that nobody reads
/// would turn it into a reset.
pub async fn end(mut stream: Stream) {
    if let Ok(Ok(())) = timeout(CLOSE_PATIENCE, stream.shutdown()).await {
        discard(stream).await;
    }
}

/// Reads up to the client's end, within bounds.
pub async fn discard(mut stream: Stream) {
    let until = Instant::now() + CLOSE_PATIENCE;
    let mut buffer = vec![0; 16 * 1024];
    let mut discarded = 0;
    while discarded < DISCARDED_MAX {
        match timeout_at(until, stream.read(&mut buffer)).await {
            Ok(Ok(count @ 1..)) => discarded += count,
            _ => return,
        }
    }
}
