//! What the command prints and how it exits, for everything that a user may type.
//!
//! `INSTA_UPDATE=always cargo test --test cli` writes the snapshots anew.

#[path = "cli/command.rs"]
mod command;
#[path = "cli/defective.rs"]
mod defective;

use std::{fs, net::TcpListener, path::PathBuf};

use command::{transcript, wspec};
use defective::{short_lived_server, shouting_server};
use insta::{assert_snapshot, with_settings};
use serde_json::Value;

/// Times, ports, versions and numbers of the system differ from run to run.
const REDACTED: [(&str, &str); 6] = [
    (r"127\.0\.0\.1:\d{5}", "127.0.0.1:[PORT]"),
    (r"\+\d+\.\d{6}", "+[TIME]"),
    (r" +\d+\.\d{3} s\b", " [TIME]"),
    (r"in \d+\.\d\d s\b", "in [TIME]"),
    (r"os error \d+", "os error [NUMBER]"),
    (r"wspec \d+\.\d+\.\d+", "wspec [VERSION]"),
];

/// Runs the command, checks its exit status, and compares all that it printed.
macro_rules! assert_command {
    ($name:literal, $status:literal, $($argument:expr),*) => {
        let output = wspec(&[$($argument),*]);
        assert_eq!(output.status.code(), Some($status), "{}", transcript(&output));
        with_settings!(
            { filters => REDACTED, snapshot_path => "cli/snapshots", prepend_module_to_snapshot => false },
            { assert_snapshot!($name, transcript(&output)); }
        );
    };
}

/// An empty folder for this test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the last run's folder can be removed");
    }
    folder
}

#[test]
fn help_of_every_command() {
    assert_command!("help", 0, "--help");
    assert_command!("help-server", 0, "server", "--help");
    assert_command!("help-client", 0, "client", "--help");
    assert_command!("help-echo", 0, "echo", "--help");
    assert_command!("help-cases", 0, "cases", "--help");
    assert_command!("help-cases-list", 0, "cases", "list", "--help");
    assert_command!("help-cases-show", 0, "cases", "show", "--help");
    assert_command!("help-cases-check", 0, "cases", "check", "--help");
    assert_command!("help-requirements", 0, "requirements", "--help");
    assert_command!("help-echo-client", 0, "echo-client", "--help");
    assert_command!("help-wstest", 0, "wstest", "--help");
    assert_command!("help-report", 0, "report", "--help");
    assert_command!("help-report-render", 0, "report", "render", "--help");
    assert_command!("help-merge", 0, "merge", "--help");
    assert_command!("help-compare", 0, "compare", "--help");
    assert_command!("help-completions", 0, "completions", "--help");
    assert_command!("help-man", 0, "man", "--help");
    assert_command!("help-cases-schema", 0, "cases", "schema", "--help");
    assert_command!("help-report-schema", 0, "report", "schema", "--help");
    assert_command!("help-fuzz", 0, "fuzz", "--help");
    assert_command!("help-fuzz-server", 0, "fuzz", "server", "--help");
    assert_command!("help-fuzz-client", 0, "fuzz", "client", "--help");
    assert_command!("help-fuzz-diff", 0, "fuzz", "diff", "--help");
    assert_command!("version", 0, "--version");
}

#[test]
fn help_of_every_command_has_examples() {
    let folder = folder("cli-examples");
    let pages = folder.to_str().expect("the target folder's name is UTF-8");
    assert!(wspec(&["man", "--dir", pages]).status.success());
    let pages = fs::read_dir(&folder).expect("the pages are there");
    let mut checked = 0;
    for page in pages {
        let name = page.expect("it can be read").file_name();
        let name = name.to_str().expect("names of commands are ASCII");
        let words: Vec<&str> = name.trim_end_matches(".1").split('-').collect();
        if words.contains(&"help") {
            continue;
        }
        let command = match &words[1..] {
            ["echo", "client"] => vec!["echo-client"],
            words => words.to_vec(),
        };
        let output = wspec(&[&command[..], &["--help"]].concat());
        let help = String::from_utf8_lossy(&output.stdout);
        assert!(help.contains("\nExamples:\n"), "{command:?}: {help}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn usage_errors_say_what_to_do() {
    assert_command!("no-command", 2,);
    assert_command!("unknown-option", 2, "server", "--case", "1.1.1");
    assert_command!("glob-of-no-case", 2, "server", "--cases", "7.99.*");
    assert_command!("glob-with-a-mistake", 2, "server", "--cases", "7.[1");
    assert_command!("only-in-full", 2, "server", "--cases", "9.*");
    assert_command!("bad-url", 2, "server", "ftp://127.0.0.1:9001/");
    assert_command!("no-url", 2, "server", "nonsense");
    assert_command!("bad-header", 2, "server", "--header", "no colon");
    assert_command!("bad-timeout", 2, "server", "--timeout", "0");
    assert_command!("quiet-and-verbose", 2, "server", "-q", "-v");
    assert_command!("bad-shard", 2, "server", "--shard", "5/4");
    assert_command!("empty-shard", 2, "cases", "list", "--cases", "1.1.1", "--shard", "2/4");
    assert_command!("unknown-shell", 2, "completions", "dos");
    assert_command!("two-formats", 2, "server", "--format", "tap", "--format", "junit");
}

#[test]
fn baselines_and_reports_of_no_use_say_what_to_do() {
    assert_command!("no-baseline", 2, "server", "--baseline", "no-such.toml");
    assert_command!("bad-baseline", 2, "server", "--baseline", "baselines/no-reason.toml");
    assert_command!("baseline-of-no-case", 2, "server", "--baseline", "baselines/no-case.toml");
    let nowhere = "no-such-folder/known.toml";
    assert_command!("baseline-to-nowhere", 2, "server", "--write-baseline", nowhere);
    assert_command!("render-no-report", 2, "report", "render", "my-cases");
    assert_command!("render-other-json", 2, "report", "render", "my-cases/greeting.toml");
    assert_command!("compare-no-report", 2, "compare", "my-cases", "my-cases");
    assert_command!("merge-nothing", 2, "merge");
}

#[test]
fn shards_of_cases_are_listed() {
    assert_command!("list-shard", 0, "cases", "list", "--cases", "1.*", "--shard", "1/4");
}

#[test]
fn completions_and_pages_name_every_command() {
    let shells = ["bash", "zsh", "fish", "elvish", "powershell"];
    for shell in shells {
        let output = wspec(&["completions", shell]);
        let script = transcript(&output);
        assert!(output.status.success() && script.contains("compare"), "{shell}");
    }
    let page = transcript(&wspec(&["man"]));
    assert!(page.contains(".TH wspec 1"), "{page}");
    let folder = folder("cli-man");
    let path = folder.to_str().expect("the target folder's name is UTF-8");
    assert!(wspec(&["man", "--dir", path]).status.success());
    for command in ["server", "client", "merge", "compare", "report-render"] {
        let page = folder.join(format!("wspec-{command}.1"));
        let text = fs::read_to_string(page).expect("each command has a page");
        assert!(text.contains("Examples:"), "{command}");
    }
}

#[test]
fn bad_case_files_name_the_place() {
    assert_command!("check-bad-cases", 2, "cases", "check", "bad-cases");
    assert_command!("play-bad-cases", 2, "server", "--case-dir", "bad-cases");
    assert_command!("no-case-dir", 2, "cases", "check", "no-such-folder");
    assert_command!("check-cases", 0, "cases", "check", "my-cases");
}

#[test]
fn cases_are_listed_and_explained() {
    assert_command!("list", 0, "cases", "list", "--cases", "7.1.*");
    assert_command!("show", 0, "cases", "show", "5.19");
    assert_command!("show-unknown", 2, "cases", "show", "5.99");
    assert_command!("show-mine", 0, "cases", "show", "greeting.1", "--case-dir", "my-cases");
}

#[test]
fn requirements_are_listed_and_explained() {
    let id = "rfc6455-5.4-15";
    assert_command!("requirement", 0, "requirements", "RFC6455-5.4-15");
    assert_command!("requirements", 0, "requirements", "rfc6455-5.4-1[5-8]");
    assert_command!("requirement-json", 0, "requirements", id, "--format", "json");
    assert_command!("requirement-unknown", 2, "requirements", "rfc6455-5.4-99");
    assert_command!("requirements-none", 0, "requirements", id, "--level", "should");
    assert_command!("requirements-no-report", 2, "requirements", "--report", "my-cases");
}

#[test]
fn requirements_tell_how_a_testee_fared() {
    let folder = folder("cli-requirements");
    let path = folder.to_str().expect("the target folder's name is UTF-8");
    let played = wspec(&["server", "--cases", "1.1.1", "--report", path]);
    assert_eq!(played.status.code(), Some(0), "{}", transcript(&played));
    let arguments = ["requirements", "--format", "json", "--report", path];
    let output = wspec(&arguments);
    let lines: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let lines = lines.as_array().expect("it is an array");
    let of = |id: &str| lines.iter().find(|line| line["id"] == id).expect("it is there");
    let masking = of("rfc6455-5.1-4");
    assert_eq!(masking["agents"][0]["agent"], "wspec echo");
    assert_eq!(masking["agents"][0]["verdict"], "pass");
    for field in ["level", "binds", "observable", "cases", "rules", "reason"] {
        assert!(lines.iter().all(|line| line.get(field).is_some()), "{field}");
    }
}

#[test]
fn schemas_are_json() {
    for command in ["cases", "report"] {
        let output = wspec(&[command, "schema"]);
        assert!(output.status.success());
        let schema: Value = serde_json::from_slice(&output.stdout).expect("a schema is JSON");
        assert!(schema.get("$schema").is_some());
    }
}

#[test]
fn nobody_there_is_status_3() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("ws://{}/", listener.local_addr().expect("it is bound"));
    drop(listener);
    assert_command!("unreachable", 3, "server", &url);
}

#[test]
fn a_server_that_goes_away_is_status_3() {
    let url = format!("ws://{}/", short_lived_server());
    assert_command!("gone", 3, "server", &url, "--cases", "1.1.1");
}

#[test]
fn the_built_in_server_passes() {
    assert_command!("built-in", 0, "server", "--cases", "7.1.*");
    assert_command!("quiet", 0, "server", "--cases", "7.1.*", "--quiet");
    assert_command!("my-cases", 0, "server", "--case-dir", "my-cases");
}

#[test]
fn frames_are_traced() {
    assert_command!("trace", 0, "server", "--cases", "1.1.2", "--trace", "--seed", "7");
}

#[test]
fn a_defect_comes_first() {
    let url = format!("ws://{}/", shouting_server());
    let cases = ["server", &url, "--agent", "shouting", "--cases", "1.*", "5.3"];
    let output = wspec(&cases);
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    let printed = transcript(&output);
    assert!(printed.lines().nth(4).is_some_and(|line| line.starts_with("fail ")), "{printed}");
    assert_command!("defect", 1, "server", &url, "--agent", "shouting", "--cases", "5.3");
    assert_command!(
        "defect-quiet",
        1,
        "server",
        &url,
        "--agent",
        "shouting",
        "--cases",
        "5.3",
        "-q"
    );
    assert_command!(
        "defect-autobahn",
        1,
        "server",
        &url,
        "--agent",
        "shouting",
        "--cases",
        "5.3",
        "--verdicts",
        "autobahn"
    );
}

#[test]
fn the_built_in_client_passes() {
    assert_command!(
        "client-demo",
        0,
        "client",
        "--demo",
        "--listen",
        "127.0.0.1:0",
        "--cases",
        "7.1.*"
    );
}

#[test]
fn an_echo_client_alone_is_status_3() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("ws://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    assert_command!("echo-client-unreachable", 3, "echo-client", &url);
}

#[test]
fn what_is_made_of_stored_reports() {
    let folder = folder("cli-stored");
    let path = |name: &str| {
        let path = folder.join(name);
        path.to_str().map(str::to_owned).expect("the target folder's name is UTF-8")
    };
    let (old, new) = (path("old"), path("new"));
    let url = format!("ws://{}/", shouting_server());
    let options = ["--cases", "1.1.*", "5.3", "--seed", "1", "--report"];
    let correct = ["server", "--agent", "correct"];
    wspec(&[&correct[..], &options, &[&old]].concat());
    let shouting = ["server", &url, "--agent", "shouting"];
    wspec(&[&shouting[..], &options, &[&new]].concat());
    assert_command!("compare", 1, "compare", &old, &new);
    assert_command!("compare-other-way", 0, "compare", &new, &old);
    assert_command!("merge", 1, "merge", &old, &new);
    assert_command!("render", 0, "report", "render", &new);
    assert_command!("render-markdown", 0, "report", "render", &new, "--format", "markdown");
    assert_command!("render-github", 0, "report", "render", &new, "--format", "github");
    assert_command!("render-tap", 0, "report", "render", &new, "--format", "tap");
}

#[test]
fn reports_are_where_they_were_asked_for() {
    let folder = folder("cli-report");
    let path = folder.to_str().expect("the target folder's name is UTF-8");
    let output = wspec(&["server", "--cases", "1.1.1", "1.1.2", "--report", path]);
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the report's folder is there")
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.into_string().expect("names are ASCII"))
        .collect();
    names.sort();
    assert_snapshot_of("report-files", &names.join("\n"));
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the file is there");
    assert_snapshot_of("report-index", &read("index.json"));
    let report: Value = serde_json::from_str(&read("report.json")).expect("it is JSON");
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["agents"][0]["agent"], "wspec echo");
    assert_eq!(report["agents"][0]["cases"][1]["id"], "1.1.2");
    assert_eq!(report["agents"][0]["cases"][1]["verdict"], "pass");
}

fn assert_snapshot_of(name: &str, text: &str) {
    let filters = [(r#""duration": \d+"#, r#""duration": [MS]"#)];
    with_settings!(
        { filters => filters, snapshot_path => "cli/snapshots", prepend_module_to_snapshot => false },
        { assert_snapshot!(name, text); }
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_at_once() {
    let folder = folder("no-files");
    fs::create_dir_all(folder.join("cases")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.join("cases/pipe.toml")).status();
    assert!(made.unwrap().success());
    let (cases, pipe) = (folder.join("cases"), folder.join("cases/pipe.toml"));
    let (cases, pipe) = (cases.to_str().unwrap(), pipe.to_str().unwrap());
    for arguments in [
        vec!["cases", "check", cases],
        vec!["cases", "--case-dir", cases],
        vec!["cases", "show", "1.1.1", "--case-dir", cases],
        vec!["server", "ws://127.0.0.1:1/", "--case-dir", cases],
        vec!["server", "ws://127.0.0.1:1/", "--baseline", pipe],
        vec!["server", "wss://127.0.0.1:1/", "--ca", pipe],
        vec!["client", "--case-dir", cases],
        vec!["fuzz", "server", "ws://127.0.0.1:1/", "--corpus", cases],
        vec!["report", "render", pipe],
        vec!["merge", pipe, pipe],
        vec!["compare", pipe, pipe],
        vec!["requirements", "--report", pipe],
        vec!["wstest", "-m", "fuzzingclient", "-s", pipe],
    ] {
        let output = wspec(&arguments);
        let said = transcript(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{said}");
        assert!(said.contains("is a named pipe, not a regular file"), "{arguments:?}\n{said}");
    }
    let output = wspec(&["report", "render", "/dev/zero"]);
    assert!(transcript(&output).contains("is a device"), "{}", transcript(&output));
}
