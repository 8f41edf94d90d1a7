//! What may be seen.

use super::{
    close::close,
    inline::{Table, ids, list, string, word},
    payload::payload,
};
use crate::{
    case::{Event, Expected, Outcome, Step, language},
    transcript::MessageKind,
};

use language::Seeds;

/// Writes the outcomes of a case with these steps.
pub struct Outcomes<'a> {
    sent: Vec<Event>,
    seeds: &'a mut Seeds,
}

impl<'a> Outcomes<'a> {
    /// For outcomes of these steps.
    pub fn of(steps: &[Step], seeds: &'a mut Seeds) -> Self {
        let messages = language::messages_of(steps).into_iter();
        Self {
            sent: messages.map(|(kind, payload)| Event::Message(kind, payload)).collect(),
            seeds,
        }
    }

    /// An outcome.
    pub fn outcome(&mut self, outcome: &Outcome) -> String {
        let table = Table::of("verdict", word(outcome.verdict));
        let table = match &outcome.saw {
            None => table.with("saw-any", true),
            Some(events) => table.with("saw", self.events(events)),
        };
        table
            .with_some("close", outcome.close.as_ref().map(close))
            .with_list("breaks", &ids(&outcome.breaks))
            .to_string()
    }

    /// Whether the message of this number is this one.
    fn is_echo_of(&self, number: usize, message: &Event) -> bool {
        match (self.sent.get(number), message) {
            (Some(Event::Message(kind, sent)), Event::Message(other_kind, payload)) => {
                kind == other_kind && sent.has_octets_of(payload)
            }
            _ => false,
        }
    }

    fn events(&mut self, events: &[Expected]) -> String {
        let mut echoes = 0;
        let written: Vec<String> = events
            .iter()
            .map(|expected| {
                let table = match &expected.event {
                    message @ Event::Message(..)
                        if expected.echo && self.is_echo_of(echoes, message) =>
                    {
                        echoes += 1;
                        Table::of("echo", true)
                    }
                    event => of_event(event, self.seeds),
                };
                table.with_flag("optional", expected.optional).to_string()
            })
            .collect();
        list(&written)
    }
}

/// What a step waits for.
pub fn awaited(event: &Event, seeds: &mut Seeds) -> String {
    of_event(event, seeds).to_string()
}

fn of_event(event: &Event, seeds: &mut Seeds) -> Table {
    match event {
        Event::Message(MessageKind::Text, octets) => Table::of("text", payload(octets, seeds)),
        Event::Message(MessageKind::Binary, octets) => Table::of("binary", payload(octets, seeds)),
        Event::Pong(octets) => Table::of("pong", payload(octets, seeds)),
        Event::Silence(name) => Table::of("silence", string(name)),
        Event::Echoes(count) => Table::of("echoes", count),
    }
}
