//! What a case is: its model, its language, and the cases that come with wspec.

mod directory;
mod embedded;
mod explain;
mod id;
mod language;
mod model;
mod payload;
mod sample;
mod select;
mod set;

pub use directory::{CaseDirError, read_case_dir};
pub use embedded::embedded_cases;
pub use explain::explain;
pub use id::{CaseId, CaseIdError};
pub use language::{CaseFileError, CaseFileErrors, Mistake, SourceFile, read_cases, schema};
pub use model::{
    AcceptRule, AutobahnView, Case, CloseExpectation, Closer, Company, Compare, DeflateScript,
    DropHow, Event, Expected, FrameScript, GiveUp, MaskScript, MessageScript, Outcome,
    OutcomeVerdict, Pacing, Profile, RoundTripSource, RoundTrips, Step,
};
pub use payload::{Part, Payload};
pub use sample::{Sample, SampleCursor};
pub use select::{PatternError, Selection, SelectionError};
pub use set::{CaseSet, Chapter, Section};

pub use crate::requirement::{RequirementId, known_requirements};
