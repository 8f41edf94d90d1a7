//! What happened in each case: what the page's script unpacks and shows when a case is opened.
//!
//! It is JSON, deflated and in Base64. That is a tenth of the JSON, since cases are much alike, and
//! nothing in it can end the element that it stands in.

use std::{fmt, io};

use base64::{engine::general_purpose::STANDARD, write::EncoderWriter};
use flate2::{Compression, write::ZlibEncoder};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    command,
    link::Link,
    matrix::{Played, any},
};
use crate::{
    judge::Verdict,
    protocol::{FrameHeader, hex},
    report::{
        AgentReport, Bar, CaseReport, Report,
        autobahn::Suite,
        escape::printable,
        expectation_text,
        happening_text::{self, Direction},
        section,
    },
    transcript::{Entry, FrameRecord, Happening, PayloadRecord},
};

/// Of many events, these at the beginning and at the end are shown; `report.json` has the others.
const FIRST_EVENTS: usize = 48;
const LAST_EVENTS: usize = 16;

/// What happened in these cases, packed as it is shown: one case at a time is in memory.
#[derive(Debug)]
pub struct Details<'a> {
    /// The report.
    pub report: &'a Report,
    /// Its cases.
    pub played: &'a [Played<'a>],
    /// What they have to reach.
    pub bar: &'a Bar,
    /// What is known of chapters.
    pub suite: Suite,
}

#[derive(Debug, Serialize)]
struct CaseDetails {
    id: String,
    title: String,
    chapter: String,
    about: String,
    requirements: Vec<RequirementLink>,
    /// One an agent; null where it was not played.
    results: Vec<Option<ResultDetails>>,
}

#[derive(Debug, Serialize)]
struct RequirementLink {
    id: String,
    section: Link,
}

#[derive(Debug, Serialize)]
struct ResultDetails {
    verdict: Verdict,
    message: String,
    broken: Vec<String>,
    expected: Vec<String>,
    /// What Autobahn would have said; empty if it has no such case.
    autobahn: String,
    command: String,
    request: Vec<String>,
    response: Vec<String>,
    /// What is wrong with the opening handshake; may be empty.
    trouble: String,
    events: Vec<Event>,
    dropped: u64,
    end: &'static str,
    duration_us: u64,
}

#[derive(Debug, Serialize)]
struct Event {
    at_us: u64,
    way: Way,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<Frame>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Payload>,
}

/// Which way something went; whose lane it stands in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    Out,
    In,
    Wrong,
    Here,
}

/// A frame's header.
#[derive(Debug, Serialize)]
struct Frame {
    opcode: String,
    /// Its octets as on the wire, in hexadecimal.
    octets: String,
    /// The octets that it declares.
    declared: u64,
}

/// What is kept of a payload.
#[derive(Debug, Serialize)]
struct Payload {
    length: u64,
    head: String,
    tail: String,
}

/// All that the script knows: what we played (`client` or `server`), the agents, the cases.
impl Serialize for Details<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let agents: Vec<String> =
            self.report.agents.iter().map(|agent| printable(&agent.agent)).collect();
        let mut details = serializer.serialize_struct("Details", 3)?;
        details.serialize_field("role", &self.report.role)?;
        details.serialize_field("agents", &agents)?;
        details.serialize_field("cases", &Cases(self))?;
        details.end()
    }
}

/// The cases, each made when it is its turn.
struct Cases<'a>(&'a Details<'a>);

impl Serialize for Cases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Details { report, played, bar, suite } = self.0;
        let details = played.iter().map(|(_, cases)| CaseDetails::of(report, cases, bar, suite));
        serializer.collect_seq(details)
    }
}

impl fmt::Display for Details<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = EncoderWriter::new(ToFormatter(f), &STANDARD);
        let mut packer = ZlibEncoder::new(text, Compression::best());
        serde_json::to_writer(&mut packer, self)
            .map_err(io::Error::from)
            .and_then(|()| packer.finish()?.finish())
            .map_or(Err(fmt::Error), |_| Ok(()))
    }
}

/// Takes text as octets.
struct ToFormatter<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl io::Write for ToFormatter<'_, '_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(octets).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl CaseDetails {
    fn of(report: &Report, reports: &[Option<&CaseReport>], bar: &Bar, suite: &Suite) -> Self {
        let case = any(reports);
        let results = report.agents.iter().zip(reports);
        Self {
            id: case.id.to_string(),
            title: printable(&case.title),
            chapter: format!(
                "{} {}",
                printable(&case.chapter),
                suite.chapter_title(case.chapter.as_written())
            ),
            about: printable(&case.description),
            requirements: case
                .requirements
                .iter()
                .map(|id| RequirementLink {
                    id: printable(&id.0),
                    section: Link::to(printable(section(id))),
                })
                .collect(),
            results: results
                .map(|(agent, case)| {
                    let whole = |case| report.whole_or_gist(case);
                    case.map(|case| ResultDetails::of(report, agent, &whole(case), bar))
                })
                .collect(),
        }
    }
}

impl ResultDetails {
    fn of(report: &Report, agent: &AgentReport, case: &CaseReport, bar: &Bar) -> Self {
        let transcript = &case.transcript;
        let handshake = &transcript.handshake;
        Self {
            verdict: bar.gate.verdict(case),
            message: printable(&case.message),
            broken: case
                .broken
                .iter()
                .map(|broken| {
                    let section = section(&broken.requirement);
                    printable(format!("{section}: {}", broken.message))
                })
                .collect(),
            expected: expectation_text::lines(&case.expected, Some(case.testee())),
            autobahn: case.autobahn.as_ref().map_or(String::new(), |autobahn| {
                format!("{}, and of the closing {}", autobahn.behavior, autobahn.behavior_close)
            }),
            command: command(report, agent, case.id.as_str()),
            request: lines(&handshake.request),
            response: lines(&handshake.response),
            trouble: happening_text::handshake_trouble(transcript).unwrap_or_default(),
            events: events(&transcript.entries),
            dropped: transcript.entries_dropped,
            end: happening_text::end(transcript.end),
            duration_us: transcript.duration_us,
        }
    }
}

/// The lines of a head; without the empty one that ends it.
fn lines(head: &str) -> Vec<String> {
    let lines = head.lines().filter(|line| !line.is_empty());
    lines.map(printable).collect()
}

/// All entries, but the midst of many, and messages that are one frame: those are not said twice.
fn events(entries: &[Entry]) -> Vec<Event> {
    let before = [None].into_iter().chain(entries.iter().map(Some));
    let is_said = |entry: &Entry, before: Option<&Entry>| match (&entry.what, before) {
        (Happening::Message { payload, .. }, Some(before)) => {
            matches!(&before.what, Happening::Received(frame) if frame.payload == *payload)
        }
        _ => false,
    };
    let told: Vec<&Entry> = entries
        .iter()
        .zip(before)
        .filter(|(entry, before)| !is_said(entry, *before))
        .map(|(entry, _)| entry)
        .collect();
    if told.len() <= FIRST_EVENTS + LAST_EVENTS {
        return told.into_iter().map(Event::of).collect();
    }
    let (first, rest) = told.split_at(FIRST_EVENTS);
    let (midst, last) = rest.split_at(rest.len() - LAST_EVENTS);
    let left_out = Event {
        at_us: midst[0].at_us,
        way: Way::Here,
        text: format!("… {} more, which report.json has", midst.len()),
        frame: None,
        payload: None,
    };
    let events = |entries: &[&Entry]| entries.iter().map(|entry| Event::of(entry)).collect();
    let mut all: Vec<Event> = events(first);
    all.push(left_out);
    all.extend::<Vec<Event>>(events(last));
    all
}

impl Event {
    fn of(entry: &Entry) -> Self {
        let (frame, payload) = match &entry.what {
            Happening::Sent { frame, .. } | Happening::Received(frame) => {
                (Some(Frame::of(frame)), Some(&frame.payload))
            }
            Happening::SentOctets(payload) | Happening::Message { payload, .. } => {
                (None, Some(payload))
            }
            _ => (None, None),
        };
        Self {
            at_us: entry.at_us,
            way: match Direction::of(&entry.what) {
                Direction::Out => Way::Out,
                Direction::In => Way::In,
                Direction::Wrong => Way::Wrong,
                Direction::Here => Way::Here,
            },
            text: happening_text::happening(&entry.what),
            frame,
            payload: payload.filter(|payload| payload.length > 0).map(Payload::of),
        }
    }
}

impl Frame {
    fn of(frame: &FrameRecord) -> Self {
        let FrameHeader { opcode, length, .. } = frame.header;
        let mut octets = Vec::with_capacity(frame.header.encoded_len());
        frame.header.encode(&mut octets);
        Self { opcode: opcode.to_string(), octets: hex::encode(&octets), declared: length }
    }
}

impl Payload {
    fn of(payload: &PayloadRecord) -> Self {
        Self {
            length: payload.length,
            head: hex::encode(&payload.head),
            tail: hex::encode(&payload.tail),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use flate2::read::ZlibDecoder;

    use super::*;
    use crate::report::{example, html::matrix::played};

    fn unpacked(report: &Report) -> serde_json::Value {
        let (played, bar) = (played(report), Bar::default());
        let details = Details { report, played: &played, bar: &bar, suite: Suite::default() };
        let text = details.to_string();
        let octets = STANDARD.decode(text).unwrap();
        serde_json::from_reader(ZlibDecoder::new(&octets[..])).unwrap()
    }

    #[test]
    fn a_case_with_all_that_happened() {
        let report = example::report(vec![example::wrong_echo()]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&unpacked(&report)).unwrap());
    }

    #[test]
    fn nothing_of_a_peer_is_left_that_hides_or_turns_text() {
        let mut report = example::report(vec![example::hostile(), example::everything()]);
        report.agents[0].agent = "</script>\u{202e}".to_owned();
        let text = unpacked(&report).to_string();
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{2066}']));
        assert!(text.contains(r"</script>\\u{202e}"), "{text}");
    }
}
