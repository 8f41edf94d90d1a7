//! What a case has to reach for a run to succeed.

use super::{AgentReport, Baseline, CaseReport, Gate, KnownFailure, Report};
use crate::judge::Verdict;

/// Which verdicts fail a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// `fail` and `error`: a MUST was broken, or a case could not be played.
    #[default]
    Fail,
    /// Those, and `non-strict` and `flaky`.
    NonStrict,
}

impl FailOn {
    /// The best verdict that fails a run.
    const fn best(self) -> Verdict {
        match self {
            Self::Fail => Verdict::Fail,
            Self::NonStrict => Verdict::NonStrict,
        }
    }
}

/// What a case has to reach: whose verdict counts, which verdicts fail, and which failures are
/// known and excused.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// Whose verdict counts.
    pub gate: Gate,
    /// Which verdicts fail.
    pub fail_on: FailOn,
    /// Which failures are excused.
    pub baseline: Baseline,
}

/// How a case stands at the bar.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// It reaches it.
    Passes,
    /// It does not, but that is known.
    Known(&'a KnownFailure),
    /// It does not.
    Fails {
        /// It was known until this expired.
        expired: Option<&'a KnownFailure>,
    },
}

impl Bar {
    /// How a case of this agent stands.
    #[must_use]
    pub fn standing(&self, agent: &str, case: &CaseReport) -> Standing<'_> {
        if !self.is_missed_by(case) {
            return Standing::Passes;
        }
        match self.baseline.find(agent, case, self.gate.verdict(case)) {
            Some(known) if !known.has_expired => Standing::Known(known),
            expired => Standing::Fails { expired },
        }
    }

    /// Whether the case does not reach the bar, excused or not.
    #[must_use]
    pub fn is_missed_by(&self, case: &CaseReport) -> bool {
        self.gate.verdict(case) >= self.fail_on.best()
    }

    /// Whether a case of this agent fails the run.
    #[must_use]
    pub fn fails(&self, agent: &str, case: &CaseReport) -> bool {
        matches!(self.standing(agent, case), Standing::Fails { .. })
    }

    /// The cases that fail the run.
    pub fn failures<'a>(
        &'a self,
        report: &'a Report,
    ) -> impl Iterator<Item = (&'a AgentReport, &'a CaseReport)> {
        report.cases().filter(|(agent, case)| self.fails(&agent.agent, case))
    }

    /// Whether any case fails the run.
    #[must_use]
    pub fn has_failures(&self, report: &Report) -> bool {
        self.failures(report).next().is_some()
    }

    /// The known failures that are known no more: cases of theirs were played, and all of them
    /// reach the bar. One that passed only at its second attempt is not healed.
    pub fn healed<'a>(&'a self, report: &'a Report) -> impl Iterator<Item = &'a KnownFailure> {
        let is_healed = |known: &&KnownFailure| {
            let mut played = report
                .cases()
                .filter(|(agent, case)| known.is_about(&agent.agent, case))
                .peekable();
            let is_well =
                |case: &CaseReport| !self.is_missed_by(case) && case.verdict != Verdict::Flaky;
            played.peek().is_some() && played.all(|(_, case)| is_well(case))
        };
        self.baseline.known.iter().filter(is_healed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn with(verdict: Verdict) -> CaseReport {
        let mut case = example::passed();
        case.verdict = verdict;
        case
    }

    fn bar(fail_on: FailOn, baseline: &str) -> Bar {
        let today = "2026-11-26".parse().unwrap();
        Bar { gate: Gate::Ours, fail_on, baseline: Baseline::read(baseline, today).unwrap() }
    }

    #[test]
    fn the_bar_has_two_heights() {
        let fails = |fail_on, verdict| bar(fail_on, "").fails("a", &with(verdict));
        for (verdict, low, high) in [
            (Verdict::Pass, false, false),
            (Verdict::Informational, false, false),
            (Verdict::Unimplemented, false, false),
            (Verdict::NonStrict, false, true),
            (Verdict::Flaky, false, true),
            (Verdict::Fail, true, true),
            (Verdict::Error, true, true),
        ] {
            assert_eq!(fails(FailOn::Fail, verdict), low, "{verdict}");
            assert_eq!(fails(FailOn::NonStrict, verdict), high, "{verdict}");
        }
    }

    #[test]
    fn known_failures_are_excused_until_they_expire() {
        let known = r#"known = [{ case = "1.*", reason = "x" }]"#;
        let bar_with = |text: &str| bar(FailOn::Fail, text);
        assert!(!bar_with(known).fails("a", &with(Verdict::Fail)));
        assert!(bar_with(known).fails("a", &with(Verdict::Error)));
        let expired = r#"known = [{ case = "1.*", reason = "x", expires = 2026-11-25 }]"#;
        let bar = bar_with(expired);
        let failed = with(Verdict::Fail);
        let standing = bar.standing("a", &failed);
        assert!(matches!(standing, Standing::Fails { expired: Some(_) }));
    }

    #[test]
    fn what_passes_now_is_healed() {
        let text = r#"known = [
            { case = "1.*", reason = "x" }, { case = "9.1", reason = "not played" }
        ]"#;
        let bar = bar(FailOn::Fail, text);
        let healed = |cases| {
            let report = example::report(cases);
            bar.healed(&report).map(|known| known.cases.text().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(healed(vec![with(Verdict::Pass)]), ["1.*"]);
        assert!(healed(vec![with(Verdict::Flaky)]).is_empty());
        assert!(healed(vec![with(Verdict::Fail), with(Verdict::Pass)]).is_empty());
    }
}
