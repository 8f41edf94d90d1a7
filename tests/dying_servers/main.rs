//! Servers that die in the middle of a run: they are started again, and what they die of is found.

use std::{
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;

mod mortal;

use mortal::{DIES_OF, DiesOf};

/// How long the supervisor of a server that is not ours takes: long enough for a refusal to be
/// seen.
const RESTART_PAUSE: Duration = Duration::from_millis(700);

/// A run's folder, a free port in it, and the server's command.
struct Run {
    folder: PathBuf,
    url: String,
    dies_of: DiesOf,
}

impl Run {
    fn new(name: &str, dies_of: DiesOf) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("dying-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}/", listener.local_addr().unwrap());
        Self { folder, url, dies_of }
    }

    fn server(&self) -> Vec<String> {
        let program = std::env::current_exe().unwrap();
        let marker = self.folder.join("has-died");
        [
            program.to_str().unwrap(),
            "--exact",
            "mortal::the_server_itself",
            "--skip",
            marker.to_str().unwrap(),
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn wspec(&self, cases: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
        command
            .args(["server", &self.url, "--report"])
            .arg(&self.folder)
            .arg("--cases")
            .args(cases)
            .env(DIES_OF, self.dies_of.name())
            .stdin(Stdio::null());
        command
    }

    /// Exit status, standard error, and the cases of the report.
    fn play(&self, command: &mut Command) -> (Option<i32>, String, Vec<Value>) {
        let Output { status, stderr, .. } = command.output().unwrap();
        let text = std::fs::read_to_string(self.folder.join("report.json")).unwrap();
        let mut report: Value = serde_json::from_str(&text).unwrap();
        let cases = report["agents"][0]["cases"].take();
        let Value::Array(cases) = cases else {
            panic!("a report has an agent with cases");
        };
        (status.code(), String::from_utf8(stderr).unwrap(), cases)
    }

    fn play_with_ours(&self, cases: &[&str]) -> (Option<i32>, String, Vec<Value>) {
        self.play(self.wspec(cases).arg("--").args(self.server()))
    }
}

fn with<'a>(cases: &'a [Value], verdict: &str) -> Vec<(&'a str, &'a str)> {
    let cases = cases.iter().filter(|case| case["verdict"] == verdict);
    cases.map(|case| (case["id"].as_str().unwrap(), case["message"].as_str().unwrap())).collect()
}

/// Starts a server, and starts it again whenever it has died.
struct Supervisor {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Supervisor {
    fn start(run: &Run) -> Self {
        let (stop, stopped) = channel();
        let server = run.server();
        let variables = [(DIES_OF, run.dies_of.name().to_owned()), ("WSPEC_URL", run.url.clone())];
        let start = move || {
            let mut command = Command::new(&server[0]);
            command.args(&server[1..]).envs(variables.clone());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let thread = thread::spawn(move || supervise(start, &stopped));
        let address = run.url.trim_start_matches("ws://").trim_end_matches('/');
        while TcpStream::connect(address).is_err() {
            thread::yield_now();
        }
        Self { stop, thread }
    }

    fn end(self) {
        drop(self.stop);
        self.thread.join().unwrap();
    }
}

fn supervise(start: impl Fn() -> Child, stopped: &Receiver<()>) {
    let mut server = start();
    while stopped.recv_timeout(RESTART_PAUSE / 10)
        == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
    {
        if server.try_wait().unwrap().is_some() {
            let _ = stopped.recv_timeout(RESTART_PAUSE);
            server = start();
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn what_a_server_dies_of_fails_and_all_else_is_played() {
    let run = Run::new("once", DiesOf::Octets126);
    let (exit, said, cases) = run.play_with_ours(&["1.*", "2.*"]);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("the server ended (exit status: 7)"), "{said}");
    let [(culprit, message)] = with(&cases, "fail")[..] else {
        panic!("one case fails: {:?}", with(&cases, "fail"));
    };
    assert_eq!(culprit, "1.1.3");
    assert!(message.contains("the server ended (exit status: 7)"), "{message}");
    assert_eq!(with(&cases, "error"), []);
    assert_eq!(cases.len(), 27);
}

/// Also when all cases are over by then.
#[test]
fn what_a_server_dies_of_later_fails_and_nothing_beside_it() {
    let run = Run::new("late", DiesOf::LongTextLater);
    let (exit, said, cases) = run.play_with_ours(&["1.1.1", "1.1.2", "1.1.3"]);
    assert_eq!(exit, Some(1), "{said}");
    let [(culprit, message)] = with(&cases, "fail")[..] else {
        panic!("one case fails: {:?}; {said}", with(&cases, "fail"));
    };
    assert_eq!(culprit, "1.1.3");
    assert!(message.contains("ended (exit status: 7)"), "{message}");
    assert_eq!(with(&cases, "pass").len(), 2);
}

/// Neither the first look nor the last one drops a connection.
#[test]
fn a_server_that_dies_of_a_missing_close_survives_our_looks() {
    let run = Run::new("no-close", DiesOf::NoClose);
    let (exit, said, cases) = run.play_with_ours(&["1.1.1", "7.1.1"]);
    assert_eq!(exit, Some(0), "{said}");
    assert_eq!((said.as_str(), with(&cases, "pass").len()), ("", 2));
}

#[test]
fn a_server_that_dies_of_everything_is_given_up() {
    let run = Run::new("ever", DiesOf::AnyMessage);
    let (exit, said, cases) = run.play_with_ours(&["1.*", "6.2.*", "6.4.*", "6.5.*"]);
    assert_eq!(exit, Some(3), "{said}");
    let last = said.lines().last().unwrap();
    assert_eq!(last, "wspec: the server ended in the middle of the run (exit status: 7)");
    assert!(with(&cases, "fail").len() >= 10, "{said}");
    assert!(!with(&cases, "error").is_empty());
}

/// The innocent get their verdicts, and the death is not forgotten.
#[test]
fn a_death_that_does_not_come_again_is_told() {
    let run = Run::new("first", DiesOf::FirstMessage);
    let (exit, said, cases) = run.play_with_ours(&["1.1.*"]);
    assert_eq!(with(&cases, "pass").len(), 8, "{said}");
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("no case made the server go away again"), "{said}");
}

#[test]
fn a_server_that_somebody_else_starts_again() {
    let run = Run::new("supervised", DiesOf::Octets126);
    let supervisor = Supervisor::start(&run);
    let (exit, said, cases) = run.play(&mut run.wspec(&["1.1.*"]));
    supervisor.end();
    assert_eq!(exit, Some(1), "{said}");
    let [(culprit, message)] = with(&cases, "fail")[..] else {
        panic!("one case fails: {:?}", with(&cases, "fail"));
    };
    assert_eq!(culprit, "1.1.3");
    assert!(message.contains("took no more connections"), "{message}");
    assert_eq!(with(&cases, "pass").len(), 7);
}

#[test]
fn a_server_that_nobody_starts_again() {
    let run = Run::new("alone", DiesOf::Octets126);
    let server = run.server();
    let mut process = Command::new(&server[0])
        .args(&server[1..])
        .env(DIES_OF, run.dies_of.name())
        .env("WSPEC_URL", &run.url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let address = run.url.trim_start_matches("ws://").trim_end_matches('/');
    while TcpStream::connect(address).is_err() {
        thread::yield_now();
    }
    let (exit, said, cases) = run.play(&mut run.wspec(&["1.*"]));
    process.wait().unwrap();
    assert_eq!(exit, Some(3), "{said}");
    assert!(said.contains("the target went away"), "{said}");
    assert_eq!(cases.len(), 16);
}

/// Many connections come and go until the server has died.
#[test]
fn what_a_server_dies_of_later_is_found_by_the_fuzzer() {
    let run = Run::new("hunted", DiesOf::LongTextLater);
    let output = Command::new(env!("CARGO_BIN_EXE_wspec"))
        .args(["fuzz", "server", &run.url, "--cases", "400", "--seed", "1"])
        .args(["--enough", "1", "--timeout", "0.2", "--findings"])
        .arg(&run.folder)
        .arg("--")
        .args(run.server())
        .env(DIES_OF, run.dies_of.name())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let file = std::fs::read_to_string(run.folder.join("died.toml")).unwrap_or_else(|_| {
        panic!("there is no finding of that: {said}");
    });
    assert!(file.contains("ended (exit status: 7)"), "{file}");
    let steps = file.lines().filter(|line| line.contains("text = ")).count();
    assert_eq!(steps, 1, "{file}");
}
