//! Cases of the opening handshake against servers that answer it in their own ways.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wspec::{
    case::{Case, CaseSet, SourceFile, read_cases},
    judge::Verdict,
    play::Patience,
    protocol::{Role, handshake::SecWebSocketKey},
    run::{
        CaseResult, EchoServer, EchoStack, Pace, Probe, Route, RunEvent, ServerRun, StopSwitch,
        Target,
    },
    testee::Conduct,
    transcript::HandshakeOutcome,
    words,
};

/// For what has to come; on a busy machine, too.
const LONG: Duration = Duration::from_secs(5);
/// For what is not to come.
const SHORT: Duration = Duration::from_millis(100);

fn set() -> CaseSet {
    let file = SourceFile { name: "server.toml", text: include_str!("handshake/server.toml") };
    read_cases(&[file], &[].into()).unwrap_or_else(|errors| panic!("\n{errors}"))
}

async fn play(address: SocketAddr, cases: Vec<Arc<Case>>, timeout: Duration) -> Vec<CaseResult> {
    let run = ServerRun {
        target: Target::parse(&format!("ws://{address}/chat")).unwrap(),
        probe: Probe::at(Route::over_tcp(vec![address])),
        cases,
        pace: Pace::LOOPBACK,
        patience: Patience::for_round_trip(Duration::ZERO, Some(timeout)),
        seed: 1,
        trace: false,
    };
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
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

/// Plays one case against a server that, once it has read `until`, writes `answer` and then ends
/// TCP, or waits for our end.
async fn against(id: &str, until: &str, answer: &str, then: Then) -> (CaseResult, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (until, answer) = (until.as_bytes().to_vec(), answer.to_owned());
    let (sender, mut requests) = tokio::sync::mpsc::unbounded_channel();
    // It is there for later connections, too: one that is not would be a server that has died.
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read_until(&mut stream, &until).await;
            let accept = key_of(&request).map(|key| key.accept());
            let answer = answer.replace("ACCEPT", &accept.unwrap_or_default());
            // A connection that only asks whether the server is there may be gone by now.
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = sender.send(request);
            if let Then::Wait = then {
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
        }
    });
    let case = set().get(&id.parse().unwrap()).unwrap().clone();
    let timeout = if let Then::Wait = then { SHORT } else { LONG };
    let mut results = play(address, vec![Arc::new(case)], timeout).await;
    let request = requests.recv().await.unwrap();
    serving.abort();
    (results.remove(0), request)
}

#[derive(Clone, Copy)]
enum Then {
    End,
    Wait,
}

async fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    while !octets.windows(end.len()).any(|window| window == end) {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => octets.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    octets
}

fn key_of(request: &[u8]) -> Option<SecWebSocketKey> {
    let text = String::from_utf8_lossy(request);
    let line = text.lines().rfind(|line| line.starts_with("Sec-WebSocket-Key: "))?;
    SecWebSocketKey::parse(line.split_once(' ')?.1)
}

fn says((result, _): &(CaseResult, Vec<u8>)) -> (Verdict, &str) {
    (result.judgement.verdict, words::message(&result.judgement, Role::Server).leak())
}

const REFUSAL: &str = "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n\
    Content-Length: 99999\r\n\r\n\u{1}\u{1}a body";
const OPENING: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n";

#[tokio::test]
async fn a_status_decides_without_its_body() {
    let played = against("refuse", "\r\n\r\n", REFUSAL, Then::Wait).await;
    assert_eq!(says(&played), (Verdict::Pass, "it answered with status 405"));
    assert!(played.1.starts_with(b"POST /chat HTTP/1.1\r\n"));
    let transcript = &played.0.transcript;
    // What stands behind the head of an HTTP response is no frame.
    assert!(transcript.traffic.frames_in.is_empty());
    assert!(matches!(
        transcript.handshake.outcome,
        HandshakeOutcome::Refused { status: Some(405), .. }
    ));
}

#[tokio::test]
async fn interim_responses_do_not_count() {
    let answer = format!("HTTP/1.1 103 Early Hints\r\nAllow: POST\r\n\r\n{REFUSAL}");
    let played = against("refuse", "\r\n\r\n", &answer, Then::Wait).await;
    assert_eq!(says(&played).0, Verdict::Pass);
}

#[tokio::test]
async fn the_first_outcome_that_matches_counts() {
    let answer = "HTTP/1.1 501 Not Implemented\r\n\r\n";
    let played = against("refuse", "\r\n\r\n", answer, Then::End).await;
    assert_eq!(
        says(&played),
        (
            Verdict::NonStrict,
            "expected the server to answer with status 4xx, with `Allow: GET` in its response; \
             it answered with status 501"
        )
    );
    let answer = "HTTP/1.1 200 OK\r\n\r\n";
    let played = against("refuse", "\r\n\r\n", answer, Then::End).await;
    assert_eq!(says(&played).0, Verdict::Fail);
}

#[tokio::test]
async fn a_server_may_hang_up_or_say_nothing() {
    for answer in ["", "HTTP/1.1 405 Method Not", "HTTP/1.1 405 No\r\n"] {
        let played = against("refuse", "\r\n\r\n", answer, Then::End).await;
        assert_eq!(says(&played).0, Verdict::NonStrict, "{answer}");
    }
    let played = against("refuse", "\r\n\r\n", "", Then::Wait).await;
    assert_eq!(says(&played), (Verdict::Informational, "it stayed silent"));
    let played = against("refuse", "\r\n\r\n", "HTTP/1.1 405 No\r\n", Then::Wait).await;
    assert_eq!(says(&played).0, Verdict::Fail);
}

#[tokio::test]
async fn what_is_no_response_matches_nothing() {
    for answer in [
        "<html>no</html>",
        &OPENING.replace("ACCEPT", "wrong"),
        &OPENING.replace("Upgrade: websocket\r\n", ""),
    ] {
        for id in ["refuse", "open"] {
            let played = against(id, "\r\n\r\n", answer, Then::End).await;
            assert_eq!(says(&played).0, Verdict::Fail, "{id} {answer}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_must_not_open_ends_at_once() {
    let played = against("forbidden", "\r\n\r\n", OPENING, Then::Wait).await;
    assert_eq!(
        says(&played),
        (Verdict::Fail, "expected the server to answer with status 400; it opened the connection")
    );
    assert!(played.0.transcript.traffic.frames_out.is_empty());
}

#[tokio::test]
async fn either_of_two_keys_may_be_answered() {
    let (result, _) = against("two-keys", "\r\n\r\n", OPENING, Then::End).await;
    assert!(result.transcript.handshake.opened());
}

#[tokio::test]
async fn a_head_without_an_end_waits_for_nothing() {
    let played = against("endless", "13\r\n", "", Then::Wait).await;
    assert_eq!(says(&played), (Verdict::Pass, "it stayed silent"));
    assert!(!played.1.windows(4).any(|four| four == b"\r\n\r\n"));
}

#[tokio::test]
async fn eager_steps_leave_behind_the_head() {
    // An empty line never comes, so that the server reads up to our FIN.
    let answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
    let played = against("hang-up", "\r\n\r\n", answer, Then::End).await;
    assert_eq!(says(&played).0, Verdict::Pass, "{}", says(&played).1);
    let played = against("hang-up", "\r\n\r\n", "", Then::End).await;
    assert_eq!(says(&played).0, Verdict::NonStrict);
    let played = against("leave", "\r\n\r\n", "", Then::End).await;
    assert_eq!(says(&played), (Verdict::Informational, "it stayed silent"));
    assert!(played.1.ends_with(b"Sec-WebSocket-Version: 13\r\n"));
}

#[tokio::test]
async fn a_body_leaves_with_the_head() {
    let answer = "HTTP/1.1 404 Not Found\r\n\r\n";
    let played = against("pipelined", "\r\n\r\nGET /", answer, Then::End).await;
    assert_eq!(says(&played).0, Verdict::Pass);
    let request = String::from_utf8(played.1).unwrap();
    assert!(request.starts_with("GET /no HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\n\r\nGET /chat HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn a_correct_server_gets_what_it_deserves() {
    let conduct = EchoStack::own(Conduct::default());
    let server = EchoServer::start(([127, 0, 0, 1], 0).into(), conduct).await.unwrap();
    let cases = set().cases.into_iter().map(Arc::new).collect();
    let address = server.url().trim_start_matches("ws://").trim_end_matches('/');
    let address = address.parse().unwrap();
    let results = play(address, cases, Duration::from_secs(1)).await;
    let verdicts: BTreeMap<String, Verdict> = results
        .iter()
        .map(|result| (result.case.id.to_string(), result.judgement.verdict))
        .collect();
    for (id, verdict) in [
        ("refuse", Verdict::Pass),
        ("open", Verdict::Pass),
        ("forbidden", Verdict::Pass),
        ("eager", Verdict::Pass),
        ("endless", Verdict::Pass),
        ("pipelined", Verdict::Fail),
    ] {
        assert_eq!(verdicts[id], verdict, "{id}");
    }
}
