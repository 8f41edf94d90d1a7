//! Which of the two verdicts decides whether a run succeeds.

use super::CaseReport;
use crate::judge::{Behavior, Verdict};

/// Whose verdict decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Gate {
    /// Ours, which follows the RFC.
    #[default]
    Ours,
    /// Autobahn's; ours for cases that Autobahn lacks.
    Autobahn,
}

impl Gate {
    /// The verdict that counts at this gate, in our words.
    ///
    /// A case that could not be played is an error at either gate, and one that changes from one
    /// attempt to the next is flaky. At Autobahn's, whatever is
    /// wrong with conduct or closing (`FAILED`, `WRONG CODE`, `UNCLEAN`, `FAILED BY CLIENT`) is a
    /// failure.
    #[must_use]
    pub fn verdict(self, case: &CaseReport) -> Verdict {
        match (self, &case.autobahn) {
            (Self::Autobahn, Some(autobahn))
                if !matches!(case.verdict, Verdict::Error | Verdict::Flaky) =>
            {
                if autobahn.behavior_close.is_success() {
                    in_our_words(autobahn.behavior)
                } else {
                    Verdict::Fail
                }
            }
            _ => case.verdict,
        }
    }

    /// Whether the gate lets the case pass.
    #[must_use]
    pub fn passes(self, case: &CaseReport) -> bool {
        self.verdict(case) < Verdict::Fail
    }
}

const fn in_our_words(behavior: Behavior) -> Verdict {
    match behavior {
        Behavior::Ok => Verdict::Pass,
        Behavior::NonStrict => Verdict::NonStrict,
        Behavior::Informational => Verdict::Informational,
        Behavior::Unimplemented => Verdict::Unimplemented,
        Behavior::Failed | Behavior::Unclean | Behavior::WrongCode | Behavior::FailedByClient => {
            Verdict::Fail
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn each_gate_goes_by_its_own_verdict() {
        let mut case = example::passed();
        let autobahn = case.autobahn.as_mut().unwrap();
        autobahn.behavior_close = Behavior::WrongCode;
        assert_eq!(Gate::Ours.verdict(&case), Verdict::Pass);
        assert_eq!(Gate::Autobahn.verdict(&case), Verdict::Fail);
        assert!(Gate::Ours.passes(&case) && !Gate::Autobahn.passes(&case));
    }

    #[test]
    fn an_error_passes_no_gate() {
        let case = example::never_connected();
        assert!(!Gate::Ours.passes(&case) && !Gate::Autobahn.passes(&case));
    }

    #[test]
    fn ours_counts_where_autobahn_has_no_case() {
        let mut case = example::passed();
        case.autobahn = None;
        case.verdict = Verdict::NonStrict;
        assert_eq!(Gate::Autobahn.verdict(&case), Verdict::NonStrict);
    }
}
