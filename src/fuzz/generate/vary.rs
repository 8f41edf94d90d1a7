//! New cases out of old ones.

use arbitrary::Unstructured;

use crate::case::{Case, Step};

use super::{
    dice::Dice,
    draft::{Draft, Plan},
    guide::Guide,
    messages,
};

/// A case like this one, with some of its steps left out, doubled, moved or added.
pub fn mutate(case: &Case, source: &mut Unstructured<'_>, guide: &Guide) -> Plan {
    let mut dice = Dice::new(source);
    let mut draft = of(case, guide);
    match dice.below(3) {
        0 => messages::add(&mut draft, &mut dice),
        1 if !draft.steps.is_empty() => {
            draft.steps.remove(dice.below(draft.steps.len()));
        }
        _ if !draft.steps.is_empty() => {
            let step = dice.pick(&draft.steps).clone();
            draft.steps.insert(dice.below(draft.steps.len()), step);
        }
        _ => messages::add(&mut draft, &mut dice),
    }
    draft.finish()
}

/// The beginning of one case, and the end of another.
pub fn splice(one: &Case, other: &Case, source: &mut Unstructured<'_>, guide: &Guide) -> Plan {
    let mut dice = Dice::new(source);
    let mut draft = of(one, guide);
    draft.steps.truncate(dice.below(draft.steps.len() + 1));
    let from = dice.below(other.steps.len() + 1);
    draft.steps.extend(other.steps[from..].iter().cloned());
    draft.finish()
}

fn of<'g>(case: &Case, guide: &'g Guide) -> Draft<'g> {
    let mut draft = Draft::new(guide);
    draft.deflate.clone_from(&case.deflate);
    let lasts = |step: &&Step| !matches!(step, Step::Pause(_) | Step::RoundTrips(_));
    draft.steps = case.steps.iter().filter(lasts).cloned().collect();
    draft
}
