//! From a step as written to a [`Step`]: one verb, only the modifiers that belong to it, numbers
//! in their ranges.

use std::collections::BTreeSet;

use super::{
    Mistake,
    amount::{Amount, ROUND_TRIPS_MAX},
    at::At,
    bounds::{in_range, length_form, only_true, range},
    check_outcomes::{EventKind, kind_of},
    entry::EventEntry,
    payload_entry::{PayloadEntry, Seeds},
    problems::{Checked, Problem, Problems},
    sent::{Assembly, missing_octets},
    step_entry::StepEntry,
    verbs::{OF_FRAMES_ONLY, check_modifiers, no_verb, verb_of},
    words::CloseWord,
};
use crate::{
    case::{
        Event, FrameScript, MaskScript, MessageScript, Pacing, Payload, RoundTripSource,
        RoundTrips, Step,
    },
    protocol::{Opcode, Rsv},
    transcript::MessageKind,
};

/// The steps of a case.
pub struct StepsChecker<'a> {
    /// Whether the case offers and accepts compression.
    pub deflate: bool,
    /// Where random octets come from.
    pub seeds: &'a mut Seeds,
    /// What is wrong so far.
    pub problems: &'a mut Problems,
}

impl StepsChecker<'_> {
    /// The steps, if all are right. What is wrong with the others is among the problems.
    pub fn steps(&mut self, entries: &[At<StepEntry>]) -> Option<Vec<Step>> {
        let before = self.problems.len();
        let mut unfinished = Unfinished::default();
        let mut pauses = BTreeSet::new();
        let mut amount = Amount::default();
        let mut sent = Assembly::default();
        let mut steps = Vec::new();
        for entry in entries {
            let checked = self.step(entry, &sent).and_then(|step| {
                amount.follow(&step, entry.span())?;
                unfinished.follow(&step, entry)?;
                note_pause(&mut pauses, &step, entry)?;
                Ok(step)
            });
            match checked {
                Ok(step) => {
                    sent.follow(&step);
                    steps.push(step);
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        (self.problems.len() == before).then_some(steps)
    }

    fn step(&mut self, at: &At<StepEntry>, sent: &Assembly) -> Checked<Step> {
        let entry = at.value();
        let verb = verb_of(at)?;
        check_modifiers(entry, verb)?;
        if let Some(count) = &entry.round_trips {
            return self.round_trips(count, at);
        }
        for (payload, kind, opcode) in [
            (&entry.text, MessageKind::Text, Opcode::TEXT),
            (&entry.binary, MessageKind::Binary, Opcode::BINARY),
        ] {
            if let Some(payload) = payload {
                return self.frame_or_message(payload, kind, opcode, entry);
            }
        }
        for (payload, opcode) in [
            (&entry.cont, Opcode::CONTINUATION),
            (&entry.ping, Opcode::PING),
            (&entry.pong, Opcode::PONG),
        ] {
            if let Some(payload) = payload {
                return self.frame(opcode, Some(payload), entry);
            }
        }
        if let Some(number) = &entry.frame {
            let number = in_range("frame", number, 0..=15, "an opcode, 0 to 15")?;
            return self.frame(
                Opcode::from_first_octet(number as u8),
                entry.payload.as_ref(),
                entry,
            );
        }
        self.other(at, sent)
    }

    /// The steps that send neither a frame nor a message.
    fn other(&mut self, at: &At<StepEntry>, sent: &Assembly) -> Checked<Step> {
        let entry = at.value();
        if let Some(close) = &entry.close {
            return self.close(close, entry.reason.as_ref());
        }
        if let Some(octets) = &entry.close_octets {
            return Ok(Step::Close(self.payload(octets)));
        }
        if let Some(octets) = &entry.more {
            return Ok(Step::More(self.payload(octets)));
        }
        if let Some(octets) = &entry.octets {
            return Ok(Step::Octets(self.payload(octets), pacing(entry)));
        }
        if let Some(name) = &entry.pause {
            return Ok(Step::Pause(name.value().clone()));
        }
        if let Some(event) = &entry.wait_for {
            return self.wait_for(event, sent);
        }
        if let Some(fence) = &entry.fence {
            return only_true("fence", fence).map(|()| Step::Fence);
        }
        if let Some(reading) = &entry.reading {
            return Ok(Step::Reading(*reading.value()));
        }
        if let Some(half_close) = &entry.half_close {
            return only_true("half-close", half_close).map(|()| Step::HalfClose);
        }
        match &entry.drop {
            Some(how) => Ok(Step::Drop(*how.value())),
            None => Err(no_verb(at)),
        }
    }

    fn close(&mut self, close: &At<CloseWord>, reason: Option<&At<PayloadEntry>>) -> Checked<Step> {
        let code = match close.value() {
            CloseWord::Code(code) => *code,
            CloseWord::Empty => {
                let needs = Mistake::Needs { modifier: "reason", needs: "a close code" };
                return match reason {
                    None => Ok(Step::Close(Payload::default())),
                    Some(reason) => Err(Problem::new(reason.span(), needs)),
                };
            }
        };
        let code = range("close", code, close.span(), 0..=0xFFFF, "0 to 65535")?;
        let code = Payload::from(&(code as u16).to_be_bytes()[..]);
        Ok(Step::Close(match reason {
            Some(reason) => code.join(&self.payload(reason)),
            None => code,
        }))
    }

    fn wait_for(&mut self, event: &At<EventEntry>, sent: &Assembly) -> Checked<Step> {
        if let Some(optional) = &event.value().optional {
            let misplaced = Mistake::Misplaced { modifier: "optional", verb: "await" };
            return Err(Problem::new(optional.span(), misplaced));
        }
        let wait = match kind_of(event)? {
            EventKind::Message(kind, payload) => Event::Message(kind, self.payload(payload)),
            EventKind::Pong(payload) => Event::Pong(self.payload(payload)),
            EventKind::Echo => match sent.last() {
                Some((kind, payload)) => Event::Message(*kind, payload.clone()),
                None => {
                    let nothing = Mistake::NoSuchMessage { wanted: 1, sent: 0 };
                    return Err(Problem::new(event.span(), nothing));
                }
            },
            EventKind::Silence(_) => return Err(cannot_await("silence", event)),
            EventKind::Echoes(_) => return Err(cannot_await("echoes", event)),
        };
        Ok(Step::Await(wait))
    }

    fn frame_or_message(
        &mut self,
        payload: &At<PayloadEntry>,
        kind: MessageKind,
        opcode: Opcode,
        entry: &StepEntry,
    ) -> Checked<Step> {
        if let (Some(compress), false) = (&entry.compress, self.deflate) {
            let needs = Mistake::Needs { modifier: "compress", needs: "a case with `deflate`" };
            return Err(Problem::new(compress.span(), needs));
        }
        let of_frame = entry.keys().into_iter().find(|(key, _)| OF_FRAMES_ONLY.contains(key));
        let of_message = if entry.fragment.is_some() {
            Some("fragment")
        } else if entry.compress.is_some() {
            Some("compress")
        } else {
            None
        };
        match (of_frame, of_message) {
            (Some((frame_key, span)), Some(message_key)) => {
                Err(Problem::new(span, Mistake::Exclusive(frame_key, message_key)))
            }
            (None, None) if !self.deflate => self.frame(opcode, Some(payload), entry),
            (Some(_), None) => self.frame(opcode, Some(payload), entry),
            (None, _) => Ok(Step::Message(MessageScript {
                kind,
                payload: self.payload(payload),
                fragment: entry.fragment.as_ref().map(|size| *size.value()),
                compress: entry.compress.as_ref().map_or(self.deflate, |yes| *yes.value()),
                pacing: pacing(entry),
            })),
        }
    }

    fn frame(
        &mut self,
        opcode: Opcode,
        payload: Option<&At<PayloadEntry>>,
        entry: &StepEntry,
    ) -> Checked<Step> {
        let payload = payload.map(|payload| self.payload(payload)).unwrap_or_default();
        let rsv = match &entry.rsv {
            Some(bits) => in_range("rsv", bits, 0..=7, "0 to 7")? as u8,
            None => 0,
        };
        let length = entry.length.as_ref().map(|length| *length.value());
        let form = match &entry.length_form {
            Some(bits) => Some(length_form(bits, length.unwrap_or(payload.len()))?),
            None => None,
        };
        let frame = FrameScript {
            fin: entry.fin.as_ref().is_none_or(|fin| *fin.value()),
            rsv: Rsv::new(rsv).unwrap_or_default(),
            opcode,
            mask: entry.mask.as_ref().map_or(MaskScript::AsRole, |mask| mask.value().0),
            payload,
            length,
            form,
            pacing: pacing(entry),
        };
        match &entry.repeat {
            Some(times) if missing_octets(&frame) > 0 => {
                let half = Mistake::Exclusive("repeat", "length");
                Err(Problem::new(times.span(), half))
            }
            Some(times) => Ok(Step::Repeat(*times.value(), frame)),
            None => Ok(Step::Frame(frame)),
        }
    }

    fn round_trips(&mut self, count: &At<u64>, at: &At<StepEntry>) -> Checked<Step> {
        let entry = at.value();
        let allowed = "1 to 1000000";
        let messages = in_range("round-trips", count, 1..=u64::from(ROUND_TRIPS_MAX), allowed)?;
        let (kind, payload) = match (&entry.text, &entry.binary) {
            (Some(text), None) => (MessageKind::Text, text),
            (None, Some(binary)) => (MessageKind::Binary, binary),
            (Some(_), Some(binary)) => {
                return Err(Problem::new(binary.span(), Mistake::Exclusive("text", "binary")));
            }
            (None, None) => {
                let needs = Mistake::Needs { modifier: "round-trips", needs: "`text` or `binary`" };
                return Err(Problem::new(at.span(), needs));
            }
        };
        Ok(Step::RoundTrips(RoundTrips {
            count: messages as u32,
            kind,
            source: self.round_trip_source(payload)?,
            fragment: entry.fragment.as_ref().map(|size| *size.value()),
        }))
    }

    fn round_trip_source(&mut self, payload: &At<PayloadEntry>) -> Checked<RoundTripSource> {
        match payload.value() {
            PayloadEntry::Sample { sample, units } => {
                let whole = sample.units();
                match usize::try_from(*units) {
                    Ok(units) if (1..=whole).contains(&units) => {
                        Ok(RoundTripSource::Sample { sample: *sample, units })
                    }
                    _ => Err(Problem::new(
                        payload.span(),
                        Mistake::SampleTooShort { sample: *sample, units: whole, found: *units },
                    )),
                }
            }
            joined if joined.holds_a_sample() => {
                Err(Problem::new(payload.span(), Mistake::JoinedSample))
            }
            fixed => Ok(RoundTripSource::Fixed(fixed.payload(self.seeds))),
        }
    }

    fn payload(&mut self, payload: &At<PayloadEntry>) -> Payload {
        payload.value().payload(self.seeds)
    }
}

fn pacing(entry: &StepEntry) -> Pacing {
    Pacing {
        apart: entry.apart.as_ref().is_some_and(|apart| *apart.value()),
        chop: entry.chop.as_ref().map(|size| *size.value()),
    }
}

fn cannot_await(kind: &'static str, event: &At<EventEntry>) -> Problem {
    Problem::new(event.span(), Mistake::CannotAwait(kind))
}

fn note_pause(pauses: &mut BTreeSet<String>, step: &Step, entry: &At<StepEntry>) -> Checked<()> {
    let Step::Pause(name) = step else {
        return Ok(());
    };
    if pauses.insert(name.clone()) {
        Ok(())
    } else {
        Err(Problem::new(entry.span(), Mistake::PauseTwice(name.clone())))
    }
}

/// How much of the frame that was sent last is still to come.
#[derive(Default)]
struct Unfinished(u64);

impl Unfinished {
    fn follow(&mut self, step: &Step, entry: &At<StepEntry>) -> Checked<()> {
        match step {
            Step::Frame(frame) => self.0 = missing_octets(frame),
            Step::Message(_) | Step::Repeat(..) | Step::RoundTrips(_) => self.0 = 0,
            Step::More(_) if self.0 == 0 => {
                let why = "no frame before it is unfinished".to_owned();
                return Err(Problem::new(entry.span(), Mistake::NothingUnfinished(why)));
            }
            Step::More(payload) if payload.len() > self.0 => {
                let why = format!("only {} of its octets are missing", self.0);
                return Err(Problem::new(entry.span(), Mistake::NothingUnfinished(why)));
            }
            Step::More(payload) => self.0 -= payload.len(),
            _ => {}
        }
        Ok(())
    }
}
