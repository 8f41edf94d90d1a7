//! The built-in testees over real sockets, in both roles: a correct one passes, a defective one
//! is found out. `echo_endpoint` does this in memory with all cases; here it is a sample.

mod listener;

use std::{net::SocketAddr, sync::Arc};

use listener::Listener;
use tokio::{sync::mpsc, task::JoinSet};
use wspec::{
    case::{Case, embedded_cases},
    judge::Verdict,
    protocol::Role,
    run::{
        CaseResult, EchoClient, EchoServer, EchoStack, Pace, Probe, RunEvent, ServerRun,
        StopSwitch, Target,
    },
    testee::{Conduct, Defect},
};

/// Other conduct that the RFCs leave to the endpoint.
const HARMLESS: [Defect; 13] = [
    Defect::NoCompression,
    Defect::PingAtOnce,
    Defect::PongAtOnce,
    Defect::TwoPongs,
    Defect::Utf8AtFrameEnd,
    Defect::Utf8AtMessageEnd,
    Defect::FailWithoutCode,
    Defect::LingerAfterFailing,
    Defect::ForgetfulError,
    Defect::ReplyWithoutCode,
    Defect::EchoInFragments,
    Defect::ReplyWith1001,
    Defect::CloseAfterEcho,
];

/// What a client cannot do wrong: to close TCP and to agree to anything is for the server.
const ONLY_OF_SERVERS: [Defect; 3] = [
    Defect::NoTcpClose,
    Defect::UnaskedSubprotocol,
    Defect::UnaskedExtension,
];

/// What takes long messages on a connection with a small window, and so a second or more.
const SLOW: [Defect; 1] = [Defect::FullWindow];

/// A few cases of each kind.
const SAMPLE: [&str; 40] = [
    "1.1.1", "1.1.2", "1.1.6", "1.2.2", "1.2.7", "2.2", "2.5", "2.7", "2.10", "3.2", "3.4",
    "4.1.3", "4.2.1", "5.1", "5.2", "5.3", "5.6", "5.9", "5.18", "6.1.1", "6.2.3", "6.3.1",
    "6.4.1", "6.12.1", "7.1.1", "7.1.5", "7.3.1", "7.3.2", "7.3.3", "7.3.5", "7.5.1", "7.7.1",
    "7.7.9", "7.9.1", "7.9.5", "7.13.1", "10.1.1", "13.2.1", "13.5.2", "13.1.2",
];

fn sample() -> Vec<Arc<Case>> {
    let cases = SAMPLE.iter();
    cases
        .map(|id| embedded_cases().get(&id.parse().unwrap()).unwrap())
        .map(|case| Arc::new(case.clone()))
        .collect()
}

#[tokio::test]
async fn a_correct_endpoint_passes_in_both_roles() {
    for role in [Role::Server, Role::Client] {
        for result in play(role, Conduct::default()).await {
            let verdict = result.judgement.verdict;
            assert!(
                matches!(verdict, Verdict::Pass | Verdict::Informational),
                "{role}, {}: {verdict}: {}",
                result.case.id,
                result.judgement.message
            );
        }
    }
}

#[tokio::test]
async fn defects_are_found_in_servers() {
    assert_eq!(surprises(Role::Server).await, Vec::<String>::new());
}

#[tokio::test]
async fn defects_are_found_in_clients() {
    assert_eq!(surprises(Role::Client).await, Vec::<String>::new());
}

/// The defects that were found where they cannot be, or were not found.
async fn surprises(testee: Role) -> Vec<String> {
    let mut runs = JoinSet::new();
    for &defect in Defect::ALL {
        if HARMLESS.contains(&defect) || SLOW.contains(&defect) {
            continue;
        }
        runs.spawn(async move {
            let results = play(testee, Conduct::with(&[defect])).await;
            let found = results.len() < SAMPLE.len()
                || results.iter().any(|result| {
                    matches!(result.judgement.verdict, Verdict::NonStrict | Verdict::Fail)
                });
            let possible = testee == Role::Server || !ONLY_OF_SERVERS.contains(&defect);
            (found != possible).then(|| format!("{defect} as {testee}: found {found}"))
        });
    }
    runs.join_all().await.into_iter().flatten().collect()
}

async fn play(testee: Role, conduct: Conduct) -> Vec<CaseResult> {
    match testee {
        Role::Server => play_with_server(conduct).await,
        Role::Client => play_with_client(conduct).await,
    }
}

async fn play_with_server(conduct: Conduct) -> Vec<CaseResult> {
    let server = EchoServer::start(any_port(), EchoStack::own(conduct))
        .await
        .unwrap();
    let target = Target::parse(&format!("ws://{}/", server.address())).unwrap();
    let run = ServerRun {
        probe: Probe::of(&target, [0; 16]).await.unwrap(),
        target,
        cases: sample(),
        pace: Pace::LOOPBACK,
        timeout: None,
        seed: 1,
        trace: false,
    };
    let (sender, mut events) = mpsc::unbounded_channel();
    let (_switch, stop) = StopSwitch::new();
    run.play(sender, stop).await.unwrap();
    let mut results = Vec::new();
    while let Some(event) = events.recv().await {
        if let RunEvent::CaseFinished(result) = event {
            results.push(*result);
        }
    }
    results
}

async fn play_with_client(conduct: Conduct) -> Vec<CaseResult> {
    let listener = Listener::start(sample()).await;
    let client = EchoClient {
        url: Target::parse(&format!("ws://{}", listener.address)).unwrap(),
        agent: "../a defect & more".to_owned(),
        conduct,
    };
    let echoed = client.run().await.unwrap();
    assert_eq!(echoed.cases as usize, SAMPLE.len());
    listener.results().await
}

fn any_port() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}
