//! What a server sends in one read after its echo: Autobahn's handler closes on the echo, before it
//! looks at the rest, so its verdict must not depend on how the octets fell into reads.

use std::{sync::Arc, time::Duration};

use wspec::{
    case::embedded_cases,
    judge::{Behavior, Verdict, judge},
    play::{Finish, Opening, Patience, Player, Setup},
    protocol::handshake::{ClientRequest, SecWebSocketKey, ServerResponse},
    transcript::Transcript,
};

const ECHO: &[u8] = b"\x81\x00";
const CLOSE: &[u8] = b"\x88\x02\x03\xe8";

/// Plays an echo case against a server that sends these reads and then ends TCP.
fn played(case: &str, reads: &[&[u8]]) -> (Transcript, Verdict, [Behavior; 2]) {
    let case = Arc::new(embedded_cases().get(&case.parse().unwrap()).unwrap().clone());
    let key = SecWebSocketKey::new([7; 16]);
    let request = ClientRequest {
        target: "/".to_owned(),
        host: "testee".to_owned(),
        key: key.clone(),
        origin: None,
        subprotocols: Vec::new(),
        extensions: Vec::new(),
        fields: Vec::new(),
    };
    let setup = Setup { patience: Patience::default(), seed: 1, started_unix_ms: 0, live: None };
    let opening = Opening::client(&request, case.handshake.request());
    let mut player = Player::new(Arc::clone(&case), opening, &setup);
    let mut now = Duration::ZERO;
    let response = ServerResponse { key, extensions: Vec::new() }.encode();
    let mut out = Vec::new();
    player.transmit(&mut out, now);
    for read in [&response[..]].iter().chain(reads) {
        now += Duration::from_millis(1);
        player.receive(&mut read.to_vec(), now);
        player.transmit(&mut out, now);
    }
    player.peer_closed(now);
    while player.finished().is_none() {
        now = player.next_wake().unwrap_or(now);
        player.wake(now);
        player.transmit(&mut out, now);
    }
    assert!(!matches!(player.finished(), Some(Finish::Reset)));
    let transcript = player.into_transcript(now);
    let judgement = judge(&case, &transcript);
    let autobahn = judgement.autobahn.unwrap();
    (transcript, judgement.verdict, [autobahn.behavior, autobahn.behavior_close])
}

#[test]
fn an_echo_and_a_close_are_judged_alike_however_they_are_read() {
    let all = [ECHO, CLOSE, CLOSE].concat();
    let echo_and_close = [ECHO, CLOSE].concat();
    let closes = [CLOSE, CLOSE].concat();
    for reads in [
        &[&all[..]][..],
        &[ECHO, &closes],
        &[&echo_and_close, CLOSE],
        &[ECHO, CLOSE, CLOSE],
        &[&echo_and_close],
        &[ECHO, CLOSE],
    ] {
        let (transcript, _, autobahn) = played("6.1.2", reads);
        assert_eq!(autobahn, [Behavior::Ok, Behavior::Ok], "{reads:?}: {transcript:#?}");
    }
}

#[test]
fn a_second_close_breaks_no_must() {
    let (_, verdict, _) = played("6.1.2", &[ECHO, CLOSE, CLOSE]);
    assert_eq!(verdict, Verdict::NonStrict);
    let (_, verdict, _) = played("6.1.2", &[ECHO, CLOSE, ECHO]);
    assert_eq!(verdict, Verdict::Fail, "a message behind the Close");
}

#[test]
fn an_echo_and_fin_are_unclean() {
    let (transcript, _, autobahn) = played("6.1.2", &[ECHO]);
    assert_eq!(autobahn, [Behavior::Ok, Behavior::Unclean], "{transcript:#?}");
}

#[test]
fn a_close_before_the_echo_still_fails() {
    let close_and_echo = [CLOSE, ECHO].concat();
    for reads in [&[&close_and_echo[..]][..], &[CLOSE]] {
        let (_, _, autobahn) = played("6.1.2", reads);
        assert_eq!(autobahn[1], Behavior::Failed, "{reads:?}");
    }
}
