//! The built-in testees over real sockets, in both roles: a correct one passes, a defective one
//! is found out. `echo_endpoint` does this in memory with all cases and all defects; here it is a
//! sample.

mod listener;

use std::{sync::Arc, time::Duration};

use listener::Listener;
use tokio::{sync::mpsc, task::JoinSet};
use wspec::{
    case::{Case, embedded_cases},
    judge::Verdict,
    play::Patience,
    protocol::Role,
    run::{
        CaseResult, EchoClient, EchoServer, EchoStack, Pace, Probe, RunEvent, ServerRun,
        StopSwitch, Target,
    },
    testee::{Conduct, Defect},
    words,
};

/// Some defects of each topic.
const DEFECTS: [&str; 44] = [
    "silent-handshake",
    "refuses-all",
    "wrong-accept",
    "wrong-upgrade-in-answer",
    "version-99",
    "malformed-key",
    "wrong-connection",
    "unasked-subprotocol",
    "unasked-extension",
    "fall-silent",
    "drop-at-once",
    "text-at-once",
    "long-lengths",
    "length-top-bit",
    "length-too-large",
    "rsv2-on-data",
    "wrong-masking",
    "pongs-unmasked",
    "closes-masked",
    "no-checks",
    "no-rsv-check",
    "no-opcode-check",
    "no-control-fin-check",
    "no-control-length-check",
    "no-empty-message",
    "no-continuation-check",
    "no-interleaving-check",
    "no-interleaving",
    "no-pong",
    "empty-pong",
    "no-unasked-pong",
    "no-utf8-check",
    "utf8-of-each-frame",
    "echo-cut-short",
    "echo-as-binary",
    "double-echo",
    "fail-by-drop",
    "fail-by-reset",
    "fail-with-1000",
    "no-close-reply",
    "reply-with-1005",
    "text-after-close",
    "second-close",
    "no-tcp-close",
];

const ROLES: [Role; 2] = [Role::Server, Role::Client];

/// A few cases of each kind.
const SAMPLE: [&str; 37] = [
    "1.1.1", "1.1.2", "1.1.6", "1.2.2", "1.2.7", "2.2", "2.5", "2.7", "2.10", "3.2", "3.4",
    "4.1.3", "4.2.1", "5.1", "5.2", "5.3", "5.6", "5.9", "5.18", "6.1.1", "6.2.3", "6.3.1",
    "6.4.1", "6.12.1", "7.1.1", "7.1.5", "7.3.1", "7.3.2", "7.3.3", "7.3.5", "7.5.1", "7.7.1",
    "7.7.9", "7.9.1", "7.9.5", "7.13.1", "10.1.1",
];

/// Those that show how the testee compresses.
const COMPRESSION: [&str; 3] = ["13.2.1", "13.3.2", "13.5.2"];

/// Defects that only those show.
const OF_COMPRESSION: [&str; 2] = ["broken-deflate", "keeping-context"];

/// Long enough for a correct endpoint on this machine, most of the time: a defective one is found
/// the sooner, and nothing else is asked of it.
const SHORT: Duration = Duration::from_millis(300);

fn cases(ids: &[&str]) -> Vec<Arc<Case>> {
    ids.iter()
        .map(|id| embedded_cases().get(&id.parse().unwrap()).unwrap())
        .map(|case| Arc::new(case.clone()))
        .collect()
}

#[tokio::test]
async fn a_correct_endpoint_passes_in_both_roles() {
    let ids = [&SAMPLE[..], &COMPRESSION[..]].concat();
    for role in ROLES {
        let results = play(role, Conduct::default(), &ids, None).await;
        assert_eq!(results.len(), ids.len(), "{role}");
        for result in results {
            let verdict = result.judgement.verdict;
            assert!(
                matches!(verdict, Verdict::Pass | Verdict::Informational),
                "{role}, {}: {verdict}: {}",
                result.case.id,
                words::message(&result.judgement, role.peer())
            );
        }
    }
}

#[tokio::test]
async fn defects_are_found_in_both_roles() {
    let mut runs = JoinSet::new();
    for name in DEFECTS.into_iter().chain(OF_COMPRESSION) {
        let defect: Defect = name.parse().unwrap();
        for role in ROLES.into_iter().filter(|role| defect.is_for(*role)) {
            runs.spawn(async move {
                let found = is_found(defect, role).await;
                (!found).then(|| format!("{defect} as {role}"))
            });
        }
    }
    let missed: Vec<String> = runs.join_all().await.into_iter().flatten().collect();
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

async fn is_found(defect: Defect, testee: Role) -> bool {
    let ids: &[&str] = match defect.name() {
        // The listener waits some seconds for each request.
        "silent-handshake" => &SAMPLE[..1],
        name if OF_COMPRESSION.contains(&name) => &COMPRESSION,
        _ => &SAMPLE,
    };
    let results = play(testee, Conduct::with(&[defect]), ids, Some(SHORT)).await;
    // A client that never asks for a connection that could be judged leaves no results.
    results.len() < ids.len() || results.iter().any(is_finding)
}

const fn is_finding(result: &CaseResult) -> bool {
    matches!(result.judgement.verdict, Verdict::NonStrict | Verdict::Fail)
}

async fn play(
    testee: Role,
    conduct: Conduct,
    ids: &[&str],
    timeout: Option<Duration>,
) -> Vec<CaseResult> {
    match testee {
        Role::Server => play_with_server(conduct, cases(ids), timeout).await,
        Role::Client => play_with_client(conduct, cases(ids), timeout).await,
    }
}

async fn play_with_server(
    conduct: Conduct,
    cases: Vec<Arc<Case>>,
    timeout: Option<Duration>,
) -> Vec<CaseResult> {
    let server =
        EchoServer::start(([127, 0, 0, 1], 0).into(), EchoStack::own(conduct)).await.unwrap();
    let target = Target::parse(server.url()).unwrap();
    let probe = Probe::of(&target, [0; 16]).await.unwrap();
    let run = ServerRun {
        patience: Patience::for_round_trip(probe.round_trip, timeout),
        probe,
        target,
        cases,
        pace: Pace::LOOPBACK,
        seed: 1,
        trace: false,
    };
    let (sender, mut events) = mpsc::unbounded_channel();
    let (switch, stop) = StopSwitch::new();
    // One finding is enough.
    let listening = async {
        let mut results = Vec::new();
        while let Some(event) = events.recv().await {
            if let RunEvent::CaseFinished(result) = event {
                if is_finding(&result) {
                    switch.stop();
                }
                results.push(*result);
            }
        }
        results
    };
    let (played, results) = tokio::join!(run.play(sender, stop), listening);
    played.unwrap();
    results
}

async fn play_with_client(
    conduct: Conduct,
    cases: Vec<Arc<Case>>,
    timeout: Option<Duration>,
) -> Vec<CaseResult> {
    let listener = Listener::start(cases, timeout, is_finding).await;
    let client = EchoClient {
        url: Target::parse(&format!("ws://{}", listener.address)).unwrap(),
        agent: "../a defect & more".to_owned(),
        conduct,
    };
    tokio::select! {
        results = listener.results() => results,
        Err(error) = client.run() => panic!("{error}"),
    }
}
