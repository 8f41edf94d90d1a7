//! A whole case: opening, messages, and an end.

use std::collections::BTreeSet;

use arbitrary::Unstructured;

use crate::{case::Case, fuzz::oracle::Course};

use super::{
    closes,
    dice::Dice,
    draft::Draft,
    guide::{Guide, Ingredient},
    opening, right, segments, streams, wrong,
};

/// A case, and what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The case, with what the oracle expects of it. Its id is the same for all: whoever keeps it
    /// gives it another.
    pub case: Case,
    /// The course that it takes if what it asks for is granted, where it may open.
    pub course: Option<Course>,
    /// What it was made of.
    pub ingredients: BTreeSet<Ingredient>,
}

/// How a conversation can end.
const ENDS: [Ingredient; 18] = [
    Ingredient::Healthy,
    Ingredient::ReservedBits,
    Ingredient::ReservedOpcode,
    Ingredient::WrongMask,
    Ingredient::FragmentedControl,
    Ingredient::OversizedControl,
    Ingredient::Orphan,
    Ingredient::Interrupted,
    Ingredient::BadText,
    Ingredient::BadStream,
    Ingredient::LongLength,
    Ingredient::Close,
    Ingredient::BadClose,
    Ingredient::AfterClose,
    Ingredient::HugeLength,
    Ingredient::LengthTopBit,
    Ingredient::CutFrame,
    Ingredient::Rubbish,
];

/// A new case for a testee of the guide's kind.
pub fn generate(source: &mut Unstructured<'_>, guide: &Guide) -> Plan {
    let mut dice = Dice::new(source);
    let mut draft = Draft::new(guide);
    if opening::vary(&mut draft, &mut dice) {
        streams::agree(&mut draft, &mut dice);
        right::add(&mut draft, &mut dice, 3);
        end(&mut draft, &mut dice);
        segments::cut(&mut draft, &mut dice);
    }
    draft.finish()
}

/// Brings the conversation to an end, in order or not.
pub(super) fn end(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let Some(ingredient) = draft.choose(&ENDS, dice) else {
        return;
    };
    match ingredient {
        Ingredient::Healthy => right::add(draft, dice, 2),
        Ingredient::Close | Ingredient::BadClose | Ingredient::AfterClose => {
            closes::add(draft, ingredient, dice);
        }
        Ingredient::HugeLength
        | Ingredient::LengthTopBit
        | Ingredient::CutFrame
        | Ingredient::Rubbish => wrong::leave(draft, ingredient, dice),
        _ => wrong::add(draft, ingredient, dice),
    }
}
