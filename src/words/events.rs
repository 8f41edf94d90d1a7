//! Messages, Pongs and silences: which were due, and which came.

use super::{
    closing::{ended, required, with},
    quantity::{octets, payload},
};
use crate::{
    case::Closer,
    judge::{Deviation, Difference, Ended, Events, Observed, WrongEvents},
    protocol::Role,
    transcript::MessageKind,
};

/// The close code for what is not of the type that it claims to be (RFC 6455 §7.4.1).
const INVALID_PAYLOAD: u16 = 1007;

/// What is wrong with the events that came.
pub(super) fn wrong(wrong: &WrongEvents, testee: Role) -> String {
    match &wrong.deviation {
        Deviation::Missing { expected, echo, number } => {
            let due = due(expected, *echo, *number, wrong.due);
            format!("expected {due}; {}", missing(expected, wrong))
        }
        Deviation::Unexpected { saw, echo } => unexpected(saw, *echo, wrong, testee),
        Deviation::Reordered { number } => format!(
            "expected {} echoes in the order of the messages; all of them came back in another \
             order: number {number} differs first",
            wrong.due
        ),
        Deviation::Changed { expected, echo, saw, difference, number } => {
            let due = due(expected, *echo, *number, wrong.due);
            format!("expected {due}; {}", changed(expected, *echo, saw, *difference))
        }
        Deviation::Forbidden => format!(
            "saw {}, which the case counts as a failure, and it {}",
            event_list(&wrong.saw),
            ended(&wrong.ended, Some(&wrong.end))
        ),
    }
}

fn due(expected: &Observed, echo: bool, number: usize, of: usize) -> String {
    let event = match echo {
        true => format!("the echo of {}", event(expected)),
        false => event(expected),
    };
    if of > 1 { format!("{event} (number {number} of {of})") } else { event }
}

fn missing(expected: &Observed, wrong: &WrongEvents) -> String {
    let end = ended(&wrong.ended, Some(&wrong.end));
    match expected {
        _ if !wrong.saw.first.is_empty() => {
            let verb = if is_one(&wrong.saw) { "only" } else { "only these:" };
            match wrong.ended {
                Ended::NothingMore => format!("{verb} {} came", event_list(&wrong.saw)),
                _ => format!("{verb} {} came, and it {end}", event_list(&wrong.saw)),
            }
        }
        _ if wrong.ended == Ended::NothingCame => format!("it {end}"),
        Observed::Pong(_) => format!("no Pong came, and it {end}"),
        Observed::Message { .. } | Observed::Echoes(_) => format!("no message came, and it {end}"),
        Observed::Silence(_) => format!("it {end}"),
    }
}

fn is_one(events: &Events) -> bool {
    events.first.len() == 1 && events.more == 0
}

fn unexpected(saw: &Observed, echo: bool, wrong: &WrongEvents, testee: Role) -> String {
    let act = act(saw, echo, wrong);
    let end = match wrong.ended {
        Ended::WeEnded { .. } => String::new(),
        Ended::NothingMore if wrong.end.closed_by != Closer::Peer => String::new(),
        Ended::Closed { code } if wrong.end.closed_by == Closer::Peer => {
            format!(", and only then closed {}", with(code))
        }
        end => format!(", and {}", ended(&end, Some(&wrong.end))),
    };
    match wrong.end.closed_by {
        Closer::Peer => format!("expected {}; it {act}{end}", required(&wrong.end, testee)),
        _ if wrong.due == 0 => format!("expected no message and no Pong; it {act}{end}"),
        _ => format!("expected no further message; it {act}{end}"),
    }
}

/// What the testee did that shows as this event.
fn act(saw: &Observed, echo: bool, wrong: &WrongEvents) -> String {
    match saw {
        Observed::Message { kind, payload: of }
            if echo && (wrong.due == 0 || wrong.end.closed_by == Closer::Peer) =>
        {
            let is_invalid = wrong.end.close_codes.contains(&INVALID_PAYLOAD);
            let what = match (is_invalid, kind) {
                (true, MessageKind::Text) => "invalid text",
                _ => "message",
            };
            format!("echoed the {what} ({})", octets(of.length))
        }
        Observed::Message { .. } if wrong.due == 0 => format!("answered with {}", event(saw)),
        Observed::Message { .. } => format!("also sent {}", event(saw)),
        Observed::Pong(_) if echo => format!("answered the Ping with {}", event(saw)),
        Observed::Pong(_) => format!("sent {}", event(saw)),
        Observed::Silence(_) | Observed::Echoes(_) => format!("showed {}", event(saw)),
    }
}

fn changed(expected: &Observed, echo: bool, saw: &Observed, difference: Difference) -> String {
    if !echo {
        return match difference {
            Difference::Octet { at, expected, saw } => {
                format!(
                    "one came that differs at octet {at} ({saw:#04x} instead of {expected:#04x})"
                )
            }
            Difference::Content => "one of the same length and other octets came".to_owned(),
            _ => format!("{} came instead", event(saw)),
        };
    }
    let length = |event: &Observed| event.payload().map_or(0, |payload| payload.length);
    match difference {
        Difference::Kind { kind } => format!("it came back as a {} message", kind_name(kind)),
        Difference::Length => {
            format!("it came back with {} instead of {}", octets(length(saw)), length(expected))
        }
        Difference::Octet { at, expected, saw } => {
            format!("it came back changed at octet {at} ({saw:#04x} instead of {expected:#04x})")
        }
        Difference::Content => "it came back with other octets of the same length".to_owned(),
        Difference::Count => format!("{} came", event(saw)),
    }
}

/// The events, at most those that a reason names.
#[must_use]
pub fn event_list(events: &Events) -> String {
    if events.first.is_empty() {
        return "nothing".to_owned();
    }
    let named = events.first.iter().map(event).collect::<Vec<_>>().join(", ");
    if events.more > 0 { format!("{named} and {} more", events.more) } else { named }
}

/// An event.
#[must_use]
pub fn event(event: &Observed) -> String {
    match event {
        Observed::Message { kind, payload: of } if of.length == 0 => {
            format!("an empty {} message", kind_name(*kind))
        }
        Observed::Message { kind, payload: of } => {
            format!("a {} message of {}", kind_name(*kind), payload(of))
        }
        Observed::Pong(of) if of.length == 0 => "an empty Pong".to_owned(),
        Observed::Pong(of) => format!("a Pong of {}", payload(of)),
        Observed::Silence(name) => format!("silence ({name})"),
        Observed::Echoes(1) => "1 echo".to_owned(),
        Observed::Echoes(count) => format!("{count} echoes"),
    }
}

const fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::Binary => "binary",
    }
}
