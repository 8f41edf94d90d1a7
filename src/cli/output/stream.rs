//! Standard output or standard error, written by a thread of its own: nobody who has something to
//! print waits for the reader, unless waiting is what they want.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, ErrorKind, Write as _},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::foreign::Screened;

/// What may wait for its reader before lines are dropped, in octets.
const WAITING_MAX: usize = 4 << 20;

/// What may wait for a terminal before bars are no longer drawn, in octets.
const DRAWN_MAX: usize = 64 << 10;

/// What is written at once, in octets: a reader that takes this much is not gone.
const PIECE: usize = 4096;

/// How long a reader may take nothing once nobody wants to wait for it.
const STALL_PATIENCE: Duration = Duration::from_secs(1);

/// How long to leave a descriptor alone that does not block and has no room.
const FULL_PATIENCE: Duration = Duration::from_millis(10);

/// How long to wait for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Haste {
    /// As long as it takes.
    None,
    /// As long as it reads.
    Some,
    /// Not at all.
    All,
}

/// A place to write to, and what waits to be written.
#[derive(Debug)]
pub struct Stream {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<(Arc<File>, Vec<u8>)>,
    /// The octets of all that waits, and of what is being written.
    octets: usize,
    /// Grows whenever the reader takes something.
    progress: u64,
    /// Lines that found no room.
    dropped: u64,
    haste: Haste,
    has_writer: bool,
    /// Nothing can be written any more, for this reason.
    broken: Option<Reason>,
}

/// What the system said, to be told to everybody who asks.
#[derive(Clone, Copy, Debug)]
struct Reason {
    kind: ErrorKind,
    number: Option<i32>,
}

impl Stream {
    /// A stream to which nothing was written so far.
    pub const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                octets: 0,
                progress: 0,
                dropped: 0,
                haste: Haste::None,
                has_writer: false,
                broken: None,
            }),
            changed: Condvar::new(),
        }
    }

    /// Writes the lines soon; or never, if too much waits already.
    pub fn offer(self: &Arc<Self>, to: &Arc<File>, lines: &Screened) {
        let lines = lines.as_str();
        let mut state = self.state();
        if state.octets + lines.len() > WAITING_MAX {
            state.dropped += lines.lines().count() as u64;
            return;
        }
        self.push(state, to, lines);
    }

    /// Writes something that can be done without, such as a bar, if hardly anything else waits.
    pub fn draw(self: &Arc<Self>, to: &Arc<File>, text: &Screened) {
        let state = self.state();
        if state.octets <= DRAWN_MAX {
            self.push(state, to, text.as_str());
        }
    }

    /// Writes the text, however much waits, and waits until it is written.
    ///
    /// # Errors
    /// What the system says. That the reader has gone is no error: it has seen enough.
    pub fn deliver(self: &Arc<Self>, to: &Arc<File>, text: &Screened) -> io::Result<()> {
        self.push(self.state(), to, text.as_str());
        self.drain(Haste::None)
    }

    /// Waits until all is written, but gives up with this haste at the latest.
    ///
    /// # Errors
    /// What the system says, unless the reader has gone.
    pub fn drain(&self, haste: Haste) -> io::Result<()> {
        let mut state = self.state();
        let mut seen = (state.progress, Instant::now());
        while state.octets > 0 && state.broken.is_none() {
            if state.progress != seen.0 {
                seen = (state.progress, Instant::now());
            }
            match haste.max(state.haste) {
                Haste::All => break,
                Haste::Some if seen.1.elapsed() >= STALL_PATIENCE => break,
                Haste::Some | Haste::None => {}
            }
            state = self.wait(state, STALL_PATIENCE);
        }
        match state.broken {
            None | Some(Reason { kind: ErrorKind::BrokenPipe, .. }) => Ok(()),
            Some(Reason { number: Some(number), .. }) => Err(io::Error::from_raw_os_error(number)),
            Some(Reason { kind, .. }) => Err(kind.into()),
        }
    }

    /// From now on nobody waits longer for the reader than this allows.
    pub fn hurry(&self, haste: Haste) {
        let mut state = self.state();
        state.haste = state.haste.max(haste);
        self.changed.notify_all();
    }

    /// How many lines found no room.
    pub fn dropped(&self) -> u64 {
        self.state().dropped
    }

    fn push(self: &Arc<Self>, mut state: MutexGuard<'_, State>, to: &Arc<File>, text: &str) {
        if text.is_empty() || state.broken.is_some() {
            return;
        }
        state.octets += text.len();
        state.waiting.push_back((Arc::clone(to), text.as_bytes().to_vec()));
        let has_writer = std::mem::replace(&mut state.has_writer, true);
        drop(state);
        self.changed.notify_all();
        if !has_writer {
            let stream = Arc::clone(self);
            let writer = thread::Builder::new().name("output".to_owned());
            if writer.spawn(move || stream.write_all(true)).is_err() {
                // The system has no thread for us, so this one has to wait.
                self.write_all(false);
                self.state().has_writer = false;
            }
        }
    }

    /// Writes what waits, and then what comes, if that is to be waited for.
    fn write_all(&self, waits_for_more: bool) {
        loop {
            let mut state = self.state();
            while state.waiting.is_empty() {
                if !waits_for_more {
                    return;
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            let Some((to, text)) = state.waiting.pop_front() else { return };
            drop(state);
            let written = text.chunks(PIECE).try_for_each(|piece| self.write_piece(&to, piece));
            if let Err(error) = written {
                let mut state = self.state();
                state.broken = Some(Reason { kind: error.kind(), number: error.raw_os_error() });
                state.waiting.clear();
                state.octets = 0;
                self.changed.notify_all();
                return;
            }
        }
    }

    fn write_piece(&self, mut to: &File, mut piece: &[u8]) -> io::Result<()> {
        while !piece.is_empty() {
            match to.write(piece) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    piece = &piece[count..];
                    let mut state = self.state();
                    state.octets -= count;
                    state.progress += 1;
                    self.changed.notify_all();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Somebody else made the descriptor one that does not block.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    drop(self.wait(self.state(), FULL_PATIENCE));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, at_most: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, at_most);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn screened(text: &str) -> Screened {
        Screened::as_it_is(text)
    }

    fn pipe() -> (io::PipeReader, Arc<File>) {
        let (reader, writer) = io::pipe().unwrap();
        (reader, Arc::new(File::from(std::os::fd::OwnedFd::from(writer))))
    }

    #[test]
    fn a_reader_that_never_reads_costs_lines_and_no_time() {
        let (reader, to) = pipe();
        let stream = Arc::new(Stream::new());
        let line = screened(&("x".repeat(1 << 20) + "\n"));
        for _ in 0..8 {
            stream.offer(&to, &line);
        }
        // A pipe may have taken a little.
        assert!((4..=5).contains(&stream.dropped()), "{}", stream.dropped());
        stream.drain(Haste::All).unwrap();
        drop(reader);
        stream.drain(Haste::None).unwrap();
    }

    #[test]
    fn what_is_delivered_is_whole_even_if_the_reader_takes_its_time() {
        let (mut reader, to) = pipe();
        let stream = Arc::new(Stream::new());
        let text = "line\n".repeat(2 << 20);
        let reading = thread::spawn(move || {
            let mut read = String::new();
            reader.read_to_string(&mut read).map(|_| read)
        });
        stream.deliver(&to, &screened(&text)).unwrap();
        drop(to);
        assert_eq!(reading.join().unwrap().unwrap(), text);
    }

    #[test]
    fn a_full_device_is_told_once_and_later_text_is_not_waited_for() {
        let Ok(full) = File::options().write(true).open("/dev/full") else { return };
        let (stream, to) = (Arc::new(Stream::new()), Arc::new(full));
        let error = stream.deliver(&to, &screened("text\n")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert!(stream.deliver(&to, &screened("text\n")).is_err());
        stream.offer(&to, &screened("line\n"));
    }

    #[test]
    fn a_reader_that_stalls_is_given_up_once_somebody_is_in_a_hurry() {
        let (reader, to) = pipe();
        let stream = Arc::new(Stream::new());
        let hurrying = Arc::clone(&stream);
        let waiting = thread::spawn(move || stream.deliver(&to, &screened(&"x".repeat(1 << 20))));
        hurrying.hurry(Haste::All);
        waiting.join().unwrap().unwrap();
        drop(reader);
    }
}
