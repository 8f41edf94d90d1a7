//! The one kind of connection that the rest of the room knows.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};

use super::{Socket, session::Session};
use crate::transcript::TlsEnd;

/// A connection: a socket, with TLS or without.
///
/// There are two ways to use it, for one task: by readiness ([`Self::ready`], [`Self::try_read`],
/// [`Self::try_write`], and [`Self::try_flush`] whenever it is writable), and as a stream of
/// tokio's.
#[derive(Debug)]
pub struct Stream {
    socket: Socket,
    tls: Option<Box<Session>>,
}

impl Stream {
    /// Without TLS.
    pub const fn plain(socket: Socket) -> Self {
        Self { socket, tls: None }
    }

    /// With TLS.
    pub fn secure(socket: Socket, session: Session) -> Self {
        Self {
            socket,
            tls: Some(Box::new(session)),
        }
    }

    /// Waits until one of these is possible; also, if it matters, until records can be flushed.
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let Some(tls) = &self.tls else {
            return self.socket.ready(interest).await;
        };
        if interest.is_readable() && tls.has_to_read() {
            return Ok(Ready::READABLE);
        }
        let interest = if tls.has_to_flush() {
            interest | Interest::WRITABLE
        } else {
            interest
        };
        self.socket.ready(interest).await
    }

    /// Reads what is there. 0: the peer has ended its direction.
    pub fn try_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.socket.try_read(buffer),
            Some(tls) => tls.read(&self.socket, buffer),
        }
    }

    /// Writes what there is room for.
    pub fn try_write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.socket.try_write(octets),
            Some(tls) => tls.write(&self.socket, octets),
        }
    }

    /// Sends on what an earlier write has left for lack of room.
    ///
    /// # Errors
    /// The peer is gone. (That there is still no room is none.)
    pub fn try_flush(&mut self) -> io::Result<()> {
        let Some(tls) = &mut self.tls else {
            return Ok(());
        };
        match tls.flush(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    /// How the peer has ended TLS, if there is any.
    pub fn tls_end(&self) -> Option<TlsEnd> {
        self.tls.as_ref().and_then(|tls| tls.end())
    }

    /// Acknowledges what has come so far without the usual delay, where there is such a thing.
    pub fn acknowledge_now(&self) {
        self.socket.acknowledge_now();
    }

    /// Lets the connection end in a reset when it is dropped, where there is such a thing.
    pub fn reset_when_dropped(&self) {
        self.socket.reset_when_dropped();
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { socket, tls } = self.get_mut();
        let Some(tls) = tls else {
            return Pin::new(socket).poll_read(context, buffer);
        };
        // Who waits for an answer wants the question to leave. Trouble comes with the next write.
        let _ = poll_flush(tls, socket, context);
        loop {
            match tls.read(socket, buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(socket.poll_read_ready(context))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { socket, tls } = self.get_mut();
        let Some(tls) = tls else {
            return Pin::new(socket).poll_write(context, octets);
        };
        loop {
            match tls.write(socket, octets) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(socket.poll_write_ready(context))?;
                }
                result => return Poll::Ready(result),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, tls } = self.get_mut();
        match tls {
            None => Pin::new(socket).poll_flush(context),
            Some(tls) => poll_flush(tls, socket, context),
        }
    }

    /// Ends our direction; with TLS, `close_notify` leaves before FIN.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, tls } = self.get_mut();
        if let Some(tls) = tls {
            tls.close();
            ready!(poll_flush(tls, socket, context))?;
        }
        Pin::new(socket).poll_shutdown(context)
    }
}

fn poll_flush(
    tls: &mut Session,
    socket: &Socket,
    context: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    loop {
        match tls.flush(socket) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                ready!(socket.poll_write_ready(context))?;
            }
            result => return Poll::Ready(result),
        }
    }
}
