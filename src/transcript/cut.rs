//! Cuts a transcript that has been judged, so that it fits into its share of a report.

use super::{Entry, HandshakeRecord, Happening, Transcript};
use crate::protocol::Opcode;

/// The shares, in eighths of what a transcript may take, of its beginning, of its end, and twice of
/// what lies between and a verdict may rest on. The rest is for the opening handshake.
const BEGINNING: usize = 3;
const ENDING: usize = 2;
const EVIDENCE: usize = 1;

/// Violations of the opening handshake that are kept when a transcript is cut.
const HANDSHAKE_VIOLATIONS: usize = 16;

impl Transcript {
    /// Cuts the transcript to about this many octets of memory, if it takes more: it keeps its
    /// beginning, its end, and between them what the verdict rests on. [`Happening::LeftOut`]
    /// stands for the rest. What was judged before stays true; judging comes first.
    pub fn cut_to(&mut self, octets: usize) {
        if self.octets() <= octets {
            return;
        }
        self.handshake.cut_to(octets / 8);
        if self.octets() > octets {
            self.entries = cut(std::mem::take(&mut self.entries), octets / 8);
        }
        if self.octets() > octets {
            self.traffic.reads.clear();
            self.traffic.writes.clear();
        }
    }
}

impl HandshakeRecord {
    /// Keeps so much of the beginning of each head.
    fn cut_to(&mut self, octets: usize) {
        for head in [&mut self.request, &mut self.response] {
            if head.len() > octets {
                let fits = (0..=octets).rev().find(|at| head.is_char_boundary(*at));
                head.truncate(fits.unwrap_or_default());
                head.shrink_to_fit();
            }
        }
        self.violations.truncate(HANDSHAKE_VIOLATIONS);
        self.violations.shrink_to_fit();
    }
}

fn cut(entries: Vec<Entry>, eighth: usize) -> Vec<Entry> {
    let mut is_kept = vec![false; entries.len()];
    let mut keep = |positions: &mut dyn Iterator<Item = usize>, room: usize, passes_over: bool| {
        let mut left = room;
        for position in positions {
            match left.checked_sub(entries[position].octets()) {
                _ if is_kept[position] => {}
                Some(rest) => (left, is_kept[position]) = (rest, true),
                None if passes_over => {}
                None => break,
            }
        }
    };
    let all = 0..entries.len();
    keep(&mut all.clone(), BEGINNING * eighth, false);
    keep(&mut all.clone().rev(), ENDING * eighth, false);
    for weight in [Weight::Decides, Weight::Breaks] {
        let mut evidence = all.clone().filter(|at| Weight::of(&entries[*at].what) == weight);
        keep(&mut evidence, EVIDENCE * eighth, true);
    }

    let mut kept: Vec<Entry> = Vec::new();
    for (entry, is_kept) in entries.into_iter().zip(is_kept) {
        match (is_kept, kept.last_mut()) {
            (true, _) => kept.push(entry),
            (false, Some(Entry { what: Happening::LeftOut { events }, .. })) => {
                *events += entry.what.events();
            }
            (false, _) => {
                let what = Happening::LeftOut { events: entry.what.events() };
                kept.push(Entry { what, ..entry });
            }
        }
    }
    kept.shrink_to_fit();
    kept
}

/// What a verdict may rest on, wherever it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// It tells how the connection went: a Close, a wait that ended, who closed.
    Decides,
    /// A broken rule.
    Breaks,
    /// Ordinary frames and messages: the first and the last tell what the others are like.
    Ordinary,
}

impl Weight {
    fn of(what: &Happening) -> Self {
        match what {
            Happening::Sent { frame, .. } | Happening::Received(frame) => {
                match frame.header.opcode {
                    Opcode::CLOSE => Self::Decides,
                    _ => Self::Ordinary,
                }
            }
            Happening::SentOctets(_) | Happening::Message { .. } | Happening::LeftOut { .. } => {
                Self::Ordinary
            }
            Happening::Violated(_) => Self::Breaks,
            Happening::Silence(_)
            | Happening::AwaitedInVain
            | Happening::GaveUp
            | Happening::CloseTimeout
            | Happening::TcpLeftOpen { .. }
            | Happening::WeHalfClose
            | Happening::WeDropTcp
            | Happening::RoundTrips(_) => Self::Decides,
        }
    }
}

impl Happening {
    /// How many events it stands for.
    const fn events(&self) -> u64 {
        match self {
            Self::LeftOut { events } => *events,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{FrameHeader, MessageKind, Opcode, Role, Violation},
        transcript::{FrameRecord, PayloadRecord},
    };

    fn received(opcode: Opcode, payload: &[u8]) -> Happening {
        let header = FrameHeader::new(opcode, payload.len() as u64);
        Happening::Received(FrameRecord { header, payload: PayloadRecord::of(payload) })
    }

    /// A thousand messages, with a violation and a Close among them, and a silence at the end.
    fn flooded() -> Transcript {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        let message = |number: u32| Happening::Message {
            kind: MessageKind::Binary,
            payload: PayloadRecord::of(&number.to_be_bytes().repeat(64)),
        };
        let mut happenings: Vec<Happening> = (0..1000).map(message).collect();
        happenings[500] = Happening::Violated(Violation::InvalidUtf8(3));
        happenings[700] = received(Opcode::CLOSE, &[3, 232]);
        happenings.push(Happening::Silence("end".to_owned()));
        let entries = (0..).zip(happenings).map(|(at_us, what)| Entry { at_us, what });
        transcript.entries = entries.collect();
        transcript.handshake.response = "ä".repeat(10_000);
        transcript
    }

    fn events(transcript: &Transcript) -> u64 {
        transcript.happenings().map(Happening::events).sum()
    }

    #[test]
    fn a_short_one_stays_as_it_is() {
        let whole = flooded();
        let mut same = whole.clone();
        same.cut_to(whole.octets());
        assert_eq!(same, whole);
    }

    #[test]
    fn a_long_one_keeps_both_ends_and_what_the_verdict_rests_on() {
        let whole = flooded();
        for octets in [64 * 1024, 16 * 1024, 4 * 1024] {
            let mut cut = whole.clone();
            cut.cut_to(octets);
            assert!(cut.octets() <= octets, "{} of {octets}", cut.octets());
            assert_eq!(cut.entries.first(), whole.entries.first());
            assert_eq!(cut.entries.last(), whole.entries.last());
            for evidence in [500, 700] {
                assert!(cut.entries.contains(&whole.entries[evidence]), "{evidence} of {octets}");
            }
            assert_eq!(events(&cut), events(&whole));
            assert!(cut.entries.is_sorted_by_key(|entry| entry.at_us));
        }
    }

    #[test]
    fn cut_twice_it_counts_all_that_is_left_out() {
        let whole = flooded();
        let mut cut = whole.clone();
        cut.cut_to(32 * 1024);
        cut.cut_to(8 * 1024);
        assert_eq!(events(&cut), events(&whole));
        assert!(cut.octets() <= 8 * 1024);
    }
}
