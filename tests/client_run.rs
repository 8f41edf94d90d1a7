//! A run with clients, as they see it and as it is told.

mod clients;

use clients::{CLOSE, Running, ask, connect, echo, play, raw, read_to_fin, request, run_of};
use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use wspec::run::{ClientRun, Ending, Excluded};

#[tokio::test]
async fn the_loop_that_every_client_runs() {
    let running = Running::start(run_of(&["1.1.2", "2.2", "7.1.5"])).await;
    let address = running.address;
    let count: usize = ask(address, "/getCaseCount").await[0].parse().unwrap();
    for case in 1..=count {
        play(address, case, "loop%2F1").await;
    }
    assert!(ask(address, "/updateReports?agent=loop%2F1").await.is_empty());
    let (summary, heard) = running.stop().await;
    assert_eq!(summary.ending, Ending::Stopped);
    assert_eq!(summary.played.values().collect::<Vec<_>>(), [&3]);
    assert_eq!(heard.updates, 1);
    let verdicts = heard.verdicts("loop/1");
    assert_eq!(verdicts.len(), 3);
    assert!(verdicts.iter().all(|(_, verdict)| *verdict == "pass"), "{verdicts:?}");
}

#[tokio::test]
async fn a_case_by_its_id_its_description_and_its_status() {
    let running = Running::start(run_of(&["1.1.2", "1.1.6"])).await;
    let address = running.address;
    let info = ask(address, "/getCaseInfo?casetuple=1.1.6").await;
    assert!(info[0].starts_with(r#"{"id": "1.1.6", "description": ""#), "{info:?}");
    // Who asks before there is a result waits for it.
    let (status, ()) = tokio::join!(ask(address, "/getCaseStatus?case=2&agent=a"), async {
        echo(connect(address, "/runCase?casetuple=1.1.6&agent=a").await).await
    });
    assert_eq!(status, [r#"{"behavior": "OK"}"#]);
    let again = ask(address, "/getCaseStatus?casetuple=1.1.6&agent=a").await;
    assert_eq!(again, status);
    running.stop().await;
}

#[tokio::test]
async fn answers_leave_in_one_piece_and_end_with_fin() {
    let running = Running::start(run_of(&["1.1.2"])).await;
    for (target, frames) in
        [("/getCaseCount", &b"\x81\x011\x88\0"[..]), ("/updateReports?agent=a", b"\x88\0")]
    {
        let mut stream = raw(running.address, request(target).as_bytes()).await;
        stream.write_all(&CLOSE).await.unwrap();
        let octets = read_to_fin(stream).await;
        assert!(octets.starts_with(b"HTTP/1.1 101 "), "{target}");
        let end = octets.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        assert_eq!(&octets[end + 4..], frames, "{target}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_case_that_closes_in_order_ends_with_fin() {
    let running = Running::start(run_of(&["7.1.1"])).await;
    let mut stream = raw(running.address, request("/runCase?case=1&agent=a").as_bytes()).await;
    stream.write_all(&CLOSE).await.unwrap();
    let octets = read_to_fin(stream).await;
    assert!(octets.ends_with(&[0x88, 2, 0x03, 0xE8]), "{octets:02x?}");
    let (_, heard) = running.stop().await;
    assert_eq!(heard.finished, 1);
}

#[tokio::test]
async fn two_of_the_same_name_at_once() {
    let running = Running::start(run_of(&["1.1.2", "5.3"])).await;
    let address = running.address;
    tokio::join!(
        play(address, 1, "twin"),
        play(address, 1, "twin"),
        play(address, 2, "twin"),
        play(address, 2, "other"),
    );
    let (summary, heard) = running.stop().await;
    assert_eq!(heard.finished, 4);
    assert_eq!(heard.verdicts("twin").len(), 2);
    assert_eq!(heard.verdicts("other").len(), 1);
    assert_eq!(summary.played.values().sum::<usize>(), 3);
}

#[tokio::test]
async fn compression_is_agreed_where_the_case_wants_it_only() {
    let running = Running::start(run_of(&["12.1.1", "1.1.2"])).await;
    let deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    for (case, agreed) in [(1, true), (2, false)] {
        let target = format!("/runCase?case={case}&agent=a");
        let offer = request(&target).replacen("\r\n\r\n", &format!("\r\n{deflate}"), 1);
        let mut stream = raw(running.address, offer.as_bytes()).await;
        stream.write_all(&CLOSE).await.unwrap();
        let octets = read_to_fin(stream).await;
        let text = String::from_utf8_lossy(&octets);
        assert_eq!(text.contains("permessage-deflate\r\n"), agreed, "{text}");
    }
    // Who offers nothing has it unimplemented.
    play(running.address, 1, "plain").await;
    let (_, heard) = running.stop().await;
    assert_eq!(heard.verdicts("plain"), [("12.1.1".to_owned(), "unimplemented")]);
}

#[tokio::test]
async fn a_case_that_is_left_out_for_an_agent() {
    let run = ClientRun {
        visitors: wspec::control::Visitors::default(),
        excluded: Excluded::by(|agent, case| agent.as_str() == "a" && case.as_str() == "1.1.2"),
        ..run_of(&["1.1.2"])
    };
    let running = Running::start(run).await;
    assert_eq!(ask(running.address, "/getCaseCount").await, ["1"]);
    assert!(ask(running.address, "/runCase?case=1&agent=a").await.is_empty());
    play(running.address, 1, "b").await;
    let (_, heard) = running.stop().await;
    assert_eq!(heard.skipped, ["1.1.2"]);
    assert_eq!((heard.finished, heard.verdicts("b").len()), (1, 1));
}

#[tokio::test]
async fn a_client_may_end_the_run() {
    for (target, ending, updates) in [
        ("/stopServer", Ending::StopServer, 0),
        ("/updateReports?agent=a&shutdownOnComplete=True", Ending::ShutdownOnComplete, 1),
    ] {
        let running = Running::start(run_of(&["1.1.2"])).await;
        let stream = raw(running.address, request(target).as_bytes()).await;
        assert_eq!(read_to_fin(stream).await, b"", "{target}");
        let (summary, heard) = running.end().await;
        assert_eq!(summary.ending, ending);
        assert_eq!(heard.updates, updates);
    }
}

#[tokio::test]
async fn frames_on_demand() {
    let running = Running::start(run_of(&["1.1.2"])).await;
    let mut socket = connect(running.address, "/").await;
    let command = r#"["sendframe", {"opcode": 2, "payload": "ab", "payload_len": 5}]"#;
    socket.send(Message::text(command)).await.unwrap();
    let answer = socket.next().await.unwrap().unwrap();
    assert_eq!(answer, Message::binary(&b"ababa"[..]));
    socket.send(Message::text(r#"["close", {"code": 3000}]"#)).await.unwrap();
    assert!(
        matches!(socket.next().await, Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == 3000)
    );
    running.stop().await;
}
