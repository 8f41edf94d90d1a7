//! Shorter payloads, and plainer ones.

use super::{steps::with_steps, weight::PLAIN};
use crate::case::{Case, Part, Payload, RoundTripSource, Step};

/// Where the wire or an implementation changes its mind: lengths of interest, each with the next.
const EDGES: [u64; 10] = [0, 1, 2, 125, 126, 127, 1024, 4096, 65_535, 65_536];

/// Octets up to which each of them is taken out by itself.
const FEW: usize = 24;

/// Octets from which a part is better written as a repetition.
const MANY: u64 = 32;

/// With the payload of one step made shorter.
pub(super) fn shorter(case: &Case) -> Vec<Case> {
    with_each_payload(case, shorter_payloads)
}

/// With the payload of one step made plainer, at the same length.
pub(super) fn plainer(case: &Case) -> Vec<Case> {
    with_each_payload(case, plainer_payloads)
}

fn with_each_payload(case: &Case, change: fn(&Payload) -> Vec<Payload>) -> Vec<Case> {
    let mut candidates = Vec::new();
    for (position, step) in case.steps.iter().enumerate() {
        let Some(payload) = payload_of(step) else {
            continue;
        };
        for changed in change(payload) {
            let mut steps = case.steps.clone();
            if let Some(payload) = payload_of_mut(&mut steps[position]) {
                *payload = changed;
            }
            candidates.push(with_steps(case, steps));
        }
    }
    candidates
}

fn payload_of(step: &Step) -> Option<&Payload> {
    Some(match step {
        Step::Frame(frame) | Step::Repeat(_, frame) => &frame.payload,
        Step::Message(message) => &message.payload,
        Step::Close(payload) | Step::More(payload) | Step::Octets(payload, _) => payload,
        Step::RoundTrips(trips) => match &trips.source {
            RoundTripSource::Fixed(payload) => payload,
            RoundTripSource::Sample { .. } => return None,
        },
        _ => return None,
    })
}

fn payload_of_mut(step: &mut Step) -> Option<&mut Payload> {
    Some(match step {
        Step::Frame(frame) | Step::Repeat(_, frame) => &mut frame.payload,
        Step::Message(message) => &mut message.payload,
        Step::Close(payload) | Step::More(payload) | Step::Octets(payload, _) => payload,
        Step::RoundTrips(trips) => match &mut trips.source {
            RoundTripSource::Fixed(payload) => payload,
            RoundTripSource::Sample { .. } => return None,
        },
        _ => return None,
    })
}

/// Lengths below this one that are worth a try, the shortest first.
pub(super) fn lengths_below(length: u64) -> Vec<u64> {
    let halves = [length / 2, length - length / 4, length - length / 16];
    let near = [length.saturating_sub(1)];
    let mut lengths: Vec<u64> = EDGES.into_iter().chain(halves).chain(near).collect();
    lengths.retain(|shorter| *shorter < length);
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

fn shorter_payloads(payload: &Payload) -> Vec<Payload> {
    if payload.is_empty() {
        return Vec::new();
    }
    let mut candidates = vec![Payload::default()];
    let parts = payload.parts();
    if parts.len() > 1 {
        let fewer = (0..parts.len()).rev().map(|position| {
            let mut fewer = parts.to_vec();
            fewer.remove(position);
            Payload::new(fewer)
        });
        candidates.extend(fewer);
    }
    for (position, part) in parts.iter().enumerate() {
        candidates
            .extend(shorter_parts(part).into_iter().map(|part| with_part(parts, position, part)));
    }
    candidates
}

fn with_part(parts: &[Part], position: usize, part: Part) -> Payload {
    let mut parts = parts.to_vec();
    parts[position] = part;
    Payload::new(parts)
}

fn shorter_parts(part: &Part) -> Vec<Part> {
    match part {
        Part::Octets(octets) => {
            shorter_octets(octets).into_iter().map(|octets| Part::Octets(octets.into())).collect()
        }
        Part::Fill { unit, length } => lengths_below(*length)
            .into_iter()
            .map(|length| Part::Fill { unit: unit.clone(), length })
            .collect(),
        Part::Random { seed, length } => lengths_below(*length)
            .into_iter()
            .map(|length| Part::Random { seed: *seed, length })
            .collect(),
        Part::Sample { sample, length } => lengths_below(*length)
            .into_iter()
            .map(|length| Part::Sample { sample: *sample, length })
            .collect(),
    }
}

/// Either half, without each quarter and so on, and down to each octet if there are few.
fn shorter_octets(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut candidates = Vec::new();
    if octets.is_empty() {
        return candidates;
    }
    let least = if octets.len() <= FEW { 1 } else { octets.len().div_ceil(FEW) };
    let mut size = octets.len().div_ceil(2);
    loop {
        for start in (0..octets.len()).step_by(size).rev() {
            let end = (start + size).min(octets.len());
            candidates.push([&octets[..start], &octets[end..]].concat());
        }
        if size <= least {
            return candidates;
        }
        size = size.div_ceil(2);
    }
}

/// All plain, a repetition, and with each of the octets plain if there are few.
fn plainer_payloads(payload: &Payload) -> Vec<Payload> {
    let length = payload.len();
    if length == 0 {
        return Vec::new();
    }
    let mut candidates = Vec::new();
    if length >= MANY {
        candidates.push(Payload::new(vec![Part::Fill { unit: vec![b'*'], length }]));
    } else {
        let octets = payload.to_vec();
        candidates.push(Payload::from(&vec![PLAIN; octets.len()][..]));
        candidates.push(Payload::from(&octets[..]));
        if octets.len() <= FEW {
            for position in 0..octets.len() {
                let mut plainer = octets.clone();
                plainer[position] = PLAIN;
                candidates.push(Payload::from(&plainer[..]));
            }
        }
    }
    candidates
}
