//! Writes reports while a run with clients goes on, and never holds up its results.

use tokio::task::JoinHandle;

use super::Trouble;
use crate::run::Written;

/// Writes reports beside a run, one at a time. Those who want them while one is being written are
/// served by the next, all together.
#[derive(Debug, Default)]
pub struct ReportWriter {
    task: Option<JoinHandle<Result<(), Trouble>>>,
    /// Those whom the report that is being written is for.
    served: Vec<Written>,
    waiting: Vec<Written>,
}

impl ReportWriter {
    /// Somebody wants the reports written.
    pub fn want(&mut self, written: Written) {
        self.waiting.push(written);
    }

    /// Whether somebody waits, and nothing is being written.
    #[must_use]
    pub const fn may_begin(&self) -> bool {
        self.task.is_none() && !self.waiting.is_empty()
    }

    /// Begins to write.
    pub fn begin(&mut self, write: impl FnOnce() -> Result<(), Trouble> + Send + 'static) {
        self.served = std::mem::take(&mut self.waiting);
        self.task = Some(tokio::task::spawn_blocking(write));
    }

    /// Returns once the report is written, and lets those go on who waited for it. Never returns
    /// if nothing is being written.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn over(&mut self) -> Result<(), Trouble> {
        let Some(task) = &mut self.task else {
            return std::future::pending().await;
        };
        let written = task.await;
        self.task = None;
        self.served.clear();
        written.unwrap_or_else(|panic| {
            Err(Trouble::Output(format!("the reports were not written: {panic}")))
        })
    }

    /// The run is over: nobody waits any more, and nothing is to be written beside its report.
    ///
    /// # Errors
    /// What was being written could not be.
    pub async fn finish(&mut self) -> Result<(), Trouble> {
        self.waiting.clear();
        match self.task {
            Some(_) => self.over().await,
            None => Ok(()),
        }
    }
}
