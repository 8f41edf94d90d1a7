//! `--profile live`: servers that do not echo, that may talk by themselves, and that are far away.

mod bench;
mod live_endpoint;

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use bench::{Bench, Ran};
use live_endpoint::{Distance, echo_server, talking_server};
use serde_json::Value;
use wspec::{
    case::{LiveTarget, Profile, Selection, embedded_cases},
    protocol::Role,
    run::{EchoServer, Place},
};

/// From here to a server on another continent's edge.
const ROUND_TRIP: Duration = Duration::from_millis(50);

/// Runs the command while the test's servers go on.
async fn run(bench: &std::sync::Arc<Bench>, arguments: String) -> Ran {
    let bench = std::sync::Arc::clone(bench);
    tokio::task::spawn_blocking(move || bench.run(&arguments))
        .await
        .unwrap()
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
    let played = suitable
        .iter()
        .filter(|case| !case.handshake.is_in_clear_text());
    assert_eq!(results(report).len(), played.count());
    let left_out = selection.left_out(cases);
    assert_eq!(report["left_out"], serde_json::to_value(left_out).unwrap());
}

#[tokio::test]
async fn all_verdicts_on_a_talking_server_far_away_are_right() {
    let server = talking_server(&[]).await;
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
