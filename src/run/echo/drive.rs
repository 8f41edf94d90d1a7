//! Drives an [`Endpoint`] over a connection, in bounded memory, up to an orderly end.

use std::{
    io,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncWriteExt, Interest, Ready},
    time::{Instant as TokioInstant, sleep_until, timeout_at},
};

use crate::{
    run::transport::Stream,
    testee::{Endpoint, TcpEnd},
};

/// Octets taken by one read. They lie on the stack, so that a connection that waits costs little.
const READ_OCTETS: usize = 16 * 1024;

/// Reads before writing is tried again.
const READS_IN_A_ROW: usize = 4;

/// While more octets than this wait to be written nothing is read.
const UNSENT_MAX: usize = 256 * 1024;

/// A buffer that has grown beyond this is given back once it is empty.
const BUFFER_KEPT: usize = 32 * 1024;

/// How long the end of a connection may take: the last octets, and the peer's end of TCP.
const END_PATIENCE: Duration = Duration::from_secs(2);

/// Runs the endpoint until its connection is over.
pub(super) async fn drive(endpoint: Endpoint, stream: Stream) {
    let mut connection = Connection {
        endpoint,
        stream,
        start: Instant::now(),
        pending: Vec::new(),
        written: 0,
        read_ended: false,
        write_failed: false,
    };
    connection.talk().await;
    connection.end().await;
}

/// An endpoint, its socket and what is between them.
struct Connection {
    endpoint: Endpoint,
    stream: Stream,
    start: Instant,
    /// Octets that the endpoint gave away and the kernel has not taken yet.
    pending: Vec<u8>,
    written: usize,
    /// The peer has ended its side of TCP, or all of it.
    read_ended: bool,
    /// There is nobody to write to.
    write_failed: bool,
}

impl Connection {
    /// Carries octets both ways until the endpoint is done.
    async fn talk(&mut self) {
        loop {
            self.fill();
            if self.endpoint.finished().is_some() {
                return;
            }
            let wake = self.endpoint.next_wake().map(|at| self.start + at);
            tokio::select! {
                biased;
                ready = self.stream.ready(self.interest()) => self.use_readiness(ready),
                () = at(wake) => {
                    let now = self.start.elapsed();
                    self.endpoint.wake(now);
                }
            }
            if self.read_ended || self.write_failed {
                self.endpoint.peer_closed();
            }
        }
    }

    /// Asks the endpoint for octets, if all that it gave before has been written.
    fn fill(&mut self) {
        if self.written < self.pending.len() {
            return;
        }
        self.written = 0;
        if self.pending.capacity() > BUFFER_KEPT {
            self.pending = Vec::new();
        } else {
            self.pending.clear();
        }
        self.endpoint.transmit(&mut self.pending);
    }

    const fn unsent(&self) -> usize {
        self.pending.len() - self.written + self.endpoint.unsent()
    }

    fn interest(&self) -> Interest {
        match self.unsent() {
            0 => Interest::READABLE,
            1..=UNSENT_MAX => Interest::READABLE | Interest::WRITABLE,
            _ => Interest::WRITABLE,
        }
    }

    fn use_readiness(&mut self, ready: io::Result<Ready>) {
        let Ok(ready) = ready else {
            self.write_failed = true;
            return;
        };
        if ready.is_writable() || ready.is_write_closed() {
            self.write();
        }
        if ready.is_readable() || ready.is_read_closed() {
            self.read();
        }
    }

    fn write(&mut self) {
        self.write_failed |= self.stream.try_flush().is_err();
        while self.written < self.pending.len() {
            match self.stream.try_write(&self.pending[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.write_failed = true;
                    return;
                }
            }
        }
    }

    fn read(&mut self) {
        let mut buffer = [0; READ_OCTETS];
        for _ in 0..READS_IN_A_ROW {
            if self.endpoint.finished().is_none() && self.unsent() > UNSENT_MAX {
                return;
            }
            match self.stream.try_read(&mut buffer) {
                Ok(0) => self.read_ended = true,
                Ok(count) => {
                    let now = self.start.elapsed();
                    self.endpoint.receive(&mut buffer[..count], now);
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => (self.read_ended, self.write_failed) = (true, true),
            }
            return;
        }
    }

    /// Writes what is left, ends TCP, and reads on up to the peer's end: octets that nobody read
    /// would turn our end into a reset, which can take our last octets with it.
    async fn end(&mut self) {
        if self.endpoint.finished() == Some(TcpEnd::Reset) {
            self.fill();
            self.write();
            self.stream.reset_when_dropped();
            return;
        }
        let deadline = Instant::now() + END_PATIENCE;
        let mut shut = false;
        loop {
            self.fill();
            if self.unsent() == 0 && !shut {
                shut = true;
                let shutdown = timeout_at(deadline.into(), self.stream.shutdown()).await;
                self.write_failed |= !matches!(shutdown, Ok(Ok(())));
            }
            let interest = match (self.read_ended, shut) {
                _ if self.write_failed => return,
                (true, true) => return,
                (true, false) => Interest::WRITABLE,
                (false, true) => Interest::READABLE,
                (false, false) => Interest::READABLE | Interest::WRITABLE,
            };
            tokio::select! {
                biased;
                () = at(Some(deadline)) => return,
                // The endpoint is finished and passes over all that it is given.
                ready = self.stream.ready(interest) => self.use_readiness(ready),
            }
        }
    }
}

/// Returns at this time; never, if there is none.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(TokioInstant::from_std(time)).await,
        None => std::future::pending().await,
    }
}
