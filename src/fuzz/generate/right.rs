//! Messages and control frames that are right.

use std::num::NonZeroU64;

use crate::{
    case::{Event, Step},
    fuzz::oracle::Reply,
    protocol::{MessageKind, Opcode, Rsv},
};

use super::{
    dice::Dice,
    draft::Draft,
    frames::{content, fragments, frame, message},
    guide::Ingredient,
    payloads, streams,
};

/// What a conversation on which nothing is wrong is made of.
const RIGHT: [Ingredient; 8] = [
    Ingredient::Message,
    Ingredient::Fragments,
    Ingredient::Ping,
    Ingredient::Interleaved,
    Ingredient::Pong,
    Ingredient::Stream,
    Ingredient::Wait,
    Ingredient::Burst,
];

/// Adds so many messages and control frames at most.
pub(super) fn add(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>, most: usize) {
    for _ in 0..dice.below(most + 1) {
        let Some(ingredient) = draft.choose(&RIGHT, dice) else {
            return;
        };
        match ingredient {
            Ingredient::Fragments => {
                let (kind, payload) = content(dice);
                let least = payload.len() / 64 + 1;
                let size = match payload.len() {
                    0..=300 if dice.once_in(8) => NonZeroU64::new(1),
                    _ => NonZeroU64::new(dice.number(least..=least + 130)),
                };
                let compress = !dice.once_in(4);
                draft.steps.push(message(kind, payload, size, compress));
            }
            Ingredient::Ping => draft.push(frame(Opcode::PING, payloads::control(dice))),
            Ingredient::Pong => draft.push(frame(Opcode::PONG, payloads::control(dice))),
            Ingredient::Interleaved => interleaved(draft, dice),
            Ingredient::Stream if draft.deflate.is_some() => streams::good(draft, dice),
            Ingredient::Wait => wait(draft, dice),
            Ingredient::Burst => burst(draft, dice),
            _ if draft.deflate.is_some() && dice.once_in(4) => {
                let payload = payloads::repetitive(dice);
                let message = message(MessageKind::Binary, payload, None, true);
                // The second time it is there already, if the context is taken over.
                for _ in 0..=dice.below(2) {
                    draft.steps.push(message.clone());
                }
            }
            _ => {
                let (kind, payload) = content(dice);
                let compress = !dice.once_in(4);
                draft.steps.push(message(kind, payload, None, compress));
            }
        }
    }
}

/// A message in fragments of any size, with control frames between them (RFC 6455 §5.4).
fn interleaved(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let (kind, payload) = content(dice);
    let count = 2 + dice.below(4);
    let pieces = payloads::cut(&payload.to_vec(), count, dice);
    for fragment in fragments(kind, Rsv::NONE, &pieces) {
        let last = fragment.fin;
        draft.push(fragment);
        if !last && dice.below(3) == 0 {
            let opcode = dice.pick(&[Opcode::PING, Opcode::PONG]);
            draft.push(frame(opcode, payloads::control(dice)));
        }
    }
}

/// Many short messages, or Pings, in one write.
fn burst(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let (opcodes, count) = match dice.below(3) {
        0 => ([Opcode::PING, Opcode::PING], 2 + dice.below(6)),
        _ if dice.once_in(8) => ([Opcode::TEXT, Opcode::BINARY], 110),
        _ => ([Opcode::TEXT, Opcode::BINARY], 2 + dice.below(8)),
    };
    for number in 0..count {
        let opcode = dice.pick(&opcodes);
        let payload = format!("message {number}");
        draft.push(frame(opcode, payload.as_bytes()));
    }
}

/// A point at which everything before has been answered.
fn wait(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let due = draft.course().dues.pop();
    let step = match due.map(|due| due.reply) {
        Some(Reply::Echo(kind, payload)) if draft.guide.echo && dice.below(2) == 0 => {
            Step::Await(Event::Message(kind, payload))
        }
        Some(Reply::Pong(payload)) => Step::Await(Event::Pong(payload)),
        _ => Step::Fence,
    };
    draft.steps.push(step);
}
