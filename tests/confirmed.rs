//! A verdict that rests on time is played again alone before it is told.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::mpsc::unbounded_channel,
    task::JoinSet,
};
use wspec::{
    case::{Case, embedded_cases},
    judge::Verdict,
    play::Patience,
    run::{
        CaseResult, EchoServer, EchoStack, Keeper, Pace, Probe, Route, RunEvent, ServerRun,
        StopSwitch, Summary, Target,
    },
    testee::{Conduct, Defect},
};

/// The time for a reaction. Who answers has answered long before, so that a busy machine makes no
/// difference: it is only waited out where nothing comes.
const TIMEOUT: Duration = Duration::from_millis(500);

/// A way to two servers: the first connections lead to the one, all later ones to the other.
struct Switch {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Switch {
    async fn between(first: SocketAddr, connections: usize, later: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let server = if number < connections { first } else { later };
                open.spawn(async move {
                    let mut far = TcpStream::connect(server).await.unwrap();
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { address, connections: count, _serving: serving }
    }
}

async fn endpoint(defect: Option<&str>) -> EchoServer {
    let defects: Vec<Defect> = defect.iter().map(|name| name.parse().unwrap()).collect();
    let conduct = Conduct::with(&defects);
    EchoServer::start(([127, 0, 0, 1], 0).into(), EchoStack::own(conduct)).await.unwrap()
}

fn address(server: &EchoServer) -> SocketAddr {
    let url = server.url();
    url.trim_start_matches("ws://").trim_end_matches('/').parse().unwrap()
}

/// Plays these cases, and gives what was told of them, in order.
async fn play(address: SocketAddr, ids: &[&str]) -> (Vec<CaseResult>, Summary) {
    let case = |id: &&str| embedded_cases().get(&id.parse().unwrap()).unwrap().clone();
    let cases: Vec<Arc<Case>> = ids.iter().map(case).map(Arc::new).collect();
    let run = ServerRun {
        target: Target::parse(&format!("ws://{address}/")).unwrap(),
        probe: Probe::at(Route::over_tcp(vec![address])),
        cases,
        pace: Pace::LOOPBACK,
        patience: Patience::for_round_trip(Duration::ZERO, Some(TIMEOUT)),
        seed: 1,
        trace: false,
    };
    let (sender, mut events) = unbounded_channel();
    let (_switch, stop) = StopSwitch::new();
    let mut keeper = Keeper::of_a_stranger();
    let summary = run.play_confirmed(&mut keeper, sender, stop).await.unwrap();
    let mut results = Vec::new();
    while let Some(event) = events.recv().await {
        if let RunEvent::CaseFinished(result) = event {
            results.push(*result);
        }
    }
    (results, summary)
}

#[tokio::test]
async fn what_never_comes_fails_once() {
    let server = endpoint(Some("no-pong")).await;
    let ids = ["1.1.1", "2.1", "2.2", "2.3", "2.4", "2.6", "2.10"];
    let (results, summary) = play(address(&server), &ids).await;
    let verdicts: Vec<Verdict> = results.iter().map(CaseResult::verdict).collect();
    assert_eq!(verdicts[0], Verdict::Pass, "what does not rest on time is told at once");
    assert_eq!(verdicts[1..], [Verdict::Fail; 6]);
    assert_eq!((summary.count(Verdict::Pass), summary.count(Verdict::Fail)), (1, 6));
}

#[tokio::test]
async fn what_comes_when_it_is_played_again_is_flaky_or_passes() {
    let (silent, right) = (endpoint(Some("no-pong")).await, endpoint(None).await);
    let way = Switch::between(address(&silent), 1, address(&right)).await;
    let (results, _) = play(way.address, &["2.2"]).await;
    assert_eq!(way.connections.load(Ordering::SeqCst), 2);
    let [result] = &results[..] else { panic!("{results:?}") };
    // (If this process was not running all the time, the first play is no evidence.)
    match (result.verdict(), &result.earlier) {
        (Verdict::Flaky, Some(first)) => {
            assert_eq!(first.judgement.verdict, Verdict::Fail);
            assert_eq!(result.judgement.verdict, Verdict::Pass);
            assert_ne!(first.transcript, result.transcript);
        }
        told => assert_eq!(told.0, Verdict::Pass),
    }
}

#[tokio::test]
async fn who_answers_in_time_is_played_with_once() {
    let right = endpoint(None).await;
    let way = Switch::between(address(&right), 0, address(&right)).await;
    let ids = ["1.1.1", "2.2", "3.1", "5.1", "7.1.1"];
    let (results, summary) = play(way.address, &ids).await;
    assert_eq!(results.len(), ids.len());
    assert_eq!(summary.count(Verdict::Pass), ids.len());
    assert_eq!(way.connections.load(Ordering::SeqCst), ids.len());
}
