//! How many connections may be begun in a second.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// Connections a second at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub NonZeroU32);

/// Who is late catches up on at most so many connections at once, so that a busy machine of ours
/// keeps the rate, and does not make a burst of it.
const CATCH_UP: u32 = 5;

/// Says when each connection may begin, evenly spaced.
#[derive(Debug)]
pub(super) struct Slots {
    gap: Duration,
    next: Option<Instant>,
}

impl Slots {
    pub(super) fn of(rate: Rate) -> Self {
        Self { gap: Duration::from_secs(1) / rate.0.get(), next: None }
    }

    /// When the connection that asks now may begin.
    pub(super) fn take(&mut self, now: Instant) -> Instant {
        let earliest = now.checked_sub(self.gap * CATCH_UP).unwrap_or(now);
        let slot = self.next.map_or(now, |next| next.max(earliest));
        self.next = Some(slot + self.gap);
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_evenly_spaced_and_late_ones_make_no_burst() {
        let mut slots = Slots::of(Rate(NonZeroU32::new(10).unwrap()));
        let start = Instant::now() + Duration::from_secs(1);
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(slots.take(at(0)), at(0));
        assert_eq!(slots.take(at(0)), at(100));
        assert_eq!(slots.take(at(50)), at(200));
        assert_eq!(slots.take(at(350)), at(300));
        let late: Vec<Instant> = (0..7).map(|_| slots.take(at(2000))).collect();
        let expected = [1500, 1600, 1700, 1800, 1900, 2000, 2100];
        assert_eq!(late, expected.map(at));
    }
}
