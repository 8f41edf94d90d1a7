//! What a campaign is told at its beginning, what it hands out, and what it gets back.

use std::sync::Arc;

use crate::{
    case::Case,
    fuzz::{generate::Guide, oracle::Course},
    transcript::Transcript,
};

/// What a campaign is about.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The kind of testee, and of cases.
    pub guide: Guide,
    /// What all cases follow from.
    pub seed: u64,
    /// How many cases are generated; `None`: until [`Campaign::finish`].
    pub cases: Option<u64>,
    /// How many findings are enough; `None`: as many as there are.
    pub findings: Option<usize>,
    /// A missed SHOULD is a finding, too.
    pub should: bool,
    /// The testee can be started again.
    pub restarts: bool,
}

/// A case to play.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Whoever played it gives it back.
    pub ticket: Ticket,
    /// The case.
    pub case: Arc<Case>,
    /// The course that it takes if what it asks for is granted, where that is known.
    pub(super) course: Option<Box<Course>>,
    /// It has to be certain that nothing comes; otherwise a short wait will do.
    pub patient: bool,
    /// It may end the process of the testee, which is to be looked at closely.
    pub mortal: bool,
    /// The testee has to be started again before.
    pub fresh: bool,
}

/// Says which assignment a result is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub(super) Purpose);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The generated case of this number.
    Explore(u64),
    /// What shows whether a suspicion is right.
    Investigate,
}

impl Ticket {
    /// The number of the generated case, if it is one.
    #[must_use]
    pub const fn number(self) -> Option<u64> {
        match self.0 {
            Purpose::Explore(number) => Some(number),
            Purpose::Investigate => None,
        }
    }
}

/// What came of an assignment.
#[derive(Clone, Debug)]
pub struct Played {
    /// What happened on the connection.
    pub transcript: Transcript,
    /// How long it was looked, after the connection's end, whether the testee has survived it; in
    /// microseconds.
    pub looked_us: u64,
    /// How the testee's process ended, if it did meanwhile.
    pub died: Option<String>,
}

/// What is to be done next.
#[derive(Clone, Debug)]
pub enum Next {
    /// This is to be played.
    Play(Assignment),
    /// Nothing, until a result is there.
    Wait,
    /// Nothing any more.
    Over,
}
