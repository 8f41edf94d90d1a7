//! Listens to a run: prints what is to be seen of it, keeps what the report needs, and journals it.

use std::{borrow::Cow, sync::Arc};

use super::output::{bar, note, say, warn};
use crate::{
    case::Case,
    report::{
        Agents, Bar, CaseReport,
        terminal::{Progress, ProgressEvent},
        trace,
    },
    run::{CaseResult, RunEvent},
};

/// Takes the events of a run.
#[derive(Debug)]
pub struct Listener {
    bar: Bar,
    retries: usize,
    progress: Option<Progress>,
    trace: bool,
    cases: u64,
    /// Agents that are there.
    expected: u64,
    /// It was told that a result cannot be journalled.
    told_of_journal: bool,
    /// The results so far.
    pub agents: Agents,
}

/// What to do with events.
#[derive(Debug)]
pub struct Listening {
    /// What cases have to reach.
    pub bar: Bar,
    /// How often a case that fails may be played again.
    pub retries: u8,
    /// Whether there is a progress bar.
    pub progress: bool,
    /// Whether frames are printed as they pass.
    pub trace: bool,
    /// How many cases each agent is to have.
    pub cases: usize,
    /// Where results are kept as they come.
    pub agents: Agents,
}

impl Listener {
    /// Begins to listen.
    #[must_use]
    pub fn new(how: Listening) -> Self {
        Self {
            bar: how.bar,
            retries: how.retries.into(),
            progress: how.progress.then(|| Progress::on(bar())),
            trace: how.trace,
            cases: how.cases as u64,
            expected: 0,
            told_of_journal: false,
            agents: how.agents,
        }
    }

    /// An agent is there, and has its cases before it.
    pub fn expect(&mut self, agent: &str) {
        self.expected += 1;
        let (agents, cases) = (self.expected, self.cases);
        self.show_progress(&match agents {
            1 => ProgressEvent::Began { agent: agent.to_owned(), cases },
            _ => ProgressEvent::Joined { agents, cases },
        });
    }

    /// The cases that have failed with any agent, to be tried again.
    pub fn failed(&self, cases: &[Arc<Case>]) -> Vec<Arc<Case>> {
        let has_failed = |case: &&Arc<Case>| {
            self.agents.names().any(|agent| {
                let kept = self.agents.case(agent, &case.id);
                kept.is_some_and(|kept| self.bar.fails(agent, kept))
            })
        };
        cases.iter().filter(has_failed).cloned().collect()
    }

    /// So many cases are going to be tried again.
    pub fn try_again(&mut self, cases: usize) {
        self.expected = 0;
        self.cases = cases as u64;
        let cases = self.cases;
        self.show_progress(&ProgressEvent::Began { agent: "again".to_owned(), cases });
    }

    /// Takes the next event of an agent's cases.
    pub fn note(&mut self, agent: &str, event: RunEvent) {
        match event {
            RunEvent::CaseStarted(_) => {}
            RunEvent::Handshake(case, role, record) => {
                trace::handshake(&case, role, &record).for_each(|line| self.print_above(&line));
            }
            RunEvent::Entry(case, entry) => self.print_above(&trace::line(&case, &entry)),
            RunEvent::CaseFinished(result) => self.finished(agent, *result),
            RunEvent::Confirming(cases) => self.remark(&format!(
                "cases whose verdict rests on time, and which are played again alone: {cases}"
            )),
            RunEvent::LeftUnconfirmed(cases) => self.remark(&format!(
                "cases whose verdict rests on time, and which were too many to be played again: {cases}"
            )),
            RunEvent::TargetCameBack(how) => {
                self.print_error(&format!("{how} in the middle of the run, and is there again"));
            }
        }
    }

    /// The run is over. Gives the results.
    pub fn over(mut self) -> Agents {
        self.show_progress(&ProgressEvent::Over);
        self.agents
    }

    fn finished(&mut self, agent: &str, result: CaseResult) {
        if self.trace {
            let CaseResult { case, transcript, .. } = &result;
            let end = trace::end(&case.id, transcript.duration_us, transcript.end);
            self.print_above(&end);
        }
        let report = report_of(result);
        let report = self.with_earlier_attempts(agent, report);
        let verdict = self.bar.gate.verdict(&report);
        if let Err(error) = self.agents.keep(agent, report)
            && !std::mem::replace(&mut self.told_of_journal, true)
        {
            self.print_error(&error.to_string());
        }
        self.show_progress(&ProgressEvent::CaseOver(verdict));
    }

    /// Joins the result with that of an earlier attempt, which must have failed, or there would be
    /// nothing to try again.
    fn with_earlier_attempts(&self, agent: &str, later: CaseReport) -> CaseReport {
        let earlier = self.agents.case(agent, &later.id).filter(|earlier| {
            self.bar.fails(agent, earlier) && earlier.attempts.len().max(1) <= self.retries
        });
        let passes = !self.bar.fails(agent, &later);
        match earlier {
            Some(earlier) => {
                let whole = self.agents.archive().whole(earlier).map(Cow::into_owned);
                whole.unwrap_or_else(|_| earlier.clone()).tried_again(later, passes)
            }
            None => later,
        }
    }

    fn show_progress(&mut self, event: &ProgressEvent) {
        if let Some(line) = self.progress.as_mut().and_then(|progress| progress.note(event)) {
            note(line);
        }
    }

    /// Says how the run goes, if anybody wants to see that.
    fn remark(&self, line: &str) {
        if let Some(progress) = &self.progress {
            progress.above(|| note(line));
        }
    }

    fn print_error(&self, text: &str) {
        match &self.progress {
            Some(progress) => progress.above(|| warn(text)),
            None => warn(text),
        }
    }

    fn print_above(&self, line: &str) {
        match &self.progress {
            Some(progress) => progress.above(|| say(line)),
            None => say(line),
        }
    }
}

/// What a report has of a result.
pub fn report_of(result: CaseResult) -> CaseReport {
    let CaseResult { case, transcript, judgement, earlier, .. } = result;
    let later = CaseReport::new(&case, judgement, transcript);
    match earlier {
        Some(play) => {
            CaseReport::new(&case, play.judgement, play.transcript).contradicted_by(later)
        }
        None => later,
    }
}
