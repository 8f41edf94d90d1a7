//! Whatever clients do, the run goes on, and everything has a bound.

mod clients;

use std::{collections::BTreeSet, time::Duration};

use clients::{Folder, Running, ask, connect, play, raw, read_to_fin, request, run_of};
use futures_util::{SinkExt, StreamExt};
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_tungstenite::tungstenite::Message;
use wspec::{
    case::RunProfile,
    protocol::Role,
    report::{Report, Run, autobahn, json},
    run::ClientRun,
};

/// The run still serves a good client.
async fn assert_goes_on(running: &Running) {
    play(running.address, 1, "good").await;
    assert_eq!(ask(running.address, "/getCaseStatus?case=1&agent=good").await.len(), 1);
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|octet| format!("%{octet:02X}")).collect()
}

#[tokio::test]
async fn agent_names_stay_text() {
    let long = "x".repeat(10_000);
    let names = [
        "../../etc/x",
        "/etc/passwd",
        "..",
        ".",
        "con\0trol\u{1b}[2J",
        "<script>alert(1)</script>",
        "two\r\nlines",
        "\u{202e}turned",
        "case_1_1_2.json",
        &long,
    ];
    let running = Running::start(run_of(&["1.1.2"])).await;
    for name in names {
        play(running.address, 1, &percent_encoded(name)).await;
    }
    let empty = raw(running.address, request("/runCase?case=1&agent=").as_bytes()).await;
    assert!(read_to_fin(empty).await.starts_with(b"HTTP/1.1 500 "));
    let (_, heard) = running.stop().await;
    assert_eq!(heard.agents.len(), names.len());

    let around = Folder::new("hostile-names");
    let folder = around.path().join("reports");
    let run = Run {
        started_unix_ms: 0,
        duration_ms: 0,
        role: Role::Server,
        profile: RunProfile::Quick,
        seed: 1,
        interrupted: false,
        left_out: None,
        insecure: false,
    };
    let report = Report::new(run, heard.agents.reports("ws://x"));
    json::write(&folder.join("report.json"), &report).unwrap();
    autobahn::write(&folder, &report, &autobahn::Suite::embedded()).unwrap();
    let entries = |folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    assert_eq!(entries(around.path()).count(), 1);
    let files: BTreeSet<_> = entries(&folder)
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(entries(&folder).count(), files.len());
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    let index = index.as_object().unwrap();
    assert_eq!(index.len(), names.len());
    for agent in index.values() {
        let file = agent["1.1.2"]["reportfile"].as_str().unwrap();
        assert!(files.contains(std::ffi::OsStr::new(file)), "{file}");
    }
}

#[tokio::test]
async fn more_agents_than_there_is_room_for_are_refused() {
    let running = Running::start(run_of(&["1.1.2"])).await;
    for number in 0..64 {
        play(running.address, 1, &format!("agent{number}")).await;
    }
    let target = "/runCase?case=1&agent=agent64";
    let refused = read_to_fin(raw(running.address, request(target).as_bytes()).await).await;
    assert!(refused.starts_with(b"HTTP/1.1 503 "));
    play(running.address, 1, "agent0").await;
    let (summary, _) = running.stop().await;
    assert_eq!(summary.played.len(), 64);
}

#[tokio::test]
async fn clients_that_vanish_in_the_middle_of_a_case() {
    let running = Running::start(run_of(&["1.1.2", "6.4.1"])).await;
    let target = |case, agent| format!("/runCase?case={case}&agent={agent}");
    // After the request, in the middle of a message, in the middle of a frame, with a reset.
    drop(raw(running.address, request(&target(1, "a")).as_bytes()).await);
    let mut socket = connect(running.address, &target(2, "b")).await;
    tokio::select! {
        _ = socket.next() => {}
        () = tokio::task::yield_now() => {}
    }
    drop(socket);
    let half = [request(&target(1, "c")).as_bytes(), b"\x81\xFEpart"].concat();
    drop(raw(running.address, &half).await);
    let stream = raw(running.address, &half).await;
    stream.set_zero_linger().unwrap();
    drop(stream);
    assert_goes_on(&running).await;
    for agent in ["a", "b", "c"] {
        let case = if agent == "b" { 2 } else { 1 };
        let status = format!("/getCaseStatus?case={case}&agent={agent}");
        assert_eq!(ask(running.address, &status).await, [r#"{"behavior": "FAILED"}"#]);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_never_reads() {
    let run = ClientRun { timeout: Some(Duration::from_millis(50)), ..run_of(&["1.1.2", "9.2.6"]) };
    let running = Running::start(run).await;
    let stream = raw(running.address, request("/runCase?case=2&agent=deaf").as_bytes()).await;
    assert_goes_on(&running).await;
    let status = ask(running.address, "/getCaseStatus?case=2&agent=deaf").await;
    assert_eq!(status, [r#"{"behavior": "FAILED"}"#]);
    drop(stream);
    running.stop().await;
}

#[tokio::test]
async fn who_waits_for_what_never_comes_leaves_room_for_others() {
    let run = ClientRun { connections: 16, ..run_of(&["1.1.2"]) };
    let running = Running::start(run).await;
    let mut waiting = Vec::new();
    for target in ["/getCaseStatus?case=1&agent=nobody", "/"] {
        for _ in 0..64 {
            waiting.push(raw(running.address, request(target).as_bytes()).await);
        }
    }
    assert_goes_on(&running).await;
    drop(waiting);
    running.stop().await;
}

#[tokio::test]
async fn many_large_commands_at_once_keep_nobody_waiting() {
    let running = Running::start(run_of(&["1.1.2"])).await;
    let mut socket = connect(running.address, "/").await;
    let command = r#"["sendframe",{"opcode":2,"payload":"x","payload_len":16777000}]"#;
    for _ in 0..30 {
        socket.feed(Message::text(command)).await.unwrap();
    }
    socket.flush().await.unwrap();
    assert_goes_on(&running).await;
    drop(socket);
    running.stop().await;
}

#[tokio::test]
async fn more_connections_than_are_taken_at_once() {
    let run = ClientRun { connections: 64, ..run_of(&["1.1.2"]) };
    let running = Running::start(run).await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(TcpStream::connect(running.address).await.unwrap());
    }
    // It gets its turn while all of them stay.
    assert_goes_on(&running).await;
    drop(idle);
    for _ in 0..2000 {
        drop(TcpStream::connect(running.address).await.unwrap());
    }
    assert_goes_on(&running).await;
    running.stop().await;
}

#[tokio::test]
async fn requests_that_are_refused() {
    let running = Running::start(run_of(&["1.1.2"])).await;
    let good = request("/runCase?case=1&agent=a");
    let with = |from: &str, to: &str| good.replacen(from, to, 1);
    for (sent, answer) in [
        (with("case=1", "case=0"), "500 Internal Server Error\r\n\r\n"),
        (with("case=1", "case=2"), "500 Internal Server Error\r\n\r\n"),
        (with("case=1", "case=1&case=1"), "500 Internal Server Error\r\n\r\n"),
        (with("&agent=a", ""), "500 Internal Server Error\r\n\r\n"),
        (with("/runCase", "/getCaseCount").replace("Sec-WebSocket-Key", "X"), "400 "),
        (with("Upgrade: ", "X: ").replace("Sec-WebSocket-Key", "X"), "200 OK\r\n"),
        (with("Upgrade: ", "X: ").replace("Sec-WebSocket-Key", "X").replace("GET", "POST"), "405 "),
        ("\x16\x03\x01\x02\r\n\r\n".to_owned(), "400 "),
        (format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(70_000)), "431 "),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "200 OK\r\n"),
    ] {
        let octets = read_to_fin(raw(running.address, sent.as_bytes()).await).await;
        let text = String::from_utf8_lossy(&octets);
        let expected = format!("HTTP/1.1 {answer}");
        assert!(text.starts_with(&expected), "{answer}: {text}");
    }
    assert_goes_on(&running).await;
    let (_, heard) = running.stop().await;
    assert_eq!(heard.finished, 1);
}

#[tokio::test]
async fn requests_that_do_not_come_to_an_end() {
    let run = ClientRun { connections: 3, ..run_of(&["1.1.2"]) };
    let running = Running::start(run).await;
    let _first = raw(running.address, b"GET / HT").await;
    let mut second = raw(running.address, b"GET / HT").await;
    assert_goes_on(&running).await;
    // Where connections are scarce, patience is short.
    assert_eq!(second.read(&mut [0]).await.unwrap_or(0), 0);
    running.stop().await;
}

#[tokio::test]
async fn a_request_that_can_be_understood_is_answered_and_its_defect_kept() {
    let running = Running::start(run_of(&["1.1.2"])).await;
    let address = format!("Host: {}\r\n", running.address);
    let good = request("/runCase?case=1&agent=a").replace("Host: x\r\n", &address);
    let edits = [
        ("GET", "POST", "method-not-get"),
        ("HTTP/1.1", "HTTP/1.0", "http-version"),
        ("Version: 13", "Version: 12", "version-wrong"),
        (&address, "", "host-missing"),
        (&address, "Host: localhost\r\n", "host-lacks-port"),
        ("dGhlIHNhbXBsZSBub25jZQ==", "short", "key-not-base64"),
        ("agent=a", "agent=a#", "target-has-fragment"),
        ("\r\n\r\n", "\r\n\r\n\u{8}", "data-before-response"),
        // These cannot be answered, and yet the case was asked for.
        ("dGhlIHNhbXBsZSBub25jZQ==", "", "key-wrong-length"),
        ("Sec-WebSocket-Key", "X", "key-missing"),
    ];
    for (position, (from, to, violation)) in edits.into_iter().enumerate() {
        let agent = format!("agent=a{position}");
        let sent = good.replacen(from, to, 1).replacen("agent=a", &agent, 1);
        let mut stream = raw(running.address, sent.as_bytes()).await;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        let unanswerable = violation.starts_with("key-") && !violation.ends_with("base64");
        let status = if unanswerable { "400" } else { "101" };
        assert_eq!(head, *format!("HTTP/1.1 {status}").as_bytes(), "{violation}");
    }
    running.heard_finished(edits.len()).await;
    let (_, heard) = running.stop().await;
    let reports = serde_json::to_string(&heard.agents.reports("")).unwrap();
    for (_, _, violation) in edits {
        assert!(reports.contains(&format!("\"{violation}\"")), "{violation}");
    }
}
