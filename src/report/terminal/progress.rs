//! The bar while a run goes on.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{judge::Verdict, report::escape::printable};

/// What a run tells whoever listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgressEvent {
    /// So many cases are going to be played with this agent.
    Began {
        /// The agent's name.
        agent: String,
        /// How many cases.
        cases: u64,
    },
    /// Another agent came, with so many cases.
    Joined {
        /// How many agents there are now.
        agents: u64,
        /// How many cases.
        cases: u64,
    },
    /// A case is over.
    CaseOver(Verdict),
    /// The run is over.
    Over,
}

/// The bar. It counts cases, failures and non-strict ones.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    failed: u64,
    non_strict: u64,
    /// Nobody sees the bar: a line now and then has to do.
    in_lines: bool,
}

/// Cases that are worth a line where there is no bar.
const CASES_A_LINE: u64 = 100;

/// Where the bar is, what it counts, and what is to say of it.
const TEMPLATE: &str = "{prefix}  {bar:30} {pos}/{len}  {msg}";

impl Progress {
    /// A bar on this terminal, or a line every hundred cases where there is none.
    #[must_use]
    pub fn on(terminal: Option<ProgressDrawTarget>) -> Self {
        let in_lines = terminal.is_none();
        let target = terminal.unwrap_or_else(ProgressDrawTarget::hidden);
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template(TEMPLATE).expect("the template is well-formed");
        bar.set_style(style);
        Self { bar, failed: 0, non_strict: 0, in_lines }
    }

    /// Takes the next event. Gives the line that is to be printed, if one is due.
    #[must_use]
    pub fn note(&mut self, event: &ProgressEvent) -> Option<String> {
        self.count(event);
        self.line(event).filter(|_| self.in_lines)
    }

    /// What to print where there is no bar: how far the run is, every now and then.
    fn line(&self, event: &ProgressEvent) -> Option<String> {
        let (position, length) = (self.bar.position(), self.bar.length()?);
        let is_due = position % CASES_A_LINE == 0 && position < length;
        if !is_due || !matches!(event, ProgressEvent::CaseOver(_)) {
            return None;
        }
        let line = format!("{}  {position}/{length}", self.bar.prefix());
        Some(match &self.message()[..] {
            "" => line,
            message => format!("{line}  {message}"),
        })
    }

    fn count(&mut self, event: &ProgressEvent) {
        match event {
            ProgressEvent::Began { agent, cases } => {
                self.bar.set_prefix(printable(agent));
                self.bar.set_position(0);
                self.bar.set_length(*cases);
            }
            ProgressEvent::Joined { agents, cases } => {
                self.bar.set_prefix(format!("{agents} agents"));
                self.bar.inc_length(*cases);
            }
            ProgressEvent::CaseOver(verdict) => {
                self.failed += u64::from(*verdict >= Verdict::Fail);
                self.non_strict += u64::from(*verdict == Verdict::NonStrict);
                self.bar.set_message(self.message());
                self.bar.inc(1);
            }
            ProgressEvent::Over => self.bar.finish_and_clear(),
        }
    }

    /// Takes the bar away while `print` prints something, such as the lines of a trace.
    pub fn above<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    fn message(&self) -> String {
        let counts = [(self.failed, "failed"), (self.non_strict, "non-strict")];
        let said = counts.iter().filter(|(count, _)| *count > 0);
        said.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_over() {
        let mut progress = Progress::on(None);
        progress.count(&ProgressEvent::Began { agent: "a\u{1b}[2J".to_owned(), cases: 4 });
        for verdict in [Verdict::Pass, Verdict::NonStrict, Verdict::Fail] {
            progress.count(&ProgressEvent::CaseOver(verdict));
        }
        assert_eq!(progress.message(), "1 failed, 1 non-strict");
        assert_eq!(progress.bar.prefix(), "a\\u{1b}[2J");
        assert_eq!((progress.bar.position(), progress.bar.length()), (3, Some(4)));
        progress.count(&ProgressEvent::Joined { agents: 2, cases: 4 });
        assert_eq!(progress.bar.prefix(), "2 agents");
        assert_eq!((progress.bar.position(), progress.bar.length()), (3, Some(8)));
        progress.count(&ProgressEvent::Over);
        assert!(progress.bar.is_finished());
    }

    #[test]
    fn a_pipe_gets_a_line_now_and_then() {
        let mut progress = Progress::on(None);
        progress.count(&ProgressEvent::Began { agent: "a".to_owned(), cases: 250 });
        let mut lines = Vec::new();
        for case in 0..250 {
            let verdict = [Verdict::Pass, Verdict::Fail][usize::from(case == 120)];
            lines.extend(progress.note(&ProgressEvent::CaseOver(verdict)));
        }
        assert_eq!(lines, ["a  100/250", "a  200/250  1 failed"]);
    }
}
