//! The testee, where it is ours to start and to stop.
//!
//! It gets a process group and a [`Mark`] of its own. The whole group, and all else that has the
//! mark, is ended when the [`Child`] is stopped or dropped, or by a [`Guard`] when wspec is killed,
//! so that nothing it started outlives the run.

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

use super::{
    ChildLog, ConnectError, Obstacle, Probe, Route, Target,
    descendants::{Mark, end, tree_of},
    guard::Guard,
    probe::ANSWER_PATIENCE,
};

/// How long a testee may take to end when it is asked to.
const END_PATIENCE: Duration = Duration::from_secs(2);

/// How long a process may go on, with its other connections too, after what it dies of.
pub(super) const DEATH_LAG: Duration = Duration::from_millis(300);

/// How long a server has to outlive the first look at it.
const LOOK_LAG: Duration = Duration::from_millis(30);

/// How long to wait before looking again whether a server has come up.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// How long the look takes whether somebody is there already.
const LOOK_PATIENCE: Duration = Duration::from_secs(1);

/// A running testee.
#[derive(Debug)]
pub struct Child {
    process: tokio::process::Child,
    /// `None` once it has ended.
    group: Option<Pid>,
    mark: Mark,
    /// Ended before the mark is.
    _guard: Option<Guard>,
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
pub struct ChildExit {
    status: io::Result<ExitStatus>,
    /// How many processes it left behind, which were ended.
    left: usize,
}

impl ChildExit {
    /// What to do if it has only moved into the background.
    const fn hint(&self) -> &'static str {
        match self.left {
            0 => "",
            _ => {
                "; the processes that it left in the background were ended, so let the command \
                 stay in the foreground"
            }
        }
    }

    /// Whether it says that all went well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.as_ref().is_ok_and(ExitStatus::success)
    }
}

impl fmt::Display for ChildExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
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
    #[error("the server ended before it accepted a connection ({exit}){}", exit.hint())]
    EndedEarly {
        /// How it ended.
        exit: ChildExit,
    },
    /// It ended, and somebody else serves in its place.
    #[error(
        "the command ended ({exit}), and a process that it does not control accepts connections \
         at {url}; to test that one, leave the command out"
    )]
    Replaced {
        /// How it ended.
        exit: ChildExit,
        /// Where it was to serve.
        url: String,
    },
    /// It ends as soon as a connection is over.
    #[error(
        "the server ended ({0}) after a first connection, which wspec opened and closed properly \
         without a message; its output may say why"
    )]
    EndedAfterLook(ChildExit),
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
        let mark = Mark::new();
        let mut guard = Guard::of(&mark);
        let process = command
            .env(mark.variable(), "")
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| cannot_start(program, source))?;
        let id = process.id().and_then(|id| i32::try_from(id).ok());
        let group = id.and_then(Pid::from_raw);
        if let (Some(guard), Some(group)) = (&mut guard, group) {
            guard.tell_group(group);
        }
        Ok(Self { process, group, mark, _guard: guard })
    }

    /// Returns once it has ended. What it started ends with it.
    pub async fn ended(&mut self) -> ChildExit {
        let status = self.process.wait().await;
        ChildExit { status, left: self.end_rest() }
    }

    /// How it ended, if it does so within this time.
    pub async fn ended_within(&mut self, limit: Duration) -> Option<ChildExit> {
        timeout(limit, self.ended()).await.ok()
    }

    /// How it ended, if it has.
    pub fn has_ended(&mut self) -> Option<ChildExit> {
        let status = self.process.try_wait().transpose()?;
        Some(ChildExit { status, left: 0 })
    }

    /// Ends it: asks first, then insists.
    pub async fn stop(mut self) {
        let tree = self.group.map(tree_of).unwrap_or_default();
        self.signal(Signal::TERM);
        let _ = timeout(END_PATIENCE, self.process.wait()).await;
        self.end_rest();
        tree.into_iter().for_each(end);
    }

    /// Ends it at once.
    pub(super) async fn kill(&mut self) {
        self.end_rest();
        let _ = self.process.wait().await;
    }

    /// Ends all that is left of it, and says how many processes other than itself that were.
    fn end_rest(&mut self) -> usize {
        let Some(group) = self.group.take() else {
            return 0;
        };
        // (While it lives, its tree shows those that have taken off the mark.)
        let tree = tree_of(group);
        let marked = self.mark.end_all();
        // A group that is gone needs no signal.
        let _ = kill_process_group(group, Signal::KILL);
        tree.into_iter().for_each(end);
        marked
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
                exit = self.ended() => return Err(early_end(exit, target).await),
                probe = Probe::within(left, target, rand::random()) => probe,
            };
            let is_late = Instant::now() >= deadline;
            match probe {
                Ok(probe)
                    if is_late || !probe.obstacle.as_ref().is_some_and(Obstacle::may_pass) =>
                {
                    return match timeout(LOOK_LAG, self.ended()).await {
                        Ok(exit) => Err(ChildError::EndedAfterLook(exit)),
                        Err(_) => Ok(probe),
                    };
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

/// What it means that a server ended before it was seen to answer.
async fn early_end(exit: ChildExit, target: &Target) -> ChildError {
    match Route::to(target).await {
        Ok(route) if route.is_taken(LOOK_PATIENCE).await => {
            ChildError::Replaced { exit, url: target.url().to_owned() }
        }
        _ => ChildError::EndedEarly { exit },
    }
}

fn cannot_start(program: &str, source: io::Error) -> ChildError {
    ChildError::CannotStart { program: program.to_owned(), source }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end_rest();
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
