//! How often a connection may begin, where the target is not ours alone.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

/// Lets connections begin one by one.
#[derive(Debug)]
pub(super) struct Rate(Option<Interval>);

impl Rate {
    /// So many a second; `None`: as many as there can be.
    pub(super) fn of(cases_a_second: Option<u32>) -> Self {
        Self(cases_a_second.map(|rate| {
            let mut interval = interval(Duration::from_secs(1) / rate.max(1));
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            interval
        }))
    }

    /// Returns when the next may begin.
    pub(super) async fn next(&mut self) {
        if let Some(interval) = &mut self.0 {
            interval.tick().await;
        }
    }
}
