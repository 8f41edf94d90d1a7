//! The log of a testee: its begin and its end, however much it writes.
//!
//! The testee writes into a pipe, and a thread of its own takes out what comes: a run has one
//! thread, which must not be kept busy by a testee that writes without end.

use std::{
    fs::File,
    io::{self, PipeReader, PipeWriter, Read, Write},
    process::Stdio,
    sync::{Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::{OFlags, fcntl_setfl},
};

/// Octets of a log's begin, which are written as they come.
const HEAD: usize = 4 << 20;

/// Octets of its end, which are written last, if there is more than the begin.
const TAIL: usize = 1 << 20;

/// Octets that are taken out of the pipe at once.
const TAKEN: usize = 64 << 10;

/// The pause after each of these, once nothing more is written: enough to slow down a testee that
/// writes without end, and nobody else.
const BREATH: Duration = Duration::from_millis(1);

/// How long the last octets may take, where somebody still writes.
const LAST_PATIENCE: Duration = Duration::from_millis(500);

/// A log that is being written, by any number of testees.
#[derive(Debug)]
pub struct ChildLog {
    pipe: PipeWriter,
    writing: Mutex<Writing>,
}

#[derive(Debug)]
enum Writing {
    /// Until the end of the other pipe is dropped.
    UnderWay(PipeWriter, JoinHandle<Log>),
    /// So many octets were left out.
    Over(u64),
}

impl ChildLog {
    /// Begins to write a log into this file.
    ///
    /// # Errors
    /// The system has no pipe or no thread for it.
    pub fn begin(file: File) -> io::Result<Self> {
        let (octets, pipe) = io::pipe()?;
        let (end, ending) = io::pipe()?;
        fcntl_setfl(&octets, OFlags::NONBLOCK)?;
        let log = Log { file, head_left: HEAD, tail: Vec::new(), left_out: 0 };
        let thread = thread::Builder::new().name("log of the testee".to_owned());
        let thread = thread.spawn(move || log.take(octets, &end))?;
        Ok(Self { pipe, writing: Mutex::new(Writing::UnderWay(ending, thread)) })
    }

    /// Where a testee writes to.
    pub(super) fn stream(&self) -> io::Result<Stdio> {
        Ok(self.pipe.try_clone()?.into())
    }

    /// Writes what testees have written until now, and no more: a process that one of them has left
    /// behind keeps nobody waiting. Says how many octets were left out.
    pub fn finish(&self) -> u64 {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Writing::Over(left_out) = *writing {
            return left_out;
        }
        let Writing::UnderWay(ending, thread) = std::mem::replace(&mut *writing, Writing::Over(0))
        else {
            return 0;
        };
        drop(ending);
        let left_out = thread.join().map_or(0, |log| log.left_out);
        *writing = Writing::Over(left_out);
        left_out
    }
}

impl Drop for ChildLog {
    fn drop(&mut self) {
        self.finish();
    }
}

/// What is kept of the octets that came.
#[derive(Debug)]
struct Log {
    file: File,
    head_left: usize,
    tail: Vec<u8>,
    left_out: u64,
}

impl Log {
    /// Takes octets until `end` ends.
    fn take(mut self, mut octets: PipeReader, end: &PipeReader) -> Self {
        let mut buffer = vec![0; TAKEN];
        let mut is_over = false;
        while !is_over {
            let mut waits = [PollFd::new(&octets, PollFlags::IN), PollFd::new(end, PollFlags::IN)];
            match poll(&mut waits, None) {
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => break,
                Ok(_) => is_over = !waits[1].revents().is_empty(),
            }
            if !is_over && let Ok(count @ 1..) = octets.read(&mut buffer) {
                self.note(&buffer[..count]);
                if self.left_out > 0 {
                    thread::sleep(BREATH);
                }
            }
        }
        let until = Instant::now() + LAST_PATIENCE;
        while let Ok(count @ 1..) = octets.read(&mut buffer) {
            self.note(&buffer[..count]);
            if Instant::now() > until {
                break;
            }
        }
        self.end();
        self
    }

    fn note(&mut self, octets: &[u8]) {
        let (head, rest) = octets.split_at(self.head_left.min(octets.len()));
        self.head_left -= head.len();
        self.write(head);
        self.tail.extend_from_slice(rest);
        if self.tail.len() > 2 * TAIL {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let beyond = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..beyond);
        self.left_out += beyond as u64;
    }

    fn end(&mut self) {
        if self.left_out > 0 {
            self.cut();
            let left_out = self.left_out;
            let cut = format!("\n[wspec left out {left_out} octets of this log here]\n");
            self.write(cut.as_bytes());
        }
        let tail = std::mem::take(&mut self.tail);
        self.write(&tail);
    }

    /// A log that cannot be written costs the log, not the run.
    fn write(&mut self, octets: &[u8]) {
        let _ = self.file.write_all(octets);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        process::{Command, Stdio},
    };

    use super::*;

    struct Written(std::path::PathBuf);

    impl Written {
        fn new() -> (Self, ChildLog) {
            let path = std::env::temp_dir().join(format!("wspec-log-{}", rand::random::<u64>()));
            let log = ChildLog::begin(File::create_new(&path).unwrap()).unwrap();
            (Self(path), log)
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.0).unwrap()
        }
    }

    impl Drop for Written {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn run(log: &ChildLog, script: &str) {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        command.stdout(log.stream().unwrap()).stderr(log.stream().unwrap());
        assert!(command.status().unwrap().success());
    }

    #[test]
    fn the_last_line_of_each_testee_is_there() {
        let (written, log) = Written::new();
        run(&log, "echo one; echo two >&2");
        run(&log, "printf three");
        assert_eq!(log.finish(), 0);
        assert_eq!(written.text(), "one\ntwo\nthree");
    }

    #[test]
    fn a_flood_leaves_its_begin_and_its_end() {
        let (written, log) = Written::new();
        run(&log, "echo begin; yes flood | head -c 12000000; echo end");
        let left_out = log.finish();
        let text = written.text();
        assert_eq!(left_out + text.len() as u64 - marker(left_out), 6 + 12_000_000 + 4);
        assert!(text.starts_with("begin\nflood\n") && text.ends_with("flood\nend\n"));
        assert!(text.len() <= HEAD + TAIL + 100, "{}", text.len());
        assert_eq!(log.finish(), left_out);
    }

    fn marker(left_out: u64) -> u64 {
        format!("\n[wspec left out {left_out} octets of this log here]\n").len() as u64
    }

    #[test]
    fn a_log_a_little_longer_than_its_begin_is_whole() {
        let (written, log) = Written::new();
        run(&log, "yes | head -c 5000000");
        assert_eq!(log.finish(), 0);
        assert_eq!(written.text().len(), 5_000_000);
    }

    #[test]
    fn a_process_that_is_left_over_keeps_nobody_waiting() {
        let (written, log) = Written::new();
        let mut left = Command::new("sleep");
        let mut left = left.arg("60").stdout(log.stream().unwrap()).spawn().unwrap();
        run(&log, "echo gone");
        log.finish();
        assert_eq!(written.text(), "gone\n");
        left.kill().unwrap();
        left.wait().unwrap();
    }
}
