//! The file of one case and agent.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Suite, events, flags::Flags, traffic::TrafficStats, wirelog, words::behaviors};
use crate::{
    case::Closer,
    judge::Behavior,
    protocol::Role,
    report::{CaseReport, Expectation, expectation_text, happening_text, timestamp},
};

/// All that Autobahn's file of a case says. Fields stand in the order of their keys; none is ever
/// missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail<'a> {
    agent: &'a str,
    behavior: Behavior,
    behavior_close: Behavior,
    case: usize,
    closed_by_me: bool,
    create_stats: bool,
    create_wirelog: bool,
    description: String,
    dropped_by_me: bool,
    duration: u64,
    expectation: String,
    expected: BTreeMap<&'static str, Vec<Value>>,
    expected_close: ExpectedClose<'a>,
    failed_by_me: bool,
    http_request: &'a str,
    http_response: &'a str,
    id: &'a str,
    is_server: bool,
    local_close_code: Option<u16>,
    local_close_reason: Option<String>,
    received: Vec<Value>,
    remote_close_code: Option<u16>,
    remote_close_reason: Option<String>,
    report_compression_ratio: bool,
    report_time: bool,
    result: &'a str,
    result_close: String,
    rx_frame_stats: &'a BTreeMap<u8, u64>,
    rx_octet_stats: &'a BTreeMap<u64, u64>,
    started: String,
    traffic_stats: Option<TrafficStats>,
    tx_frame_stats: &'a BTreeMap<u8, u64>,
    tx_octet_stats: &'a BTreeMap<u64, u64>,
    was_clean: bool,
    was_close_handshake_timeout: bool,
    was_not_clean_reason: Option<&'static str>,
    was_open_handshake_timeout: bool,
    was_server_connection_drop_timeout: bool,
    wirelog: Vec<Value>,
}

/// How the connection should end. Fields stand in the order of their keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExpectedClose<'a> {
    close_code: &'a [u16],
    closed_by_me: bool,
    /// There only where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    closed_by_wrong_endpoint_is_fatal: bool,
    require_clean: bool,
}

impl<'a> Detail<'a> {
    /// The file about `case` of `agent`, which has this number in the suite.
    #[must_use]
    pub fn of(agent: &'a str, number: usize, case: &'a CaseReport, suite: &Suite) -> Self {
        let transcript = &case.transcript;
        let traffic = &transcript.traffic;
        let (behavior, behavior_close) = behaviors(case);
        let expectation = case.autobahn_expected.as_ref().unwrap_or(&case.expected);
        let flags = Flags::of(case);
        Self {
            agent,
            behavior,
            behavior_close,
            case: number,
            closed_by_me: flags.closed_by_me,
            create_stats: true,
            create_wirelog: transcript.entries_dropped == 0 && behavior != Behavior::Unimplemented,
            description: description(case),
            dropped_by_me: flags.dropped_by_me,
            duration: case.duration_ms,
            expectation: as_html(&expectation_text::sentence(expectation, Some(case.testee()))),
            expected: events::expected(expectation),
            expected_close: ExpectedClose::of(expectation),
            failed_by_me: flags.failed_by_me,
            http_request: or_question_mark(&transcript.handshake.request),
            http_response: or_question_mark(&transcript.handshake.response),
            id: case.id.as_str(),
            is_server: transcript.role == Role::Server,
            local_close_code: flags.local_close_code,
            received: events::received(transcript),
            remote_close_code: flags.remote_close_code,
            report_compression_ratio: suite.reports_compression(&case.id),
            report_time: suite.reports_time(&case.id),
            result: &case.message,
            result_close: result_close(case, &flags),
            rx_frame_stats: &traffic.frames_in,
            rx_octet_stats: &traffic.reads,
            started: timestamp(transcript.started_unix_ms),
            traffic_stats: TrafficStats::of(case, behavior),
            tx_frame_stats: &traffic.frames_out,
            tx_octet_stats: &traffic.writes,
            was_clean: flags.was_clean,
            was_close_handshake_timeout: flags.close_handshake_timeout,
            was_not_clean_reason: flags.unclean_because(),
            was_open_handshake_timeout: flags.open_handshake_timeout,
            was_server_connection_drop_timeout: flags.server_drop_timeout,
            wirelog: wirelog::rows(transcript),
            local_close_reason: flags.local_close_reason,
            remote_close_reason: flags.remote_close_reason,
        }
    }
}

impl<'a> ExpectedClose<'a> {
    fn of(expectation: &'a Expectation) -> Self {
        Self {
            close_code: &expectation.close_codes,
            closed_by_me: expectation.closed_by == Closer::Us,
            closed_by_wrong_endpoint_is_fatal: expectation.wrong_side_fails,
            require_clean: expectation.clean,
        }
    }
}

/// Autobahn's texts are HTML fragments, and scripts put them into pages as they are.
fn as_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn description(case: &CaseReport) -> String {
    let text = match case.description.as_written().trim() {
        "" => case.title.as_written().to_owned(),
        description => format!("{}. {description}", case.title.as_written().trim_end_matches('.')),
    };
    as_html(&text)
}

fn result_close(case: &CaseReport, flags: &Flags) -> String {
    let code = match flags.remote_close_code {
        Some(code) => format!("the testee's Close had the code {code}"),
        None => "no close code came".to_owned(),
    };
    let end = happening_text::end(case.transcript.end);
    let unclean = flags.unclean_because().map_or(String::new(), |reason| format!("; {reason}"));
    format!("{code}; {end}{unclean}")
}

fn or_question_mark(block: &str) -> &str {
    if block.is_empty() { "?" } else { block }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::deflate::DeflateParameters,
        report::{autobahn::to_text, example},
        transcript::{HandshakeOutcome, Happening},
    };

    fn file(case: &CaseReport) -> String {
        to_text(&Detail::of("Echo Server/1.0", 1, case, &Suite::embedded()))
    }

    /// Keys in the order in which they are written.
    fn keys(text: &str) -> Vec<&str> {
        let own = text.lines().filter_map(|line| line.strip_prefix("   \""));
        own.filter_map(|line| line.split_once('"').map(|(key, _)| key)).collect()
    }

    #[test]
    fn a_passed_case() {
        insta::assert_snapshot!(file(&example::passed()));
    }

    #[test]
    fn a_case_without_a_connection() {
        insta::assert_snapshot!(file(&example::never_connected()));
    }

    #[test]
    fn peer_text_is_ascii() {
        let text = file(&example::hostile());
        assert!(text.bytes().all(|octet| octet == b'\n' || (b' '..=b'~').contains(&octet)));
        assert!(text.contains(r"\u001b[2J\u202edlrow\u0007"), "{text}");
    }

    #[test]
    fn keys_are_all_there_and_sorted() {
        for case in [example::passed(), example::never_connected(), example::rule_broken()] {
            let text = file(&case);
            let keys = keys(&text);
            assert_eq!(keys.len(), 39);
            assert!(keys.is_sorted(), "{keys:?}");
        }
    }

    #[test]
    fn compressed_round_trips_have_traffic_stats() {
        let mut case = example::round_trips();
        case.transcript.handshake.outcome = HandshakeOutcome::Opened {
            deflate: Some(DeflateParameters {
                server_no_context_takeover: false,
                client_no_context_takeover: false,
                server_max_window_bits: 15,
                client_max_window_bits: 15,
            }),
        };
        case.autobahn.as_mut().unwrap().behavior = Behavior::Ok;
        assert!(matches!(&case.transcript.entries[0].what, Happening::RoundTrips(_)));
        let stats = Detail::of("x", 1, &case, &Suite::embedded()).traffic_stats.unwrap();
        insta::assert_snapshot!(to_text(&stats));
        assert!(case.transcript.handshake.deflate().is_some());
    }
}
