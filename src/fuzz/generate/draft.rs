//! A case in the making.

use std::collections::BTreeSet;

use crate::{
    case::{
        Case, CaseId, CloseExpectation, Company, DeflateScript, FrameScript, GiveUp,
        HandshakeScript, Pacing, Payload, Profile, RequirementId, Step,
    },
    fuzz::oracle::Course,
    protocol::Role,
};

use super::{
    complete::complete_with_course,
    dice::Dice,
    guide::{Guide, Ingredient},
    plan::Plan,
};

/// A case in the making.
pub(super) struct Draft<'g> {
    pub(super) guide: &'g Guide,
    pub(super) steps: Vec<Step>,
    pub(super) deflate: Option<DeflateScript>,
    pub(super) handshake: HandshakeScript,
    pub(super) requirements: Vec<RequirementId>,
    ingredients: BTreeSet<Ingredient>,
}

impl<'g> Draft<'g> {
    pub(super) fn new(guide: &'g Guide) -> Self {
        Self {
            guide,
            steps: Vec::new(),
            deflate: None,
            handshake: HandshakeScript::default(),
            requirements: Vec::new(),
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
        let weights: Vec<u32> =
            among.iter().map(|ingredient| self.guide.weights.of(*ingredient)).collect();
        let chosen = among[dice.weighted(&weights)?];
        self.ingredients.insert(chosen);
        Some(chosen)
    }

    /// Sends a frame.
    pub(super) fn push(&mut self, frame: FrameScript) {
        self.steps.push(Step::Frame(frame));
    }

    /// Sends raw octets.
    pub(super) fn octets(&mut self, octets: &[u8]) {
        self.steps.push(Step::Octets(Payload::from(octets), Pacing::default()));
    }

    /// What follows from the steps so far.
    pub(super) fn course(&self) -> Course {
        let role = self.role();
        let deflate = self.deflate.as_ref().map(|script| script.granted(role));
        Course::of_steps(&self.steps, role, deflate)
    }

    /// The case, complete.
    pub(super) fn finish(self) -> Plan {
        let mut case = Case {
            id: id(),
            chapter: "fuzz".to_owned(),
            title: "Generated case".to_owned(),
            description: String::new(),
            requirements: self.requirements,
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
        let course = complete_with_course(&mut case, self.guide);
        Plan { case, course, ingredients: self.ingredients }
    }
}

fn id() -> CaseId {
    "fuzz".parse().expect("letters are an id")
}
