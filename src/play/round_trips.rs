//! Messages and their echoes, each sent after the echo of the one before it. Nothing is kept of
//! an echo but how far it is right.

use std::time::Duration;

use crate::{
    case::{Payload, RoundTripSource, RoundTrips, SampleCursor},
    transcript::{MessageKind, PayloadDigest, PayloadRecord, RoundTripRecord, WrongEcho},
};

/// A run of round trips under way.
#[derive(Debug)]
pub struct Trips {
    script: RoundTrips,
    cursor: Option<SampleCursor>,
    expected: Vec<u8>,
    compared: Compared,
    sent_at: Duration,
    rtt_us: Vec<u32>,
    record: RoundTripRecord,
}

/// How the echo that is coming in compares with its message.
#[derive(Debug, Default)]
struct Compared {
    kind: Option<MessageKind>,
    octets: usize,
    differs: bool,
    digest: PayloadDigest,
}

/// What follows from a complete echo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterEcho {
    /// Send the next message.
    SendNext,
    /// It was the last, and all were right.
    Complete,
    /// It was wrong, or it was the last and one before it was.
    Wrong,
}

impl Trips {
    /// A run that is about to begin.
    #[must_use]
    pub fn new(script: &RoundTrips) -> Self {
        let (cursor, expected) = match &script.source {
            RoundTripSource::Fixed(payload) => (None, payload.to_vec()),
            RoundTripSource::Sample { sample, .. } => {
                (Some(SampleCursor::new(*sample)), Vec::new())
            }
        };
        Self {
            cursor,
            expected,
            compared: Compared::default(),
            sent_at: Duration::ZERO,
            rtt_us: Vec::with_capacity(script.count.min(4096) as usize),
            record: RoundTripRecord {
                wanted: script.count,
                sent: 0,
                echoed: 0,
                alike: 0,
                wrong: None,
                octets: 0,
                compressed_octets: [0; 2],
                rtt_us: [0; 4],
            },
            script: script.clone(),
        }
    }

    /// The script of the run.
    #[must_use]
    pub const fn script(&self) -> &RoundTrips {
        &self.script
    }

    /// Makes the next message; it is also what its echo is compared with.
    pub fn next_message(&mut self, now: Duration) -> &[u8] {
        if let (Some(cursor), RoundTripSource::Sample { units, .. }) =
            (&mut self.cursor, &self.script.source)
        {
            let (first, second) = cursor.next(*units);
            self.expected.clear();
            self.expected.extend_from_slice(first);
            self.expected.extend_from_slice(second);
        }
        self.record.sent += 1;
        self.record.octets += self.expected.len() as u64;
        self.compared = Compared::default();
        self.sent_at = now;
        &self.expected
    }

    /// Counts octets of compressed messages: ours, the peer's.
    pub const fn count_compressed(&mut self, ours: u64, peers: u64) {
        self.record.compressed_octets[0] += ours;
        self.record.compressed_octets[1] += peers;
    }

    /// A message begins.
    pub fn echo_begins(&mut self, kind: MessageKind) {
        self.compared = Compared { kind: Some(kind), ..Compared::default() };
    }

    /// Some of its octets.
    pub fn echo_goes_on(&mut self, octets: &[u8]) {
        let from = self.compared.octets;
        let to = from + octets.len();
        if !self.compared.differs && self.expected.get(from..to) != Some(octets) {
            self.compared.differs = true;
            self.compared.digest.push(&self.expected[..from.min(self.expected.len())]);
        }
        if self.compared.differs {
            self.compared.digest.push(octets);
        }
        self.compared.octets = to;
    }

    /// It is complete. One of the right kind and length does not end the run, even if its octets
    /// are wrong: Autobahn looks no further in some of its cases.
    pub fn echo_ends(&mut self, now: Duration) -> AfterEcho {
        let compared = std::mem::take(&mut self.compared);
        let kind = compared.kind.unwrap_or(MessageKind::Binary);
        let alike = kind == self.script.kind && compared.octets == self.expected.len();
        if alike && !compared.differs {
            self.record.echoed += 1;
            let rtt = now.saturating_sub(self.sent_at).as_micros();
            self.rtt_us.push(u32::try_from(rtt).unwrap_or(u32::MAX));
        } else {
            self.note_wrong(kind, compared);
        }
        self.record.alike += u32::from(alike);
        if alike && self.record.alike < self.script.count {
            AfterEcho::SendNext
        } else if self.record.echoed == self.script.count {
            AfterEcho::Complete
        } else {
            AfterEcho::Wrong
        }
    }

    fn note_wrong(&mut self, kind: MessageKind, compared: Compared) {
        let received = if compared.differs {
            compared.digest.finish()
        } else {
            PayloadRecord::of(&self.expected[..compared.octets])
        };
        self.record.wrong.get_or_insert_with(|| WrongEcho {
            message: self.record.sent.saturating_sub(1),
            sent: (self.script.kind, PayloadRecord::of(&self.expected)),
            received: (kind, received),
        });
    }

    /// The record of the run so far.
    #[must_use]
    pub fn finish(mut self) -> RoundTripRecord {
        self.rtt_us.sort_unstable();
        if let Some(last) = self.rtt_us.len().checked_sub(1) {
            let quantile = |percent: usize| u64::from(self.rtt_us[last * percent / 100]);
            self.record.rtt_us = [quantile(0), quantile(50), quantile(95), quantile(100)];
        }
        self.record
    }

    /// The message as a payload.
    #[must_use]
    pub fn payload(&self) -> Payload {
        Payload::from(&self.expected[..])
    }
}
