//! Events as Autobahn lists them: `["message", text, is binary]`, `["pong", text]`,
//! `["timeout", name]`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::wirelog::shown_text;
use crate::{
    judge::{Behavior, Eyes, Observed, Observer, Verdict},
    report::{Expectation, ExpectedOutcome},
    transcript::{Happening, MessageKind, PayloadRecord, Transcript},
};

/// The events that were seen. Runs of round trips are none of them: where Autobahn has these, it
/// counts messages itself and lists nothing.
pub fn received(transcript: &Transcript) -> Vec<Value> {
    // What comes after we have closed TCP counts no more.
    let happenings = transcript.happenings().take_while(|what| **what != Happening::WeDropTcp);
    let seen = Observer::of(Eyes::Autobahn, happenings);
    let events = seen.iter().filter_map(|event| match event {
        Observed::Message { kind, payload } => Some(message(*kind, payload)),
        Observed::Pong(payload) => Some(pong(payload)),
        Observed::Silence(name) => Some(timeout(name)),
        Observed::Echoes(_) => None,
    });
    events.collect()
}

/// For each verdict, in Autobahn's words, the events that earn it.
pub fn expected(expectation: &Expectation) -> BTreeMap<&'static str, Vec<Value>> {
    let mut expected = BTreeMap::new();
    for outcome in &expectation.outcomes {
        if let Some(events) = expected_events(outcome) {
            let word = Behavior::standing_in_for(Verdict::from(outcome.verdict)).name();
            expected.entry(word).or_insert(events);
        }
    }
    expected
}

/// `None` if the outcome is of round trips.
fn expected_events(outcome: &ExpectedOutcome) -> Option<Vec<Value>> {
    let events = outcome.saw.iter().map(|expected| match &expected.event {
        Observed::Message { kind, payload } => Some(message(*kind, payload)),
        Observed::Pong(payload) => Some(pong(payload)),
        Observed::Silence(name) => Some(timeout(name)),
        Observed::Echoes(_) => None,
    });
    events.collect()
}

fn message(kind: MessageKind, payload: &PayloadRecord) -> Value {
    json!(["message", shown_text(payload), kind == MessageKind::Binary])
}

fn pong(payload: &PayloadRecord) -> Value {
    json!(["pong", shown_text(payload)])
}

fn timeout(name: &str) -> Value {
    json!(["timeout", name])
}
