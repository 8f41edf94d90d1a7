//! Messages and control frames that are right.

use std::num::NonZeroU64;

use crate::{
    case::{MessageScript, Pacing, Payload, Step},
    protocol::{MessageKind, Opcode},
};

use super::{dice::Dice, draft::Draft, guide::Ingredient, payloads};

/// What a conversation on which nothing is wrong is made of.
const RIGHT: [Ingredient; 4] = [
    Ingredient::Message,
    Ingredient::Fragments,
    Ingredient::Ping,
    Ingredient::Pong,
];

/// Adds some messages and control frames.
pub(super) fn add(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    for _ in 0..=dice.below(4) {
        let Some(ingredient) = draft.choose(&RIGHT, dice) else {
            return;
        };
        let step = match ingredient {
            Ingredient::Message => message(dice, None),
            Ingredient::Fragments => {
                let size = dice.number(1..=130);
                message(dice, NonZeroU64::new(size))
            }
            Ingredient::Ping => control(Opcode::PING, dice),
            Ingredient::Pong => control(Opcode::PONG, dice),
        };
        draft.steps.push(step);
    }
}

fn message(dice: &mut Dice<'_, '_>, fragment: Option<NonZeroU64>) -> Step {
    let (kind, payload) = match dice.below(2) {
        0 => (MessageKind::Text, payloads::text(dice)),
        _ => (MessageKind::Binary, payloads::binary(dice)),
    };
    Step::Message(MessageScript {
        kind,
        payload,
        fragment,
        compress: true,
        pacing: Pacing::default(),
    })
}

fn control(opcode: Opcode, dice: &mut Dice<'_, '_>) -> Step {
    let length = *dice.pick(&[0, 1, 4, 125]);
    let payload = Payload::from(&dice.octets(length)[..]);
    Step::Frame(Draft::frame(opcode, payload))
}
