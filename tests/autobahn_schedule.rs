//! What a server sends in one read after its echo: Autobahn's handler closes on the echo, before it
//! looks at the rest, so its verdict must not depend on how the octets fell into reads.

mod canned;

use canned::{accepting, key, play};
use wspec::{
    judge::{Behavior, Verdict, judge},
    transcript::Transcript,
};

const ECHO: &[u8] = b"\x81\x00";
const CLOSE: &[u8] = b"\x88\x02\x03\xe8";

fn played(case: &str, reads: &[&[u8]]) -> (Transcript, Verdict, [Behavior; 2]) {
    let open = accepting(&key(), "");
    let reads: Vec<&[u8]> = [&open[..]].into_iter().chain(reads.iter().copied()).collect();
    let (case, transcript) = play(case, &reads);
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
