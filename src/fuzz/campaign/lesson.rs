//! What a generated case taught.

use std::sync::Arc;

use super::Group;
use crate::{
    case::Case,
    fuzz::oracle::StateId,
    transcript::{Happening, Transcript},
};

/// What a generated case taught.
#[derive(Debug)]
pub(super) struct Lesson {
    pub(super) case: Arc<Case>,
    pub(super) transcript: Transcript,
    /// What it reached.
    pub(super) states: Vec<StateId>,
    /// The gravest of what it showed to be wrong.
    pub(super) group: Option<Group>,
}

impl Lesson {
    /// Whether something was waited for in vain.
    pub(super) fn took_its_time(&self) -> bool {
        let in_vain = |happening: &Happening| {
            matches!(
                happening,
                Happening::AwaitedInVain
                    | Happening::GaveUp
                    | Happening::CloseTimeout
                    | Happening::Silence(_)
                    | Happening::TcpLeftOpen { .. }
            )
        };
        self.transcript.happenings().any(in_vain)
    }
}
