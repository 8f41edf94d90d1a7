//! Close frames: codes and reasons, right and wrong (RFC 6455 §7.4).

use crate::{
    case::{Payload, Step},
    protocol::{CloseBody, CloseCode, Opcode},
};

use super::{dice::Dice, draft::Draft, frames::frame, guide::Ingredient, right, text};

/// Codes that may be sent.
const GOOD: [u16; 16] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999, 1010,
];

/// Codes that must not be sent, or have no meaning.
const BAD: [u16; 14] =
    [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 10_000, 65_535];

/// The longest reason.
const REASON_MAX: usize = 123;

/// Adds a Close of ours, and at times what must not follow it.
pub(super) fn add(draft: &mut Draft<'_>, ingredient: Ingredient, dice: &mut Dice<'_, '_>) {
    let payload = match ingredient {
        Ingredient::BadClose => bad(dice),
        _ => good(dice),
    };
    if dice.once_in(4) {
        let mut first = frame(Opcode::TEXT, &b"a message without an end"[..]);
        first.fin = false;
        draft.push(first);
    }
    draft.steps.push(Step::Close(payload));
    if ingredient == Ingredient::AfterClose {
        match dice.below(3) {
            0 => draft.push(frame(Opcode::PING, &b"behind"[..])),
            1 => draft.push(frame(Opcode::TEXT, &b"behind"[..])),
            _ => right::add(draft, dice, 2),
        }
    }
}

fn good(dice: &mut Dice<'_, '_>) -> Payload {
    if dice.once_in(4) {
        return Payload::default();
    }
    let code = CloseCode(dice.pick(&GOOD));
    let mut reason = match dice.below(4) {
        0 => text::valid(dice).to_vec(),
        1 => vec![b'*'; REASON_MAX],
        _ => Vec::new(),
    };
    if reason.len() > REASON_MAX {
        reason.clear();
    }
    Payload::from(&CloseBody::encode(code, &reason)[..])
}

fn bad(dice: &mut Dice<'_, '_>) -> Payload {
    let octets = match dice.below(3) {
        0 => vec![dice.pick(&[3, 0, 0xFF])],
        1 => {
            let mut body = CloseBody::encode(CloseCode::NORMAL, &text::invalid(dice).to_vec());
            let excess = body.len().saturating_sub(2 + REASON_MAX);
            body.drain(2..2 + excess);
            body
        }
        _ => CloseBody::encode(CloseCode(dice.pick(&BAD)), b""),
    };
    Payload::from(&octets[..])
}
