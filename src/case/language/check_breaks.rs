//! What failing outcomes say that they break: requirements that there are, and only of a failure.

use std::collections::BTreeSet;

use super::{
    Mistake,
    at::At,
    entry::{CaseEntry, CloseEntry},
    near_miss::near_misses,
    problems::{Problem, Problems},
};
use crate::{case::OutcomeVerdict, requirement::RequirementId};

/// The requirements of these names.
pub fn named(entries: &[At<String>]) -> Vec<RequirementId> {
    entries.iter().map(|entry| RequirementId(entry.value().clone())).collect()
}

/// The requirement of this name, if it is known.
pub fn known(
    entry: &At<String>,
    known: &BTreeSet<RequirementId>,
    problems: &mut Problems,
) -> Option<RequirementId> {
    let requirement = RequirementId(entry.value().clone());
    if known.contains(&requirement) {
        return Some(requirement);
    }
    // Looking for what was meant takes time, and the mistake would not be told.
    if problems.is_full() {
        return None;
    }
    let near = near_misses(entry.value(), known.iter().map(|known| known.0.as_str()));
    let unknown = Mistake::UnknownRequirement { id: requirement.0, near };
    problems.push(Problem::new(entry.span(), unknown));
    None
}

/// Checks each `breaks` of a case.
pub fn check_breaks(entry: &CaseEntry, known: &BTreeSet<RequirementId>, problems: &mut Problems) {
    let mut check = |verdict: OutcomeVerdict, breaks: &[At<String>]| {
        for id in breaks {
            if verdict != OutcomeVerdict::Fail {
                let needs = Mistake::Needs { modifier: "breaks", needs: "`verdict = \"fail\"`" };
                problems.push(Problem::new(id.span(), needs));
            }
            self::known(id, known, problems);
        }
    };
    for reaction in entry.handshake.iter().flat_map(|reactions| reactions.value()) {
        check(*reaction.value().verdict.value(), &reaction.value().breaks);
    }
    let outcomes = entry.outcomes.iter().flatten();
    let mut closes: Vec<&CloseEntry> = entry.close.iter().collect();
    for outcome in outcomes {
        check(*outcome.verdict.value(), &outcome.breaks);
        closes.extend(&outcome.close);
    }
    for grade in closes.iter().flat_map(|close| &close.grades) {
        check(*grade.verdict.value(), &grade.breaks);
    }
}
