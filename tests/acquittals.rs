//! What was once held against servers without a MUST, and what still is: verdicts on servers that do
//! one thing each.

mod canned;

use canned::{accepting, key, play};
use wspec::{
    judge::{
        Verdict::{self, Fail, Informational, NonStrict, Pass, Unimplemented},
        judge,
    },
    protocol::handshake::SecWebSocketKey,
};

const PONG: &[u8] = b"\x8a\x05open?";

fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

fn close(code: u16) -> Vec<u8> {
    [&[0x88, 2], &code.to_be_bytes()[..]].concat()
}

#[track_caller]
fn assert_verdict(case: &str, reads: &[&[u8]], verdict: Verdict) {
    let (played, transcript) = play(case, reads);
    let judgement = judge(&played, &transcript);
    let reasons = &judgement.reasons;
    assert_eq!(judgement.verdict, verdict, "{case}: {reasons:?}: {transcript:#?}");
}

#[test]
fn a_key_may_be_unfolded_and_joined() {
    let key = key();
    let right = accepting(&key, "");
    assert_verdict("0.13.4", &[&right, PONG, &close(1000)], Pass);
    for separator in [",", ", "] {
        let joined = [key.as_str(), key.as_str()].join(separator);
        let answer = accepting(&SecWebSocketKey::as_it_stands(&joined), "");
        assert_verdict("0.8.22", &[&answer, PONG, &close(1000)], NonStrict);
    }
    let wrong = accepting(&SecWebSocketKey::new([8; 16]), "");
    assert_verdict("0.13.4", &[&wrong], Fail);
    assert_verdict("0.8.22", &[&wrong], Fail);
}

#[test]
fn a_server_may_drop_what_it_does_not_expect() {
    assert_verdict("0.9.1", &[], NonStrict);
    assert_verdict("0.9.7", &[], NonStrict);
    let with_versions = b"HTTP/1.1 400 Bad Request\r\nSec-WebSocket-Version: 13\r\n\r\n";
    assert_verdict("0.9.1", &[with_versions], Pass);
    assert_verdict("0.9.1", &[&status("400 Bad Request")], Fail);
    assert_verdict("0.9.1", &[&accepting(&key(), "")], Fail);
}

#[test]
fn an_invalid_request_line_may_be_redirected_or_answered_in_kind() {
    assert_verdict("0.18.4", &[&status("301 Moved Permanently")], Pass);
    assert_verdict("0.18.4", &[&status("400 Bad Request")], Pass);
    assert_verdict("0.2.2", &[b"<p>no upgrade</p>\r\n\r\n"], Informational);
    assert_verdict("0.2.2", &[&accepting(&key(), "")], Fail);
    assert_verdict("0.2.1", &[b"<p>no upgrade</p>\r\n\r\n"], Fail);
}

#[test]
fn nobody_has_to_open_for_an_offer() {
    assert_verdict("20.1.9", &[&status("400 Bad Request")], NonStrict);
    assert_verdict("20.3.2", &[&status("400 Bad Request")], NonStrict);
    assert_verdict("21.11.1", &[&status("400 Bad Request")], Unimplemented);
    assert_verdict("14.1.1", &[&status("400 Bad Request")], Fail);
}

#[test]
fn which_code_a_reply_has_is_no_must() {
    let open = accepting(&key(), "");
    for (case, code, verdict) in [
        ("17.4.8", 1001, Pass),
        ("17.4.8", 1002, NonStrict),
        ("7.7.1", 1002, NonStrict),
        ("17.1.4", 1002, NonStrict),
        // But these nobody may send, not even in reply.
        ("7.9.4", 1005, Fail),
        ("7.9.5", 1006, Fail),
        ("17.1.10", 1015, Fail),
        ("7.9.4", 1000, NonStrict),
        ("7.9.4", 1002, Pass),
        ("7.9.2", 999, NonStrict),
        ("7.9.3", 1004, Informational),
        // A Close that had to be refused, and was not.
        ("7.5.1", 1000, Fail),
        ("7.5.1", 1011, NonStrict),
        ("14.5.10", 1000, Fail),
        ("14.5.10", 1007, NonStrict),
        ("17.2.1", 1007, Fail),
    ] {
        assert_verdict(case, &[&open, &close(code)], verdict);
    }
    assert_verdict("7.7.1", &[&open], Fail);
}

#[test]
fn a_message_may_be_too_big() {
    let open = accepting(&key(), "");
    assert_verdict("14.1.6", &[&open, &close(1009)], NonStrict);
    assert_verdict("14.1.6", &[&open, &close(1011)], Fail);
    let other = [&b"\x81\x01x"[..], &close(1009)].concat();
    assert_verdict("14.1.6", &[&open, &other], Fail);
}

#[test]
fn trailing_octets_may_be_dropped_with_tcp() {
    let open = accepting(&key(), "");
    assert_verdict("17.5.1", &[&open], NonStrict);
    assert_verdict("17.11.1", &[&open], NonStrict);
}
