//! Cases of the opening handshake with clients that take it in their own ways.

mod clients;

use std::{sync::Arc, time::Duration};

use clients::{CLOSE, LIMIT, Running, raw, request, run_of};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use wspec::{
    case::{SourceFile, read_cases},
    judge::Reason,
    report::CaseReport,
    run::{ClientRun, EchoClient, Target},
    testee::Conduct,
};

/// For what has to come; on a busy machine, too.
const LONG: Option<Duration> = Some(Duration::from_secs(5));
/// For what is not to come.
const SHORT: Option<Duration> = Some(Duration::from_millis(100));

fn run(timeout: Option<Duration>) -> ClientRun {
    let file = SourceFile { name: "client.toml", text: include_str!("handshake/client.toml") };
    let set = read_cases(&[file], &[].into()).unwrap_or_else(|errors| panic!("\n{errors}"));
    ClientRun { cases: set.cases.into_iter().map(Arc::new).collect(), timeout, ..run_of(&[]) }
}

/// What a client does once it has read our response up to `until`.
enum Then {
    Write(&'static [u8]),
    End,
    Stay,
}

/// The case, played with a client that writes a request by hand. Gives what it has read, too.
async fn with(id: &str, until: &str, then: Then) -> (CaseReport, String) {
    let patience = if let Then::Stay = then { SHORT } else { LONG };
    let running = Running::start(run(patience)).await;
    let fields = format!("Host: {}\r\nSec-WebSocket-Protocol: chat, superchat", running.address);
    let request = request(&format!("/runCase?casetuple={id}&agent=a"))
        .replace("Host: x", &fields)
        .replace("dGhlIHNhbXBsZSBub25jZQ==", "fBn6gS6uoT9IVJzcuUbkSQ==");
    let mut stream = raw(running.address, request.as_bytes()).await;
    let mut response = read_until(&mut stream, until.as_bytes()).await;
    match then {
        Then::End => drop(stream),
        Then::Write(octets) => {
            stream.write_all(octets).await.unwrap();
            read_to_end(&mut stream, &mut response).await;
        }
        Then::Stay => read_to_end(&mut stream, &mut response).await,
    }
    while running.heard.lock().unwrap().finished == 0 {
        tokio::task::yield_now().await;
    }
    let (_, heard) = running.stop().await;
    let report = heard.agents.reports("").remove(0).cases.remove(0);
    (report, String::from_utf8_lossy(&response).into_owned())
}

async fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    while !octets.windows(end.len()).any(|window| window == end) {
        let mut buffer = [0; 1024];
        match timeout(LIMIT, stream.read(&mut buffer)).await.unwrap() {
            Ok(count @ 1..) => octets.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    octets
}

async fn read_to_end(stream: &mut TcpStream, octets: &mut Vec<u8>) {
    let _ = timeout(LIMIT, stream.read_to_end(octets)).await.unwrap();
}

fn says((report, _): &(CaseReport, String)) -> (&'static str, &str) {
    (report.verdict.name(), &report.message)
}

/// A Pong for `open?`, and a text message "hello".
const PONG: &[u8] = b"\x8A\x85\0\0\0\0open?";
const PONG_AND_CLOSE: &[u8] = b"\x8A\x80\0\0\0\0\x88\x82\0\0\0\0\x03\xE8";
const HELLO: &[u8] = b"\x81\x85\0\0\0\0hello";

#[tokio::test]
async fn a_client_that_sees_through_it_leaves() {
    let played = with("accept", "open?", Then::End).await;
    assert_eq!(played.0.verdict.name(), "pass", "{}", played.0.message);
    assert!(played.1.contains("Sec-WebSocket-Accept: "), "{}", played.1);
    let played = with("accept", "open?", Then::Write(&CLOSE)).await;
    assert_eq!(
        says(&played),
        (
            "non-strict",
            "expected the client to end TCP without sending a frame; it sent a Close and nothing else"
        )
    );
}

#[tokio::test]
async fn a_client_that_believes_it_fails_at_once() {
    let played = with("accept", "open?", Then::Write(PONG)).await;
    assert_eq!(
        says(&played),
        (
            "fail",
            "expected the client to end TCP without sending a frame; it took the connection for open"
        )
    );
}

#[tokio::test]
async fn a_client_that_stays_is_not_waited_for_long() {
    let played = with("accept", "open?", Then::Stay).await;
    assert_eq!(says(&played), ("informational", "it stayed silent"));
    let played = with("never", "Connection: Upgrade\r\n", Then::Stay).await;
    assert_eq!(says(&played), ("pass", "it stayed silent"));
    assert!(!played.1.contains("\r\n\r\n"));
}

#[tokio::test]
async fn what_opens_goes_on() {
    let pong_and_close = [PONG, b"\x88\x82\0\0\0\0\x03\xE8"].concat().leak();
    let played = with("odd", "open?", Then::Write(pong_and_close)).await;
    assert_eq!(says(&played).0, "fail", "its request asked for a subprotocol");
    let echo_and_close = [HELLO, b"\x88\x82\0\0\0\0\x03\xE8"].concat().leak();
    let played = with("tolerated", "hello", Then::Write(echo_and_close)).await;
    assert_eq!(played.0.verdict.name(), "non-strict", "{}", played.0.message);
    assert!(played.0.message.contains("took the connection for open"));
}

#[tokio::test]
async fn a_second_request_is_no_frame() {
    let again = b"GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n";
    let played = with("refused", "\x01\x01x", Then::Write(again)).await;
    assert_eq!(says(&played), ("pass", "it sent a further request on the same TCP connection"));
    assert!(played.1.starts_with("HTTP/1.1 404 Not Found\r\n"));
}

#[tokio::test]
async fn places_are_filled_from_the_request() {
    let played = with("subprotocol", "\0", Then::Write(PONG_AND_CLOSE)).await;
    assert!(played.1.contains("Sec-WebSocket-Protocol: chat\r\n"), "{}", played.1);
    let chief = played.0.reasons.first();
    assert!(!matches!(chief, Some(Reason::Opening(_))), "{}", played.0.message);
}

#[tokio::test]
async fn a_correct_client_gets_what_it_deserves() {
    let running = Running::start(run(Some(Duration::from_secs(1)))).await;
    let target = Target::parse(&format!("ws://{}", running.address)).unwrap();
    let client = EchoClient { url: target, agent: "ours".to_owned(), conduct: Conduct::default() };
    client.run().await.unwrap();
    let (_, heard) = running.stop().await;
    let verdicts = heard.verdicts("ours");
    for (id, verdict) in [
        ("accept", "pass"),
        ("odd", "pass"),
        ("tolerated", "pass"),
        ("refused", "pass"),
        ("subprotocol", "fail"),
    ] {
        let found = verdicts.iter().find(|(found, _)| found == id);
        assert_eq!(found.map(|(_, verdict)| *verdict), Some(verdict), "{id}");
    }
}
