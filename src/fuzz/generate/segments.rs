//! How octets are cut into segments, which must make no difference (RFC 6455 §6.2).

use std::num::NonZeroUsize;

use crate::case::{FrameScript, Pacing, Payload, Step};

use super::{dice::Dice, draft::Draft, guide::Ingredient};

/// Sizes of pieces.
const PIECES: [usize; 9] = [1, 2, 3, 4, 5, 7, 9, 100, 1000];

/// Most pieces that one frame is cut into: each takes a little time.
const PIECES_MAX: u64 = 8;

/// Cuts some of the steps.
pub(super) fn cut(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let among = [Ingredient::Joined, Ingredient::Segments];
    if draft.steps.is_empty() || draft.choose(&among, dice) != Some(Ingredient::Segments) {
        return;
    }
    for _ in 0..1 + dice.below(2) {
        let index = dice.below(draft.steps.len());
        if dice.once_in(3) {
            split(&mut draft.steps, index, dice);
            continue;
        }
        let (length, pacing) = match &mut draft.steps[index] {
            Step::Frame(frame) => (frame.payload.len(), &mut frame.pacing),
            Step::Message(message) if message.fragment.is_none() => {
                (message.payload.len(), &mut message.pacing)
            }
            Step::Octets(octets, pacing) => (octets.len(), pacing),
            _ => continue,
        };
        *pacing = of(length, dice);
    }
}

fn of(length: u64, dice: &mut Dice<'_, '_>) -> Pacing {
    let apart = Pacing { apart: true, chop: None };
    let size = dice.pick(&PIECES);
    // A header has at most fourteen octets.
    if dice.below(2) == 0 || (length + 14) / size as u64 > PIECES_MAX {
        return apart;
    }
    Pacing { apart: false, chop: NonZeroUsize::new(size) }
}

/// Sends a frame in two parts, the second of which begins anywhere in the payload.
fn split(steps: &mut Vec<Step>, index: usize, dice: &mut Dice<'_, '_>) {
    let Step::Frame(frame) = &steps[index] else {
        return;
    };
    // A Ping in two parts is none that the case knows of.
    let cannot = frame.length.is_some() || frame.opcode.is_control();
    if cannot || frame.payload.len() < 2 {
        return;
    }
    let octets = frame.payload.to_vec();
    let (now, later) = octets.split_at(1 + dice.below(octets.len() - 1));
    let first = FrameScript {
        payload: Payload::from(now),
        length: Some(octets.len() as u64),
        pacing: Pacing { apart: true, chop: None },
        ..frame.clone()
    };
    let rest = Step::More(Payload::from(later));
    steps.splice(index..=index, [Step::Frame(first), rest]);
}
