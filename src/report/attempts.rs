//! Cases that were played more than once, because they failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CaseReport;
use crate::{
    judge::{Reason, Verdict},
    transcript::Transcript,
    words,
};

/// An attempt at a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// What wspec said of it.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub message: String,
    /// From the first octet to the end of TCP, in milliseconds.
    pub duration_ms: u64,
    /// What happened, if that says something which the transcript of the case does not: two plays
    /// came to different verdicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<Box<Transcript>>,
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
        let passed = Reason::PassedLater { attempt: attempts.len() };
        let passed_in = words::reason(&passed, &[], self.testee());
        let message = format!("{passed_in}; before: {}", self.message);
        let reasons = [vec![passed], self.reasons].concat();
        Self { verdict: Verdict::Flaky, message, reasons, attempts, ..self }
    }

    /// This result, which rests on time, and that of a later play alone, which came to something else,
    /// as one: `flaky`, with both transcripts. The worse of the two is what has to be looked into.
    #[must_use]
    pub fn contradicted_by(self, later: Self) -> Self {
        let contradicted = Reason::Contradicted { first: self.verdict, alone: later.verdict };
        let message = format!(
            "{}; at first: {}; alone: {}",
            words::reason(&contradicted, &[], self.testee()),
            self.message,
            later.message
        );
        let attempts = [&self, &later].map(|play| Attempt {
            transcript: Some(Box::new(play.transcript.clone())),
            ..play.attempt()
        });
        let worse = if later.verdict > self.verdict { later } else { self };
        let reasons = [vec![contradicted], worse.reasons].concat();
        Self { verdict: Verdict::Flaky, message, reasons, attempts: attempts.into(), ..worse }
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            verdict: self.verdict,
            message: self.message.clone(),
            duration_ms: self.duration_ms,
            transcript: None,
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

    #[test]
    fn two_plays_that_differ_are_flaky_and_both_are_kept() {
        let failed = example::wrong_echo();
        let passed = CaseReport { id: failed.id.clone(), ..example::passed() };
        for (first, second) in [(&failed, &passed), (&passed, &failed)] {
            let flaky = first.clone().contradicted_by(second.clone());
            assert_eq!(flaky.verdict, Verdict::Flaky);
            assert_eq!(flaky.transcript, failed.transcript);
            let kept = flaky.attempts.iter().map(|one| one.transcript.as_deref());
            assert!(kept.eq([Some(&first.transcript), Some(&second.transcript)]));
        }
    }
}
