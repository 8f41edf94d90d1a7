//! What a testee has to offer so that a case says something about it.

use std::collections::BTreeSet;

use super::entry::{CaseEntry, FileEntry};
use crate::case::{Event, Need, Outcome, Step};

/// What is written, and what follows from what the case wants to see.
pub fn needs(
    file: &FileEntry,
    entry: &CaseEntry,
    steps: &[Step],
    outcomes: &[Outcome],
) -> BTreeSet<Need> {
    let written = entry.needs.as_ref().map_or(&file.needs, |needs| needs.value());
    let mut needs: BTreeSet<Need> = written.iter().copied().collect();
    if wants_messages(steps, outcomes) {
        needs.insert(Need::Echo);
    }
    needs
}

/// Whether messages are waited for, or tell one outcome from another.
fn wants_messages(steps: &[Step], outcomes: &[Outcome]) -> bool {
    let of_messages = |event: &Event| matches!(event, Event::Message(..) | Event::Echoes(_));
    let waits = steps.iter().any(|step| match step {
        Step::RoundTrips(_) => true,
        Step::Await(event) => of_messages(event),
        _ => false,
    });
    waits
        || outcomes
            .iter()
            .flat_map(|outcome| outcome.saw.iter().flatten())
            .any(|expected| of_messages(&expected.event))
}
