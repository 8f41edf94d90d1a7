//! New cases out of old ones.

use arbitrary::Unstructured;

use crate::{
    case::{Case, MaskScript, Payload, Step},
    protocol::{Opcode, Rsv},
};

use super::{
    dice::Dice,
    draft::Draft,
    guide::Guide,
    plan::{self, Plan},
    right, segments,
};

/// Steps of a case that are kept: more of them make it slow, and show nothing new.
const STEPS_MAX: usize = 24;

/// A case like this one, with some of its steps left out, doubled, moved, changed or added.
pub fn mutate(case: &Case, source: &mut Unstructured<'_>, guide: &Guide) -> Plan {
    let mut dice = Dice::new(source);
    let mut draft = of(case, guide);
    for _ in 0..=dice.below(3) {
        change(&mut draft, &mut dice);
    }
    segments::cut(&mut draft, &mut dice);
    draft.finish()
}

/// The beginning of one case, and the end of another.
pub fn splice(one: &Case, other: &Case, source: &mut Unstructured<'_>, guide: &Guide) -> Plan {
    let mut dice = Dice::new(source);
    let mut draft = of(one, guide);
    let end = of(other, guide);
    draft.steps.truncate(dice.below(draft.steps.len() + 1));
    let from = dice.below(end.steps.len() + 1);
    draft.steps.extend_from_slice(&end.steps[from..]);
    if draft.deflate.is_none() {
        draft.deflate = end.deflate;
    }
    draft.finish()
}

/// The steps of a case, without those that wait for time to pass.
fn of<'g>(case: &Case, guide: &'g Guide) -> Draft<'g> {
    let mut draft = Draft::new(guide);
    draft.deflate.clone_from(&case.deflate);
    let lasts = |step: &&Step| {
        !matches!(step, Step::Pause(_) | Step::RoundTrips(_) | Step::Reading(_) | Step::Repeat(..))
    };
    let kept = case.steps.iter().filter(lasts).take(STEPS_MAX);
    draft.steps = kept.cloned().collect();
    draft
}

fn change(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let count = draft.steps.len();
    let choice = dice.below(7);
    if count == 0 || choice == 0 {
        return right::add(draft, dice, 2);
    }
    let index = dice.below(count);
    match choice {
        1 => {
            draft.steps.remove(index);
        }
        2 => {
            let step = draft.steps[index].clone();
            let to = dice.below(count + 1);
            draft.steps.insert(to, step);
        }
        3 => draft.steps.swap(index, dice.below(count)),
        4 => {
            draft.steps.truncate(index);
            plan::end(draft, dice);
        }
        5 => bend(&mut draft.steps[index], dice),
        _ => {
            let later = draft.steps.split_off(index);
            right::add(draft, dice, 2);
            draft.steps.extend(later);
        }
    }
}

/// Changes one thing about a frame.
fn bend(step: &mut Step, dice: &mut Dice<'_, '_>) {
    let Step::Frame(frame) = step else {
        return;
    };
    match dice.below(5) {
        0 => frame.fin = !frame.fin,
        1 => frame.rsv = Rsv::new(dice.number(0..=7) as u8).unwrap_or_default(),
        2 => frame.opcode = Opcode::from_first_octet(dice.number(0..=15) as u8),
        3 => frame.mask = dice.pick(&[MaskScript::AgainstRole, MaskScript::AsRole]),
        _ if frame.length.is_none() && frame.payload.len() <= 200 => {
            let mut octets = frame.payload.to_vec();
            let at = dice.below(octets.len() + 1);
            let octet = dice.number(0..=255) as u8;
            match octets.get_mut(at) {
                Some(place) => *place = octet,
                None => octets.push(octet),
            }
            frame.payload = Payload::from(&octets[..]);
        }
        _ => {}
    }
}
