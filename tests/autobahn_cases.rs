//! The embedded cases are Autobahn's: octet for octet, with its expectations.
//!
//! `tests/oracle/cases.json` has the facts, recorded from Autobahn 25.10.1. Texts are not among
//! them, and neither are the payloads of chapters 12 and 13, where only kind and size matter.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use wspec::{
    case::{
        Case, Closer, Compare, Event, GiveUp, Outcome, OutcomeVerdict, Part, Payload,
        RoundTripSource, RoundTrips, Sample, Step, embedded_cases,
    },
    judge::record_of,
    play::{Opening, Patience, Player, Setup, Write},
    protocol::{
        MessageKind,
        handshake::{ClientRequest, SecWebSocketKey, ServerRequest},
        hex,
    },
    transcript::{Happening, Transcript},
};

/// What is known of one case.
#[derive(Deserialize)]
struct Facts {
    id: String,
    /// What its server role writes before its first timer.
    octets: Option<OctetFacts>,
    on_message: String,
    expected: BTreeMap<String, Vec<EventFacts>>,
    messages: Option<MessageFacts>,
    expected_close: CloseFacts,
    on_connection_lost: String,
    give_up: (String, f64),
    compression: Option<CompressionFacts>,
}

#[derive(Deserialize)]
struct OctetFacts {
    length: u64,
    sha256: String,
    writes: u64,
}

/// The messages that a handler counts and compares.
#[derive(Deserialize)]
struct MessageFacts {
    binary: bool,
    count: u32,
    length: Option<u64>,
    unit_hex: Option<String>,
    sample: Option<Sample>,
    units: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CloseFacts {
    close_code: Vec<u16>,
    closed_by_me: bool,
    closed_by_wrong_endpoint_is_fatal: bool,
    require_clean: bool,
}

#[derive(Deserialize)]
struct CompressionFacts {
    offer_header: String,
    accept: Vec<(bool, u8)>,
    auto_fragment_size: u64,
}

/// An event as Autobahn writes it: a name, and what belongs to it.
type EventFacts = Vec<serde_json::Value>;

fn facts() -> Vec<Facts> {
    serde_json::from_str(include_str!("oracle/cases.json")).unwrap()
}

fn case(facts: &Facts) -> &'static Case {
    embedded_cases()
        .get(&facts.id.parse().unwrap())
        .unwrap_or_else(|| panic!("there is no case {}", facts.id))
}

/// Fails with a line for each case for which `check` has something to say.
fn check_all(check: impl Fn(&Facts, &Case) -> Result<(), String>) {
    let wrong: Vec<String> = facts()
        .iter()
        .filter_map(|facts| {
            let trouble = check(facts, case(facts)).err()?;
            Some(format!("{}: {trouble}", facts.id))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, ours: T, autobahns: T) -> Result<(), String> {
    if ours == autobahns {
        Ok(())
    } else {
        Err(format!("{what}: ours {ours:?}, Autobahn's {autobahns:?}"))
    }
}

#[test]
fn all_517_are_there_in_order_and_no_others() {
    let autobahns: Vec<String> = facts().into_iter().map(|facts| facts.id).collect();
    let cases = embedded_cases().cases.iter();
    let claimed = cases.filter(|case| case.autobahn.is_some());
    let ours: Vec<String> = claimed.map(|case| case.id.to_string()).collect();
    assert_eq!(autobahns.len(), 517);
    assert_eq!(ours, autobahns);
}

#[test]
fn what_is_written_before_the_first_wait_is_autobahns() {
    check_all(|facts, case| {
        let Some(octets) = &facts.octets else {
            return Ok(());
        };
        let written = write_as_server(case);
        equal("length", written.length, octets.length)?;
        equal("SHA-256", &written.sha256, &octets.sha256)?;
        equal("writes", written.as_autobahn_counts(), octets.writes)
    });
}

/// What a player writes in server role before it waits.
struct Written {
    length: u64,
    sha256: String,
    /// Writes that were to arrive on their own.
    apart: u64,
    transcript: Transcript,
    /// Whether the script cuts frames into pieces.
    chopped: bool,
}

impl Written {
    /// Autobahn writes each frame on its own, or each piece of one; where it leaves the payload
    /// unfinished, header and payload too.
    fn as_autobahn_counts(&self) -> u64 {
        if self.chopped {
            return self.apart;
        }
        let frames: u64 = self.transcript.traffic.frames_out.values().sum();
        let more = self.transcript.happenings().map(|what| match what {
            Happening::SentOctets(_) => 1,
            Happening::Sent { frame, .. } => u64::from(frame.header.length != frame.payload.length),
            _ => 0,
        });
        frames + more.sum::<u64>()
    }
}

fn write_as_server(case: &Case) -> Written {
    let (opening, mut head) = (opening(), true);
    let setup = Setup { patience: Patience::default(), seed: 1, started_unix_ms: 0, live: None };
    let mut player = Player::new(Arc::new(case.clone()), opening, &setup);
    let (mut out, mut digest, mut length, mut apart) = (Vec::new(), Sha256::new(), 0, 0);
    loop {
        out.clear();
        match player.transmit(&mut out, Duration::ZERO) {
            Write::Nothing => break,
            Write::Apart | Write::Piece => apart += 1,
            Write::Now => {}
        }
        let octets = if std::mem::take(&mut head) {
            let end = out.windows(4).position(|window| window == b"\r\n\r\n");
            &out[end.expect("the response comes first") + 4..]
        } else {
            &out[..]
        };
        digest.update(octets);
        length += octets.len() as u64;
    }
    Written {
        length,
        sha256: hex::encode(&digest.finalize()),
        apart,
        transcript: player.into_transcript(Duration::ZERO),
        chopped: case.steps.iter().any(|step| match step {
            Step::Frame(frame) => frame.pacing.chop.is_some(),
            _ => false,
        }),
    }
}

fn opening() -> Opening {
    let request = ClientRequest {
        target: "/".to_owned(),
        host: "autobahn.example".to_owned(),
        key: SecWebSocketKey::new([7; 16]),
        origin: None,
        subprotocols: Vec::new(),
        extensions: Vec::new(),
        fields: Vec::new(),
    };
    let head = request.encode();
    let request = ServerRequest::read(&head).unwrap();
    Opening::server(&request, &head, Vec::new(), &[], None)
}

#[test]
fn what_may_be_seen_is_autobahns() {
    check_all(|facts, case| {
        let view = case.autobahn.as_ref().ok_or("no view of Autobahn's")?;
        let ours = view.outcomes.iter().map(seen_by_us).collect::<Vec<_>>();
        let by_octets =
            if facts.on_message.ends_with("length") { Compare::Length } else { Compare::Octets };
        equal("comparison", view.compare, by_octets)?;
        let autobahns = match facts.on_message.as_str() {
            "record_and_finish_when_done" => expected(facts),
            "echo_once_length" => return one_message(facts, &view.outcomes),
            _ => {
                let count = facts.messages.as_ref().map_or(0, |messages| messages.count);
                vec![(OutcomeVerdict::Pass, vec![format!("{count} echoes")])]
            }
        };
        let by_verdict = |outcomes: Vec<(OutcomeVerdict, Vec<String>)>| {
            let mut outcomes = outcomes;
            outcomes.sort_by_key(|(verdict, _)| format!("{verdict:?}"));
            outcomes
        };
        equal("outcomes", by_verdict(ours), by_verdict(autobahns))
    });
}

/// An outcome in words that can be compared.
fn seen_by_us(outcome: &Outcome) -> (OutcomeVerdict, Vec<String>) {
    let events = outcome.saw.iter().flatten().map(|expected| {
        assert!(!expected.optional, "Autobahn has no such thing");
        match &expected.event {
            Event::Message(kind, payload) => format!("{kind:?} {:?}", record_of(payload)),
            Event::Pong(payload) => format!("pong {:?}", record_of(payload)),
            Event::Silence(name) => format!("silence {name}"),
            Event::Echoes(count) => format!("{count} echoes"),
        }
    });
    (outcome.verdict, events.collect())
}

fn expected(facts: &Facts) -> Vec<(OutcomeVerdict, Vec<String>)> {
    let outcomes = facts.expected.iter().map(|(verdict, events)| {
        let verdict = match verdict.as_str() {
            "OK" => OutcomeVerdict::Pass,
            "NON-STRICT" => OutcomeVerdict::NonStrict,
            other => panic!("{}: verdict {other}", facts.id),
        };
        (verdict, events.iter().map(event).collect())
    });
    outcomes.collect()
}

fn event(facts: &EventFacts) -> String {
    match facts[0].as_str().unwrap() {
        "message" => {
            let kind = kind(facts[2].as_bool().unwrap());
            format!("{kind:?} {:?}", record_of(&payload(&facts[1])))
        }
        "pong" => format!("pong {:?}", record_of(&payload(&facts[1]))),
        "timeout" => match facts[1].as_str().unwrap() {
            "A" => "silence valid so far".to_owned(),
            "B" => "silence invalid sent".to_owned(),
            other => panic!("timeout {other}"),
        },
        other => panic!("event {other}"),
    }
}

const fn kind(binary: bool) -> MessageKind {
    if binary { MessageKind::Binary } else { MessageKind::Text }
}

fn payload(facts: &serde_json::Value) -> Payload {
    if let Some(text) = facts["hex"].as_str() {
        return Payload::from(&hex::decode(text).unwrap()[..]);
    }
    Payload::new(vec![Part::Fill {
        unit: hex::decode(facts["repeat_hex"].as_str().unwrap()).unwrap(),
        length: facts["length"].as_u64().unwrap(),
    }])
}

/// Any message of the kind and length will do, and what else may be seen is for our eyes only.
fn one_message(facts: &Facts, outcomes: &[Outcome]) -> Result<(), String> {
    let messages = facts.messages.as_ref().ok_or("no facts on its message")?;
    let outcome = outcomes.first().ok_or("no outcome")?;
    let [expected] = outcome.saw.as_deref().unwrap_or_default() else {
        return Err(format!("{} events, Autobahn has one", outcome.saw.iter().flatten().count()));
    };
    let Event::Message(ours, payload) = &expected.event else {
        return Err(format!("no message but {:?}", expected.event));
    };
    equal("verdict", outcome.verdict, OutcomeVerdict::Pass)?;
    equal("kind", *ours, kind(messages.binary))?;
    equal("length", Some(payload.len()), messages.length)
}

#[test]
fn the_end_of_the_connection_is_autobahns() {
    check_all(|facts, case| {
        let view = case.autobahn.as_ref().ok_or("no view of Autobahn's")?;
        let (ours, autobahns) = (&view.close, &facts.expected_close);
        let by = if autobahns.closed_by_me { Closer::Us } else { Closer::Peer };
        let sorted = |codes: &[u16]| {
            let mut codes = codes.to_vec();
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        let lost = facts.on_connection_lost.as_str();
        equal("closer", ours.by, by)?;
        let codes = sorted(&autobahns.close_code);
        equal("codes", sorted(&ours.codes), codes)?;
        equal("clean", ours.clean, autobahns.require_clean)?;
        let fatal = autobahns.closed_by_wrong_endpoint_is_fatal;
        equal("wrong side", ours.wrong_side_fails, fatal)?;
        let fatal = lost.starts_with("wrong_code_fails");
        equal("wrong code", ours.wrong_code_fails, fatal)?;
        let informational = lost.starts_with("informational");
        equal("informational", case.informational, informational)
    });
}

/// Autobahn's waiting times are not ours, but which kind of end comes after them is.
#[test]
fn what_is_done_without_a_reaction_is_autobahns() {
    check_all(|facts, case| {
        let (how, seconds) = &facts.give_up;
        let autobahns = match (how.as_str(), *seconds <= 1.0) {
            ("kill_after", true) => GiveUp::FailSoon,
            ("kill_after", false) => GiveUp::FailLate,
            ("close_after", true) => GiveUp::CloseSoon,
            ("close_after", false) => GiveUp::CloseLate,
            (other, _) => return Err(format!("Autobahn's end is {other}")),
        };
        equal("end", case.give_up, autobahns)
    });
}

#[test]
fn what_is_offered_and_accepted_is_autobahns() {
    check_all(|facts, case| {
        let ours = case.deflate.as_ref();
        equal("compression", ours.is_some(), facts.compression.is_some())?;
        let (Some(ours), Some(autobahns)) = (ours, &facts.compression) else {
            return Ok(());
        };
        let offers = ours.offers.iter();
        let offers: Vec<String> =
            offers.map(|offer| format!("permessage-deflate; {offer}")).collect();
        equal("offers", &offers.join(", "), &autobahns.offer_header)?;
        let rules = ours.accept.iter();
        let rules: Vec<(bool, u8)> =
            rules.map(|rule| (rule.client_no_context_takeover, rule.client_window)).collect();
        equal("rules", &rules, &autobahns.accept)
    });
}

#[test]
fn messages_that_are_counted_are_autobahns() {
    check_all(|facts, case| {
        let trips = case.steps.iter().find_map(|step| match step {
            Step::RoundTrips(trips) => Some(trips),
            _ => None,
        });
        let counted = facts.on_message.starts_with("echo_n");
        equal("round trips", trips.is_some(), counted)?;
        let (Some(ours), Some(autobahns)) = (trips, &facts.messages) else {
            return Ok(());
        };
        equal("steps", case.steps.len(), 1)?;
        same_messages(ours, autobahns)?;
        let fragment = ours.fragment.map_or(0, std::num::NonZeroU64::get);
        let compression = facts.compression.as_ref();
        let wanted = compression.map_or(0, |compression| compression.auto_fragment_size);
        equal("fragment size", fragment, wanted)
    });
}

fn same_messages(ours: &RoundTrips, autobahns: &MessageFacts) -> Result<(), String> {
    equal("count", ours.count, autobahns.count)?;
    equal("kind", ours.kind, kind(autobahns.binary))?;
    match &ours.source {
        RoundTripSource::Fixed(payload) => {
            let (unit, length) = (&autobahns.unit_hex, autobahns.length);
            let fill = Payload::new(vec![Part::Fill {
                unit: hex::decode(unit.as_deref().ok_or("Autobahn's are of a sample")?).unwrap(),
                length: length.ok_or("Autobahn's are of a sample")?,
            }]);
            equal("payload", record_of(payload), record_of(&fill))
        }
        RoundTripSource::Sample { sample, units } => {
            equal("sample", Some(*sample), autobahns.sample)?;
            equal("units", Some(*units), autobahns.units)
        }
    }
}
