//! How the events that came differ from those that were due.

use crate::{
    case::{Case, Event, Expected},
    protocol::Opcode,
    transcript::{Blame, FrameRecord, Happening, MessageKind, PayloadRecord, Transcript},
};

use super::{
    Observed, awaited, matches,
    reason::{Deviation, Difference, Events},
};

/// How many events a reason names.
const NAMED: usize = 4;

/// The first of these events.
pub(super) fn first_of(saw: &[Observed]) -> Events {
    let first: Vec<Observed> = saw.iter().take(NAMED).cloned().collect();
    let more = saw.len() - first.len();
    Events { first, more }
}

/// The first difference between what was due and what came.
pub(super) fn first_deviation(
    due: &[Expected],
    saw: &[Observed],
    transcript: &Transcript,
) -> Deviation {
    let (mut at_due, mut at_saw) = (0, 0);
    let unexpected = |saw: &Observed| Deviation::Unexpected {
        saw: saw.clone(),
        echo: saw.payload().is_some_and(|payload| was_sent(payload, transcript)),
    };
    while let Some(expected) = due.get(at_due) {
        let number = due[..=at_due].iter().filter(|one| !one.optional).count();
        match saw.get(at_saw) {
            Some(event) if matches(&expected.event, event) => at_saw += 1,
            _ if expected.optional => {}
            Some(event) if at_saw > 0 && saw[at_saw - 1] == *event => return unexpected(event),
            Some(_) if is_reordered(&due[at_due..], &saw[at_saw..]) => {
                return Deviation::Reordered { number };
            }
            Some(event) => {
                return match difference(&expected.event, event) {
                    Some(difference) => Deviation::Changed {
                        expected: awaited(&expected.event),
                        echo: expected.echo,
                        saw: event.clone(),
                        difference,
                        number,
                    },
                    None if due[at_due..].iter().any(|later| matches(&later.event, event)) => {
                        missing(expected, number)
                    }
                    None => unexpected(event),
                };
            }
            None => return missing(expected, number),
        }
        at_due += 1;
    }
    saw.get(at_saw).map_or(Deviation::Forbidden, unexpected)
}

fn missing(expected: &Expected, number: usize) -> Deviation {
    Deviation::Missing { expected: awaited(&expected.event), echo: expected.echo, number }
}

/// Whether these are the same events in another order.
fn is_reordered(due: &[Expected], saw: &[Observed]) -> bool {
    let mut left: Vec<&Observed> = saw.iter().collect();
    due.len() == saw.len()
        && due.iter().all(|expected| {
            let place = left.iter().position(|event| matches(&expected.event, event));
            place.map(|place| left.swap_remove(place)).is_some()
        })
}

/// How an event differs from the one that was due; `None` if they have nothing in common.
fn difference(due: &Event, saw: &Observed) -> Option<Difference> {
    let due = awaited(due);
    match (&due, saw) {
        (
            Observed::Message { kind: due_kind, payload: due },
            Observed::Message { kind, payload },
        ) => {
            if due_kind != kind {
                return Some(Difference::Kind { kind: *kind });
            }
            Some(difference_of_payloads(due, payload))
        }
        (Observed::Pong(due), Observed::Pong(payload)) => {
            Some(difference_of_payloads(due, payload))
        }
        (Observed::Echoes(_), Observed::Echoes(_)) => Some(Difference::Count),
        _ => None,
    }
}

fn difference_of_payloads(due: &PayloadRecord, saw: &PayloadRecord) -> Difference {
    if due.length != saw.length {
        return Difference::Length;
    }
    let tail_at = |record: &PayloadRecord| record.length - record.tail.len() as u64;
    let head = (0..).zip(due.head.iter().zip(&saw.head));
    let tail = (tail_at(due)..).zip(due.tail.iter().zip(&saw.tail));
    let first = head.chain(tail).find(|(_, (due, saw))| due != saw);
    first.map_or(Difference::Content, |(at, (expected, saw))| Difference::Octet {
        at,
        expected: *expected,
        saw: *saw,
    })
}

/// Whether the case sent this payload, in one frame or in several.
fn was_sent(payload: &PayloadRecord, transcript: &Transcript) -> bool {
    let mut open: Option<Vec<u8>> = None;
    transcript.happenings().any(|happening| {
        let Happening::Sent { by: Blame::Script, frame } = happening else {
            return false;
        };
        if payload.length > 0 && frame.payload == *payload {
            return true;
        }
        joined(&mut open, frame).is_some_and(|whole| PayloadRecord::of(whole) == *payload)
    })
}

/// The payload of the message that a frame belongs to so far, where all of it was kept.
fn joined<'a>(open: &'a mut Option<Vec<u8>>, frame: &FrameRecord) -> Option<&'a [u8]> {
    if frame.header.opcode.is_control() {
        return None;
    }
    let part = frame.payload.whole();
    if frame.header.opcode == Opcode::CONTINUATION {
        match (open.as_mut(), part) {
            (Some(open), Some(part)) => open.extend_from_slice(part),
            _ => *open = None,
        }
    } else {
        *open = part.map(<[u8]>::to_vec);
    }
    open.as_deref().filter(|whole| !whole.is_empty())
}

/// What a run of round trips shows of the first echo that was not right.
pub(super) fn wrong_echo(transcript: &Transcript) -> Option<Deviation> {
    transcript.happenings().find_map(|happening| {
        let Happening::RoundTrips(trips) = happening else {
            return None;
        };
        let wrong = trips.wrong.as_ref()?;
        let (expected, saw) = (message(&wrong.sent), message(&wrong.received));
        let difference = match (wrong.sent.0 == wrong.received.0, wrong.received.0) {
            (true, _) => difference_of_payloads(&wrong.sent.1, &wrong.received.1),
            (false, kind) => Difference::Kind { kind },
        };
        let number = wrong.message as usize + 1;
        Some(Deviation::Changed { expected, echo: true, saw, difference, number })
    })
}

fn message((kind, payload): &(MessageKind, PayloadRecord)) -> Observed {
    Observed::Message { kind: *kind, payload: payload.clone() }
}

/// Whether a step of the case sends a Close.
pub(super) fn sends_close(case: &Case, transcript: &Transcript) -> bool {
    let mut happenings = transcript.happenings();
    !case.steps.is_empty()
        && happenings.any(|happening| match happening {
            Happening::Sent { by: Blame::Script | Blame::ScriptedClose, frame } => {
                frame.header.opcode == Opcode::CLOSE
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case::Payload, protocol::Role};

    fn due(texts: &[&str]) -> Vec<Expected> {
        let expected = |text: &&str| Expected {
            event: Event::Message(MessageKind::Text, Payload::from(text.as_bytes())),
            echo: true,
            optional: false,
        };
        texts.iter().map(expected).collect()
    }

    fn came(texts: &[&str]) -> Vec<Observed> {
        due(texts).iter().map(|expected| awaited(&expected.event)).collect()
    }

    fn found(expected: &[&str], saw: &[&str]) -> Deviation {
        let nothing = Transcript::never_connected(Role::Client, 0);
        first_deviation(&due(expected), &came(saw), &nothing)
    }

    #[test]
    fn the_first_difference_counts() {
        let number_of = |deviation: Deviation| match deviation {
            Deviation::Missing { number, .. } => ("missing", number),
            Deviation::Reordered { number } => ("reordered", number),
            Deviation::Changed { number, .. } => ("changed", number),
            Deviation::Unexpected { .. } => ("unexpected", 0),
            Deviation::Forbidden => ("forbidden", 0),
        };
        let is = |expected: &[&str], saw: &[&str]| number_of(found(expected, saw));
        assert_eq!(is(&["a", "b", "c"], &["a", "c", "b"]), ("reordered", 2));
        assert_eq!(is(&["a", "b", "c"], &["a", "b"]), ("missing", 3));
        assert_eq!(is(&["a", "b", "c"], &["a", "x", "c"]), ("changed", 2));
        assert_eq!(is(&["a", "b"], &["a", "a", "b"]), ("unexpected", 0));
        assert_eq!(is(&["a"], &["a", "b"]), ("unexpected", 0));
    }

    #[test]
    fn a_difference_is_told_by_its_kind() {
        let difference_of = |expected: &str, saw: &str| match found(&[expected], &[saw]) {
            Deviation::Changed { difference, .. } => difference,
            other => panic!("{other:?}"),
        };
        assert_eq!(difference_of("abc", "ab"), Difference::Length);
        let octet = Difference::Octet { at: 1, expected: b'b', saw: b'x' };
        assert_eq!(difference_of("abc", "axc"), octet);
    }
}
