//! A run that was killed, and the one that goes on with it; commands that start the testee.

mod clients;

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use clients::{Folder, ask, connect, play};
use futures_util::StreamExt;
use rustix::process::{Pid, Signal, kill_process};

fn wspec() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    command.stdin(Stdio::null());
    command
}

/// `wspec client` that has said where it listens.
struct Listening {
    process: Child,
    address: SocketAddr,
    /// Kept open, so that what it prints at its end has somewhere to go.
    _stdout: BufReader<ChildStdout>,
}

impl Listening {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut process = wspec()
            .args(["client", "--listen", "127.0.0.1:0", "--report"])
            .arg(folder)
            .args(["--cases", "1.1.2", "2.2", "6.4.1"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let (url, _) = line.strip_prefix("listening on ws://").unwrap().split_once(',').unwrap();
        Self { process, address: url.parse().unwrap(), _stdout: stdout }
    }

    fn end_with(mut self, signal: Signal) -> Option<i32> {
        let pid = Pid::from_raw(self.process.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        self.process.wait().unwrap().code()
    }
}

fn report(folder: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(folder.join("report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn agents_and_cases(report: &serde_json::Value) -> Vec<(&str, usize)> {
    let agents = report["agents"].as_array().unwrap().iter();
    agents
        .map(|agent| (agent["agent"].as_str().unwrap(), agent["cases"].as_array().unwrap().len()))
        .collect()
}

#[tokio::test]
async fn results_from_before_a_kill_are_not_lost() {
    let folder = Folder::new("resume");
    let first = Listening::start(folder.path(), &[]);
    for case in [1, 2] {
        play(first.address, case, "early%0A").await;
    }
    // Once this is answered, both results have been taken note of.
    ask(first.address, "/updateReports?agent=early").await;
    // It has begun the third case when it is killed.
    let mut socket = connect(first.address, "/runCase?case=3&agent=early%0A").await;
    assert_eq!(first.end_with(Signal::KILL), None);
    assert!(socket.next().await.is_none_or(|message| message.is_err()));
    std::fs::remove_file(folder.path().join("report.json")).unwrap();

    let second = Listening::start(folder.path(), &["--resume"]);
    play(second.address, 3, "early%0A").await;
    play(second.address, 1, "late").await;
    ask(second.address, "/updateReports?agent=late").await;
    assert_eq!(second.end_with(Signal::INT), Some(0));
    let report = report(folder.path());
    assert_eq!(agents_and_cases(&report), [("early\n", 3), ("late", 1)]);
    assert!(!folder.path().join("journal.jsonl").exists());
}

#[tokio::test]
async fn without_resume_the_journal_is_moved_aside() {
    let folder = Folder::new("no-resume");
    let first = Listening::start(folder.path(), &[]);
    play(first.address, 1, "early").await;
    ask(first.address, "/updateReports?agent=early").await;
    first.end_with(Signal::KILL);
    let second = Listening::start(folder.path(), &[]);
    play(second.address, 1, "late").await;
    ask(second.address, "/updateReports?agent=late").await;
    assert_eq!(second.end_with(Signal::TERM), Some(0));
    assert_eq!(agents_and_cases(&report(folder.path())), [("late", 1)]);
    let journal = std::fs::read_to_string(folder.path().join("journal.old.jsonl")).unwrap();
    assert!(journal.contains(r#"{"agent":"early","#));
}

#[test]
fn without_a_client_there_is_no_verdict() {
    let folder = Folder::new("no-client");
    let listening = Listening::start(folder.path(), &[]);
    assert_eq!(listening.end_with(Signal::INT), Some(3));
}

fn output(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_client_that_we_start_and_that_does_not_come() {
    let client = |script: &str| {
        let listen = ["client", "--listen", "127.0.0.1:0", "--command-timeout", "0.2"];
        output(wspec().args(listen).args(["--", "sh", "-c", script, "sh", "{url}"]))
    };
    let (exit, said) = client("echo \"$1 $WSPEC_URL\"; exit 7");
    assert_eq!(exit, Some(3), "{said}");
    let (given, rest) = said.split_once('\n').unwrap();
    let (argument, variable) = given.split_once(' ').unwrap();
    assert_eq!(argument, variable);
    assert!(argument.starts_with("ws://127.0.0.1:"), "{argument}");
    assert_eq!(rest, "wspec: the client ended with exit status: 7\nwspec: no client came\n");
    let (exit, said) = client("exec sleep 3600");
    assert_eq!(exit, Some(3), "{said}");
    assert!(said.contains("--command-timeout"), "{said}");
    let (exit, said) =
        output(wspec().args(["client", "--listen", "127.0.0.1:0", "--", "/no/such"]));
    assert_eq!(exit, Some(2));
    assert!(said.contains("cannot start `/no/such`"), "{said}");
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_server_that_we_start() {
    let folder = Folder::new("started-server");
    let address = format!("127.0.0.1:{}", free_port());
    let url = format!("ws://{address}/");
    let (exit, said) =
        output(
            wspec()
                .args(["server", &url, "--cases", "1.1.*", "--report"])
                .arg(folder.path())
                .args(["--", env!("CARGO_BIN_EXE_wspec"), "echo", "--listen", &address]),
        );
    assert_eq!(exit, Some(0), "{said}");
    assert_eq!(agents_and_cases(&report(folder.path()))[0].1, 8);
    // It is gone with the run.
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[test]
fn a_server_that_cannot_be_tested() {
    let url = format!("ws://127.0.0.1:{}/", free_port());
    let server = |url: &str, script: &str| {
        let wait = ["--command-timeout", "0.2", "--", "sh", "-c", script];
        output(wspec().args(["server", url]).args(wait))
    };
    let (exit, said) = server(&url, "exit 5");
    assert_eq!(exit, Some(3));
    assert!(said.contains("ended before it accepted a connection (exit status: 5)"), "{said}");
    let (exit, said) = server(&url, "exec sleep 3600");
    assert_eq!(exit, Some(3));
    assert!(said.contains("did not accept a connection"), "{said}");
    let occupied = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", occupied.local_addr().unwrap());
    let (exit, said) = server(&url, "exit 0");
    assert_eq!(exit, Some(2));
    assert!(said.contains("somebody listens"), "{said}");
}

#[test]
fn a_server_run_goes_on_where_it_was_killed() {
    let folder = Folder::new("resume-server");
    let mut run = wspec();
    run.args(["server", "--cases", "1.1.*", "--agent", "echo", "--report"]).arg(folder.path());
    assert_eq!(run.output().unwrap().status.code(), Some(0));
    // As a kill after three results would have left it.
    let whole = report(folder.path());
    let seed = &whole["seed"];
    let mut journal = format!(r#"{{"schema_version":1,"role":"client","seed":{seed}}}"#);
    for case in &whole["agents"][0]["cases"].as_array().unwrap()[..3] {
        journal += &format!("\n{{\"agent\":\"echo\",\"case\":{case}}}");
    }
    std::fs::write(folder.path().join("journal.jsonl"), journal + "\n{\"agent\":\"ec").unwrap();
    assert_eq!(run.arg("--resume").output().unwrap().status.code(), Some(0));
    let resumed = report(folder.path());
    assert_eq!(agents_and_cases(&resumed), [("echo", 8)]);
    assert_eq!(&resumed["seed"], seed);
    let started = |report: &serde_json::Value, case: usize| {
        report["agents"][0]["cases"][case]["transcript"]["started_unix_ms"].clone()
    };
    assert_eq!(started(&resumed, 2), started(&whole, 2));
    assert_ne!(started(&resumed, 3), started(&whole, 3));
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let folder = Folder::new("two-runs");
    let first = Listening::start(folder.path(), &[]);
    let mut second = wspec();
    second.args(["server", "--cases", "1.1.1", "--report"]).arg(folder.path());
    let (exit, said) = output(&mut second);
    assert_eq!(exit, Some(2), "{said}");
    assert!(said.contains("another run of wspec writes into"), "{said}");
    // The system gives a folder back, however its holder ends.
    first.end_with(Signal::KILL);
    assert_eq!(second.output().unwrap().status.code(), Some(0));
}

#[test]
fn a_file_is_no_folder_for_reports() {
    let folder = Folder::new("file-for-folder");
    let file = folder.path().join("afile");
    std::fs::write(&file, "kept").unwrap();
    let (exit, said) = output(wspec().args(["server", "--report"]).arg(&file));
    assert_eq!(exit, Some(2), "{said}");
    assert!(said.contains("afile` is a file, not a folder"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), b"kept");
}

/// A pipe that nobody writes to, and a folder.
#[test]
fn only_a_file_is_read_as_the_journal() {
    for (kind, told) in [("pipe", "is a named pipe"), ("folder", "is a folder")] {
        let folder = Folder::new(&format!("journal-is-a-{kind}"));
        let journal = folder.path().join("journal.jsonl");
        match kind {
            "pipe" => rustix::fs::mknodat(
                rustix::fs::CWD,
                &journal,
                rustix::fs::FileType::Fifo,
                rustix::fs::Mode::from_raw_mode(0o600),
                0,
            )
            .unwrap(),
            _ => std::fs::create_dir(&journal).unwrap(),
        }
        let mut run = wspec();
        run.args(["server", "--cases", "1.1.1", "--resume", "--report"]);
        let (exit, said) = output(run.arg(folder.path()));
        assert_eq!(exit, Some(2), "{said}");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn another_selection_is_not_resumed() {
    let folder = Folder::new("other-selection");
    let first = Listening::start(folder.path(), &[]);
    first.end_with(Signal::KILL);
    let mut other = wspec();
    other.args(["client", "--listen", "127.0.0.1:0", "--cases", "1.*", "--resume", "--report"]);
    let (exit, said) = output(other.arg(folder.path()));
    assert_eq!(exit, Some(2), "{said}");
    assert!(said.contains("--cases was `1.1.2 2.2 6.4.1`, and is `1.*` now"), "{said}");
}

#[test]
fn what_was_interrupted_is_played_again() {
    let folder = Folder::new("interrupted");
    let mut run = wspec();
    run.args(["server", "--cases", "1.1.*", "--agent", "echo", "--report"]).arg(folder.path());
    assert_eq!(run.output().unwrap().status.code(), Some(0));
    let whole = report(folder.path());
    let mut case = whole["agents"][0]["cases"][0].clone();
    case["verdict"] = "error".into();
    case["message"] = "the run was interrupted".into();
    let head = format!(r#"{{"schema_version":1,"role":"client","seed":{}}}"#, whole["seed"]);
    let line = format!(r#"{{"agent":"echo","case":{case}}}"#);
    std::fs::write(folder.path().join("journal.jsonl"), format!("{head}\n{line}\n")).unwrap();
    assert_eq!(run.arg("--resume").output().unwrap().status.code(), Some(0));
    assert_eq!(agents_and_cases(&report(folder.path())), [("echo", 8)]);
}

#[test]
fn a_full_disk_keeps_no_verdict_back() {
    let folder = Folder::new("full-disk");
    // No file may have more than 16 KiB, which is as good as a disk that is full.
    let script = "trap '' XFSZ; ulimit -f 32; exec \"$@\"";
    let mut run = Command::new("sh");
    run.args(["-c", script, "sh", env!("CARGO_BIN_EXE_wspec"), "server", "--cases", "1.1.*"]);
    let ended = run.arg("--report").arg(folder.path()).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(String::from_utf8(ended.stdout).unwrap().contains("8 passed in"), "{said}");
    assert!(said.contains("report.json"), "{said}");
    assert!(folder.path().join("journal.jsonl").exists());
}
