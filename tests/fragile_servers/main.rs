//! Servers that carry little get the verdicts that they get without a hurry: what a run asks of them at
//! once follows what they carry.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{OnceLock, atomic::Ordering},
};

use serde_json::Value;

mod server;

use server::{FEW, KIND, Kind, Server};

/// What there is of everything: waits for silence, failures, closing, handshakes that never end.
const CASES: [&str; 6] = ["1.1.*", "2.*", "3.*", "5.*", "7.*", "14.1.*"];

/// The report of a run with this server.
fn report(name: &str, url: &str, arguments: &[&str], server: &[String]) -> Value {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fragile-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    command.args(["server", url, "--quiet", "--report"]).arg(&folder).args(arguments);
    if !server.is_empty() {
        command.arg("--").args(server).env(KIND, "dies");
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = std::fs::read_to_string(folder.join("report.json")).unwrap_or_else(|_| {
        panic!("there is no report: {}", String::from_utf8_lossy(&output.stderr));
    });
    serde_json::from_str(&text).unwrap()
}

fn report_on(server: &Server, name: &str) -> Value {
    let cases: Vec<&str> = std::iter::once("--cases").chain(CASES).collect();
    report(name, &server.url(), &cases, &[])
}

/// Our verdict and Autobahn's, by case.
fn verdicts(report: &Value) -> BTreeMap<String, [String; 3]> {
    let cases = report["agents"][0]["cases"].as_array().unwrap();
    let verdict = |case: &Value| {
        let facts = ["verdict", "behavior", "behavior_close"].map(|key| case[key].to_string());
        (case["id"].as_str().unwrap().to_owned(), facts)
    };
    cases.iter().map(verdict).collect()
}

/// What a server gets that carries whatever comes.
fn plain() -> &'static BTreeMap<String, [String; 3]> {
    static PLAIN: OnceLock<BTreeMap<String, [String; 3]>> = OnceLock::new();
    PLAIN.get_or_init(|| {
        let report = report_on(&Server::start(Kind::Plain), "plain");
        assert_eq!(report.get("served_at_once"), None);
        verdicts(&report)
    })
}

fn assert_same(report: &Value) {
    let (found, plain) = (verdicts(report), plain());
    assert!(plain.len() > 80, "{}", plain.len());
    assert_eq!(found.len(), plain.len());
    for (id, verdict) in plain {
        assert_eq!(&found[id], verdict, "{id}");
    }
}

/// The server gets the verdicts of the plain one. Says how many connections it served at a time.
fn assert_fair(kind: Kind) -> Option<u64> {
    let report = report_on(&Server::start(kind), &format!("{kind:?}"));
    assert_same(&report);
    report.get("served_at_once").and_then(Value::as_u64)
}

#[test]
fn one_connection_at_a_time() {
    assert_eq!(assert_fair(Kind::OneAtATime), Some(1));
}

#[test]
fn a_backlog_of_one() {
    assert_eq!(assert_fair(Kind::Backlog1), Some(1));
}

#[test]
fn a_slow_reply() {
    assert_fair(Kind::Slow);
}

#[test]
fn a_cap_above_which_connections_are_dropped() {
    assert_eq!(assert_fair(Kind::Drops), Some(FEW as u64));
}

#[test]
fn a_cap_above_which_connections_are_refused() {
    assert_eq!(assert_fair(Kind::Refuses), Some(FEW as u64));
}

#[test]
fn a_global_lock() {
    assert_fair(Kind::GlobalLock);
}

#[test]
fn a_pool_of_four_threads() {
    assert_eq!(assert_fair(Kind::Pool), Some(4));
}

#[test]
fn a_server_that_dies_of_many_connections_and_is_started_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    drop(listener);
    let program = std::env::current_exe().unwrap();
    let server = [program.to_str().unwrap(), "--exact", "server::the_server_itself"];
    let cases: Vec<&str> = std::iter::once("--cases").chain(CASES).collect();
    let report = report("dies", &url, &cases, &server.map(str::to_owned));
    assert_same(&report);
    let served = report["served_at_once"].as_u64().unwrap();
    assert!(served <= FEW as u64, "{served}");
}

/// How many files this process may open is no property of the server.
#[test]
fn few_descriptors_of_ours_are_not_the_servers_fault() {
    let server = Server::start(Kind::Plain);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fragile-descriptors");
    let _ = std::fs::remove_dir_all(&folder);
    let limited = "ulimit -n 20 && exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_wspec"), "server", &server.url(), "--report"])
        .arg(&folder)
        .arg("--cases")
        .args(CASES)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let text = std::fs::read_to_string(folder.join("report.json")).unwrap_or_else(|_| {
        panic!("there is no report: {said}");
    });
    let report = serde_json::from_str(&text).unwrap();
    assert_same(&report);
    assert_eq!(report.get("served_at_once"), None, "{said}");
}

#[test]
fn no_more_connections_are_open_than_was_asked_for() {
    for jobs in [1, 2, 4, 8] {
        let server = Server::start(Kind::Plain);
        let jobs_argument = jobs.to_string();
        let arguments = ["--jobs", &jobs_argument, "--cases", "1.1.*", "2.*"];
        report(&format!("jobs-{jobs}"), &server.url(), &arguments, &[]);
        let most_open = server.most_open.load(Ordering::SeqCst);
        assert!(most_open <= jobs, "{most_open} of {jobs}");
    }
}
