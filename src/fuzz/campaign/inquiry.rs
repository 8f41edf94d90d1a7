//! What is being looked into, one thing at a time.

use super::{
    Assignment, Finding, Played, Symptom, Ticket, assignment::Purpose, health::Hunt,
    investigation::Investigation,
};
use crate::fuzz::oracle::Oracle;

/// What is being looked into.
#[derive(Debug)]
pub(super) enum Inquiry {
    /// Whether a case shows a deviation, and the least that shows it.
    Deviation(Box<Investigation>),
    /// Which case spoils the testee for correct connections.
    Health(Hunt),
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
            Self::Health(hunt) => {
                let (case, fresh) = hunt.next()?;
                Some(Assignment {
                    ticket,
                    case,
                    course: None,
                    patient: false,
                    mortal: false,
                    fresh,
                })
            }
        }
    }

    /// What came of it.
    pub(super) fn take(&mut self, oracle: Oracle, played: Played) {
        match self {
            Self::Deviation(investigation) => investigation.take(played),
            Self::Health(hunt) => hunt.take(oracle, &played),
        }
    }

    /// What it came to so far; `None` if it is not so.
    pub(super) fn finding(self) -> Option<Finding> {
        match self {
            Self::Deviation(investigation) => investigation.finding(),
            Self::Health(hunt) => hunt.finding(),
        }
    }
}
