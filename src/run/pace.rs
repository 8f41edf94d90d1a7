//! How many cases may be at work, and how many may be open, at once.

use std::{
    num::NonZeroU32,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::{
    CaseLoad,
    load::{Load, Ticket},
    rate::{Rate, Slots},
};

/// A case that has been waiting for its peer for this long is not at work.
pub(super) const WAITING_AFTER: Duration = Duration::from_millis(4);

/// Bounds for a run. Cases that only wait do not count as working, so that one slow reaction does not
/// hold up the rest, while those at work do not disturb each other. What a server shows that it
/// carries may be less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Cases that may be at work at once; at least 1.
    pub working: usize,
    /// Connections that may be open at once; at least 1.
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

    /// The same with no more open connections than somebody asked for.
    #[must_use]
    pub fn with_jobs(self, jobs: usize) -> Self {
        Self { open: jobs.max(1), ..self }
    }
}

/// The places that a [`Pace`] and the server allow.
#[derive(Clone, Debug)]
pub(super) struct Places {
    working: Arc<Semaphore>,
    open: Arc<Open>,
    slots: Option<Arc<Mutex<Slots>>>,
}

/// The connections that are open.
#[derive(Debug)]
struct Open {
    load: Mutex<Load>,
    /// There may be room for another connection, or none is open any more.
    changed: Notify,
}

/// A case's place: it is open, and at work until it waits.
#[derive(Debug)]
pub(super) struct Place {
    working: Option<OwnedSemaphorePermit>,
    connection: Option<Connection>,
}

/// An open connection that counts.
#[derive(Debug)]
struct Connection {
    open: Arc<Open>,
    ticket: Ticket,
    /// When it was begun, if its answer shows how busy the server is, and has not come yet.
    asked: Option<Instant>,
}

impl Places {
    /// `answers` says whether the server has answered yet; `alone` is how long it took to answer a
    /// connection without company, if that is known.
    pub(super) fn new(pace: Pace, answers: bool, alone: Option<Duration>) -> Self {
        Self {
            working: Arc::new(Semaphore::new(pace.working.max(1))),
            open: Arc::new(Open {
                load: Mutex::new(Load::new(pace.open, answers, alone)),
                changed: Notify::new(),
            }),
            slots: pace.rate.map(|rate| Arc::new(Mutex::new(Slots::of(rate)))),
        }
    }

    pub(super) async fn take(&self) -> Place {
        // The semaphore is never closed, so no permit is ever denied.
        let working = Arc::clone(&self.working).acquire_owned().await.ok();
        let ticket = self.open.once(Load::begin).await;
        let connection = Connection { open: Arc::clone(&self.open), ticket, asked: None };
        if let Some(slot) = self.slot() {
            tokio::time::sleep_until(slot.into()).await;
        }
        Place { working, connection: Some(connection) }
    }

    /// Returns once no connection is open any more.
    pub(super) async fn are_free(&self) {
        self.open.once(|load| (load.open() == 0).then_some(())).await;
    }

    /// The server carries no more than `most` connections at once.
    pub(super) fn limit_to(&self, most: usize) {
        self.open.load().limit_to(most);
    }

    /// How many connections the server carries, if it does not carry as many as it might have got.
    pub(super) fn found(&self) -> Option<usize> {
        self.open.load().found()
    }

    /// When the next connection may begin, if there is a rate to keep.
    fn slot(&self) -> Option<Instant> {
        let slots = self.slots.as_ref()?;
        let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
        Some(slots.take(Instant::now()))
    }
}

impl Open {
    fn load(&self) -> MutexGuard<'_, Load> {
        self.load.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once there is an answer to the question.
    async fn once<T>(&self, question: impl Fn(&mut Load) -> Option<T>) -> T {
        loop {
            // Whatever changes from here on wakes us.
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(answer) = question(&mut self.load()) {
                return answer;
            }
            changed.await;
        }
    }
}

impl Place {
    /// The place of a case that its peer began, who alone says how many go on at once.
    pub(super) const fn of_a_guest() -> Self {
        Self { working: None, connection: None }
    }

    /// The place of a case that is at work while it has this permit.
    pub(super) const fn at_work(permit: OwnedSemaphorePermit) -> Self {
        Self { working: Some(permit), connection: None }
    }

    /// The case waits from now on.
    pub(super) fn waits(&mut self) {
        self.working = None;
    }

    /// Whether the case counts as working.
    pub(super) const fn is_at_work(&self) -> bool {
        self.working.is_some()
    }

    /// The connection is begun now, and the server should answer it at once.
    pub(super) fn asks(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.asked = Some(Instant::now());
        }
    }

    /// The server has opened the connection. (It does not matter how often that is said.)
    pub(super) fn opened(&mut self) {
        if let Some(connection) = &mut self.connection
            && let Some(asked) = connection.asked.take()
        {
            connection.note(|load, ticket| load.answered(ticket, asked.elapsed()));
        }
    }

    /// The connection was refused, or dropped unanswered.
    pub(super) fn dropped(&self) {
        self.note(Load::dropped);
    }

    /// No answer came in all the time that there was.
    pub(super) fn unanswered(&self) {
        self.note(Load::unanswered);
    }

    /// This machine has no means for another connection.
    pub(super) fn lacks_means(&self) {
        self.note(Load::lacks_means);
    }

    fn note(&self, what: impl Fn(&mut Load, Ticket)) {
        if let Some(connection) = &self.connection {
            connection.note(what);
        }
    }

    /// What the load has been since the place was taken.
    pub(super) fn load(&self) -> CaseLoad {
        let connection = self.connection.as_ref();
        connection.map_or(CaseLoad::ALONE, |own| own.open.load().of(own.ticket))
    }
}

impl Connection {
    fn note(&self, what: impl Fn(&mut Load, Ticket)) {
        what(&mut self.open.load(), self.ticket);
        self.open.changed.notify_waiters();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.note(Load::end);
    }
}
