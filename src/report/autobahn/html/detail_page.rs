//! The page of a case.

use std::{collections::BTreeMap, fmt::Display};

use askama::Template;

use super::cell::Mark;
use crate::{
    protocol::Opcode,
    report::{
        CaseReport,
        autobahn::{behaviors, flags::Flags},
        escape::printable,
        expectation_text,
        happening_text::{self, Direction},
        section, timestamp,
    },
    transcript::{End, Entry, Happening},
};

/// The page of one case and agent.
#[derive(Debug, Template)]
#[template(path = "autobahn/html/detail.html")]
pub struct DetailPage<'a> {
    version: &'a str,
    agent: String,
    title: String,
    case: &'a CaseReport,
    conduct: Mark,
    behavior: &'static str,
    behavior_close: &'static str,
    message: String,
    sections: Vec<String>,
    started: String,
    expected: Vec<String>,
    observed: Vec<String>,
    request: String,
    response: String,
    closing: Vec<(&'static str, String)>,
    statistics: Vec<Statistics>,
    log: Vec<LogRow>,
    end: &'static str,
    end_class: &'static str,
}

/// How often something was.
#[derive(Debug)]
struct Statistics {
    title: &'static str,
    unit: &'static str,
    rows: Vec<(String, u64)>,
    total: u64,
}

/// An entry of the wire log.
#[derive(Debug)]
struct LogRow {
    class: &'static str,
    at: String,
    sign: char,
    text: String,
}

impl<'a> DetailPage<'a> {
    /// The page about this case of this agent.
    #[must_use]
    pub fn of(version: &'a str, agent: &str, case: &'a CaseReport) -> Self {
        let transcript = &case.transcript;
        let (behavior, behavior_close) = behaviors(case);
        let expectation = case.autobahn_expected.as_ref().unwrap_or(&case.expected);
        Self {
            version,
            agent: printable(agent),
            title: printable(&case.title),
            case,
            conduct: Mark::of_conduct(behavior),
            behavior: behavior.name(),
            behavior_close: behavior_close.name(),
            message: printable(&case.message),
            sections: sections(case),
            started: timestamp(transcript.started_unix_ms),
            expected: expectation_text::lines(expectation, Some(case.testee())),
            observed: observed(case),
            request: block(&transcript.handshake.request),
            response: block(&transcript.handshake.response),
            closing: closing(&Flags::of(case)),
            statistics: statistics(case),
            log: transcript.entries.iter().map(LogRow::of).collect(),
            end: happening_text::end(transcript.end),
            end_class: match transcript.end {
                End::PeerClosed | End::PeerReset => "wirelog_tcp_closed_by_peer",
                End::NeverConnected | End::WeClosed | End::Interrupted => {
                    "wirelog_tcp_closed_by_me"
                }
            },
        }
    }
}

/// The sections of the specification that the case is about.
fn sections(case: &CaseReport) -> Vec<String> {
    let mut sections: Vec<String> = case.requirements.iter().map(section).collect();
    sections.sort();
    sections.dedup();
    sections
}

/// Messages, Pongs and troubles, in order.
fn observed(case: &CaseReport) -> Vec<String> {
    let seen = case.transcript.happenings().filter(|what| match what {
        Happening::Message { .. }
        | Happening::Violated(_)
        | Happening::Silence(_)
        | Happening::AwaitedInVain
        | Happening::GaveUp
        | Happening::CloseTimeout
        | Happening::RoundTrips(_)
        | Happening::LeftOut { .. } => true,
        Happening::Received(frame) => frame.header.opcode == Opcode::PONG,
        Happening::Sent { .. }
        | Happening::SentOctets(_)
        | Happening::TcpLeftOpen { .. }
        | Happening::WeHalfClose
        | Happening::WeDropTcp => false,
    });
    let trouble = happening_text::handshake_trouble(&case.transcript);
    let seen = seen.map(happening_text::happening);
    let broken = case.broken.iter().map(|rule| printable(&rule.message));
    trouble.into_iter().chain(seen).chain(broken).collect()
}

/// A header block, line by line.
fn block(octets: &str) -> String {
    let lines: Vec<String> = octets.trim_end().lines().map(printable).collect();
    lines.join("\n")
}

fn closing(flags: &Flags) -> Vec<(&'static str, String)> {
    let or_none = |code: Option<u16>| code.map_or("None".to_owned(), |code| code.to_string());
    let reason = |text: &Option<String>| text.as_deref().map_or("None".to_owned(), printable);
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    vec![
        ("The closing handshake was complete", yes(flags.was_clean)),
        ("Why it was not", flags.unclean_because().unwrap_or("-").to_owned()),
        ("Our Close went first", yes(flags.closed_by_me)),
        ("We failed the connection", yes(flags.failed_by_me)),
        ("We closed TCP", yes(flags.dropped_by_me)),
        ("The opening handshake took too long", yes(flags.open_handshake_timeout)),
        ("The answer to our Close took too long", yes(flags.close_handshake_timeout)),
        ("The server left TCP open for too long", yes(flags.server_drop_timeout)),
        ("Our close code", or_none(flags.local_close_code)),
        ("Our reason", reason(&flags.local_close_reason)),
        ("The testee's close code", or_none(flags.remote_close_code)),
        ("The testee's reason", reason(&flags.remote_close_reason)),
    ]
}

fn statistics(case: &CaseReport) -> Vec<Statistics> {
    let traffic = &case.transcript.traffic;
    let opcode = |number: &u8| Opcode::new(*number).map_or(number.to_string(), |op| op.to_string());
    let octets = |title, sizes| Statistics::of(title, "octets", sizes, u64::to_string);
    let frames = |title, opcodes| Statistics::of(title, "opcode", opcodes, opcode);
    vec![
        octets("Reads by size", &traffic.reads),
        octets("Writes by size", &traffic.writes),
        frames("Frames received", &traffic.frames_in),
        frames("Frames sent", &traffic.frames_out),
    ]
}

impl Statistics {
    fn of<K>(
        title: &'static str,
        unit: &'static str,
        counts: &BTreeMap<K, u64>,
        name: impl Fn(&K) -> String,
    ) -> Self {
        Self {
            title,
            unit,
            rows: counts.iter().map(|(key, count)| (name(key), *count)).collect(),
            total: counts.values().sum(),
        }
    }
}

impl LogRow {
    fn of(entry: &Entry) -> Self {
        Self {
            class: class(&entry.what),
            at: milliseconds(entry.at_us),
            sign: Direction::of(&entry.what).sign(),
            text: happening_text::happening(&entry.what),
        }
    }
}

/// Autobahn's classes for the rows of a wire log, as far as it has the like.
const fn class(happening: &Happening) -> &'static str {
    match happening {
        Happening::Sent { .. } => "wirelog_tx_frame",
        Happening::SentOctets(_) => "wirelog_tx_octets",
        Happening::Received(_) => "wirelog_rx_frame",
        Happening::Message { .. } | Happening::RoundTrips(_) => "wirelog_rx_octets",
        Happening::Violated(_) => "wirelog_violation",
        Happening::GaveUp | Happening::CloseTimeout | Happening::TcpLeftOpen { .. } => {
            "wirelog_kill_after"
        }
        Happening::Silence(_) | Happening::AwaitedInVain | Happening::LeftOut { .. } => {
            "wirelog_continue_later"
        }
        Happening::WeHalfClose | Happening::WeDropTcp => "wirelog_tcp_closed_by_me",
    }
}

fn milliseconds(us: u64) -> String {
    let (whole, part): (u64, &dyn Display) = (us / 1000, &(us % 1000));
    format!("{whole}.{part:03} ms")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn page(case: &CaseReport) -> String {
        DetailPage::of("0", "Echo <Server>", case).render().unwrap()
    }

    #[test]
    fn layout() {
        let text = page(&example::wrong_echo());
        let (_, body) = text.split_once("<body>").unwrap();
        insta::assert_snapshot!(body);
    }

    #[test]
    fn every_kind_of_case_has_a_page() {
        for case in [
            example::passed(),
            example::rule_broken(),
            example::refused(),
            example::many_fragments(),
            example::never_connected(),
            example::round_trips(),
            example::everything(),
        ] {
            let text = page(&case);
            assert!(text.contains("Echo &#60;Server&#62;"), "{text}");
            assert!(text.trim_end().ends_with("</html>"));
        }
    }

    #[test]
    fn what_a_peer_sent_stays_text() {
        let text = page(&example::hostile());
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!text.contains('\u{202e}') && !text.contains("<script"));
    }
}
