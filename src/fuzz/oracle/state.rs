//! Where a conversation has been: what guides the search for new ones.

use std::{
    collections::BTreeSet,
    hash::{Hash, Hasher},
};

use xxhash_rust::xxh3::Xxh3Default;

use crate::{
    case::Case,
    judge::{self, Ending},
    protocol::Violation,
    transcript::{End, Happening, Transcript},
};

use super::course::{Course, Due, Duty, Fate, Reply};

/// A state of the model, a way between two of them, or a class of reactions that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub u64);

/// What a conversation has reached. Payloads do not count, nor how often something happened.
pub fn states(case: &Case, transcript: &Transcript) -> impl Iterator<Item = StateId> {
    let course = Course::of(case, transcript.role, transcript.handshake.deflate());
    states_on(&course, transcript)
}

/// The same, of a case with this course.
pub(super) fn states_on(
    course: &Course,
    transcript: &Transcript,
) -> impl Iterator<Item = StateId> + use<> {
    let mut reached = Reached::default();
    reached.model(course);
    reached.reactions(transcript);
    reached.end(course, transcript);
    reached.0.into_iter()
}

#[derive(Default)]
struct Reached(BTreeSet<StateId>);

impl Reached {
    fn note(&mut self, what: impl Hash) {
        let mut hasher = Xxh3Default::new();
        what.hash(&mut hasher);
        self.0.insert(StateId(hasher.finish()));
    }

    /// The ways through the model: which reply is due behind which, and how it has to end.
    fn model(&mut self, course: &Course) {
        let steps = course.dues.iter().map(Due::kind);
        let mut before = None;
        for kind in steps {
            self.note(("due", before, kind));
            before = Some(kind);
        }
        self.note(("fate", before, course.fate.kind()));
        for violation in &course.violations {
            self.note(("wrong", kind_of(violation), course.fate.kind()));
        }
    }

    /// What came, behind what.
    fn reactions(&mut self, transcript: &Transcript) {
        let mut before = None;
        for happening in transcript.happenings() {
            let kind = kind_of_happening(happening);
            self.note(("came", before, kind));
            before = Some(kind);
        }
        for rule in judge::broken_rules(transcript) {
            self.note(("broken", rule.rule));
        }
    }

    fn end(&mut self, course: &Course, transcript: &Transcript) {
        let ending = Ending::of(transcript);
        let end = match transcript.end {
            End::NeverConnected => 0_u8,
            End::PeerClosed => 1,
            End::PeerReset => 2,
            End::WeClosed => 3,
            End::Interrupted => 4,
        };
        let how = (ending.peer_closed_first, ending.gave_up, ending.close_timeout);
        self.note(("end", course.fate.kind(), end, ending.peer_close, how));
    }
}

impl Due {
    const fn kind(&self) -> (u8, Duty) {
        let reply = match self.reply {
            Reply::Echo(..) => 0,
            Reply::Pong(_) => 1,
            Reply::Silence(_) => 2,
            Reply::Echoes(_) => 3,
        };
        (reply, self.duty)
    }
}

impl Fate {
    const fn kind(&self) -> (u8, Option<&'static str>) {
        match self {
            Self::Open => (0, None),
            Self::Closing { in_order: true, .. } => (1, None),
            Self::Closing { .. } => (2, None),
            Self::Failing { requirement, .. } => (3, Some(requirement)),
            Self::Doubtful => (4, None),
            Self::Left => (5, None),
            Self::Lost => (6, None),
        }
    }
}

fn kind_of(violation: &Violation) -> std::mem::Discriminant<Violation> {
    std::mem::discriminant(violation)
}

/// What happened, and with which opcode.
fn kind_of_happening(happening: &Happening) -> (std::mem::Discriminant<Happening>, Option<u8>) {
    let opcode = match happening {
        Happening::Sent { frame, .. } | Happening::Received(frame) => {
            Some(frame.header.opcode.number())
        }
        _ => None,
    };
    (std::mem::discriminant(happening), opcode)
}
