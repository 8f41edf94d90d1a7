//! Whether what was seen is what an outcome allows.

use crate::{
    case::{Event, Expected, Outcome, Payload},
    transcript::{PayloadDigest, PayloadRecord},
};

use super::observe::Observed;

/// How events fit a list of expected ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// They do not, whatever may still come.
    Never,
    /// They do so far; more must come.
    Partly,
    /// They do.
    Fully,
}

/// The first outcome that `seen` fits.
#[must_use]
pub fn first_match<'a>(outcomes: &'a [Outcome], seen: &[Observed]) -> Option<&'a Outcome> {
    outcomes.iter().find(|outcome| fit(outcome, seen) == Fit::Fully)
}

/// How `seen` fits an outcome.
#[must_use]
pub fn fit(outcome: &Outcome, seen: &[Observed]) -> Fit {
    outcome.saw.as_ref().map_or(Fit::Fully, |expected| fit_events(expected, seen))
}

/// How `seen` fits `expected`: in order, with optional events present or not.
fn fit_events(expected: &[Expected], seen: &[Observed]) -> Fit {
    let Some((first, later)) = expected.split_first() else {
        return if seen.is_empty() { Fit::Fully } else { Fit::Never };
    };
    let taken = match seen.split_first() {
        None if first.optional => Fit::Never,
        None => return Fit::Partly,
        Some((event, rest)) if matches(&first.event, event) => fit_events(later, rest),
        Some(_) => Fit::Never,
    };
    if first.optional { taken.max(fit_events(later, seen)) } else { taken }
}

/// Whether an event is the expected one.
#[must_use]
pub fn matches(expected: &Event, seen: &Observed) -> bool {
    match (expected, seen) {
        (Event::Message(kind, payload), Observed::Message { kind: seen_kind, payload: seen }) => {
            kind == seen_kind && is_payload(payload, seen)
        }
        (Event::Pong(payload), Observed::Pong(seen)) => is_payload(payload, seen),
        (Event::Silence(name), Observed::Silence(seen)) => name == seen,
        (Event::Echoes(count), Observed::Echoes(seen)) => count == seen,
        _ => false,
    }
}

fn is_payload(expected: &Payload, seen: &PayloadRecord) -> bool {
    expected.len() == seen.length && record_of(expected) == *seen
}

/// The event that is to be seen, with a bound on its size.
#[must_use]
pub fn awaited(event: &Event) -> Observed {
    match event {
        Event::Message(kind, payload) => {
            Observed::Message { kind: *kind, payload: record_of(payload) }
        }
        Event::Pong(payload) => Observed::Pong(record_of(payload)),
        Event::Silence(name) => Observed::Silence(name.clone()),
        Event::Echoes(count) => Observed::Echoes(*count),
    }
}

/// The record of a payload, made without holding it whole.
#[must_use]
pub fn record_of(payload: &Payload) -> PayloadRecord {
    if payload.len() <= PayloadRecord::WHOLE_UP_TO as u64 {
        return PayloadRecord::of(&payload.to_vec());
    }
    let mut digest = PayloadDigest::default();
    let mut buffer = [0; 16 * 1024];
    loop {
        let taken = payload.read(digest.length(), &mut buffer);
        if taken == 0 {
            return digest.finish();
        }
        digest.push(&buffer[..taken]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(name: &str, optional: bool) -> Expected {
        Expected { event: Event::Silence(name.to_owned()), echo: false, optional }
    }

    fn seen(names: &[&str]) -> Vec<Observed> {
        names.iter().map(|name| Observed::Silence((*name).to_owned())).collect()
    }

    #[test]
    fn events_come_in_order_and_nothing_else() {
        let expected = [silence("a", false), silence("b", false)];
        assert_eq!(fit_events(&expected, &seen(&[])), Fit::Partly);
        assert_eq!(fit_events(&expected, &seen(&["a"])), Fit::Partly);
        assert_eq!(fit_events(&expected, &seen(&["a", "b"])), Fit::Fully);
        assert_eq!(fit_events(&expected, &seen(&["b"])), Fit::Never);
        assert_eq!(fit_events(&expected, &seen(&["a", "b", "a"])), Fit::Never);
    }

    #[test]
    fn optional_events_may_be_missing() {
        let expected = [silence("a", true), silence("a", true), silence("b", false)];
        assert_eq!(fit_events(&expected, &seen(&[])), Fit::Partly);
        assert_eq!(fit_events(&expected, &seen(&["b"])), Fit::Fully);
        assert_eq!(fit_events(&expected, &seen(&["a", "b"])), Fit::Fully);
        assert_eq!(fit_events(&expected, &seen(&["a", "a", "a"])), Fit::Never);
        assert_eq!(fit_events(&[silence("a", true)], &seen(&[])), Fit::Fully);
    }

    #[test]
    fn whatever_was_seen_fits_where_nothing_is_said() {
        let outcome = Outcome {
            verdict: crate::case::OutcomeVerdict::Pass,
            saw: None,
            close: None,
            breaks: vec![],
        };
        assert_eq!(fit(&outcome, &seen(&[])), Fit::Fully);
        assert_eq!(fit(&outcome, &seen(&["a"])), Fit::Fully);
    }

    #[test]
    fn long_payloads_compare_by_digest() {
        let payload =
            Payload::new(vec![crate::case::Part::Fill { unit: b"*".to_vec(), length: 70_000 }]);
        let octets = vec![b'*'; 70_000];
        assert_eq!(record_of(&payload), PayloadRecord::of(&octets));
        assert!(!is_payload(&payload, &PayloadRecord::of(&octets[1..])));
    }
}
