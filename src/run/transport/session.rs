//! TLS on a socket, with the readiness and the tries of the socket itself.
//!
//! Two things lie between the caller and the socket: octets that were decrypted and not read yet,
//! for which nobody is woken by the socket; and records that the socket has not taken yet, without
//! which what was written has not left.

use std::io::{self, IoSlice, Read, Write};

use tokio_rustls::rustls::{Connection, Error};

use super::Socket;
use crate::transcript::{TlsEnd, TlsRecord};

/// A TLS connection whose handshake is complete.
#[derive(Debug)]
pub struct Session {
    tls: Connection,
    /// Octets that were decrypted and not read yet.
    decrypted: usize,
    end: Option<TlsEnd>,
}

impl Session {
    /// Takes over after the handshake, with what has come behind it.
    ///
    /// # Errors
    /// What has come is no TLS.
    pub fn new(mut tls: Connection) -> io::Result<Self> {
        let state = tls.process_new_packets().map_err(no_tls)?;
        let end = state.peer_has_closed().then_some(TlsEnd::CloseNotify);
        Ok(Self { decrypted: state.plaintext_bytes_to_read(), end, tls })
    }

    /// Whether a read gives something, whatever the socket says.
    pub const fn has_to_read(&self) -> bool {
        self.decrypted > 0 || self.end.is_some()
    }

    /// Whether records wait for the socket.
    pub fn has_to_flush(&self) -> bool {
        self.tls.wants_write()
    }

    /// What is to be told of it.
    pub fn record(&self) -> TlsRecord {
        let server_name = match &self.tls {
            Connection::Server(server) => server.server_name(),
            Connection::Client(_) => None,
        };
        TlsRecord { server_name: server_name.map(str::to_owned), end: self.end }
    }

    /// Reads what was decrypted, or from the socket. 0: the peer has ended its direction.
    pub fn read(&mut self, socket: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.tls.reader().read(buffer) {
                Ok(count) => {
                    self.decrypted = self.decrypted.saturating_sub(count);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.end = Some(TlsEnd::Cut);
                    return Ok(0);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            self.tls.read_tls(&mut Records(socket))?;
            let state = self.tls.process_new_packets();
            // TLS itself may have something to say: an alert, new keys. Who writes will see what
            // keeps it from leaving.
            let _ = self.flush(socket);
            let state = match state {
                Ok(state) => state,
                Err(error) => {
                    if matches!(error, Error::InvalidMessage(_)) {
                        self.end = Some(TlsEnd::Broken);
                    }
                    return Err(no_tls(error));
                }
            };
            self.decrypted = state.plaintext_bytes_to_read();
            if state.peer_has_closed() {
                self.end = Some(TlsEnd::CloseNotify);
            }
        }
    }

    /// Writes octets as records, unless earlier ones still wait for the socket. Those that are
    /// counted may have to wait for it, too.
    pub fn write(&mut self, socket: &Socket, octets: &[u8]) -> io::Result<usize> {
        self.flush(socket)?;
        let count = self.tls.writer().write(octets)?;
        match self.flush(socket) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(count),
        }
    }

    /// Gives the socket the records that wait for it.
    ///
    /// # Errors
    /// `WouldBlock`: it did not take all of them.
    pub fn flush(&mut self, socket: &Socket) -> io::Result<()> {
        while self.tls.wants_write() {
            self.tls.write_tls(&mut Records(socket))?;
        }
        Ok(())
    }

    /// Says that nothing more will come from us; once, however often it is called.
    pub fn close(&mut self) {
        self.tls.send_close_notify();
    }
}

fn no_tls(error: Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// The socket as rustls sees it.
struct Records<'a>(&'a Socket);

impl Read for Records<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Records<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.try_write(octets)
    }

    fn write_vectored(&mut self, octets: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
