//! An output that is closed or full, or whose reader is slow or gone, costs output; never results,
//! signals or the exit status.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// The commands that play something, with the exit status that each has.
const COMMANDS: [(&str, i32); 6] = [
    ("server --cases 1.1.* --report REPORT", 0),
    ("client --demo --listen 127.0.0.1:0 --cases 1.1.* --report REPORT", 0),
    ("fuzz server --cases 20 --seed 1", 0),
    ("server ws://127.0.0.1:1/ --cases 1.1.1", 3),
    ("wstest -a", 0),
    ("cases check no-such-folder", 2),
];

struct Bench(PathBuf);

impl Bench {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("output-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Runs the command with these redirections, and gives its exit status.
    fn status(&self, command: &str, redirections: &str) -> Option<i32> {
        let script = format!("exec \"$0\" {} {redirections}", command.replace("REPORT", "out"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_wspec")]).current_dir(&self.0);
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        shell.env_remove("GITHUB_ACTIONS").status().unwrap().code()
    }

    fn start(&self, command: &str) -> Child {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wspec"));
        child.args(command.split(' ')).current_dir(&self.0);
        child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

fn end(child: &mut Child, signal: Signal) -> Option<i32> {
    kill_process(Pid::from_child(child), signal).unwrap();
    child.wait().unwrap().code()
}

fn every_command_ends_as_ever(name: &str, redirections: &str) {
    for (number, (command, status)) in COMMANDS.iter().enumerate() {
        let bench = Bench::new(&format!("{name}-{number}"));
        assert_eq!(bench.status(command, redirections), Some(*status), "{command} {redirections}");
        if command.contains("REPORT") {
            assert!(bench.0.join("out/report.json").exists(), "{command} {redirections}");
        }
    }
}

#[test]
fn closed_descriptors_cost_output_only() {
    every_command_ends_as_ever("no-stderr", "2>&-");
    every_command_ends_as_ever("nothing", "<&- >&- 2>&-");
}

#[test]
fn a_full_device_costs_output_only() {
    if Path::new("/dev/full").exists() {
        every_command_ends_as_ever("full-stderr", "2>/dev/full");
        every_command_ends_as_ever("full-both", ">/dev/full 2>&1");
    }
}

#[test]
fn what_is_the_whole_result_of_a_command_must_be_written() {
    if Path::new("/dev/full").exists() {
        let bench = Bench::new("whole");
        assert_eq!(bench.status("cases list", ">/dev/full"), Some(2));
        let command = "server --cases 1.1.1 --format json";
        assert_eq!(bench.status(command, ">/dev/full"), Some(2));
    }
}

#[test]
fn a_reader_that_leaves_after_a_line_costs_output_only() {
    let bench = Bench::new("head");
    let command = "server --cases 1.* 2.* 3.* 5.* 7.* --report out --trace";
    let mut run = bench.start(command);
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut line).unwrap();
    drop(run.stderr.take());
    assert_eq!(run.wait().unwrap().code(), Some(0), "{line}");
    assert!(bench.0.join("out/report.json").exists());
}

#[test]
fn a_reader_that_never_reads_does_not_keep_a_run_from_its_end() {
    // More than any pipe holds.
    let command = "server --cases 1.* 5.* 6.* 7.* --report out --trace";
    let bench = Bench::new("stalled");
    let mut run = bench.start(command);
    while !bench.0.join("out/index.html").exists() {
        assert!(run.try_wait().unwrap().is_none(), "its output cannot have been read");
        std::thread::yield_now();
    }
    // The report is there, and only the output is waited for.
    let status = end(&mut run, Signal::INT);
    assert!(matches!(status, Some(0 | 130)), "{status:?}");
}

#[test]
fn signals_are_heard_while_nobody_reads() {
    for (name, command) in [
        ("client", "client --listen 127.0.0.1:0 --trace"),
        ("echo", "echo --listen 127.0.0.1:0"),
        ("wstest", "wstest -m echoserver -w ws://127.0.0.1:0"),
        ("fuzz", "fuzz server --seed 1"),
    ] {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let bench = Bench::new(&format!("{name}-{}", signal.as_raw()));
            let mut run = bench.start(command);
            if name != "fuzz" {
                // It has something to say once it listens to signals.
                let mut stdout = BufReader::new(run.stdout.take().unwrap());
                stdout.read_line(&mut String::new()).unwrap();
                run.stdout = Some(stdout.into_inner());
            }
            let status = end(&mut run, signal);
            assert!(status.is_some() || name == "fuzz", "{command} {signal:?}: {status:?}");
        }
    }
}

#[test]
fn a_slow_reader_gets_all_of_a_result() {
    let bench = Bench::new("slow");
    let mut list = bench.start("requirements --format json");
    let mut stdout = list.stdout.take().unwrap();
    let (mut text, mut octet) = (Vec::new(), [0; 1]);
    while text.len() < 64 && stdout.read(&mut octet).unwrap() == 1 {
        text.push(octet[0]);
        std::thread::yield_now();
    }
    stdout.read_to_end(&mut text).unwrap();
    assert_eq!(list.wait().unwrap().code(), Some(0));
    serde_json::from_slice::<serde_json::Value>(&text).unwrap();
}

#[test]
fn arguments_cannot_give_orders_to_a_terminal_or_a_runner() {
    for argument in ["\u{1b}[2J", "x\u{202e}y", "a\n::error::b", "a\r##[add-mask]b", "\u{9b}31m"] {
        for arguments in [
            vec![argument],
            vec!["server", argument],
            vec!["server", "--cases", argument],
            vec!["server", "--jobs", argument],
            vec!["cases", "show", argument],
            vec!["cases", "check", argument],
            vec!["cases", "list", "--case-dir", argument],
            vec!["report", "render", argument],
            vec!["echo", "--listen", argument],
            vec!["echo", "--defect", argument],
            vec!["requirements", argument],
            vec!["compare", argument, argument],
            vec!["merge", argument],
            vec!["wstest", "-m", "fuzzingclient", "-s", argument],
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
            let output = command.args(&arguments).output().unwrap();
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8(text).unwrap();
            let is_obeyed = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!text.contains(is_obeyed), "{arguments:?}: {text:?}");
            assert!(!text.contains("##["), "{arguments:?}: {text:?}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text:?}");
        }
    }
}
