//! From outcomes as written to those of a case: what each echo is an echo of, which pauses there
//! are.

use std::collections::BTreeSet;

use super::{
    Mistake,
    at::At,
    bounds::only_true,
    check_breaks::named,
    check_close::close_expectation,
    entry::{EventEntry, OutcomeEntry},
    near_miss::near_misses,
    payload_entry::{PayloadEntry, Seeds},
    problems::{Checked, Problem, Problems},
    sent::{Sent, messages_of},
};
use crate::{
    case::{Event, Expected, Outcome, Step},
    transcript::MessageKind,
};

/// The one kind that an event is of.
pub enum EventKind<'a> {
    /// `echo`
    Echo,
    /// `text`, `binary`
    Message(MessageKind, &'a At<PayloadEntry>),
    /// `pong`
    Pong(&'a At<PayloadEntry>),
    /// `silence`
    Silence(&'a At<String>),
    /// `echoes`
    Echoes(&'a At<u64>),
}

/// The kind of an event, which has exactly one.
pub fn kind_of(at: &At<EventEntry>) -> Checked<EventKind<'_>> {
    let entry = at.value();
    if let Some(echo) = &entry.echo {
        only_true("echo", echo)?;
    }
    let kinds: Vec<EventKind<'_>> = [
        entry.echo.as_ref().map(|_| EventKind::Echo),
        entry.text.as_ref().map(|text| EventKind::Message(MessageKind::Text, text)),
        entry.binary.as_ref().map(|octets| EventKind::Message(MessageKind::Binary, octets)),
        entry.pong.as_ref().map(EventKind::Pong),
        entry.silence.as_ref().map(EventKind::Silence),
        entry.echoes.as_ref().map(EventKind::Echoes),
    ]
    .into_iter()
    .flatten()
    .collect();
    let found = if kinds.is_empty() { "is none" } else { "is several" };
    let mut kinds = kinds.into_iter();
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        _ => Err(Problem::new(at.span(), Mistake::EventKinds(found.to_owned()))),
    }
}

/// What outcomes can refer to.
pub struct OutcomesChecker<'a> {
    messages: Vec<Sent>,
    pauses: BTreeSet<&'a str>,
    round_trips: BTreeSet<u32>,
    seeds: &'a mut Seeds,
    problems: &'a mut Problems,
}

impl<'a> OutcomesChecker<'a> {
    /// For the outcomes of these steps.
    pub fn new(steps: &'a [Step], seeds: &'a mut Seeds, problems: &'a mut Problems) -> Self {
        let mut pauses = BTreeSet::new();
        let mut round_trips = BTreeSet::new();
        for step in steps {
            match step {
                Step::Pause(name) => {
                    pauses.insert(name.as_str());
                }
                Step::RoundTrips(trips) => {
                    round_trips.insert(trips.count);
                }
                _ => {}
            }
        }
        Self { messages: messages_of(steps), pauses, round_trips, seeds, problems }
    }

    /// The outcomes. What is wrong with them is among the problems.
    pub fn outcomes(&mut self, entries: &[OutcomeEntry]) -> Vec<Outcome> {
        entries.iter().map(|entry| self.outcome(entry)).collect()
    }

    fn outcome(&mut self, entry: &OutcomeEntry) -> Outcome {
        let saw = match (&entry.saw, &entry.saw_any) {
            (Some(events), None) => Some(self.events(events)),
            (None, Some(any)) => {
                self.problems.extend(only_true("saw-any", any).err());
                None
            }
            (Some(_), Some(any)) => {
                let both = Mistake::Exclusive("saw", "saw-any");
                self.problems.push(Problem::new(any.span(), both));
                None
            }
            (None, None) => {
                let missing = Mistake::Missing { place: "this outcome", key: "saw" };
                self.problems.push(Problem::new(entry.verdict.span(), missing));
                None
            }
        };
        let close = entry.close.as_ref();
        Outcome {
            verdict: *entry.verdict.value(),
            saw,
            close: close.map(|close| close_expectation(close, self.problems)),
            breaks: named(&entry.breaks),
        }
    }

    fn events(&mut self, entries: &[At<EventEntry>]) -> Vec<Expected> {
        let mut saw = Vec::new();
        let mut echoes = 0;
        for event in entries {
            match self.expected(event, &mut echoes) {
                Ok(expected) => saw.push(expected),
                Err(problem) => self.problems.push(problem),
            }
        }
        saw
    }

    fn expected(&mut self, at: &At<EventEntry>, echoes: &mut usize) -> Checked<Expected> {
        let kind = kind_of(at)?;
        let echo = matches!(kind, EventKind::Echo | EventKind::Echoes(_));
        let event = match kind {
            EventKind::Echo => self.echo(at, echoes)?,
            EventKind::Message(kind, payload) => {
                Event::Message(kind, payload.value().payload(self.seeds))
            }
            EventKind::Pong(payload) => Event::Pong(payload.value().payload(self.seeds)),
            EventKind::Silence(name) => self.silence(name)?,
            EventKind::Echoes(count) => self.echoes(count)?,
        };
        let optional = at.value().optional.as_ref().is_some_and(|optional| *optional.value());
        Ok(Expected { event, echo, optional })
    }

    /// The echo of the next message.
    fn echo(&self, at: &At<EventEntry>, echoes: &mut usize) -> Checked<Event> {
        let next = self.messages.get(*echoes);
        *echoes += 1;
        match next {
            Some((kind, payload)) => Ok(Event::Message(*kind, payload.clone())),
            None => {
                let none = Mistake::NoSuchMessage { wanted: *echoes, sent: self.messages.len() };
                Err(Problem::new(at.span(), none))
            }
        }
    }

    fn silence(&self, name: &At<String>) -> Checked<Event> {
        if self.pauses.contains(name.value().as_str()) {
            return Ok(Event::Silence(name.value().clone()));
        }
        let near = near_misses(name.value(), self.pauses.iter().copied());
        let unknown = Mistake::UnknownPause { name: name.value().clone(), near };
        Err(Problem::new(name.span(), unknown))
    }

    fn echoes(&self, count: &At<u64>) -> Checked<Event> {
        self.round_trips
            .iter()
            .find(|sent| u64::from(**sent) == *count.value())
            .map(|sent| Event::Echoes(*sent))
            .ok_or_else(|| Problem::new(count.span(), Mistake::NoSuchRoundTrips(*count.value())))
    }
}
