//! `trafficStats`: what compression saved.

use serde::Serialize;

use crate::{
    judge::Behavior,
    report::CaseReport,
    transcript::{Happening, RoundTripRecord, Transcript},
};

/// Octets on three levels, in both directions. Fields stand in the order of their keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficStats {
    incoming_compression_ratio: Option<f64>,
    incoming_octets_app_level: u64,
    incoming_octets_web_socket_level: u64,
    incoming_octets_wire_level: u64,
    incoming_web_socket_frames: u64,
    incoming_web_socket_messages: u64,
    incoming_web_socket_overhead: Option<f64>,
    outgoing_compression_ratio: Option<f64>,
    outgoing_octets_app_level: u64,
    outgoing_octets_web_socket_level: u64,
    outgoing_octets_wire_level: u64,
    outgoing_web_socket_frames: u64,
    outgoing_web_socket_messages: u64,
    outgoing_web_socket_overhead: Option<f64>,
    preopen_incoming_octets_wire_level: u64,
    preopen_outgoing_octets_wire_level: u64,
}

impl TrafficStats {
    /// The statistics of round trips over a compressed connection; `None` for every other case, and
    /// for one that went wrong.
    pub fn of(case: &CaseReport, behavior: Behavior) -> Option<Self> {
        let transcript = &case.transcript;
        transcript.handshake.deflate()?;
        if behavior != Behavior::Ok {
            return None;
        }
        let trips = transcript.happenings().find_map(|happening| match happening {
            Happening::RoundTrips(trips) => Some(trips),
            _ => None,
        })?;
        Some(Self::of_round_trips(transcript, trips))
    }

    /// How well messages that came in, and that went out, were compressed: octets on the wire for
    /// one of the message.
    #[must_use]
    pub const fn compression_ratios(&self) -> [Option<f64>; 2] {
        [self.incoming_compression_ratio, self.outgoing_compression_ratio]
    }

    fn of_round_trips(transcript: &Transcript, trips: &RoundTripRecord) -> Self {
        let traffic = &transcript.traffic;
        let (opened_in, opened_out) = handshake_octets(transcript);
        let wire_in = traffic.octets_in.saturating_sub(opened_in);
        let wire_out = traffic.octets_out.saturating_sub(opened_out);
        let [sent, received] = trips.compressed_octets;
        Self {
            incoming_compression_ratio: ratio(received, trips.octets),
            incoming_octets_app_level: trips.octets,
            incoming_octets_web_socket_level: received,
            incoming_octets_wire_level: wire_in,
            incoming_web_socket_frames: traffic.frames_in.values().sum(),
            incoming_web_socket_messages: trips.echoed.into(),
            incoming_web_socket_overhead: ratio(wire_in.saturating_sub(received), received),
            outgoing_compression_ratio: ratio(sent, trips.octets),
            outgoing_octets_app_level: trips.octets,
            outgoing_octets_web_socket_level: sent,
            outgoing_octets_wire_level: wire_out,
            outgoing_web_socket_frames: traffic.frames_out.values().sum(),
            outgoing_web_socket_messages: trips.sent.into(),
            outgoing_web_socket_overhead: ratio(wire_out.saturating_sub(sent), sent),
            preopen_incoming_octets_wire_level: opened_in,
            preopen_outgoing_octets_wire_level: opened_out,
        }
    }
}

/// Octets of the opening handshake that came in and went out.
fn handshake_octets(transcript: &Transcript) -> (u64, u64) {
    let request = transcript.handshake.request.len() as u64;
    let response = transcript.handshake.response.len() as u64;
    match transcript.role {
        crate::protocol::Role::Client => (response, request),
        crate::protocol::Role::Server => (request, response),
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
