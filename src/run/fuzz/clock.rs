//! When what is done in a campaign: how often a connection may begin, and when none begins any more.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

/// How often whoever watches a campaign sees it.
pub(super) const WATCH_EVERY: Duration = Duration::from_millis(200);

/// How long what is suspected may still be looked into when no further case begins: a quarter of
/// the campaign's time, within bounds.
pub(super) fn grace(campaign: Duration) -> Duration {
    (campaign / 4).clamp(GRACE_MIN, GRACE_MAX)
}

const GRACE_MIN: Duration = Duration::from_secs(5);
const GRACE_MAX: Duration = Duration::from_secs(30);

/// Lets connections begin one by one, where the target is not ours alone.
#[derive(Debug)]
pub(super) struct Rate(Option<Interval>);

impl Rate {
    /// So many a second; `None`: as many as there can be.
    pub(super) fn of(cases_a_second: Option<u32>) -> Self {
        Self(cases_a_second.map(|rate| every(Duration::from_secs(1) / rate.max(1))))
    }

    /// Returns when the next may begin.
    pub(super) async fn next(&mut self) {
        if let Some(interval) = &mut self.0 {
            interval.tick().await;
        }
    }
}

/// Ticks that are never made up for.
pub(super) fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Returns at that time, or never.
pub(super) async fn at(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

/// Milliseconds since 1970-01-01T00:00Z.
pub(super) fn unix_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_millis() as u64
}
