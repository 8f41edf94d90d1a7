//! What is known to fail.

use jiff::civil::Date;

use crate::{
    case::{Pattern, Wildcard},
    judge::Verdict,
    report::CaseReport,
};

/// Failures that are known. Without any, every failure counts.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// As they stand in the file, one a line.
    pub known: Vec<KnownFailure>,
}

/// Cases that are known to fail, and why.
#[derive(Clone, Debug)]
pub struct KnownFailure {
    /// The line of the file where it stands; 0 if it is in none yet.
    pub line: usize,
    /// The cases.
    pub cases: Pattern,
    /// The agents whose cases they are; `None`: any agent's.
    pub agents: Option<AgentPattern>,
    /// Why they fail, for whoever reads the file.
    pub reason: String,
    /// The last day on which that is excused.
    pub expires: Option<Date>,
    /// Whether that day is over.
    pub has_expired: bool,
    /// The worst verdict that is excused: `Fail`, or `NonStrict` where the bar is that high.
    pub at_worst: Verdict,
}

/// A pattern of agent names: `*` stands for anything.
#[derive(Clone, Debug)]
pub struct AgentPattern {
    /// As it was written.
    pub text: String,
    matcher: Wildcard,
}

impl AgentPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Text that is none.
    pub fn new(text: &str) -> Result<Self, globset::Error> {
        // Names may have backslashes.
        Ok(Self { text: text.to_owned(), matcher: Wildcard::new(text, false)? })
    }

    /// Whether it is more than a text with stars, and takes memory.
    pub(super) const fn is_elaborate(&self) -> bool {
        self.matcher.is_elaborate()
    }

    /// The pattern of one name.
    #[must_use]
    pub fn exactly(name: &str) -> Self {
        Self::new(&globset::escape(name)).expect("an escaped text is a pattern")
    }
}

impl KnownFailure {
    /// Whether it is about this case of this agent.
    #[must_use]
    pub fn is_about(&self, agent: &str, case: &CaseReport) -> bool {
        let of_agent = match &self.agents {
            None => true,
            Some(pattern) => pattern.matcher.is_match(agent),
        };
        of_agent && self.cases.matches(&case.id)
    }

    /// Whether it excuses a case of its own with this verdict today. Nothing excuses that a case
    /// could not be played.
    #[must_use]
    pub fn excuses(&self, verdict: Verdict) -> bool {
        !self.has_expired && verdict <= self.at_worst && verdict != Verdict::Error
    }
}

impl Baseline {
    /// The first known failure that excuses a case with this verdict, or, if there is none, the
    /// first that did so until it expired.
    #[must_use]
    pub fn find(&self, agent: &str, case: &CaseReport, verdict: Verdict) -> Option<&KnownFailure> {
        let about = || {
            let mut known = self.known.iter();
            std::iter::from_fn(move || known.find(|known| known.is_about(agent, case)))
        };
        about()
            .find(|known| known.excuses(verdict))
            .or_else(|| about().find(|known| known.has_expired))
    }
}
