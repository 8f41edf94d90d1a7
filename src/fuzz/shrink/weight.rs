//! How much there is to a case.

use std::num::NonZeroU64;

use crate::case::{
    Case, FrameScript, HeadEdits, MaskScript, OurHead, Pacing, Part, Payload, RoundTripSource, Step,
};

/// What a reader has to take in, the most tiring first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight {
    /// Steps, and edits of the opening handshake.
    pub steps: u64,
    /// Modifiers of steps, offers of compression, and all else that is not the default.
    pub oddities: u64,
    /// Octets that the steps send.
    pub octets: u64,
    /// Characters that it takes to write them.
    pub written: u64,
}

/// The octet that says least.
pub(super) const PLAIN: u8 = b'a';

impl Weight {
    /// Of a case, whatever it expects.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let mut weight = Self::default();
        for step in &case.steps {
            weight.steps += 1;
            weight.add_step(step);
        }
        match &case.handshake.ours {
            Some(OurHead::Request(edits)) => {
                let own = [&edits.method, &edits.target, &edits.version];
                weight.steps += own.into_iter().flatten().count() as u64;
                weight.steps += edits.subprotocols.len() as u64;
                weight.oddities += u64::from(edits.eager) + u64::from(edits.clear_text) + 1;
                weight.add_head(&edits.head);
            }
            Some(OurHead::Response(edits)) => {
                weight.steps += u64::from(edits.accept.is_some());
                weight.oddities += 1;
                weight.add_head(&edits.head);
            }
            None => {}
        }
        if let Some(deflate) = &case.deflate {
            let offered: usize = deflate.offers.iter().map(String::len).sum();
            weight.oddities += 1 + (deflate.offers.len() + deflate.accept.len()) as u64;
            weight.written += offered as u64;
            for rule in &deflate.accept {
                weight.oddities += u64::from(rule.client_no_context_takeover);
                weight.oddities += u64::from(rule.client_window > 0);
            }
        }
        weight
    }

    fn add_step(&mut self, step: &Step) {
        match step {
            Step::Frame(frame) => self.add_frame(frame),
            Step::Repeat(times, frame) => {
                self.oddities += 1;
                self.octets += u64::from(times.get()).saturating_mul(frame.payload.len() + 1);
                self.add_frame(frame);
            }
            Step::Message(message) => {
                self.oddities += 1 + u64::from(message.fragment.is_some());
                self.oddities += u64::from(message.compress);
                self.written += message.fragment.map_or(0, NonZeroU64::get).min(1 << 20);
                self.add_pacing(message.pacing);
                self.add_payload(&message.payload);
            }
            Step::Octets(payload, pacing) => {
                self.oddities += 1;
                self.add_pacing(*pacing);
                self.add_payload(payload);
            }
            Step::Close(payload) | Step::More(payload) => self.add_payload(payload),
            Step::RoundTrips(trips) => {
                self.oddities += 1 + u64::from(trips.fragment.is_some());
                self.octets += u64::from(trips.count);
                match &trips.source {
                    RoundTripSource::Fixed(payload) => self.add_payload(payload),
                    RoundTripSource::Sample { units, .. } => self.octets += *units as u64,
                }
            }
            Step::Pause(_) | Step::Await(_) | Step::Fence | Step::Reading(_) => self.oddities += 1,
            Step::HalfClose | Step::Drop(_) => self.oddities += 1,
        }
    }

    fn add_frame(&mut self, frame: &FrameScript) {
        self.oddities += u64::from(!frame.fin)
            + u64::from(frame.rsv.bits().count_ones())
            + u64::from(frame.opcode.is_reserved())
            + u64::from(frame.mask != MaskScript::AsRole)
            + u64::from(frame.length.is_some())
            + u64::from(frame.form.is_some());
        self.octets = self.octets.saturating_add(frame.length.unwrap_or(0));
        self.add_pacing(frame.pacing);
        self.add_payload(&frame.payload);
    }

    fn add_pacing(&mut self, pacing: Pacing) {
        self.oddities += u64::from(pacing.apart) + u64::from(pacing.chop.is_some());
    }

    fn add_payload(&mut self, payload: &Payload) {
        self.octets = self.octets.saturating_add(payload.len());
        self.written += payload.parts().len() as u64;
        for part in payload.parts() {
            self.written += match part {
                Part::Octets(octets) => octets.iter().map(|octet| effort(*octet)).sum(),
                Part::Fill { unit, .. } => 8 + unit.iter().map(|octet| effort(*octet)).sum::<u64>(),
                Part::Random { .. } => 16,
                Part::Sample { .. } => 20,
            };
        }
    }

    fn add_head(&mut self, head: &HeadEdits) {
        let lists = [&head.with, &head.also, &head.first].map(Vec::len);
        let flags = [&head.line, &head.line_end, &head.end].map(Option::is_some);
        let around = [&head.before, &head.body].map(|text| !text.parts().is_empty());
        self.steps += (lists.into_iter().sum::<usize>() + head.without.len()) as u64;
        self.steps += flags.into_iter().chain(around).map(u64::from).sum::<u64>();
        self.oddities += u64::from(head.chop.is_some());
    }
}

/// What it takes to write an octet, and to see what it is.
const fn effort(octet: u8) -> u64 {
    match octet {
        PLAIN => 1,
        b' '..=b'~' => 2,
        _ => 4,
    }
}
