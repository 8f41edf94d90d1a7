//! Writes the transcript, within its bounds.

use std::time::Duration;

use crate::{
    case::{Case, Step},
    protocol::{FrameHeader, Opcode, Role},
    transcript::{
        Application, Blame, End, Entry, FrameRecord, HandshakeRecord, Happening, PayloadDigest,
        Traffic, Transcript,
    },
};

use super::outbox::FrameBody;

/// Entries kept of what is neither a data frame, a message, a Ping nor a Pong; later ones are counted
/// only.
const OTHERS: usize = 96;

/// How many entries of each kind a transcript keeps; later ones are counted only. It is enough for
/// what the case sends and for the answers to it: a verdict never depends on what was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    data_frames: usize,
    messages: usize,
    pings: usize,
}

impl Room {
    /// What even the shortest case has, so that a flood of the testee is seen for what it is.
    const LEAST: Self = Self { data_frames: 160, messages: 96, pings: 160 };
    /// What even the longest case has.
    const MOST: Self = Self { data_frames: 512, messages: 2048, pings: 2048 };

    /// The room that a case needs.
    #[must_use]
    pub fn for_case(case: &Case) -> Self {
        let sent: usize = case.steps.iter().map(frames_of).fold(0, usize::saturating_add);
        let due = case
            .outcomes
            .iter()
            .map(|outcome| outcome.saw.as_ref().map_or(0, Vec::len))
            .max()
            .unwrap_or_default();
        let answered = sent.max(due).saturating_mul(2).saturating_add(32);
        Self {
            data_frames: answered.clamp(Self::LEAST.data_frames, Self::MOST.data_frames),
            messages: answered.clamp(Self::LEAST.messages, Self::MOST.messages),
            pings: answered.clamp(Self::LEAST.pings, Self::MOST.pings),
        }
    }
}

/// How many frames of a step may be answered one by one, at most.
fn frames_of(step: &Step) -> usize {
    match step {
        Step::Repeat(times, _) => times.get() as usize,
        Step::Frame(_) | Step::Message(_) | Step::Close(_) | Step::Fence => 1,
        // The shortest frame has two octets.
        Step::Octets(octets, _) | Step::More(octets) => {
            usize::try_from(octets.len() / 2).unwrap_or(usize::MAX)
        }
        // Recorded as one entry.
        Step::RoundTrips(_)
        | Step::Pause(_)
        | Step::Await(_)
        | Step::Reading(_)
        | Step::HalfClose
        | Step::Drop(_) => 0,
    }
}

/// A transcript in the making.
#[derive(Debug)]
pub struct Recorder {
    transcript: Transcript,
    room: Room,
    data_frames_kept: usize,
    messages_kept: usize,
    pings_kept: usize,
    /// Data frames are not recorded one by one (they are part of a run of round trips).
    pub quiet: bool,
}

impl Recorder {
    /// One that knows the opening handshake so far, and nothing else.
    #[must_use]
    pub fn new(
        room: Room,
        role: Role,
        application: Application,
        started_unix_ms: u64,
        handshake: HandshakeRecord,
    ) -> Self {
        Self {
            transcript: Transcript {
                role,
                application,
                started_unix_ms,
                handshake,
                entries: Vec::new(),
                entries_dropped: 0,
                end: End::NeverConnected,
                duration_us: 0,
                tls: None,
                traffic: Traffic::default(),
            },
            room,
            data_frames_kept: 0,
            messages_kept: 0,
            pings_kept: 0,
            quiet: false,
        }
    }

    /// The opening handshake.
    pub const fn handshake(&mut self) -> &mut HandshakeRecord {
        &mut self.transcript.handshake
    }

    /// The transcript so far.
    pub const fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Notes something other than a data frame.
    pub fn note(&mut self, now: Duration, what: Happening) {
        if self.has_room_for(&what) {
            match Share::of(&what) {
                Share::Messages => self.messages_kept += 1,
                Share::Pings => self.pings_kept += 1,
                Share::Rest => {}
            }
            self.transcript.entries.push(Entry { at_us: now.as_micros() as u64, what });
        } else {
            self.transcript.entries_dropped += 1;
        }
    }

    /// Whether this, which is no data frame, would be kept. Data frames, messages, and Pings with
    /// Pongs have shares of their own, so that a flood of them cannot push out the Close that ends
    /// it.
    #[must_use]
    pub const fn has_room_for(&self, what: &Happening) -> bool {
        match Share::of(what) {
            Share::Messages => self.messages_kept < self.room.messages,
            Share::Pings => self.pings_kept < self.room.pings,
            Share::Rest => {
                let of_others = self.data_frames_kept + self.messages_kept + self.pings_kept;
                self.transcript.entries.len() - of_others < OTHERS
            }
        }
    }

    /// Whether another data frame would be kept.
    #[must_use]
    pub const fn keeps_data_frames(&self) -> bool {
        !self.quiet && self.data_frames_kept < self.room.data_frames
    }

    /// Notes a data frame if there is room.
    pub fn data_frame(&mut self, now: Duration, what: Happening) {
        if self.keeps_data_frames() {
            self.data_frames_kept += 1;
            self.transcript.entries.push(Entry { at_us: now.as_micros() as u64, what });
        } else {
            self.skip_data_frame();
        }
    }

    /// Counts a data frame that is not kept.
    pub const fn skip_data_frame(&mut self) {
        if !self.quiet {
            self.transcript.entries_dropped += 1;
        }
    }

    /// Notes a frame that we begin to write, and returns what was noted of a control frame.
    pub fn sent(
        &mut self,
        now: Duration,
        by: Blame,
        header: FrameHeader,
        body: &FrameBody,
    ) -> Option<Happening> {
        *self.transcript.traffic.frames_out.entry(header.opcode.number()).or_default() += 1;
        let control = header.opcode.is_control();
        if !control && !self.keeps_data_frames() {
            self.skip_data_frame();
            return None;
        }
        let what = Happening::Sent { by, frame: FrameRecord { header, payload: digest(body) } };
        if control {
            self.note(now, what.clone());
            Some(what)
        } else {
            self.data_frame(now, what);
            None
        }
    }

    /// Counts a frame that came in.
    pub fn count_received(&mut self, header: &FrameHeader) {
        *self.transcript.traffic.frames_in.entry(header.opcode.number()).or_default() += 1;
    }

    /// Counts the octets of a read.
    pub fn count_read(&mut self, octets: usize) {
        let traffic = &mut self.transcript.traffic;
        traffic.octets_in += octets as u64;
        count_size(&mut traffic.reads, octets);
    }

    /// Counts the octets of a write.
    pub fn count_write(&mut self, octets: usize) {
        let traffic = &mut self.transcript.traffic;
        traffic.octets_out += octets as u64;
        count_size(&mut traffic.writes, octets);
    }

    /// The finished transcript.
    #[must_use]
    pub fn finish(mut self, now: Duration, end: End) -> Transcript {
        self.transcript.duration_us = now.as_micros() as u64;
        self.transcript.end = end;
        self.transcript
    }

    /// The entries so far.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.transcript.entries
    }
}

/// What shares a bound.
#[derive(Clone, Copy)]
enum Share {
    Messages,
    Pings,
    Rest,
}

impl Share {
    const fn of(what: &Happening) -> Self {
        match what {
            Happening::Message { .. } => Self::Messages,
            Happening::Sent { frame, .. } | Happening::Received(frame)
                if frame.header.opcode.number() == Opcode::PING.number()
                    || frame.header.opcode.number() == Opcode::PONG.number() =>
            {
                Self::Pings
            }
            _ => Self::Rest,
        }
    }
}

fn digest(body: &FrameBody) -> crate::transcript::PayloadRecord {
    let mut digest = PayloadDigest::default();
    let mut buffer = [0; 8 * 1024];
    let length = body.to - body.from;
    while digest.length() < length {
        let taken = (length - digest.length()).min(buffer.len() as u64) as usize;
        body.read(digest.length(), &mut buffer[..taken]);
        digest.push(&buffer[..taken]);
    }
    digest.finish()
}

fn count_size(sizes: &mut std::collections::BTreeMap<u64, u64>, octets: usize) {
    let size = octets as u64;
    if sizes.len() < Traffic::SIZES || sizes.contains_key(&size) {
        *sizes.entry(size).or_default() += 1;
    } else if let Some((_, count)) = sizes.iter_mut().next_back() {
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    fn room_for(id: &str) -> Room {
        Room::for_case(embedded_cases().get(&id.parse().unwrap()).unwrap())
    }

    #[test]
    fn a_short_case_has_the_least_room() {
        assert_eq!(room_for("1.1.1"), Room::LEAST);
    }

    #[test]
    fn a_case_has_room_for_the_answers_to_all_that_it_sends() {
        for case in &embedded_cases().cases {
            let room = Room::for_case(case);
            let sent = case.steps.iter().map(frames_of).sum::<usize>();
            let due = case.outcomes.iter().filter_map(|it| it.saw.as_ref()).map(Vec::len).max();
            let needed = sent.max(due.unwrap_or_default());
            for kept in [room.messages, room.pings] {
                assert!(kept > needed || kept == Room::MOST.messages, "{}: {room:?}", case.id);
            }
        }
    }
}
