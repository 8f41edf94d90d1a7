//! What a case is: its model, its language, and the cases that come with wspec.

mod directory;
mod embedded;
mod expectation;
mod explain;
mod handshake;
mod id;
mod language;
mod live;
mod model;
mod pattern;
mod payload;
mod run_profile;
mod sample;
mod select;
mod set;
mod shard;
mod step;
mod wildcard;
mod write;

pub use directory::{CaseDirError, read_case_dir};
pub use embedded::embedded_cases;
pub use expectation::{
    CloseExpectation, CloseGrade, Closer, Event, Expected, Outcome, OutcomeVerdict,
};
pub use explain::{counted, explain, explain_sending};
pub use handshake::{
    AcceptMistake, FieldCondition, HandshakeExpectation, HandshakeScript, HeadEdits, HeadPart,
    HeadPlace, HeadText, HeadValues, MadeHead, OurHead, Reaction, RequestEdits, ResponseEdits,
    StatusPattern,
};
pub use id::{CaseId, CaseIdError};
pub use language::{CaseFileError, CaseFileErrors, Mistake, SourceFile, read_cases, schema};
pub use live::{LeftOut, LiveTarget, Unsuited};
pub use model::{
    AcceptRule, AutobahnView, Case, Company, Compare, DeflateScript, GiveUp, Need, Profile,
};
pub use pattern::{Pattern, PatternError};
pub use payload::{Part, Payload};
pub use run_profile::RunProfile;
pub use sample::{Sample, SampleCursor};
pub use select::{Selection, SelectionError, order_for_clients};
pub use set::{CaseSet, Chapter, Section};
pub use shard::{Shard, ShardError};
pub use step::{
    DropHow, FrameScript, MaskScript, MessageScript, Pacing, RoundTripSource, RoundTrips, Step,
};
pub use wildcard::Wildcard;
pub use write::write;

pub use crate::requirement::{RequirementId, known_requirements};
