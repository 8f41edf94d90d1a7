//! Who ends a testee when wspec itself is killed.
//!
//! A guard is a further process of wspec that waits for the end of its standard input: the system
//! ends that however wspec goes away, also by `SIGKILL`. In the usual case the guard is ended
//! before the testee's [`Mark`] means nothing any more.

use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::descendants::Mark;

/// The subcommand that is a guard.
pub const GUARD_COMMAND: &str = "guard-testee";

/// The program with that subcommand; without one testees have no guards.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Lets every testee that is started from now on have a guard: this program.
pub fn guard_testees_with(program: PathBuf) {
    // A second program would be the same one.
    let _ = PROGRAM.set(program);
}

/// A guard at work.
#[derive(Debug)]
pub(super) struct Guard(Child);

impl Guard {
    /// Starts the guard of a testee with this mark, if there is a program for it.
    pub(super) fn of(mark: &Mark) -> Option<Self> {
        use std::os::unix::process::CommandExt;
        let guard = Command::new(PROGRAM.get()?)
            .args([GUARD_COMMAND, mark.variable()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What a terminal sends to wspec is not for its guards.
            .process_group(0)
            .spawn();
        // A testee without a guard can be tested as well.
        guard.ok().map(Self)
    }

    /// Says which process group the testee has.
    pub(super) fn tell_group(&mut self, group: Pid) {
        if let Some(input) = &mut self.0.stdin {
            // One that is gone guards nothing.
            let _ = writeln!(input, "{}", group.as_raw_nonzero());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Is a guard until standard input ends: then the testee with this mark is ended.
pub fn guard_testee(variable: &str) {
    let Some(mark) = Mark::of(variable) else {
        return;
    };
    let lines = io::stdin().lock().lines().map_while(Result::ok);
    let groups: Vec<Pid> =
        lines.filter_map(|line| line.parse().ok()).filter_map(Pid::from_raw).collect();
    for group in groups {
        // It may be gone already.
        let _ = kill_process_group(group, Signal::KILL);
    }
    mark.end_all();
}
