//! Reads a baseline.

use jiff::civil::Date;
use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::{Baseline, KnownFailure, known::AgentPattern};
use crate::{
    case::{Pattern, PatternError},
    judge::Verdict,
};

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no TOML, or has other keys.
    #[error(
        "line {0}: {1}\na baseline is a list of lines such as\n  {EXAMPLE}\nand a line may also have `agent`, `expires` and `verdict`"
    )]
    Shape(usize, String),
    /// A pattern of cases is none.
    #[error("line {0}: {1}")]
    Cases(usize, PatternError),
    /// A pattern of agents is none.
    #[error("line {0}: `{1}` is no pattern of agent names: {2}")]
    Agent(usize, String, String),
    /// Nobody could tell later why it is there.
    #[error("line {0}: `{1}` has an empty reason; say why it is tolerated")]
    NoReason(usize, String),
    /// It has more entries than anybody means.
    #[error("it has more than {ENTRIES_MAX} entries, the most that are read; join some with `*`")]
    TooMany,
    /// It has more patterns that take memory than anybody means.
    #[error(
        "more than {ELABORATE_MAX} of its patterns have `?`, `[..]`, `{{..}}` or `**`; write them with `*`"
    )]
    TooElaborate,
    /// The day is none.
    #[error("line {0}: `{1}` expires on no day; write a date such as 2027-01-31, without a time")]
    NoDay(usize, String),
}

/// Entries of a baseline.
const ENTRIES_MAX: usize = 20_000;

/// Patterns with more than stars: each takes about 10 KiB.
const ELABORATE_MAX: usize = 500;

/// What a line looks like.
const EXAMPLE: &str = r#"known = [{ case = "7.1.*", reason = "why it is tolerated" }]"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    reason: String,
    agent: Option<String>,
    expires: Option<Datetime>,
    #[serde(default)]
    verdict: Worst,
}

/// The worst verdict that an entry excuses.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Worst {
    NonStrict,
    #[default]
    Fail,
}

impl Baseline {
    /// Reads a baseline; `today` decides what has expired.
    ///
    /// # Errors
    /// A text that is none.
    pub fn read(text: &str, today: Date) -> Result<Self, BaselineError> {
        let File { known } = toml::from_str(text).map_err(|error| shape(text, &error))?;
        if known.len() > ENTRIES_MAX {
            return Err(BaselineError::TooMany);
        }
        let (mut line, mut counted, mut elaborate) = (1, 0, 0);
        let known = known.into_iter().map(|entry| {
            // Entries stand one after the other.
            let start = entry.span().start;
            line += text.get(counted..start).unwrap_or_default().matches('\n').count();
            counted = start;
            let known = entry.into_inner().check(line, today)?;
            let agents = known.agents.as_ref().is_some_and(AgentPattern::is_elaborate);
            elaborate += usize::from(known.cases.is_elaborate()) + usize::from(agents);
            if elaborate > ELABORATE_MAX {
                return Err(BaselineError::TooElaborate);
            }
            Ok(known)
        });
        let known = known.collect::<Result<_, _>>()?;
        Ok(Self { known })
    }
}

/// Characters of a message of TOML's, which may repeat what stands there.
const MESSAGE_MAX: usize = 300;

fn shape(text: &str, error: &toml::de::Error) -> BaselineError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let message: String = error.message().chars().take(MESSAGE_MAX).collect();
    BaselineError::Shape(1 + before.matches('\n').count(), message)
}

impl Entry {
    fn check(self, line: usize, today: Date) -> Result<KnownFailure, BaselineError> {
        let cases = Pattern::new(&self.case).map_err(|error| BaselineError::Cases(line, error))?;
        if self.reason.trim().is_empty() {
            return Err(BaselineError::NoReason(line, self.case));
        }
        let expires = match self.expires {
            None => None,
            Some(time) => {
                Some(day(time).ok_or_else(|| BaselineError::NoDay(line, self.case.clone()))?)
            }
        };
        let agent_pattern = |text: String| {
            AgentPattern::new(&text)
                .map_err(|error| BaselineError::Agent(line, text, error.kind().to_string()))
        };
        Ok(KnownFailure {
            line,
            cases,
            agents: self.agent.map(agent_pattern).transpose()?,
            reason: self.reason,
            expires,
            has_expired: expires.is_some_and(|day| day < today),
            at_worst: match self.verdict {
                Worst::NonStrict => Verdict::NonStrict,
                Worst::Fail => Verdict::Fail,
            },
        })
    }
}

fn day(time: Datetime) -> Option<Date> {
    let Datetime { date: Some(date), time: None, offset: None } = time else {
        return None;
    };
    let (year, month, day) = (date.year, date.month, date.day);
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn today() -> Date {
        "2026-11-26".parse().unwrap()
    }

    fn error(text: &str) -> String {
        Baseline::read(text, today()).unwrap_err().to_string()
    }

    #[test]
    fn a_known_failure_is_about_cases_and_agents() {
        let text = r#"
            known = [
              { case = "1.*", reason = "late", agent = "echo*", expires = 2026-11-26 },
              { case = "1.1.6", reason = "later", expires = 2026-11-25 },
              { case = "1.1.6", reason = "strict", verdict = "non-strict" },
            ]"#;
        let baseline = Baseline::read(text, today()).unwrap();
        let case = example::passed();
        let reason = |agent: &str, verdict| {
            let known = baseline.find(agent, &case, verdict);
            known.map(|known| (known.reason.as_str(), known.has_expired))
        };
        assert_eq!(case.id.as_str(), "1.1.2");
        assert_eq!(reason("echo/1", Verdict::Fail), Some(("late", false)));
        assert_eq!(reason("other", Verdict::Fail), None);
        assert_eq!(reason("echo/1", Verdict::Error), None);
        let mut case = case;
        case.id = "1.1.6".parse().unwrap();
        let find = |verdict| baseline.find("other", &case, verdict).unwrap();
        assert_eq!(find(Verdict::NonStrict).reason, "strict");
        assert!(find(Verdict::Fail).has_expired);
    }

    #[test]
    fn mistakes_are_told() {
        let mistakes = [
            r#"[{ case = "1.1" }]"#,
            r#"[{ case = "1.1", reason = "x", cases = "1" }]"#,
            "[\n{ case = \"1.1\", reason = \" \" }]",
            r#"[{ case = "1.[", reason = "x" }]"#,
            r#"[{ case = "1.1", reason = "x", agent = "{" }]"#,
            r#"[{ case = "1.1", reason = "x", expires = 2026-11-26T10:00:00 }]"#,
        ];
        let errors = mistakes.map(|text| error(&format!("known = {text}")));
        insta::assert_snapshot!(errors.join("\n\n"));
    }
}
