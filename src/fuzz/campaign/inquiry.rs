//! What is being looked into, one thing at a time.

use super::{
    Assignment, Played, Symptom, Ticket,
    assignment::Purpose,
    hunt::{Catch, Hunt},
    investigation::Investigation,
};
use crate::fuzz::oracle::Oracle;

/// What is being looked into.
#[derive(Debug)]
pub(super) enum Inquiry {
    /// Whether a case shows a deviation, and the least that shows it.
    Deviation(Box<Investigation>),
    /// Which case spoils the testee for correct connections, or kills it.
    Hunt(Hunt),
}

impl Inquiry {
    /// The next case to play; `None` if nothing more is.
    pub(super) fn next(&mut self) -> Option<Assignment> {
        let ticket = Ticket(Purpose::Investigate);
        match self {
            Self::Deviation(investigation) => {
                let (case, patient) = investigation.next()?;
                Some(Assignment {
                    ticket,
                    case,
                    course: None,
                    patient,
                    mortal: investigation.group().symptom == Symptom::Died,
                    fresh: false,
                })
            }
            Self::Hunt(hunt) => {
                let (case, fresh) = hunt.next()?;
                Some(Assignment {
                    ticket,
                    case,
                    course: None,
                    patient: false,
                    mortal: hunt.is_at_end_of_stage(),
                    fresh,
                })
            }
        }
    }

    /// What came of it.
    pub(super) fn take(&mut self, oracle: Oracle, played: Played) {
        match self {
            Self::Deviation(investigation) => investigation.take(played),
            Self::Hunt(hunt) => hunt.take(oracle, &played),
        }
    }

    /// Whether it is no news that the testee dies of it.
    pub(super) fn is_mortal(&self) -> bool {
        match self {
            Self::Deviation(investigation) => investigation.group().symptom == Symptom::Died,
            Self::Hunt(_) => true,
        }
    }

    /// What it came to so far; `None` if it is not so.
    pub(super) fn end(self) -> Option<Catch> {
        match self {
            Self::Deviation(investigation) => {
                let finding = investigation.finding()?;
                Some(Catch::Finding(Box::new(finding)))
            }
            Self::Hunt(hunt) => hunt.end(),
        }
    }
}
