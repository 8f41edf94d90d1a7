//! Opening handshakes: unusual ones that are right, and ones that must come to nothing.

mod negotiation;
mod request;
mod response;

use std::num::NonZeroUsize;

use crate::{
    case::{
        FieldCondition, HandshakeExpectation, HeadEdits, HeadText, OurHead, OutcomeVerdict,
        Reaction, RequestEdits, RequirementId, ResponseEdits,
    },
    protocol::Role,
};

use super::{dice::Dice, draft::Draft, guide::Ingredient};

/// Something wrong with our head, and what demands that it comes to nothing.
#[derive(Clone, Copy)]
pub(super) struct Mistake {
    pub(super) requirement: &'static str,
    pub(super) edit: fn(&mut HeadEdits),
}

/// Varies the opening handshake, at times. Says whether the connection is to open.
pub(super) fn vary(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) -> bool {
    let among = [
        Ingredient::PlainOpening,
        Ingredient::OddOpening,
        Ingredient::WrongOpening,
        Ingredient::WrongNegotiation,
    ];
    match draft.choose(&among, dice) {
        Some(Ingredient::OddOpening) => {
            let testee = draft.guide.testee;
            let mut head = ours(testee, odd(testee, dice));
            if let (OurHead::Request(edits), true) = (&mut head, dice.once_in(4)) {
                draft.handshake.outcomes = request::ask_for_much(edits, dice);
            }
            draft.handshake.ours = Some(head);
            true
        }
        Some(Ingredient::WrongNegotiation) => {
            negotiation::spoil(draft, dice);
            false
        }
        Some(Ingredient::WrongOpening) => {
            match draft.guide.testee {
                Role::Server => request::spoil(draft, dice),
                Role::Client => response::spoil(draft, dice),
            }
            false
        }
        _ => true,
    }
}

/// Edits that change nothing.
fn odd(testee: Role, dice: &mut Dice<'_, '_>) -> HeadEdits {
    let mut edits = HeadEdits::default();
    let fields = match testee {
        Role::Server => request::ODD,
        Role::Client => response::ODD,
    };
    for _ in 0..=dice.below(3) {
        edits.with.push(line(dice.pick(fields)));
    }
    if dice.once_in(4) {
        let filler =
            (0..dice.below(12)).map(|number| line(&format!("X-Filler-{number}: {number}")));
        edits.first.extend(filler);
    }
    if dice.once_in(6) {
        edits.also.push(line(&format!("X-Long: {}", "x".repeat(dice.below(500)))));
    }
    let whole = match testee {
        Role::Server => request::ODD_HEADS,
        Role::Client => response::ODD_HEADS,
    };
    if dice.once_in(4) {
        dice.pick(whole)(&mut edits);
    }
    if dice.once_in(6) {
        edits.chop = NonZeroUsize::new(dice.pick(&[50, 100, 17]));
    }
    edits
}

fn ours(testee: Role, head: HeadEdits) -> OurHead {
    match testee {
        Role::Server => {
            OurHead::Request(Box::new(RequestEdits { head, ..RequestEdits::default() }))
        }
        Role::Client => {
            OurHead::Response(Box::new(ResponseEdits { head, ..ResponseEdits::default() }))
        }
    }
}

/// A line of a head, with its places.
fn line(text: &str) -> HeadText {
    HeadText::new(HeadText::parts_of(text))
}

/// One thing that may come of the opening handshake.
fn outcome(verdict: OutcomeVerdict, reaction: Reaction, has: &[&str]) -> HandshakeExpectation {
    HandshakeExpectation {
        verdict,
        reaction,
        has: has.iter().filter_map(|text| FieldCondition::parse(text)).collect(),
        lacks: Vec::new(),
        interim: None,
        breaks: Vec::new(),
    }
}

fn id(requirement: &str) -> RequirementId {
    RequirementId(requirement.to_owned())
}
