//! How many cases may be at work, and how many may be open, at once.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::rate::{Rate, Slots};

/// A case that has been waiting for its peer for this long is not at work.
pub(super) const WAITING_AFTER: Duration = Duration::from_millis(4);

/// Bounds for a run. Cases that only wait do not count as working, so that one slow reaction
/// does not hold up the rest, while those at work do not disturb each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Cases that may be at work at once; at least 1.
    pub working: usize,
    /// Connections that may be open at once; at least `working`.
    pub open: usize,
    /// Connections that may be begun in a second; `None`: as many as come.
    pub rate: Option<Rate>,
}

impl Pace {
    /// For a target on this machine.
    pub const LOOPBACK: Self = Self { working: 8, open: 160, rate: None };
    /// For a target somewhere else, which did not ask for a flood.
    pub const POLITE: Self = Self { working: 4, open: 4, rate: Some(Self::POLITE_RATE) };
    /// For a target in use, wherever it is: far away most cases only wait, so some more are open.
    pub const LIVE: Self = Self { working: 4, open: 20, rate: Some(Self::POLITE_RATE) };

    /// What a server notices no more than a busy page.
    const POLITE_RATE: Rate = Rate(NonZeroU32::new(100).unwrap());

    /// As many at work as somebody asked for; one means one connection at a time.
    #[must_use]
    pub fn with_jobs(self, jobs: usize) -> Self {
        let working = jobs.max(1);
        if working == 1 {
            return Self { working, open: 1, ..self };
        }
        Self { working, open: self.open.max(working).min(working * 20), ..self }
    }
}

/// The places that a [`Pace`] allows.
#[derive(Clone, Debug)]
pub(super) struct Places {
    working: Arc<Semaphore>,
    open: Arc<Semaphore>,
    slots: Option<Arc<Mutex<Slots>>>,
}

/// A case's place: it is open, and at work until it waits.
#[derive(Debug)]
pub(super) struct Place {
    working: Option<OwnedSemaphorePermit>,
    _open: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            working: Arc::new(Semaphore::new(pace.working.max(1))),
            open: Arc::new(Semaphore::new(pace.open.max(1))),
            slots: pace.rate.map(|rate| Arc::new(Mutex::new(Slots::of(rate)))),
        }
    }

    pub(super) async fn take(&self) -> Place {
        // The semaphores are never closed, so no permit is ever denied.
        let open = Arc::clone(&self.open).acquire_owned().await.ok();
        if let Some(slot) = self.slot() {
            tokio::time::sleep_until(slot.into()).await;
        }
        let working = Arc::clone(&self.working).acquire_owned().await.ok();
        Place { working, _open: open }
    }

    /// When the next connection may begin, if there is a rate to keep.
    fn slot(&self) -> Option<Instant> {
        let slots = self.slots.as_ref()?;
        let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
        Some(slots.take(Instant::now()))
    }
}

impl Place {
    /// The place of a case that its peer began, who alone says how many go on at once.
    pub(super) const fn of_a_guest() -> Self {
        Self { working: None, _open: None }
    }

    /// The place of a case that is at work while it has this permit.
    pub(super) const fn at_work(permit: OwnedSemaphorePermit) -> Self {
        Self { working: Some(permit), _open: None }
    }

    /// The case waits from now on.
    pub(super) fn waits(&mut self) {
        self.working = None;
    }

    /// Whether the case counts as working.
    pub(super) const fn is_at_work(&self) -> bool {
        self.working.is_some()
    }
}
