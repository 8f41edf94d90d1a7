//! A clock that stands still while this process does not run.
//!
//! A machine with too much to do keeps a process from running for a while, and so do a debugger and
//! a laptop's lid. A wait that runs out in that time says nothing about the peer, whose answer may
//! lie in the kernel's buffer. Waits are therefore measured by the time in which we could have seen
//! an answer: a task looks at the clock all the time, and a gap between two looks that is longer than
//! it should be is not counted.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::time::sleep;

/// How long after a look at the clock the next one follows, if we run.
const TICK: Duration = Duration::from_millis(10);

/// How much later it may be: timers are not exact.
const SLACK: Duration = Duration::from_millis(5);

thread_local! {
    /// The clock of the connections that are driven on this thread.
    static CLOCK: RefCell<Weak<Shared>> = const { RefCell::new(Weak::new()) };
}

/// A clock that all connections on a thread share.
#[derive(Clone, Debug)]
pub(super) struct Clock(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    started: Instant,
    running: Mutex<Running>,
}

impl Clock {
    /// The clock of this thread, which has to belong to a runtime.
    pub(super) fn here() -> Self {
        CLOCK.with_borrow_mut(|known| {
            let shared = known.upgrade().unwrap_or_else(|| {
                let started = Instant::now();
                let shared = Arc::new(Shared { started, running: Mutex::default() });
                tokio::spawn(tick(Arc::downgrade(&shared)));
                *known = Arc::downgrade(&shared);
                shared
            });
            Self(shared)
        })
    }

    /// The time for which we have been running.
    pub(super) fn now(&self) -> Duration {
        self.0.look().0
    }

    /// Does work. However long it takes, we are running meanwhile: a peer that gives us much to do
    /// does not stop the clock.
    pub(super) fn work<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.look();
        let done = work();
        self.0.running().work_is_done(self.0.started.elapsed());
        done
    }

    /// The time for which we should have been running, and were not.
    pub(super) fn lost(&self) -> Duration {
        self.0.look().1
    }
}

impl Shared {
    /// Counts the time up to now: for which we were running, and for which we were not.
    fn look(&self) -> (Duration, Duration) {
        let mut running = self.running();
        let now = running.look(self.started.elapsed());
        (now, running.lost)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        // A duration is whole whenever its holder panics.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn tick(clock: Weak<Shared>) {
    while let Some(clock) = clock.upgrade() {
        clock.look();
        drop(clock);
        sleep(TICK).await;
    }
}

/// For how long we have been running.
#[derive(Debug, Default)]
struct Running {
    last_look: Duration,
    lost: Duration,
}

impl Running {
    /// The time for which we have been running, `elapsed` after the start.
    fn look(&mut self, elapsed: Duration) -> Duration {
        let gap = elapsed.saturating_sub(self.last_look);
        if gap > TICK + SLACK {
            self.lost += gap - TICK;
        }
        self.last_look = self.last_look.max(elapsed);
        elapsed.saturating_sub(self.lost)
    }

    /// Work that began with the last look is done.
    fn work_is_done(&mut self, elapsed: Duration) {
        self.last_look = self.last_look.max(elapsed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn time_passes_while_we_look_at_it() {
        let mut running = Running::default();
        for look in (0..1000).step_by(10) {
            assert_eq!(running.look(ms(look)), ms(look));
        }
        assert_eq!(running.look(ms(990 + 15)), ms(1005), "a timer may be late");
        assert_eq!(running.lost, Duration::ZERO);
    }

    #[test]
    fn a_gap_between_two_looks_is_time_that_nobody_had() {
        let mut running = Running::default();
        running.look(ms(100));
        let before = running.look(ms(110));
        assert_eq!(running.look(ms(5110)), before + TICK, "the process stood still for 5 s");
        assert_eq!(running.look(ms(5115)), before + TICK + ms(5), "and goes on");
    }

    #[test]
    fn work_is_no_gap() {
        let mut running = Running::default();
        running.look(ms(10));
        running.work_is_done(ms(500));
        assert_eq!(running.look(ms(510)), ms(510));
    }

    #[test]
    fn gaps_add_up() {
        let mut running = Running::default();
        let looks = (1..=20).map(|number| ms(number * 50));
        let last = looks.map(|look| running.look(look)).last();
        assert_eq!(last, Some(TICK * 20), "we had 10 ms of each 50 ms");
        assert_eq!(running.lost, ms(40) * 20);
    }

    #[tokio::test]
    async fn a_thread_that_is_busy_with_something_else_is_not_running() {
        let clock = Clock::here();
        tokio::task::yield_now().await;
        let before = clock.now();
        std::thread::park_timeout(ms(300));
        let lost = clock.lost();
        assert!(lost >= ms(280), "{lost:?}");
        assert!(clock.now() - before < ms(300));
    }
}
