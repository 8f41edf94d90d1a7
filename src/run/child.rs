//! The testee, where it is ours to start and to stop.
//!
//! It gets a process group of its own, and the whole group is ended when the [`Child`] is stopped
//! or dropped, so that nothing it started outlives the run, however that ends (but for a `SIGKILL`
//! of wspec itself).

use std::{
    fmt,
    fs::File,
    io,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    process::{ChildStdin, ChildStdout, Command},
    time::{Instant, sleep, timeout},
};

use super::{ChildLog, ConnectError, Obstacle, Probe, Route, Target, probe::ANSWER_PATIENCE};

/// How long a testee may take to end when it is asked to.
const END_PATIENCE: Duration = Duration::from_secs(2);

/// How long a process may go on, with its other connections too, after what it dies of.
pub(super) const DEATH_LAG: Duration = Duration::from_millis(300);

/// How long to wait before looking again whether a server has come up.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// How long the look takes whether somebody is there already.
const LOOK_PATIENCE: Duration = Duration::from_secs(1);

/// A running testee.
#[derive(Debug)]
pub struct Child {
    process: tokio::process::Child,
    group: Option<Pid>,
}

/// Where a testee's output goes, both streams.
#[derive(Clone, Debug)]
pub enum ChildOutput {
    /// Our standard error.
    Stderr,
    /// A log, which has a bound.
    Log(Arc<ChildLog>),
}

/// How a testee ended.
#[derive(Debug)]
pub struct ChildExit(io::Result<ExitStatus>);

impl ChildExit {
    /// Whether it says that all went well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.0.as_ref().is_ok_and(ExitStatus::success)
    }
}

impl fmt::Display for ChildExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(status) => status.fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}

/// Trouble with a testee that we start.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It could not be started.
    #[error("cannot start `{program}` ({source}); is it there, and may it be executed?")]
    CannotStart {
        /// Its program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// Its place is taken.
    #[error("somebody listens at {0} already; stop that server, or start this one at another port")]
    Occupied(String),
    /// It ended before it accepted a connection.
    #[error("the server ended before it accepted a connection ({0})")]
    EndedEarly(ChildExit),
    /// It did not accept a connection.
    #[error("the server did not accept a connection within {} s: {source}", patience.as_secs())]
    NeverAccepted {
        /// How long we waited.
        patience: Duration,
        /// What the last attempt came to.
        source: ConnectError,
    },
    /// It accepts connections, and there is nothing to test.
    #[error(transparent)]
    Untestable(#[from] Obstacle),
}

impl Child {
    /// Starts a command, with the URL in place of every `{url}` in its arguments and in the
    /// environment variable `WSPEC_URL`.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(command: &[String], url: &str, output: &ChildOutput) -> Result<Self, ChildError> {
        let (program, arguments) = command.split_first().map_or(("", &[][..]), |(p, a)| (p, a));
        let (out, err) = output.streams().map_err(|source| cannot_start(program, source))?;
        let mut command = Command::new(program);
        command
            .args(arguments.iter().map(|text| text.replace("{url}", url)))
            .env("WSPEC_URL", url)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        Self::spawn(command, program)
    }

    /// Starts a command that we talk to by its standard input and output, with these environment
    /// variables. Its standard error is ours.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn start_piped(
        command: &[String],
        variables: &[(&str, &str)],
    ) -> Result<(Self, ChildStdin, ChildStdout), ChildError> {
        let (program, arguments) = command.split_first().map_or(("", &[][..]), |(p, a)| (p, a));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = Self::spawn(command, program)?;
        match (child.process.stdin.take(), child.process.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok((child, stdin, stdout)),
            _ => Err(cannot_start(program, io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn spawn(mut command: Command, program: &str) -> Result<Self, ChildError> {
        let process = command
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| cannot_start(program, source))?;
        let id = process.id().and_then(|id| i32::try_from(id).ok());
        Ok(Self { process, group: id.and_then(Pid::from_raw) })
    }

    /// Returns once it has ended. What it started ends with it.
    pub async fn ended(&mut self) -> ChildExit {
        let status = self.process.wait().await;
        self.signal(Signal::KILL);
        self.group = None;
        ChildExit(status)
    }

    /// How it ended, if it does so within this time.
    pub async fn ended_within(&mut self, limit: Duration) -> Option<ChildExit> {
        timeout(limit, self.ended()).await.ok()
    }

    /// How it ended, if it has.
    pub fn has_ended(&mut self) -> Option<ChildExit> {
        self.process.try_wait().transpose().map(ChildExit)
    }

    /// Ends it: asks first, then insists.
    pub async fn stop(mut self) {
        self.signal(Signal::TERM);
        let _ = timeout(END_PATIENCE, self.process.wait()).await;
    }

    /// Ends it at once.
    pub(super) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.process.wait().await;
        self.group = None;
    }

    /// Waits until it accepts connections at `target` and answers, for as long as that may take.
    ///
    /// # Errors
    /// It ends, or accepts no connection in time.
    pub async fn first_answer(
        &mut self,
        target: &Target,
        patience: Duration,
    ) -> Result<Probe, ChildError> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = left.clamp(LOOK_PATIENCE, ANSWER_PATIENCE);
            let probe = tokio::select! {
                biased;
                status = self.ended() => return Err(ChildError::EndedEarly(status)),
                probe = Probe::within(left, target, rand::random()) => probe,
            };
            let is_late = Instant::now() >= deadline;
            match probe {
                Ok(probe)
                    if is_late || !probe.obstacle.as_ref().is_some_and(Obstacle::may_pass) =>
                {
                    return Ok(probe);
                }
                Err(source) if is_late => {
                    return Err(ChildError::NeverAccepted { patience, source });
                }
                _ => sleep(LOOK_AGAIN_AFTER).await,
            }
        }
    }

    /// The number of its process group, while it runs.
    pub(super) const fn group_number(&self) -> Option<i32> {
        match self.group {
            Some(group) => Some(group.as_raw_nonzero().get()),
            None => None,
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // A group that is gone needs no signal.
            let _ = kill_process_group(group, signal);
        }
    }
}

fn cannot_start(program: &str, source: io::Error) -> ChildError {
    ChildError::CannotStart { program: program.to_owned(), source }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

impl ChildOutput {
    /// A log in this file.
    ///
    /// # Errors
    /// The system has no pipe or no thread for it.
    pub fn log(file: File) -> io::Result<Self> {
        ChildLog::begin(file).map(|log| Self::Log(Arc::new(log)))
    }

    /// Ends the log, if it is one, with all that testees have written. Says how many octets were
    /// left out of its middle.
    #[must_use]
    pub fn finish(&self) -> u64 {
        match self {
            Self::Stderr => 0,
            Self::Log(log) => log.finish(),
        }
    }

    fn streams(&self) -> io::Result<(Stdio, Stdio)> {
        Ok(match self {
            Self::Stderr => (io::stderr().into(), io::stderr().into()),
            Self::Log(log) => (log.stream()?, log.stream()?),
        })
    }
}

/// Makes sure that a server that is about to be started will be the one that is tested.
///
/// # Errors
/// Somebody listens there already.
pub async fn ensure_free(target: &Target) -> Result<(), ChildError> {
    match Route::to(target).await {
        Ok(route) if route.is_taken(LOOK_PATIENCE).await => {
            Err(ChildError::Occupied(target.url().to_owned()))
        }
        // If it cannot be looked up, the cases will say it better.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn shell(script: &str, output: &ChildOutput) -> Child {
        let command = ["sh", "-c", script, "sh", "<{url}>"].map(str::to_owned);
        Child::start(&command, "ws://127.0.0.1:1", output).unwrap()
    }

    #[tokio::test]
    async fn the_url_is_where_it_was_asked_for() {
        let path = std::env::temp_dir().join(format!("wspec-child-{}", rand::random::<u64>()));
        let output = ChildOutput::log(File::create_new(&path).unwrap()).unwrap();
        let mut child = shell("echo \"$1\"; echo $WSPEC_URL >&2; exit 3", &output);
        let exit = child.ended().await;
        assert_eq!((exit.is_success(), exit.to_string()), (false, "exit status: 3".to_owned()));
        assert_eq!(output.finish(), 0);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(text, "<ws://127.0.0.1:1>\nws://127.0.0.1:1\n");
    }

    #[tokio::test]
    async fn what_it_started_ends_with_it() {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut command = Command::new("sh");
        // Both hold the pipe open; `sleep` would for an hour.
        command.args(["-c", "sleep 3600 & sleep 3600"]).stdout(writer);
        let child = Child::spawn(command, "sh").unwrap();
        child.stop().await;
        let end = tokio::task::spawn_blocking(move || reader.read(&mut [0]).unwrap());
        assert_eq!(timeout(LOOK_PATIENCE, end).await.unwrap().unwrap(), 0);
    }

    #[tokio::test]
    async fn a_server_that_ends_early_is_said_so() {
        let target = Target::parse("ws://127.0.0.1:9/").unwrap();
        let mut child = shell("exit 4", &ChildOutput::Stderr);
        let error = child.first_answer(&target, END_PATIENCE).await.unwrap_err();
        assert!(error.to_string().contains("exit status: 4"), "{error}");
    }

    #[test]
    fn what_is_no_program_is_said_so() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _guard = runtime.enter();
        let command = ["/no/such/program".to_owned()];
        let error = Child::start(&command, "", &ChildOutput::Stderr).unwrap_err();
        assert!(error.to_string().contains("/no/such/program"), "{error}");
    }
}
