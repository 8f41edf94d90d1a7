//! From outcomes and close expectations as written to those of a case: what each echo is an echo
//! of, which pauses there are, what is assumed where nothing is said.

use super::{
    Mistake,
    at::At,
    bounds::{in_range, only_true, range},
    entry::{CloseEntry, EventEntry, GradeEntry, OutcomeEntry},
    error::{Checked, Problem, Problems},
    near_miss::near_misses,
    payload_entry::{PayloadEntry, Seeds},
    sent::{Sent, messages_of},
    words::GradeWord,
};
use crate::{
    case::{CloseExpectation, CloseGrade, Closer, Event, Expected, Outcome, OutcomeVerdict, Step},
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
        entry
            .text
            .as_ref()
            .map(|text| EventKind::Message(MessageKind::Text, text)),
        entry
            .binary
            .as_ref()
            .map(|octets| EventKind::Message(MessageKind::Binary, octets)),
        entry.pong.as_ref().map(EventKind::Pong),
        entry.silence.as_ref().map(EventKind::Silence),
        entry.echoes.as_ref().map(EventKind::Echoes),
    ]
    .into_iter()
    .flatten()
    .collect();
    let found = if kinds.is_empty() {
        "is none"
    } else {
        "is several"
    };
    let mut kinds = kinds.into_iter();
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        _ => Err(Problem::new(
            at.span(),
            Mistake::EventKinds(found.to_owned()),
        )),
    }
}

/// What outcomes can refer to.
pub struct OutcomesChecker<'a> {
    messages: Vec<Sent>,
    pauses: Vec<&'a str>,
    round_trips: Vec<u32>,
    seeds: &'a mut Seeds,
    problems: &'a mut Problems,
}

impl<'a> OutcomesChecker<'a> {
    /// For the outcomes of these steps.
    pub fn new(steps: &'a [Step], seeds: &'a mut Seeds, problems: &'a mut Problems) -> Self {
        let mut pauses = Vec::new();
        let mut round_trips = Vec::new();
        for step in steps {
            match step {
                Step::Pause(name) => pauses.push(name.as_str()),
                Step::RoundTrips(trips) => round_trips.push(trips.count),
                _ => {}
            }
        }
        Self {
            messages: messages_of(steps),
            pauses,
            round_trips,
            seeds,
            problems,
        }
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
                let missing = Mistake::Missing {
                    place: "this outcome",
                    key: "saw",
                };
                self.problems
                    .push(Problem::new(entry.verdict.span(), missing));
                None
            }
        };
        Outcome {
            verdict: *entry.verdict.value(),
            saw,
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
        let optional = at
            .value()
            .optional
            .as_ref()
            .is_some_and(|optional| *optional.value());
        Ok(Expected {
            event,
            echo,
            optional,
        })
    }

    /// The echo of the next message.
    fn echo(&self, at: &At<EventEntry>, echoes: &mut usize) -> Checked<Event> {
        let next = self.messages.get(*echoes);
        *echoes += 1;
        match next {
            Some((kind, payload)) => Ok(Event::Message(*kind, payload.clone())),
            None => {
                let none = Mistake::NoSuchMessage {
                    wanted: *echoes,
                    sent: self.messages.len(),
                };
                Err(Problem::new(at.span(), none))
            }
        }
    }

    fn silence(&self, name: &At<String>) -> Checked<Event> {
        if self.pauses.contains(&name.value().as_str()) {
            return Ok(Event::Silence(name.value().clone()));
        }
        let near = near_misses(name.value(), self.pauses.iter().copied());
        let unknown = Mistake::UnknownPause {
            name: name.value().clone(),
            near,
        };
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

/// How the connection should end, with what is assumed where nothing is said.
pub fn close_expectation(entry: &CloseEntry, problems: &mut Problems) -> CloseExpectation {
    let mut codes = Vec::new();
    for code in &entry.code {
        match in_range("code", code, 0..=0xFFFF, "0 to 65535") {
            Ok(code) => codes.push(code as u16),
            Err(problem) => problems.push(problem),
        }
    }
    let grades = entry
        .grades
        .iter()
        .map(|grade| close_grade(grade, problems))
        .collect();
    let is_set = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|set| *set.value());
    let verdict_or = |verdict: &Option<At<OutcomeVerdict>>, default| {
        verdict.as_ref().map_or(default, |verdict| *verdict.value())
    };
    let clean = is_set(&entry.clean);
    let when_dropped = if clean {
        OutcomeVerdict::Fail
    } else {
        OutcomeVerdict::NonStrict
    };
    CloseExpectation {
        by: *entry.by.value(),
        grades,
        codes,
        clean,
        dropped: verdict_or(&entry.dropped, when_dropped),
        wrong_code: verdict_or(&entry.wrong_code, OutcomeVerdict::NonStrict),
        wrong_code_fails: is_set(&entry.wrong_code_fails),
        wrong_side_fails: is_set(&entry.wrong_side_fails),
    }
}

fn close_grade(entry: &GradeEntry, problems: &mut Problems) -> CloseGrade {
    let mut grade = CloseGrade {
        verdict: *entry.verdict.value(),
        codes: Vec::new(),
        no_code: false,
        by: entry.by.as_ref().map_or(Closer::Either, |by| *by.value()),
    };
    for word in &entry.code {
        match word.value() {
            GradeWord::NoCode => grade.no_code = true,
            GradeWord::Codes(codes) => {
                let (first, last) = (*codes.start(), *codes.end());
                match range("code", last, word.span(), 0..=0xFFFF, "0 to 65535") {
                    Ok(_) => grade.codes.push(first as u16..=last as u16),
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }
    grade
}
