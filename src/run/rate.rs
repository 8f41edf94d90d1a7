//! How many connections may be begun in a second.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// Connections a second at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub NonZeroU32);

/// Says when each connection may begin, evenly spaced: who is late does not catch up in a burst.
#[derive(Debug)]
pub(super) struct Slots {
    gap: Duration,
    next: Option<Instant>,
}

impl Slots {
    pub(super) fn of(rate: Rate) -> Self {
        Self {
            gap: Duration::from_secs(1) / rate.0.get(),
            next: None,
        }
    }

    /// When the connection that asks now may begin.
    pub(super) fn take(&mut self, now: Instant) -> Instant {
        let slot = self.next.map_or(now, |next| next.max(now));
        self.next = Some(slot + self.gap);
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_evenly_spaced_and_late_ones_do_not_make_a_burst() {
        let mut slots = Slots::of(Rate(NonZeroU32::new(10).unwrap()));
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(slots.take(at(0)), at(0));
        assert_eq!(slots.take(at(0)), at(100));
        assert_eq!(slots.take(at(50)), at(200));
        assert_eq!(slots.take(at(900)), at(900));
        assert_eq!(slots.take(at(900)), at(1000));
    }
}
