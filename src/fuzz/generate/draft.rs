//! A case in the making.

use std::collections::BTreeSet;

use crate::{
    case::{
        Case, CaseId, CloseExpectation, Company, DeflateScript, DropHow, Event, FrameScript,
        GiveUp, HandshakeScript, MaskScript, Pacing, Payload, Profile, Step,
    },
    fuzz::oracle::{Course, Fate, Reply},
    protocol::{Opcode, Role, Rsv},
};

use super::{
    dice::Dice,
    guide::{Guide, Ingredient},
};

/// A case, and what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The case, with what the oracle expects of it. Its id is the same for all: whoever keeps it
    /// gives it another.
    pub case: Case,
    /// What it was made of.
    pub ingredients: BTreeSet<Ingredient>,
}

/// A case in the making.
pub(super) struct Draft<'g> {
    pub(super) guide: &'g Guide,
    pub(super) steps: Vec<Step>,
    pub(super) deflate: Option<DeflateScript>,
    pub(super) handshake: HandshakeScript,
    ingredients: BTreeSet<Ingredient>,
}

impl<'g> Draft<'g> {
    pub(super) fn new(guide: &'g Guide) -> Self {
        Self {
            guide,
            steps: Vec::new(),
            deflate: None,
            handshake: HandshakeScript::default(),
            ingredients: BTreeSet::new(),
        }
    }

    /// The side that we play.
    pub(super) const fn role(&self) -> Role {
        self.guide.testee.peer()
    }

    /// One of these ingredients, by their weights.
    pub(super) fn choose(
        &mut self,
        among: &[Ingredient],
        dice: &mut Dice<'_, '_>,
    ) -> Option<Ingredient> {
        let weights: Vec<u32> = among
            .iter()
            .map(|ingredient| self.guide.weights.of(*ingredient))
            .collect();
        let chosen = among[dice.weighted(&weights)?];
        self.ingredients.insert(chosen);
        Some(chosen)
    }

    /// A frame that is right in every respect.
    pub(super) fn frame(opcode: Opcode, payload: Payload) -> FrameScript {
        FrameScript {
            fin: true,
            rsv: Rsv::NONE,
            opcode,
            mask: MaskScript::AsRole,
            payload,
            length: None,
            form: None,
            pacing: Pacing::default(),
        }
    }

    /// Completes the case, so that it ends by itself, and lets the oracle say what may come of it.
    pub(super) fn finish(self) -> Plan {
        let mut case = Case {
            id: id(),
            chapter: "fuzz".to_owned(),
            title: "Generated case".to_owned(),
            description: String::new(),
            requirements: Vec::new(),
            bugs: Vec::new(),
            testee: Some(self.guide.testee),
            needs: BTreeSet::new(),
            hostile: false,
            handshake: self.handshake,
            deflate: self.deflate,
            steps: self.steps,
            outcomes: Vec::new(),
            close: CloseExpectation::NONE,
            give_up: GiveUp::CloseSoon,
            informational: false,
            company: Company::Any,
            profile: Profile::Quick,
            autobahn: None,
        };
        complete(&mut case, self.guide);
        Plan {
            case,
            ingredients: self.ingredients,
        }
    }
}

/// Lets a case end by itself, whatever its steps, and writes what may come of it into it.
pub(super) fn complete(case: &mut Case, guide: &Guide) {
    let role = guide.testee.peer();
    let course = |case: &Case| Course::of(case, role, Course::likely_deflate(case));
    let mut now = course(case);
    let leaves = |step: &Step| matches!(step, Step::Drop(_));
    let has_left = case.steps.iter().any(leaves);
    let last_pong = now.dues.iter().rev().find_map(|due| match &due.reply {
        Reply::Pong(payload) if !due.awaited => Some(payload.clone()),
        _ => None,
    });
    match (&now.fate, last_pong) {
        (Fate::Left, _) if !has_left => {
            // Nothing is to be waited for.
            case.steps.push(Step::Drop(DropHow::Fin));
            now = course(case);
        }
        // Without echoes nothing else shows when the testee has done its part.
        (Fate::Open, Some(payload)) if !guide.echo => {
            case.steps.push(Step::Await(Event::Pong(payload)));
            now = course(case);
        }
        _ => {}
    }
    case.needs = now.needs().filter(|_| guide.echo).into_iter().collect();
    now.expectation(guide.echo).write_into(case);
}

fn id() -> CaseId {
    "fuzz".parse().expect("letters are an id")
}
