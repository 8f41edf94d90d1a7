//! What a case is: its model, its language, and the cases that come with wspec.

mod id;
mod model;
mod payload;
mod sample;

pub use id::{CaseId, CaseIdError};
pub use model::{
    AcceptRule, AutobahnView, Case, CloseExpectation, Closer, Company, Compare, DeflateScript,
    DropHow, Event, Expected, FrameScript, GiveUp, MaskScript, MessageScript, Outcome,
    OutcomeVerdict, Pacing, Profile, RequirementId, RoundTripSource, RoundTrips, Step,
};
pub use payload::{Part, Payload};
pub use sample::{Sample, SampleCursor};
