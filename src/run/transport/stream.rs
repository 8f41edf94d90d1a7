//! The one kind of connection that the rest of the room knows.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};

use super::{Socket, session::Session};
use crate::transcript::TlsRecord;

/// A connection: a socket, with TLS or without.
///
/// There are two ways to use it, for one task: by readiness ([`Self::ready`], [`Self::try_read`],
/// [`Self::try_write`], and [`Self::try_flush`] whenever it is writable), and as a stream of
/// tokio's.
#[derive(Debug)]
pub struct Stream {
    socket: Socket,
    tls: Option<Box<Session>>,
    /// There should be TLS.
    in_clear: bool,
}

impl Stream {
    /// Without TLS.
    pub const fn plain(socket: Socket) -> Self {
        Self { socket, tls: None, in_clear: false }
    }

    /// Without TLS, though the peer knows that it has to be there.
    pub const fn in_clear(socket: Socket) -> Self {
        Self { socket, tls: None, in_clear: true }
    }

    /// With TLS.
    pub fn secure(socket: Socket, session: Session) -> Self {
        Self { socket, tls: Some(Box::new(session)), in_clear: false }
    }

    /// Whether the peer speaks without TLS where it has to be.
    pub const fn is_in_clear(&self) -> bool {
        self.in_clear
    }

    /// Waits until one of these is possible; also, if it matters, until records can be flushed.
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let Some(tls) = &self.tls else {
            return self.socket.ready(interest).await;
        };
        if interest.is_readable() && tls.has_to_read() {
            return Ok(Ready::READABLE);
        }
        let interest = if tls.has_to_flush() { interest | Interest::WRITABLE } else { interest };
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

    /// What is to be told of TLS, if there is any.
    pub fn tls(&self) -> Option<TlsRecord> {
        self.tls.as_ref().map(|tls| tls.record())
    }

    /// The port that the peer connected to, where there is such a thing.
    pub fn local_port(&self) -> Option<u16> {
        self.socket.local_port()
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
        let Self { socket, tls, .. } = self.get_mut();
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
        let Self { socket, tls, .. } = self.get_mut();
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
        let Self { socket, tls, .. } = self.get_mut();
        match tls {
            None => Pin::new(socket).poll_flush(context),
            Some(tls) => poll_flush(tls, socket, context),
        }
    }

    /// Ends our direction; with TLS, `close_notify` leaves before FIN.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, tls, .. } = self.get_mut();
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::UnixStream,
        time::timeout,
    };

    use super::*;
    use crate::run::transport::{ClientTls, ClientTlsOptions, ThrowAway};
    use crate::transcript::TlsEnd;

    const SOON: Duration = Duration::from_secs(10);

    /// Both ends of a connection with TLS.
    async fn pair() -> (Stream, Stream) {
        let (client, server) = UnixStream::pair().unwrap();
        let options = ClientTlsOptions { insecure: true, ..ClientTlsOptions::default() };
        let tls = ClientTls::new(&options).unwrap();
        let made = ThrowAway::make(&[]).unwrap();
        let (client, server) = tokio::join!(
            tls.connect("localhost", Socket::Unix(client)),
            made.tls.accept(Socket::Unix(server)),
        );
        (client.unwrap(), server.unwrap())
    }

    async fn readable(stream: &Stream) -> bool {
        let ready = stream.ready(Interest::READABLE);
        timeout(SOON, ready).await.unwrap().unwrap().is_readable()
    }

    /// Reads when it is time to, by so many octets.
    async fn read(stream: &mut Stream, octets: usize) -> Vec<u8> {
        let mut buffer = vec![0; octets];
        loop {
            assert!(readable(stream).await);
            match stream.try_read(&mut buffer) {
                Ok(count) => {
                    buffer.truncate(count);
                    return buffer;
                }
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
    }

    #[tokio::test]
    async fn octets_that_are_decrypted_are_not_forgotten() {
        let (mut client, mut server) = pair().await;
        server.write_all(b"abc").await.unwrap();
        server.write_all(b"def").await.unwrap();
        server.shutdown().await.unwrap();
        // The socket is empty after the first read; it has not ended, as `server` is still there.
        for expected in [b"a", b"b", b"c", b"d", b"e", b"f"] {
            assert_eq!(read(&mut client, 1).await, expected);
        }
        assert_eq!(client.tls().unwrap().end, Some(TlsEnd::CloseNotify));
        assert!(read(&mut client, 1).await.is_empty());
    }

    #[tokio::test]
    async fn records_that_wait_for_the_socket_are_sent_on() {
        let (mut client, mut server) = pair().await;
        let sent: Vec<u8> = (0..4_000_000_u32).map(|n| n as u8).collect();
        let writing = async {
            let mut written = 0;
            while written < sent.len() {
                client.ready(Interest::WRITABLE).await.unwrap();
                client.try_flush().unwrap();
                match client.try_write(&sent[written..]) {
                    Ok(count) => written += count,
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
                }
            }
            // What TLS has taken and the socket has not is nobody's business but the stream's.
            loop {
                client.ready(Interest::READABLE).await.unwrap();
                client.try_flush().unwrap();
                // (Half a record is readable, too.)
                if let Ok(count) = client.try_read(&mut [0]) {
                    return count;
                }
            }
        };
        let reading = async {
            let mut received = vec![0; sent.len()];
            server.read_exact(&mut received).await.unwrap();
            server.write_all(b"!").await.unwrap();
            received
        };
        let (count, received) =
            timeout(SOON, async { tokio::join!(writing, reading) }).await.unwrap();
        assert!(count == 1 && received == sent);
    }

    #[tokio::test]
    async fn an_end_without_close_notify_is_noticed() {
        let (mut client, server) = pair().await;
        drop(server);
        assert!(read(&mut client, 1).await.is_empty());
        assert_eq!(client.tls().unwrap().end, Some(TlsEnd::Cut));
    }

    #[tokio::test]
    async fn what_is_no_tls_is_an_error() {
        let (mut client, server) = pair().await;
        let Stream { socket, .. } = server;
        socket.try_write(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        let error = client.read(&mut [0; 9]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
