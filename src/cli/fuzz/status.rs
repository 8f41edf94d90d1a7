//! The line that says how a campaign goes.

use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{case::counted, cli::output::bar, fuzz::campaign::Statistics};

/// A line on standard error, or none where that is no terminal.
#[derive(Debug)]
pub struct StatusLine {
    bar: ProgressBar,
    began: Instant,
    /// What the last line said, and when.
    last: (Statistics, Instant),
    last_new: Instant,
}

impl StatusLine {
    /// A line, unless it is not wanted.
    pub fn new(wanted: bool) -> Self {
        let target = wanted.then(bar).flatten().unwrap_or_else(ProgressDrawTarget::hidden);
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{msg}").expect("the template is well-formed");
        bar.set_style(style);
        let now = Instant::now();
        Self { bar, began: now, last: (Statistics::default(), now), last_new: now }
    }

    /// Shows how far it has come.
    pub fn show(&mut self, statistics: Statistics) {
        let now = Instant::now();
        let (before, since) = self.last;
        if statistics.states > before.states {
            self.last_new = now;
        }
        let cases = statistics.cases.saturating_sub(before.cases);
        let rate = cases as f64 / now.duration_since(since).as_secs_f64().max(0.001);
        self.last = (statistics, now);
        self.bar.set_message(line(
            &statistics,
            rate,
            now.duration_since(self.began),
            now.duration_since(self.last_new),
        ));
        self.bar.tick();
    }

    /// Takes the line away. Says how long it was there.
    pub fn over(&self) -> Duration {
        self.bar.finish_and_clear();
        self.began.elapsed()
    }
}

fn line(statistics: &Statistics, rate: f64, since: Duration, last_new: Duration) -> String {
    format!(
        "{} s  {} cases ({rate:.0}/s)  {}  {} in the corpus  {}  last new {} s ago",
        since.as_secs(),
        HumanCount(statistics.cases),
        counted(statistics.states, "state"),
        statistics.corpus,
        counted(statistics.findings, "finding"),
        last_new.as_secs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_what_people_want_to_know() {
        let statistics = Statistics {
            cases: 12_345,
            states: 210,
            corpus: 88,
            findings: 2,
            ..Statistics::default()
        };
        let line = line(&statistics, 3210.4, Duration::from_secs(4), Duration::from_secs(1));
        insta::assert_snapshot!(line, @"4 s  12,345 cases (3210/s)  210 states  88 in the corpus  2 findings  last new 1 s ago");
    }
}
