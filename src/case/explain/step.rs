//! A step in a sentence, and what it puts on the wire.

use crate::{
    case::{
        DropHow, Event, FrameScript, MessageScript, Pacing, Payload, RoundTripSource, RoundTrips,
        Step, language::missing_octets,
    },
    protocol::{FrameHeader, Opcode},
};

use super::{
    octets::{beginning, describe, first_octets, frame_octets, header_fields, message},
    prose::count,
};

/// The sentence, and lines about the octets.
pub fn step(step: &Step) -> (String, Vec<String>) {
    match step {
        Step::Frame(frame) => {
            (frame_sentence(frame), vec![header_fields(frame), frame_octets(frame)])
        }
        Step::Message(script) => (message_sentence(script), octets_of(&script.payload)),
        Step::Close(payload) => (close_sentence(payload), vec![close_octets(payload)]),
        Step::More(payload) => {
            let what = describe(payload);
            (format!("Go on with the unfinished frame: {what}."), octets_of(payload))
        }
        Step::Octets(payload, pacing) => {
            let sentence = format!("Write raw octets: {}{}.", describe(payload), paced(*pacing));
            (sentence, octets_of(payload))
        }
        Step::RoundTrips(trips) => (round_trips_sentence(trips), Vec::new()),
        Step::Pause(name) => (
            format!("Wait (\"{name}\"), unless the peer ends or breaks the connection sooner."),
            Vec::new(),
        ),
        Step::Await(event) => {
            (format!("Wait for {}, for a bounded time.", event_in_words(event)), Vec::new())
        }
        Step::Fence => (
            "Ping and wait for its Pong: then all that was sent before was processed.".to_owned(),
            Vec::new(),
        ),
        Step::Repeat(times, frame) => (
            format!(
                "{}, {} in all.",
                frame_sentence(frame).trim_end_matches('.'),
                count(u64::from(times.get()), "time")
            ),
            vec![header_fields(frame), frame_octets(frame)],
        ),
        Step::Reading(true) => {
            ("Go on reading, once all is written or the peer takes no more.".to_owned(), Vec::new())
        }
        Step::Reading(false) => {
            ("Stop reading: what the peer sends stays in the buffers.".to_owned(), Vec::new())
        }
        Step::HalfClose => {
            ("End our direction of TCP with FIN, and go on listening.".to_owned(), Vec::new())
        }
        Step::Drop(DropHow::Fin) => ("Close TCP with FIN.".to_owned(), Vec::new()),
        Step::Drop(DropHow::Reset) => ("Reset the TCP connection.".to_owned(), Vec::new()),
    }
}

/// An event in words.
pub fn event_in_words(event: &Event) -> String {
    match event {
        Event::Message(kind, payload) => message(*kind, payload),
        Event::Pong(payload) => format!("a Pong of {}", describe(payload)),
        Event::Silence(name) => format!("no reaction during the pause \"{name}\""),
        Event::Echoes(1) => "1 right echo".to_owned(),
        Event::Echoes(number) => format!("{number} right echoes"),
    }
}

fn frame_sentence(frame: &FrameScript) -> String {
    let end = if frame.fin || frame.opcode.is_control() { "" } else { ", not the last" };
    let missing = missing_octets(frame);
    let unfinished = if missing > 0 {
        format!("; {} of the declared length stay unsent", count(missing, "octet"))
    } else {
        String::new()
    };
    let kind = if frame.opcode.is_reserved() {
        format!("frame of the {}", frame.opcode)
    } else {
        format!("{} frame", frame.opcode)
    };
    let payload = describe(&frame.payload);
    format!("Send a {kind} with {payload}{end}{}{unfinished}.", paced(frame.pacing))
}

fn message_sentence(script: &MessageScript) -> String {
    let compressed = if script.compress { ", compressed" } else { "" };
    format!(
        "Send {}{compressed}{}{}.",
        message(script.kind, &script.payload),
        fragmented(script.fragment),
        paced(script.pacing)
    )
}

fn round_trips_sentence(trips: &RoundTrips) -> String {
    let what = match &trips.source {
        RoundTripSource::Fixed(payload) => message(trips.kind, payload),
        RoundTripSource::Sample { sample, units } => {
            format!("the next {} of the sample `{sample}`", count(*units as u64, "unit"))
        }
    };
    let times = if trips.count == 1 { "once".to_owned() } else { format!("{} times", trips.count) };
    let fragmented = fragmented(trips.fragment);
    format!("Send {what}{fragmented}, {times}, each after the echo of the one before.")
}

fn fragmented(size: Option<std::num::NonZeroU64>) -> String {
    size.map_or_else(String::new, |size| format!(", in frames of {}", count(size.get(), "octet")))
}

fn paced(pacing: Pacing) -> String {
    match (pacing.chop, pacing.apart) {
        (Some(size), _) => {
            format!(", in segments of {}", count(size.get() as u64, "octet"))
        }
        (None, true) => ", in a write of its own".to_owned(),
        (None, false) => String::new(),
    }
}

fn close_sentence(payload: &Payload) -> String {
    let what = match beginning(payload)[..] {
        [] => "an empty Close".to_owned(),
        [_] => "a Close with half a code".to_owned(),
        [high, low, ref reason @ ..] => {
            let code = u16::from_be_bytes([high, low]);
            let length = payload.len() - 2;
            let reason = if reason.len() as u64 != length {
                format!(" and a reason of {}", count(length, "octet"))
            } else if reason.is_empty() {
                String::new()
            } else {
                format!(" and a reason of {}", describe(&Payload::from(reason)))
            };
            format!("Close {code}{reason}")
        }
    };
    format!("Start the closing handshake with {what}, and wait for the peer's Close.")
}

fn close_octets(payload: &Payload) -> String {
    let mut head = Vec::new();
    FrameHeader::new(Opcode::CLOSE, payload.len()).encode(&mut head);
    let head = first_octets(&Payload::from(&head[..]));
    if payload.is_empty() { head } else { format!("{head} | {}", first_octets(payload)) }
}

fn octets_of(payload: &Payload) -> Vec<String> {
    if payload.is_empty() { Vec::new() } else { vec![first_octets(payload)] }
}
