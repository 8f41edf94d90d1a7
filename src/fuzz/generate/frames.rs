//! Steps that send one frame or one message.

use std::num::NonZeroU64;

use crate::{
    case::{FrameScript, MaskScript, MessageScript, Pacing, Payload, Step},
    protocol::{MessageKind, Opcode, Rsv},
};

use super::{dice::Dice, payloads, text};

/// A frame that is right in every respect.
pub(super) fn frame(opcode: Opcode, payload: impl Into<Payload>) -> FrameScript {
    FrameScript {
        fin: true,
        rsv: Rsv::NONE,
        opcode,
        mask: MaskScript::AsRole,
        payload: payload.into(),
        length: None,
        form: None,
        pacing: Pacing::default(),
    }
}

/// A message, whole or in frames of so many octets.
pub(super) fn message(
    kind: MessageKind,
    payload: Payload,
    fragment: Option<NonZeroU64>,
    compress: bool,
) -> Step {
    Step::Message(MessageScript { kind, payload, fragment, compress, pacing: Pacing::default() })
}

/// Something to send as a message, text or binary.
pub(super) fn content(dice: &mut Dice<'_, '_>) -> (MessageKind, Payload) {
    match dice.below(2) {
        0 => (MessageKind::Text, text::valid(dice)),
        _ => (MessageKind::Binary, payloads::binary(dice)),
    }
}

/// The frames of a message that was cut into these pieces.
pub(super) fn fragments(kind: MessageKind, rsv: Rsv, pieces: &[Vec<u8>]) -> Vec<FrameScript> {
    let last = pieces.len().saturating_sub(1);
    let frame = |(index, piece): (usize, &Vec<u8>)| {
        let first = index == 0;
        let opcode = if first { kind.opcode() } else { Opcode::CONTINUATION };
        FrameScript {
            fin: index == last,
            rsv: if first { rsv } else { Rsv::NONE },
            ..frame(opcode, &piece[..])
        }
    };
    pieces.iter().enumerate().map(frame).collect()
}
