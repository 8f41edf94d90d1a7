//! Autobahn's words for verdicts.

use crate::{
    judge::{Behavior, Verdict},
    report::CaseReport,
};

/// `behavior` and `behaviorClose` of a case: Autobahn's where it has the case, else our verdict in
/// its words, for both.
#[must_use]
pub fn behaviors(case: &CaseReport) -> (Behavior, Behavior) {
    match &case.autobahn {
        Some(autobahn) => (autobahn.behavior, autobahn.behavior_close),
        None => (Behavior::standing_in_for(case.verdict), closing(case.verdict)),
    }
}

/// The closing knows no `NON-STRICT` and no `UNIMPLEMENTED`; scripts refuse what they do not know.
const fn closing(verdict: Verdict) -> Behavior {
    match verdict {
        Verdict::Pass | Verdict::NonStrict | Verdict::Flaky | Verdict::Unimplemented => {
            Behavior::Ok
        }
        Verdict::Informational => Behavior::Informational,
        Verdict::Fail | Verdict::Error => Behavior::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn ours_stands_in_where_autobahn_has_no_case() {
        let mut case = example::passed();
        case.autobahn = None;
        let mut words_for = |verdict| {
            case.verdict = verdict;
            let (behavior, close) = behaviors(&case);
            (behavior.name(), close.name())
        };
        assert_eq!(words_for(Verdict::Pass), ("OK", "OK"));
        assert_eq!(words_for(Verdict::NonStrict), ("NON-STRICT", "OK"));
        assert_eq!(words_for(Verdict::Unimplemented), ("UNIMPLEMENTED", "OK"));
        assert_eq!(words_for(Verdict::Informational), ("INFORMATIONAL", "INFORMATIONAL"));
        assert_eq!(words_for(Verdict::Fail), ("FAILED", "FAILED"));
        assert_eq!(words_for(Verdict::Error), ("FAILED", "FAILED"));
    }
}
