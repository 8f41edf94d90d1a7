//! The order in which the cases of a run are begun, and which of them are played together.

use std::{collections::VecDeque, sync::Arc};

use crate::case::{Case, Company};

/// Cases in the order in which they are begun.
pub(super) type Cases = Vec<Arc<Case>>;

/// Cases that are played together, group after group. What a server might not survive comes late, so
/// that a server that does not come back costs as few verdicts as possible: first the cases with an
/// opening handshake like any other, Autobahn's before ours, then those that edit it, at last those
/// that could crash any server. These share a group too if the server may be crashed: they are played
/// again alone when it was.
pub(super) fn groups(cases: &[Arc<Case>], may_be_crashed: bool) -> VecDeque<Cases> {
    let (mut hostile, harmless): (Cases, Cases) =
        cases.iter().cloned().partition(|case| case.hostile);
    let (mut ordinary, unusual): (Cases, Cases) =
        harmless.into_iter().partition(|case| case.handshake.request().is_none());
    for cases in [&mut hostile, &mut ordinary] {
        cases.sort_by_key(|case| case.autobahn.is_none());
    }
    let mut groups = sociable_first(ordinary);
    groups.extend(sociable_first(unusual));
    if may_be_crashed {
        groups.extend(sociable_first(hostile));
    } else {
        groups.extend(hostile.into_iter().map(|case| vec![case]));
    }
    groups
}

/// A group of all that do not care for company, and groups of one of the others: first those that
/// nobody disturbs, then, one at a time, those that company would disturb.
fn sociable_first(cases: Cases) -> VecDeque<Cases> {
    let (together, mut one_by_one): (Cases, Cases) =
        cases.into_iter().partition(|case| case.company == Company::Any);
    one_by_one.sort_by_key(|case| case.company == Company::Alone);
    let alone = one_by_one.into_iter().map(|case| vec![case]);
    let groups = std::iter::once(together).chain(alone);
    groups.filter(|group| !group.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    fn all_groups(may_be_crashed: bool) -> VecDeque<Cases> {
        let cases = &embedded_cases().cases;
        let cases: Cases = cases.iter().cloned().map(Arc::new).collect();
        let groups = groups(&cases, may_be_crashed);
        assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), cases.len());
        groups
    }

    #[test]
    fn unusual_handshakes_come_after_autobahns_cases() {
        let groups = all_groups(false);
        let cases: Cases = groups.into_iter().flatten().collect();
        let first = cases.iter().position(|case| case.handshake.request().is_some());
        let last = cases.iter().rposition(|case| case.autobahn.is_some() && !case.hostile);
        assert!(first > last, "{first:?}, {last:?}");
    }

    fn is_hostile(group: &Cases) -> bool {
        group.iter().any(|case| case.hostile)
    }

    #[test]
    fn what_could_crash_the_target_comes_last() {
        for may_be_crashed in [false, true] {
            assert!(all_groups(may_be_crashed).iter().is_sorted_by_key(is_hostile));
        }
    }

    #[test]
    fn what_could_crash_a_target_of_somebody_else_has_no_company() {
        let groups = all_groups(false);
        let mut hostile = groups.iter().filter(|group| is_hostile(group));
        assert!(hostile.all(|group| group.len() == 1));
    }

    #[test]
    fn only_sociable_cases_share_a_group() {
        for group in all_groups(true).iter().filter(|group| group.len() > 1) {
            assert!(group.iter().all(|case| case.company == Company::Any));
        }
    }
}
