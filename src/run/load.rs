//! How many connections a server carries at once, found out as networks do it: congestion control.
//!
//! The bound on open connections begins low and grows while the server answers opening handshakes
//! about as quickly as it answers one that is alone. It shrinks as soon as answers are late, and
//! more so when a connection is dropped unanswered. Below the number that hurt it grows again
//! quickly, above that ever more rarely.

use std::{collections::BTreeMap, time::Duration};

use super::CaseLoad;

/// The bound at the beginning.
const START: usize = 4;

/// How much later than alone an answer may come, in addition to half of that time. A busy machine
/// delays answers by some milliseconds, and no wait of ours is shorter than 100 ms.
const LATE_AFTER: Duration = Duration::from_millis(30);

/// The same for an answer that shows by itself that the server cannot keep up.
const VERY_LATE_AFTER: Duration = Duration::from_millis(250);

/// Answers that have to be late, without as many that are not, before the bound shrinks.
const LATE_ANSWERS: usize = 4;

/// The most patience, as a factor, before the number that hurt is tried again.
const RELUCTANCE_MAX: usize = 64;

/// Connections without company that have to stay unanswered before load is no longer taken for the
/// reason.
const UNANSWERED_ALONE: usize = 3;

/// Finds out how many connections a server carries at once.
#[derive(Debug)]
pub(super) struct Load {
    ceiling: usize,
    bound: usize,
    /// Up to here the bound grows with every quick answer.
    quick_until: usize,
    /// How rarely it grows above that.
    reluctance: usize,
    /// Quick answers since it last grew above that.
    credit: usize,
    /// Late answers that were not made up for.
    late: usize,
    /// The time of an answer to a connection that is alone.
    alone: Option<Duration>,
    /// The server has answered, so that there is something to disturb.
    answers: bool,
    unanswered_alone: usize,
    /// How often the bound has shrunk.
    shrinks: u32,
    /// The server left a connection unanswered. (Where answers are only late, a busy machine may be the
    /// reason.)
    has_dropped: bool,
    /// It was shown that the server carries no more than this.
    limit: Option<usize>,
    connections: BTreeMap<Ticket, Connection>,
    next: Ticket,
}

/// An open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

#[derive(Clone, Copy, Debug)]
struct Connection {
    most_open: usize,
    /// How often the bound had shrunk when it was begun.
    shrinks: u32,
    is_strained: bool,
}

impl Load {
    /// Of a server that may have `ceiling` connections at once. `answers` says whether it has answered yet;
    /// `alone` is how long it took to answer a connection without company, if that is known.
    pub(super) fn new(ceiling: usize, answers: bool, alone: Option<Duration>) -> Self {
        let ceiling = ceiling.max(1);
        Self {
            ceiling,
            bound: ceiling.min(START),
            quick_until: ceiling,
            reluctance: 1,
            credit: 0,
            late: 0,
            alone,
            answers,
            unanswered_alone: 0,
            shrinks: 0,
            has_dropped: false,
            limit: None,
            connections: BTreeMap::new(),
            next: Ticket(0),
        }
    }

    /// Begins a connection, if there may be one more.
    pub(super) fn begin(&mut self) -> Option<Ticket> {
        // A server that never answers cannot be disturbed.
        let bound = if self.answers { self.bound } else { self.ceiling };
        if self.connections.len() >= bound {
            return None;
        }
        let ticket = self.next;
        self.next.0 += 1;
        let own = Connection { most_open: 0, shrinks: self.shrinks, is_strained: false };
        self.connections.insert(ticket, own);
        let open = self.connections.len();
        for connection in self.connections.values_mut() {
            connection.most_open = connection.most_open.max(open);
        }
        Some(ticket)
    }

    /// The response to this connection's request came this long after the connection was begun.
    pub(super) fn answered(&mut self, ticket: Ticket, took: Duration) {
        self.answers = true;
        self.unanswered_alone = 0;
        let Some(connection) = self.connections.get(&ticket).copied() else {
            return;
        };
        let alone = *self.alone.get_or_insert(took);
        if connection.most_open == 1 {
            self.alone = Some((alone * 3 + took) / 4);
            return self.was_quick(connection);
        }
        if took > alone * 2 + VERY_LATE_AFTER {
            self.mark_strained(ticket);
            self.shrink(connection, 1, 2);
        } else if took > alone + alone / 2 + LATE_AFTER {
            self.late += 1;
            if self.late >= LATE_ANSWERS {
                self.shrink(connection, 7, 10);
            }
        } else {
            self.alone = Some(alone.min((alone + took) / 2));
            self.was_quick(connection);
        }
    }

    /// The connection was refused, or it was dropped unanswered.
    pub(super) fn dropped(&mut self, ticket: Ticket) {
        let Some(connection) = self.connections.get(&ticket).copied() else {
            return;
        };
        if self.answers && connection.most_open > 1 {
            self.has_dropped = true;
            self.mark_strained(ticket);
            self.shrink(connection, 1, 2);
        }
    }

    /// No answer came to this connection's request in all the time that it had.
    pub(super) fn unanswered(&mut self, ticket: Ticket) {
        let Some(connection) = self.connections.get(&ticket).copied() else {
            return;
        };
        if !self.answers {
            return;
        }
        if connection.most_open > 1 {
            self.has_dropped = true;
            self.mark_strained(ticket);
            self.shrink(connection, 1, 2);
        } else {
            self.unanswered_alone += 1;
            self.answers = self.unanswered_alone < UNANSWERED_ALONE;
        }
    }

    /// This machine has no means for more connections than there are: that is not the server's
    /// doing.
    pub(super) fn lacks_means(&mut self, ticket: Ticket) {
        if let Some(connection) = self.connections.get(&ticket).copied() {
            // (A server on the same machine may need as much.)
            self.ceiling = (connection.most_open / 2).clamp(1, self.ceiling);
            self.bound = self.bound.min(self.ceiling);
        }
    }

    /// The server carries no more than `most` connections.
    pub(super) fn limit_to(&mut self, most: usize) {
        if most < self.ceiling {
            self.ceiling = most.max(1);
            self.bound = self.bound.min(self.ceiling);
            self.quick_until = self.quick_until.min(self.ceiling);
            self.limit = Some(self.ceiling);
        }
    }

    /// What the load was while the connection was open, so far.
    pub(super) fn of(&self, ticket: Ticket) -> CaseLoad {
        self.connections.get(&ticket).map_or(CaseLoad::ALONE, |connection| CaseLoad {
            open: connection.most_open,
            is_strained: connection.most_open > 1
                && (connection.is_strained || connection.shrinks != self.shrinks),
        })
    }

    /// The connection is closed.
    pub(super) fn end(&mut self, ticket: Ticket) {
        self.connections.remove(&ticket);
    }

    /// How many connections are open.
    pub(super) fn open(&self) -> usize {
        self.connections.len()
    }

    /// How many the server carries, if it does not carry as many as it might have got.
    pub(super) fn found(&self) -> Option<usize> {
        self.limit.or((self.has_dropped && self.answers).then_some(self.bound))
    }

    fn mark_strained(&mut self, ticket: Ticket) {
        if let Some(connection) = self.connections.get_mut(&ticket) {
            connection.is_strained = true;
        }
    }

    fn was_quick(&mut self, connection: Connection) {
        self.late = self.late.saturating_sub(1);
        // Only who had about as much company as there may be shows that there may be more.
        let is_telling = connection.most_open * 2 > self.bound;
        if connection.shrinks != self.shrinks || self.late > 0 || !is_telling {
            return;
        }
        self.credit += 1;
        let is_time = self.bound < self.quick_until || self.credit >= self.bound * self.reluctance;
        if is_time && self.bound < self.ceiling {
            self.bound += 1;
            self.credit = 0;
        }
    }

    /// Shrinks the bound to a part of the connections that were too many. Those that were begun
    /// before it shrank last say nothing new.
    fn shrink(&mut self, connection: Connection, part: usize, of: usize) {
        self.late = 0;
        if connection.shrinks != self.shrinks {
            return;
        }
        let hurt = connection.most_open.min(self.bound);
        self.bound = (hurt * part / of).max(1);
        self.quick_until = usize::midpoint(self.bound, hurt).max(1);
        self.shrinks += 1;
        self.credit = 0;
        if self.shrinks > 1 {
            self.reluctance = (self.reluctance * 2).min(RELUCTANCE_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CEILING: usize = 160;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn quick_server() -> Load {
        Load::new(CEILING, true, Some(ms(1)))
    }

    fn fill(load: &mut Load) -> Vec<Ticket> {
        std::iter::from_fn(|| load.begin()).collect()
    }

    /// Plays flights of connections with a server that answers `carried` of them at once, and lets
    /// each further one wait. Says how many were open at most in each.
    fn flights(load: &mut Load, carried: usize, count: usize) -> Vec<usize> {
        let flight = |_| {
            let tickets = fill(load);
            for (number, ticket) in tickets.iter().enumerate() {
                let waves = (number / carried) as u64;
                load.answered(*ticket, ms(1 + waves * 300));
            }
            for ticket in &tickets {
                load.end(*ticket);
            }
            tickets.len()
        };
        (0..count).map(flight).collect()
    }

    #[test]
    fn a_quick_server_soon_gets_all_that_it_may_get() {
        let mut load = quick_server();
        let open = flights(&mut load, CEILING, 7);
        assert_eq!(open, [4, 8, 16, 32, 64, 128, 160]);
        assert_eq!(load.found(), None);
    }

    #[test]
    fn no_more_than_the_ceiling_are_ever_open() {
        for ceiling in [1, 2, 4, 8] {
            let mut load = Load::new(ceiling, true, Some(ms(1)));
            assert!(flights(&mut load, CEILING, 20).iter().all(|open| *open <= ceiling));
            assert_eq!(flights(&mut load, CEILING, 1), [ceiling]);
            assert_eq!(load.found(), None, "the ceiling is ours");
        }
    }

    #[test]
    fn the_bound_settles_where_answers_are_quick() {
        let mut load = quick_server();
        let open = flights(&mut load, 10, 200);
        let too_many = open[20..].iter().filter(|open| **open > 10).count();
        assert!(too_many < 20, "{open:?}");
        assert!(open[20..].iter().all(|open| (5..=11).contains(open)), "{open:?}");
        assert_eq!(load.found(), None, "a busy machine might look like this");
    }

    #[test]
    fn a_server_that_drops_connections_gets_half_of_them() {
        let mut load = quick_server();
        flights(&mut load, CEILING, 3);
        let tickets = fill(&mut load);
        assert_eq!(tickets.len(), 32);
        for ticket in &tickets[20..] {
            load.dropped(*ticket);
        }
        assert!(tickets.iter().all(|ticket| load.of(*ticket).is_strained));
        tickets.into_iter().for_each(|ticket| load.end(ticket));
        assert_eq!(fill(&mut load).len(), 16, "one shrink a flight");
        assert_eq!(load.found(), Some(16));
    }

    #[test]
    fn a_hiccup_is_no_reason() {
        let mut load = quick_server();
        flights(&mut load, CEILING, 7);
        let tickets = fill(&mut load);
        for (number, ticket) in tickets.into_iter().enumerate() {
            load.answered(ticket, ms(if number % 4 == 0 { 60 } else { 5 }));
            assert!(!load.of(ticket).is_strained);
            load.end(ticket);
        }
        assert_eq!(fill(&mut load).len(), CEILING);
    }

    #[test]
    fn a_slow_answer_is_as_slow_alone() {
        let mut load = Load::new(CEILING, true, Some(ms(300)));
        for _ in 0..5 {
            for ticket in fill(&mut load) {
                load.answered(ticket, ms(310));
                load.end(ticket);
            }
        }
        assert!(fill(&mut load).len() >= 64);
    }

    #[test]
    fn a_connection_without_company_is_never_strained() {
        let mut load = Load::new(1, true, Some(ms(1)));
        let ticket = load.begin().unwrap();
        assert!(load.begin().is_none());
        load.answered(ticket, ms(3000));
        load.dropped(ticket);
        assert_eq!(load.of(ticket), CaseLoad::ALONE);
        assert_eq!(load.found(), None);
    }

    #[test]
    fn who_never_answers_is_not_spared() {
        assert_eq!(fill(&mut Load::new(CEILING, false, None)).len(), CEILING);
        let mut load = quick_server();
        for unanswered in [4, 2, 1, 1, 1] {
            let tickets = fill(&mut load);
            assert_eq!(tickets.len(), unanswered);
            tickets.iter().for_each(|ticket| load.unanswered(*ticket));
            tickets.into_iter().for_each(|ticket| load.end(ticket));
        }
        let tickets = fill(&mut load);
        assert_eq!(tickets.len(), CEILING);
        load.answered(tickets[0], ms(1));
        tickets.into_iter().for_each(|ticket| load.end(ticket));
        assert!(fill(&mut load).len() <= 2, "now there is something to disturb");
    }

    #[test]
    fn a_shortage_of_ours_is_not_told_of_the_server() {
        let mut load = quick_server();
        flights(&mut load, CEILING, 4);
        let tickets = fill(&mut load);
        load.lacks_means(*tickets.last().unwrap());
        tickets.into_iter().for_each(|ticket| load.end(ticket));
        assert!(flights(&mut load, CEILING, 40).iter().all(|open| *open <= 32));
        assert_eq!(load.found(), None);
    }

    #[test]
    fn what_killed_the_server_is_not_tried_again() {
        let mut load = quick_server();
        flights(&mut load, CEILING, 4);
        load.limit_to(10);
        assert!(flights(&mut load, CEILING, 100).iter().all(|open| *open <= 10));
        assert_eq!(load.found(), Some(10));
    }
}
