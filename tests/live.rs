//! `--profile live`: servers that do not echo, that may talk by themselves, and that are far away.

mod bench;
mod live_endpoint;

use std::{collections::BTreeMap, fs, net::SocketAddr, sync::Arc, time::Duration};

use bench::{Bench, Ran, free_address};
use live_endpoint::{Distance, Doorkeeper, closed_server, echo_server, talking_server};
use serde_json::Value;
use wspec::{
    case::{LiveTarget, Profile, Selection, embedded_cases},
    protocol::Role,
    run::{EchoServer, Place},
};

/// From here to a server on another continent's edge.
const ROUND_TRIP: Duration = Duration::from_millis(50);

/// Runs the command while the test's servers go on.
async fn run(bench: &Arc<Bench>, arguments: String) -> Ran {
    let bench = Arc::clone(bench);
    tokio::task::spawn_blocking(move || bench.run(&arguments)).await.unwrap()
}

fn address(server: &EchoServer) -> SocketAddr {
    match server.place() {
        Place::Address(address) => *address,
        Place::Path(path) => panic!("on the socket {}", path.display()),
    }
}

/// The results of the report's only agent.
fn results(report: &Value) -> &Vec<Value> {
    report["agents"][0]["cases"].as_array().unwrap()
}

#[track_caller]
fn assert_right(report: &Value) {
    let wrong: BTreeMap<&str, String> = results(report)
        .iter()
        .filter(|result| {
            let right = ["pass", "informational", "unimplemented"];
            !right.contains(&result["verdict"].as_str().unwrap())
        })
        .map(|result| {
            let what = format!("{}: {}", result["verdict"], result["message"]);
            (result["id"].as_str().unwrap(), what)
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// All cases that suit a live server on a connection without TLS are in the report.
#[track_caller]
fn assert_complete(report: &Value) {
    let cases = &embedded_cases().cases;
    let selection = Selection::new::<&str>(&[], &[], Profile::Quick)
        .unwrap()
        .for_testee(Role::Server)
        .for_live(LiveTarget { hostile: false });
    let suitable = selection.choose(cases).unwrap();
    let played = suitable.iter().filter(|case| !case.handshake.is_in_clear_text());
    assert_eq!(results(report).len(), played.count());
    let left_out = selection.left_out(cases);
    assert_eq!(report["left_out"], serde_json::to_value(left_out).unwrap());
}

#[tokio::test]
async fn all_verdicts_on_a_talking_server_far_away_are_right() {
    let server = talking_server().await;
    let way = Distance::to(address(&server), ROUND_TRIP).await;
    let bench = Bench::new("live-far-away").into();
    let url = format!("ws://{}", way.address);
    let ran = run(&bench, format!("server {url} --profile live --report out")).await;
    let report = bench.json("out/report.json");
    println!(
        "{} cases over a round trip of {ROUND_TRIP:?} in {} ms",
        results(&report).len(),
        report["duration_ms"]
    );
    ran.ended(0);
    assert_right(&report);
    assert_complete(&report);
}

#[tokio::test]
async fn a_server_that_takes_a_second_is_waited_for() {
    let server = echo_server().await;
    let way = Distance::to(address(&server), Duration::from_millis(1040)).await;
    let bench = Bench::new("live-a-second").into();
    let url = format!("ws://{}", way.address);
    let arguments = format!("server {url} --cases 1.1.2 2.2 2.4 5.1 7.1.1 7.3.1");
    let ran = run(&bench, arguments).await.ended(0);
    ran.says("note: the server takes 1.").says("--timeout SECONDS changes that");
}

#[tokio::test]
async fn a_correct_echo_server_passes_as_well() {
    let server = echo_server().await;
    let bench = Bench::new("live-echo").into();
    let url = server.url();
    let arguments = format!("server {url} --profile live --rate 2000 --report out");
    run(&bench, arguments).await.ended(0);
    let report = bench.json("out/report.json");
    assert_right(&report);
    assert_complete(&report);
}

/// Over sockets a sample; `live_cases` has all faults.
#[test]
fn defects_are_found_in_a_server_that_talks() {
    let defects = [
        ("wrong-accept", "2.2"),
        ("any-version", "0.9.5"),
        ("no-pong", "2.2"),
        ("no-rsv-check", "3.1"),
        ("no-opcode-check", "4.1.1"),
        ("no-continuation-check", "5.9"),
        ("no-utf8-check", "6.3.1"),
        ("no-close-reply", "7.3.3"),
        ("reply-with-1005", "7.3.3"),
        ("no-control-length-check", "2.5"),
    ];
    let bench = Bench::new("live-defects");
    std::thread::scope(|scope| {
        for (defect, case) in defects {
            let bench = &bench;
            scope.spawn(move || {
                let own = format!("echo --listen 127.0.0.1:0 --live --defect {defect}");
                let mut server = bench.start(&own);
                let url = server.word_after("talking on");
                let arguments = format!("server {url} --profile live --timeout 0.5 --cases {case}");
                bench.run(&arguments).ended(1);
            });
        }
    });
}

/// The arguments that open the door.
const TO_BE_LET_IN: &str = "--header X-Room:kitchen --header Authorization-Hint:none \
    --origin https://example.org --subprotocol chat.v2 --cookie theme=dark --cookie session=s3cret \
    --basic-auth me:s3same --hello {\"join\":1}";

#[tokio::test]
async fn a_server_is_asked_and_greeted_as_it_wants_to_be() {
    let doorkeeper = Doorkeeper::listen().await;
    let bench = Bench::new("live-door").into();
    let url = doorkeeper.url();
    let cases = "--cases 2.2 2.10 7.3.3 --report out --verbose";
    let ran = run(&bench, format!("server {url} --profile live {TO_BE_LET_IN} {cases}")).await;
    let out = ran.ended(0).out();
    let guests = doorkeeper.guests();
    // The probe says nothing but Pings.
    assert_eq!(guests.iter().filter(|guest| guest.hello.is_some()).count(), 3);
    for guest in &guests {
        assert_eq!(guest.field("x-room"), "kitchen");
        assert_eq!(guest.field("origin"), "https://example.org");
        assert_eq!(guest.field("sec-websocket-protocol"), "chat.v2");
        assert_eq!(guest.field("cookie"), "theme=dark; session=s3cret");
        assert_eq!(guest.field("authorization"), "Basic bWU6czNzYW1l");
        assert!(guest.hello.as_ref().is_none_or(|hello| hello == "{\"join\":1}"));
    }
    let mut texts = vec![out];
    for entry in fs::read_dir(bench.path().join("out")).unwrap() {
        texts.push(fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    for secret in ["s3cret", "s3same", "bWU6czNzYW1l"] {
        assert!(texts.iter().all(|text| !text.contains(secret)), "{secret} is told");
    }
    assert_right(&bench.json("out/report.json"));
}

#[tokio::test]
async fn a_server_that_lets_nobody_in_is_left_alone() {
    let server = closed_server().await;
    let bench = Bench::new("live-closed").into();
    let arguments = format!("server {} --profile live", server.url());
    run(&bench, arguments).await.ended(3).says("with 400").says("--basic-auth");
}

#[test]
fn a_dry_run_lists_what_would_be_sent_and_connects_nowhere() {
    let bench = Bench::new("live-dry-run");
    let nobody = free_address("127.0.0.1");
    let arguments = format!(
        "server ws://{nobody}/chat --profile live {TO_BE_LET_IN} --cases 0.16.4 2.2 --seed 1 --dry-run"
    );
    let out = bench.run(&arguments).ended(0).out();
    let filters =
        [(r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"), (r"wspec/\d+\.\d+\.\d+", "wspec/[VERSION]")];
    insta::with_settings!(
        { filters => filters, snapshot_path => "live_endpoint/snapshots", prepend_module_to_snapshot => false },
        { insta::assert_snapshot!("dry-run", out); }
    );
}

/// Two cases of somebody's own, of which one is for an echo server.
const OWN_CASES: &str = r#"chapter = "1"
title   = "Own"

[[case]]
id       = "1.1"
title    = "Ping"
requirements = []
steps    = [{ ping = "x" }]
outcomes = [{ verdict = "pass", saw = [{ pong = "x" }] }]
close    = { by = "us", code = [1000], clean = true }

[[case]]
id       = "1.2"
title    = "Echo"
requirements = []
steps    = [{ text = "x" }]
outcomes = [{ verdict = "pass", saw = [{ echo = true }] }]
close    = { by = "us", code = [1000], clean = true }
"#;

#[test]
fn what_does_not_suit_a_live_server_is_said() {
    let bench = Bench::new("live-unsuited");
    bench.write("own.toml", OWN_CASES);
    let own = "--profile live --case-dir .";
    let listed = bench.run(&format!("cases list {own}")).ended(0);
    assert!(!listed.out().contains("1.2"));
    listed.says("1 of 2 cases; 1 case left out: 1 for want of an echo");

    let wrong = [
        (format!("server {own} --cases 1.2"), "leaves out for want of an echo"),
        ("server --hello hi".to_owned(), "needs `--profile live`"),
        ("server --hostile".to_owned(), "goes with `--profile live`"),
        ("client --profile live".to_owned(), "is for servers"),
    ];
    for (arguments, part) in wrong {
        bench.run(&arguments).ended(2).says(part);
    }
}
