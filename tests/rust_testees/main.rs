//! Real servers keep the verdicts that Autobahn gave them: the Rust testees of the parity check,
//! in this process.
//!
//! `tests/oracle/rust-testees/NAME.json` has what Autobahn 25.10.1 recorded, without the cases that
//! went now this way and now that: id to behavior, behaviorClose and the close code that came.
//! Chapter 9 and all but the shortest cases of 12 and 13 take too long here; `scripts/parity`
//! plays them. In the few cases where the grouping of TCP segments decides between OK and
//! NON-STRICT, either is taken: here nine servers share the machine.

mod servers;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use servers::{TESTEES, Testee};
use wspec::{
    case::{CaseId, Company, embedded_cases},
    judge::{AutobahnVerdict, Behavior},
    play::Patience,
    run::{Pace, Probe, RunEvent, ServerRun, StopSwitch, Target},
};

/// Behavior, behaviorClose, close code.
type Facts = (String, String, Option<u16>);

fn recorded(name: &str) -> BTreeMap<CaseId, Facts> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/oracle/rust-testees")
        .join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap();
    let facts: BTreeMap<String, Facts> = serde_json::from_str(&text).unwrap();
    facts.into_iter().map(|(id, facts)| (id.parse().unwrap(), facts)).collect()
}

fn facts(verdict: &AutobahnVerdict) -> Facts {
    (verdict.behavior.to_string(), verdict.behavior_close.to_string(), verdict.remote_close_code)
}

async fn play(url: &str, ids: impl Iterator<Item = &CaseId>) -> BTreeMap<CaseId, Facts> {
    let target = Target::parse(url).unwrap();
    let probe = Probe::of(&target, [7; 16]).await.unwrap();
    let cases = ids.map(|id| Arc::new(embedded_cases().get(id).unwrap().clone()));
    let run = ServerRun {
        patience: Patience::for_round_trip(probe.round_trip, None),
        target,
        probe,
        cases: cases.collect(),
        pace: Pace::LOOPBACK,
        seed: 1,
        trace: false,
    };
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let (_switch, stop) = StopSwitch::new();
    run.play(sender, stop).await.unwrap();
    let mut seen = BTreeMap::new();
    while let Some(event) = events.recv().await {
        if let RunEvent::CaseFinished(result) = event {
            let verdict = result.judgement.autobahn.unwrap();
            seen.insert(result.case.id.clone(), facts(&verdict));
        }
    }
    seen
}

fn differences(testee: &Testee) -> Vec<String> {
    let recorded = recorded(testee.name);
    let url = format!("ws://{}/", (testee.start)());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seen = runtime.block_on(play(&url, recorded.keys()));
    let differing = recorded.iter().filter(|(id, facts)| {
        let seen = seen.get(id).cloned();
        seen.map(|facts| comparable(id, facts)) != Some(comparable(id, (*facts).clone()))
    });
    differing
        .map(|(id, facts)| format!("{id}: Autobahn saw {facts:?}, we see {:?}", seen.get(id)))
        .collect()
}

/// What has to be equal.
fn comparable(id: &CaseId, mut facts: Facts) -> Facts {
    let delicate = embedded_cases().get(id).unwrap().company == Company::Delicate;
    if delicate && facts.0 == Behavior::NonStrict.name() {
        facts.0 = Behavior::Ok.name().to_owned();
    }
    facts
}

fn keeps_its_verdicts(name: &str) {
    let testee = TESTEES.iter().find(|testee| testee.name == name).unwrap();
    let differences = differences(testee);
    assert!(
        differences.is_empty(),
        "{name}, {} cases differ:\n  {}\n\
         To look at one: run `WSPEC_TESTEE={name} cargo test --test rust_testees -- --ignored \
         --nocapture`, and beside it what it prints.",
        differences.len(),
        differences.join("\n  ")
    );
}

#[test]
fn axum_keeps_its_verdicts() {
    keeps_its_verdicts("axum");
}

#[test]
fn fastwebsockets_keeps_its_verdicts() {
    keeps_its_verdicts("fastwebsockets");
}

#[test]
fn ratchet_keeps_its_verdicts() {
    keeps_its_verdicts("ratchet");
}

#[test]
fn sockudo_keeps_its_verdicts() {
    keeps_its_verdicts("sockudo");
}

#[test]
fn tokio_websockets_keeps_its_verdicts() {
    keeps_its_verdicts("tokio-websockets");
}

#[test]
fn tungstenite_keeps_its_verdicts() {
    keeps_its_verdicts("tungstenite");
}

#[test]
fn rust_websocket_keeps_its_verdicts() {
    keeps_its_verdicts("websocket");
}

#[test]
fn ws_rs_keeps_its_verdicts() {
    keeps_its_verdicts("ws");
}

#[test]
fn yawc_keeps_its_verdicts() {
    keeps_its_verdicts("yawc");
}

/// Not a test: serves the testee of this name until interrupted, to look at it with the command.
#[test]
#[ignore = "serves until interrupted"]
fn serve() {
    let name = std::env::var("WSPEC_TESTEE").expect("WSPEC_TESTEE names a testee");
    let testee = TESTEES.iter().find(|testee| testee.name == name);
    let address = (testee.expect("WSPEC_TESTEE names a testee").start)();
    println!("cargo run -- server ws://{address}/ --verdicts autobahn --trace --cases ID");
    loop {
        std::thread::park();
    }
}
