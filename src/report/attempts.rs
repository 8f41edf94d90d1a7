//! Cases that were played more than once, because they failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CaseReport;
use crate::judge::Verdict;

/// An attempt at a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// What wspec said of it.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub message: String,
    /// From the first octet to the end of TCP, in milliseconds.
    pub duration_ms: u64,
}

impl CaseReport {
    /// This failure and a later attempt at the same case as one result: `flaky` if that passed,
    /// with all that happened when it failed, which is what somebody has to look into; else the
    /// later failure.
    #[must_use]
    pub fn tried_again(self, later: Self, later_passes: bool) -> Self {
        let mut attempts = self.attempts.clone();
        if attempts.is_empty() {
            attempts.push(self.attempt());
        }
        attempts.push(later.attempt());
        if !later_passes {
            return Self { attempts, ..later };
        }
        let message = format!("it passed in attempt {}; before: {}", attempts.len(), self.message);
        Self { verdict: Verdict::Flaky, message, attempts, ..self }
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            verdict: self.verdict,
            message: self.message.clone(),
            duration_ms: self.duration_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Gate, example};

    #[test]
    fn what_passes_later_is_flaky_and_shows_how_it_failed() {
        let failed = example::wrong_echo();
        let passed = CaseReport { id: failed.id.clone(), ..example::passed() };
        let twice = failed.clone().tried_again(failed.clone(), false);
        assert_eq!((twice.verdict, twice.attempts.len()), (Verdict::Fail, 2));
        let flaky = twice.tried_again(passed, true);
        let verdicts: Vec<Verdict> = flaky.attempts.iter().map(|one| one.verdict).collect();
        assert_eq!(verdicts, [Verdict::Fail, Verdict::Fail, Verdict::Pass]);
        assert_eq!(flaky.transcript, failed.transcript);
        assert!(flaky.message.starts_with("it passed in attempt 3; before: "));
        for gate in [Gate::Ours, Gate::Autobahn] {
            assert_eq!(gate.verdict(&flaky), Verdict::Flaky);
        }
    }
}
