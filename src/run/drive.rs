//! Drives a [`Player`] over a connection: octets both ways, timers, the end.
//!
//! Reading and writing never wait for each other, so a peer that does not read while it writes,
//! or the other way round, cannot block the case.

use std::{
    cell::RefCell,
    io,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncWriteExt, Interest, Ready},
    time::{Instant as TokioInstant, sleep_until, timeout},
};

use crate::{
    play::{Finish, Player, Write},
    transcript::{Entry, HandshakeRecord, Transcript},
};

use super::{
    clock::Clock,
    pace::{Place, WAITING_AFTER},
    stop::Stop,
    transport::Stream,
};

/// Octets taken by one read.
const READ_OCTETS: usize = 64 * 1024;

thread_local! {
    /// Where octets are read to. No case keeps any between two reads, so that all share it.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_OCTETS].into_boxed_slice());
}

/// Reads before writing is tried again.
const READS_IN_A_ROW: usize = 8;

/// How long a case may go on reading before the others have their turn: a read full of tiny
/// frames is much work.
const READING_TURN: Duration = Duration::from_millis(2);

/// How long octets that have to arrive on their own get before the next ones leave. Together with
/// the work around it that makes Autobahn's pace, some 30 µs, on which the verdicts on testees
/// that read in batches depend.
const APART: Duration = Duration::from_micros(20);

/// How long the peer may keep us from ending our direction in order.
const END_PATIENCE: Duration = Duration::from_secs(1);

/// What is left of a connection whose case is over.
pub(super) struct Driven {
    /// What happened on it.
    pub(super) transcript: Transcript,
    /// The connection, if we closed our direction of it in order: dropped with octets in it that
    /// nobody has read, it ends in a reset.
    pub(super) half_closed: Option<Stream>,
    /// How long this process did not run meanwhile.
    pub(super) not_running: Duration,
}

/// What is seen of a case while it is played.
pub(super) enum Seen<'a> {
    /// The opening handshake, before anything else.
    Handshake(&'a HandshakeRecord),
    /// Something that happened behind it.
    Entry(&'a Entry),
}

/// Plays a case to its end, or until the run is stopped.
pub(super) async fn drive(
    player: Player,
    stream: Stream,
    place: &mut Place,
    mut stop: Stop,
    tell: &mut (dyn FnMut(Seen<'_>) + Send),
) -> Driven {
    let mut connection = Connection::new(player, stream);
    let mut told = 0;
    let mut handshake_told = false;
    loop {
        connection.fill();
        let entries = connection.player.entries();
        let is_over = connection.player.finished().is_some();
        if !handshake_told && (is_over || !entries.is_empty()) {
            handshake_told = true;
            tell(Seen::Handshake(connection.player.handshake()));
        }
        entries[told..].iter().for_each(|entry| tell(Seen::Entry(entry)));
        told = entries.len();
        if connection.player.is_open() {
            place.opened();
        }
        if is_over {
            break;
        }
        if connection.player.take_half_close() {
            let _ = connection.stream.shutdown().await;
        }
        tokio::select! {
            biased;
            () = stop.stopped() => break,
            ready = connection.ready() => {
                connection.use_readiness(ready);
                if connection.pause_after_write {
                    connection.let_octets_arrive().await;
                }
                if connection.more_to_read {
                    tokio::task::yield_now().await;
                }
            }
            woken = connection.wait(place.is_at_work()) => match woken {
                Woken::ByPlayer => {}
                Woken::Waiting => place.waits(),
            },
        }
        connection.wake_if_due().await;
    }
    connection.end().await
}

/// A player, its socket and what is between them.
struct Connection {
    player: Player,
    stream: Stream,
    clock: Clock,
    /// When it began, by the clock, and what the clock had lost by then.
    start: Duration,
    lost_before: Duration,
    /// Octets that the player gave away and the kernel has not taken yet.
    pending: Vec<u8>,
    written: usize,
    /// The octets that are pending have to arrive on their own.
    apart: bool,
    pause_after_write: bool,
    /// The last reads did not empty the kernel's buffer: let other cases have their turn.
    more_to_read: bool,
    /// Writing failed: the peer is gone, but what it sent may still be there to read.
    write_failed: bool,
}

/// Why a wait ended.
enum Woken {
    ByPlayer,
    /// Nothing has come for long enough to call it waiting.
    Waiting,
}

impl Connection {
    fn new(player: Player, stream: Stream) -> Self {
        let clock = Clock::here();
        Self {
            player,
            stream,
            start: clock.now(),
            lost_before: clock.lost(),
            clock,
            pending: Vec::new(),
            written: 0,
            apart: false,
            pause_after_write: false,
            more_to_read: false,
            write_failed: false,
        }
    }

    fn now(&self) -> Duration {
        self.clock.now().saturating_sub(self.start)
    }

    /// Asks the player for octets, if all that it gave before has been written.
    fn fill(&mut self) {
        if self.written < self.pending.len() || self.write_failed {
            return;
        }
        self.pending.clear();
        self.written = 0;
        let now = self.now();
        let write = self.clock.work(|| self.player.transmit(&mut self.pending, now));
        self.apart = write == Write::Apart;
    }

    /// Returns when there is something to read or room to write, of what is wanted.
    async fn ready(&self) -> io::Result<Ready> {
        // A socket that failed stays "writable" for ever, and would keep us from reading its rest.
        let to_write = self.written < self.pending.len() && !self.write_failed;
        let interest = match (self.player.is_reading(), to_write) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return std::future::pending().await,
        };
        self.stream.ready(interest).await
    }

    /// Returns when the player wants to be woken, or, for a case at work, when it has been
    /// waiting.
    async fn wait(&self, at_work: bool) -> Woken {
        let now = Instant::now();
        // (Not before then: time that gets lost meanwhile is waited for once more.)
        let wake = self.player.next_wake().map(|at| now + at.saturating_sub(self.now()));
        let waiting = at_work.then(|| now + WAITING_AFTER);
        let (at, woken) = match (wake, waiting) {
            (Some(wake), Some(waiting)) if waiting < wake => (waiting, Woken::Waiting),
            (Some(wake), _) => (wake, Woken::ByPlayer),
            (None, Some(waiting)) => (waiting, Woken::Waiting),
            (None, None) => return std::future::pending().await,
        };
        sleep_until(TokioInstant::from_std(at)).await;
        woken
    }

    /// Wakes the player if it is time, also when there is always something to read or write: a
    /// peer that never stops sending does not hold up the clock. What has arrived by then is read
    /// first, also if we are late.
    async fn wake_if_due(&mut self) {
        if !self.is_due() {
            return;
        }
        // The runtime looks at its sockets before it goes on here.
        tokio::task::yield_now().await;
        if self.player.is_reading() {
            tokio::select! {
                biased;
                ready = self.stream.ready(Interest::READABLE) => self.use_readiness(ready),
                () = std::future::ready(()) => {}
            }
        }
        if self.is_due() {
            let now = self.now();
            self.player.wake(now);
        }
    }

    fn is_due(&self) -> bool {
        self.player.next_wake().is_some_and(|wake| wake <= self.now())
    }

    fn use_readiness(&mut self, ready: io::Result<Ready>) {
        let Ok(ready) = ready else {
            let now = self.now();
            return self.player.peer_reset(now);
        };
        let readable = ready.is_readable() || ready.is_read_closed() || ready.is_error();
        if readable && self.player.is_reading() {
            self.read();
        }
        if ready.is_writable() || ready.is_write_closed() {
            self.write();
        }
    }

    fn read(&mut self) {
        BUFFER.with_borrow_mut(|buffer| self.read_into(buffer));
    }

    fn read_into(&mut self, buffer: &mut [u8]) {
        self.more_to_read = false;
        let turn_ends = self.now() + READING_TURN;
        for _ in 0..READS_IN_A_ROW {
            if self.player.finished().is_some() {
                return;
            }
            if self.now() > turn_ends {
                break;
            }
            let result = self.stream.try_read(buffer);
            let now = self.now();
            match result {
                Ok(0) => return self.player.peer_closed(now),
                Ok(count) => {
                    let octets = &mut buffer[..count];
                    self.clock.work(|| self.player.receive(octets, now));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // A peer that writes a frame in two parts without TCP_NODELAY holds the second
                    // back until the first is acknowledged, which by default takes 40 ms.
                    self.stream.acknowledge_now();
                    return;
                }
                Err(_) => return self.player.peer_reset(now),
            }
        }
        self.more_to_read = true;
    }

    fn write(&mut self) {
        self.write_failed |= self.stream.try_flush().is_err();
        while self.written < self.pending.len() && !self.write_failed {
            match self.stream.try_write(&self.pending[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.write_failed = true,
            }
        }
        self.pause_after_write = self.apart;
    }

    /// Gives a piece that stands on its own time to be read on its own. Tokio's timers are too
    /// coarse for that, and the other cases go on meanwhile.
    async fn let_octets_arrive(&mut self) {
        self.pause_after_write = false;
        let until = Instant::now() + APART;
        while Instant::now() < until {
            tokio::task::yield_now().await;
        }
    }

    async fn end(mut self) -> Driven {
        let finish = self.player.finished();
        match finish {
            Some(Finish::Fin) => {
                // (TLS has something to say first, and a peer that does not read keeps it from it.)
                let _ = timeout(END_PATIENCE, self.stream.shutdown()).await;
            }
            Some(Finish::Reset) => {
                self.stream.reset_when_dropped();
            }
            Some(Finish::PeerIsGone) | None => {}
        }
        let now = self.now();
        let mut transcript = self.player.into_transcript(now);
        transcript.tls = self.stream.tls();
        Driven {
            transcript,
            half_closed: (finish == Some(Finish::Fin)).then_some(self.stream),
            not_running: self.clock.lost().saturating_sub(self.lost_before),
        }
    }
}
