//! Nobody whom a run has started is left behind, however the run ends.
#![cfg(target_os = "linux")]

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The command under test.
const WSPEC: &str = env!("CARGO_BIN_EXE_wspec");

/// By when a process has to have done what is waited for, on a busy machine.
const BOUND: Duration = Duration::from_secs(60);

/// A server that starts this first.
struct Family {
    folder: PathBuf,
    url: String,
    script: String,
}

impl Family {
    /// `strays` starts processes and writes their ids to `strays`, one a line.
    fn new(name: &str, strays: &str) -> Self {
        let address = free_address();
        let script = format!("{strays}; exec {WSPEC} echo --listen {address}");
        Self { folder: folder(name), url: format!("ws://{address}/"), script }
    }

    fn wspec(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(WSPEC);
        command.args(arguments).args(["--", "sh", "-c", &self.script]);
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn strays(&self) -> Vec<u32> {
        let text = fs::read_to_string(self.file("strays")).unwrap_or_default();
        text.lines().map(|line| line.trim().parse().unwrap()).collect()
    }

    /// Waits until no stray is left.
    fn assert_gone(&self, count: usize) {
        let strays = self.strays();
        assert_eq!(strays.len(), count, "{strays:?}");
        wait_until("the strays are gone", || !strays.iter().any(|stray| lives(*stray)));
    }
}

/// A new folder.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Strays of a session of their own: a child, one whose parent has ended, and one that has dropped
/// its environment.
const STRAYS: &str = "setsid sh -c 'echo $$ >> strays; exec sleep 3600' & \
    (setsid sh -c 'echo $$ >> strays; exec sleep 3600' &) ; \
    env -i setsid sh -c 'echo $$ >> strays; exec /bin/sleep 3600' & \
    while [ $(wc -l < strays 2>/dev/null || echo 0) -lt 3 ]; do :; done";

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < BOUND, "not in time: {what}");
        thread::yield_now();
    }
}

/// Whether there is such a process that is not only waiting to be forgotten.
fn lives(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, fields)| fields.trim().chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

#[test]
fn a_run_that_ends_leaves_nobody_behind() {
    let family = Family::new("left-end", STRAYS);
    let output = family.wspec(&["server", &family.url, "--cases", "1.1.1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    family.assert_gone(3);
}

/// Starts a run that lasts, and waits until a case has been played.
fn long_run(family: &Family) -> Child {
    let run =
        ["server", &family.url, "--profile", "full", "--trace", "--cases", "9.*", "--jobs", "1"];
    let mut command = family.wspec(&run);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = [0];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
    child
}

#[test]
fn a_run_that_is_killed_leaves_nobody_behind() {
    // (Without the one that has dropped the mark: nobody is left who knows of it.)
    let strays = STRAYS.replace("env -i ", "");
    let family = Family::new("left-killed", &strays);
    let mut child = long_run(&family);
    child.kill().unwrap();
    child.wait().unwrap();
    family.assert_gone(3);
    // The server, too.
    let address = family.url.trim_start_matches("ws://").trim_end_matches('/');
    wait_until("the server is gone", || TcpStream::connect(address).is_err());
}

#[test]
fn a_run_that_is_interrupted_leaves_nobody_behind() {
    let family = Family::new("left-interrupted", STRAYS);
    let child = long_run(&family);
    let process = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    family.assert_gone(3);
}

#[test]
fn a_command_that_ends_is_not_tested_by_what_it_leaves() {
    let folder = folder("left-daemon");
    let address = free_address();
    let script = format!(
        "setsid {WSPEC} echo --listen {address} > out & \
         until grep -q echoing out 2>/dev/null; do :; done"
    );
    let output = Command::new(WSPEC)
        .args(["server", &format!("ws://{address}/"), "--", "sh", "-c", &script])
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("ended"), "{said}");
    assert!(TcpStream::connect(address).is_err());
}
