//! Frames for which the testee has to fail the connection, and some that it may put up with.

use crate::{
    case::{FrameScript, MaskScript, Part, Payload},
    protocol::{LengthForm, MessageKind, Opcode, Role, Rsv},
};

use super::{
    dice::Dice,
    draft::Draft,
    frames::{content, fragments, frame, message},
    guide::Ingredient,
    payloads, right, streams, text,
};

/// Opcodes without a meaning (RFC 6455 §5.2).
const RESERVED: [u8; 10] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

/// Lengths that no control frame may have.
const OVERSIZED: [u64; 5] = [126, 127, 128, 65_535, 65_536];

/// Lengths with the top bit set.
const TOP_BIT: [[u8; 8]; 3] = [[0x80, 0, 0, 0, 0, 0, 0, 0], [0x80, 0, 0, 0, 0, 0, 0, 5], [0xFF; 8]];

/// Lengths that no testee gets the octets of.
const HUGE: [u64; 6] = [1 << 31, (1 << 31) - 1, 1 << 32, (1 << 32) + 5, 1 << 62, u64::MAX >> 1];

/// Adds something wrong, and behind it what shows whether the testee goes on.
pub(super) fn add(draft: &mut Draft<'_>, ingredient: Ingredient, dice: &mut Dice<'_, '_>) {
    match ingredient {
        Ingredient::BadText => bad_text(draft, dice),
        Ingredient::BadStream => streams::bad(draft, dice),
        Ingredient::Interrupted => interrupted(draft, dice),
        Ingredient::Orphan => {
            let mut orphan = any_data(dice);
            orphan.opcode = Opcode::CONTINUATION;
            orphan.fin = !dice.once_in(4);
            if dice.once_in(4) {
                orphan.payload = Payload::default();
            }
            draft.push(orphan);
        }
        _ => bent(draft, ingredient, dice),
    }
    if dice.below(4) > 0 {
        draft.push(frame(Opcode::PING, &b"going on?"[..]));
    }
    if dice.once_in(3) {
        right::add(draft, dice, 2);
    }
}

/// A frame that is right but for one thing, on its own or inside a message.
fn bent(draft: &mut Draft<'_>, ingredient: Ingredient, dice: &mut Dice<'_, '_>) {
    let inside = dice.once_in(3);
    if inside {
        let (kind, payload) = content(dice);
        let mut first = frame(kind.opcode(), payload);
        first.fin = false;
        draft.push(first);
    }
    let deflate = draft.deflate.is_some();
    let bent = match ingredient {
        Ingredient::ReservedOpcode => {
            let number = dice.pick(&RESERVED);
            FrameScript {
                opcode: Opcode::from_first_octet(number),
                fin: number > 7 || !dice.once_in(4),
                ..any_data(dice)
            }
        }
        Ingredient::FragmentedControl => FrameScript { fin: false, ..any_control(dice) },
        Ingredient::OversizedControl => {
            FrameScript { payload: oversized(dice), ..any_control(dice) }
        }
        Ingredient::WrongMask => FrameScript { mask: MaskScript::AgainstRole, ..any(inside, dice) },
        Ingredient::LongLength => {
            let bent = any(inside, dice);
            let form = match bent.payload.len() {
                0..=125 => dice.pick(&[LengthForm::Bits16, LengthForm::Bits64]),
                _ => LengthForm::Bits64,
            };
            FrameScript { form: Some(form), ..bent }
        }
        _ => with_reserved_bits(any(inside, dice), deflate, dice),
    };
    let ends = bent.opcode == Opcode::CONTINUATION && bent.fin;
    draft.push(bent);
    if inside && !ends && dice.below(2) == 0 {
        draft.push(frame(Opcode::CONTINUATION, &b"the end"[..]));
    }
}

/// Bits that mean nothing: RSV1 does on the first frame of a message where compression is agreed.
fn with_reserved_bits(bent: FrameScript, deflate: bool, dice: &mut Dice<'_, '_>) -> FrameScript {
    let begins = matches!(bent.opcode, Opcode::TEXT | Opcode::BINARY);
    let bits: &[u8] = match deflate && begins {
        true => &[1, 2, 3],
        false if deflate => &[4, 4, 4, 1, 2, 7],
        false => &[4, 1, 2, 3, 5, 6, 7],
    };
    FrameScript { rsv: Rsv::new(dice.pick(bits)).unwrap_or(Rsv::RSV1), ..bent }
}

/// Any frame that may stand here.
fn any(inside: bool, dice: &mut Dice<'_, '_>) -> FrameScript {
    if dice.below(3) == 0 {
        return any_control(dice);
    }
    let mut data = any_data(dice);
    if inside {
        data.opcode = Opcode::CONTINUATION;
        data.fin = dice.below(2) == 0;
    }
    data
}

fn any_data(dice: &mut Dice<'_, '_>) -> FrameScript {
    let (kind, payload) = content(dice);
    frame(kind.opcode(), payload)
}

fn any_control(dice: &mut Dice<'_, '_>) -> FrameScript {
    match dice.below(3) {
        0 => frame(Opcode::PING, payloads::control(dice)),
        1 => frame(Opcode::PONG, payloads::control(dice)),
        _ => frame(Opcode::CLOSE, &b"\x03\xe8"[..]),
    }
}

fn oversized(dice: &mut Dice<'_, '_>) -> Payload {
    // The first two octets are the code of a Close.
    Payload::new(vec![
        Part::Octets(b"\x03\xe8"[..].into()),
        Part::Fill { unit: b"*".to_vec(), length: dice.pick(&OVERSIZED) - 2 },
    ])
}

/// A new message before the one before it is complete.
fn interrupted(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let mut first = any_data(dice);
    first.fin = false;
    draft.push(first);
    if dice.once_in(3) {
        draft.push(any_ping_or_pong(dice));
    }
    let mut second = any_data(dice);
    second.fin = dice.below(2) == 0;
    draft.push(second);
    if dice.below(2) == 0 {
        draft.push(frame(Opcode::CONTINUATION, &b"the end"[..]));
    }
}

fn any_ping_or_pong(dice: &mut Dice<'_, '_>) -> FrameScript {
    let opcode = dice.pick(&[Opcode::PING, Opcode::PONG]);
    frame(opcode, payloads::control(dice))
}

/// A message that says it is text and is none, whole or in fragments.
fn bad_text(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let payload = text::invalid(dice);
    if dice.below(2) == 0 {
        let compress = !dice.once_in(4);
        draft.steps.push(message(MessageKind::Text, payload, None, compress));
        return;
    }
    let pieces = 2 + dice.below(3);
    let pieces = payloads::cut(&payload.to_vec(), pieces, dice);
    for fragment in fragments(MessageKind::Text, Rsv::NONE, &pieces) {
        let last = fragment.fin;
        draft.push(fragment);
        if !last && dice.once_in(4) {
            draft.push(any_ping_or_pong(dice));
        }
    }
}

/// A frame that declares more than it holds, or octets that are no frame: nothing follows.
pub(super) fn leave(draft: &mut Draft<'_>, ingredient: Ingredient, dice: &mut Dice<'_, '_>) {
    match ingredient {
        Ingredient::HugeLength => {
            let mut huge = any_data(dice);
            huge.length = Some(dice.pick(&HUGE));
            draft.push(huge);
        }
        Ingredient::LengthTopBit => {
            // The case language has no lengths beyond 63 bits, so these are octets.
            let mut octets = vec![0x80 | dice.pick(&[1, 2, 9]), 127];
            if draft.role() == Role::Client {
                octets[1] |= 0x80;
            }
            octets.extend(dice.pick(&TOP_BIT));
            octets.extend_from_slice(b"wspec is here");
            draft.octets(&octets);
        }
        Ingredient::CutFrame => {
            let mut cut = any(false, dice);
            cut.length = Some(cut.payload.len() + dice.number(1..=200));
            draft.push(cut);
        }
        _ => {
            let count = 1 + dice.below(40);
            let rubbish = dice.octets(count);
            draft.octets(&rubbish);
        }
    }
}
