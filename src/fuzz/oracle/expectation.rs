//! What the oracle allows, in the words of the case language.

use crate::{
    case::{
        Case, CloseExpectation, Closer, Event, Expected, GiveUp, Need, Outcome, OutcomeVerdict,
        Payload, RequirementId,
    },
    protocol::Role,
};

use super::course::{Course, Due, Duty, Fate, Reply};

/// So many orders of echoes and Pongs are written out. Where there are more, every Pong may be
/// missing.
const ORDERS_MAX: usize = 24;

/// So many events an outcome has at most: beyond that whatever comes will do.
const EVENTS_MAX: usize = 160;

/// Outcomes and close of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What may be seen.
    pub outcomes: Vec<Outcome>,
    /// How the connection should end.
    pub close: CloseExpectation,
    /// What the case exercises.
    pub requirements: Vec<RequirementId>,
}

impl Expectation {
    /// Puts it into a case, in the place of what was there.
    pub fn write_into(self, case: &mut Case) {
        case.give_up = match self.close.by {
            Closer::Peer => GiveUp::FailSoon,
            Closer::Us | Closer::Either => GiveUp::CloseSoon,
        };
        case.outcomes = self.outcomes;
        case.close = self.close;
        case.requirements = self.requirements;
        case.informational = false;
        case.autobahn = None;
    }
}

/// What may come of the steps of a case that `role` plays, which is us. `echo`: the testee sends
/// every message back; without that, only its Pongs and its closing are known beforehand.
#[must_use]
pub fn expectation(case: &Case, role: Role, echo: bool) -> Expectation {
    let course = Course::of(case, role, Course::likely_deflate(case, role));
    course.expectation(echo)
}

impl Course {
    /// What may come of it.
    #[must_use]
    pub fn expectation(&self, echo: bool) -> Expectation {
        let outcome =
            |saw| Outcome { verdict: OutcomeVerdict::Pass, saw, close: None, breaks: Vec::new() };
        let orders = match self.fate {
            Fate::Lost => Vec::new(),
            _ if echo => self.orders(),
            _ => Vec::new(),
        };
        let outcomes = match orders.iter().map(Vec::len).max() {
            Some(0..=EVENTS_MAX) => orders.into_iter().map(|saw| outcome(Some(saw))).collect(),
            // Whatever comes.
            _ => vec![outcome(None)],
        };
        Expectation { outcomes, close: self.close(), requirements: self.requirements() }
    }

    /// What a case needs that asks for these replies.
    #[must_use]
    pub fn needs(&self) -> Option<Need> {
        let is_echo = |due: &Due| matches!(due.reply, Reply::Echo(..) | Reply::Echoes(_));
        self.dues.iter().any(is_echo).then_some(Need::Echo)
    }

    /// All orders in which the replies may come.
    fn orders(&self) -> Vec<Vec<Expected>> {
        let mut orders = vec![Vec::new()];
        let allowed = self.dues.iter().filter(|due| due.duty != Duty::Forbidden);
        let mut stretch = Stretch::default();
        for due in allowed {
            match due.reply {
                Reply::Echo(..) => stretch.echoes.push(expected(due)),
                Reply::Pong(_) => stretch.pongs.push(expected(due)),
                // All before it has come when it is over.
                Reply::Silence(_) | Reply::Echoes(_) => {
                    std::mem::take(&mut stretch).join(&mut orders);
                    for order in &mut orders {
                        order.push(expected(due));
                    }
                }
            }
        }
        stretch.join(&mut orders);
        orders
    }

    fn requirements(&self) -> Vec<RequirementId> {
        let mut ids = Vec::new();
        let mut exercise = |id: &str| {
            let id = RequirementId(id.to_owned());
            if !ids.contains(&id) {
                ids.push(id);
            }
        };
        match &self.fate {
            Fate::Failing { requirement, .. } => exercise(requirement),
            Fate::Open | Fate::Closing { .. } => exercise("rfc6455-5.5.1-9"),
            Fate::Doubtful | Fate::Left | Fate::Lost => {}
        }
        for due in &self.dues {
            exercise(due.reply.requirement());
        }
        ids
    }
}

impl Reply {
    /// The event that it is seen as.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Echo(kind, payload) => Event::Message(*kind, payload.clone()),
            Self::Pong(payload) => Event::Pong(payload.clone()),
            Self::Silence(name) => Event::Silence(name.clone()),
            Self::Echoes(count) => Event::Echoes(*count),
        }
    }

    /// Whether it is seen as this event, however the octets of the two are described.
    pub(super) fn is_seen_as(&self, event: &Event) -> bool {
        let alike = |one: &Payload, other: &Payload| {
            one == other || (one.len() == other.len() && one.to_vec() == other.to_vec())
        };
        match (self, event) {
            (Self::Echo(kind, payload), Event::Message(seen, other)) => {
                kind == seen && alike(payload, other)
            }
            (Self::Pong(payload), Event::Pong(other)) => alike(payload, other),
            (Self::Silence(name), Event::Silence(seen)) => name == seen,
            (Self::Echoes(count), Event::Echoes(seen)) => count == seen,
            _ => false,
        }
    }

    /// The requirement that demands it.
    #[must_use]
    pub const fn requirement(&self) -> &'static str {
        match self {
            Self::Pong(_) => "rfc6455-5.5.2-2",
            Self::Echo(..) | Self::Silence(_) | Self::Echoes(_) => "rfc6455-6.2-1",
        }
    }
}

/// Replies that may come in any order but their own.
#[derive(Default)]
struct Stretch {
    echoes: Vec<Expected>,
    pongs: Vec<Expected>,
}

impl Stretch {
    /// Continues each of the orders with each of its own.
    fn join(mut self, orders: &mut Vec<Vec<Expected>>) {
        let needed = |pong: &&Expected| !pong.optional;
        let mut needed: Vec<Expected> = self.pongs.iter().filter(needed).cloned().collect();
        let count = merges(self.echoes.len(), needed.len()).saturating_mul(orders.len());
        // Of Pongs that are alike nobody can tell which one came.
        let twin =
            |pong: &Expected| self.pongs.iter().filter(|it| it.event == pong.event).count() > 1;
        if count > ORDERS_MAX || needed.iter().any(twin) {
            needed.clear();
        } else {
            self.pongs.retain(|pong| pong.optional);
        }
        for pong in &mut self.pongs {
            pong.optional = true;
        }
        let mut own = Vec::new();
        merge(&self.echoes, &needed, &mut Vec::new(), &mut own);
        *orders = orders
            .iter()
            .flat_map(|before| own.iter().map(|order| [&before[..], &self.amid(order)].concat()))
            .collect();
    }

    /// An order with the Pongs that may be missing before, between and behind its events.
    fn amid(&self, order: &[Expected]) -> Vec<Expected> {
        let mut amid = self.pongs.clone();
        for event in order {
            amid.push(event.clone());
            amid.extend_from_slice(&self.pongs);
        }
        amid
    }
}

/// In how many ways so many echoes and so many Pongs can follow each other.
fn merges(echoes: usize, pongs: usize) -> usize {
    let small = echoes.min(pongs);
    (1..=small).fold(1_usize, |count, chosen| {
        count.saturating_mul(echoes + pongs - small + chosen) / chosen
    })
}

fn merge(
    one: &[Expected],
    other: &[Expected],
    so_far: &mut Vec<Expected>,
    all: &mut Vec<Vec<Expected>>,
) {
    if one.is_empty() || other.is_empty() {
        all.push([&so_far[..], one, other].concat());
        return;
    }
    for (taken, rest, waiting) in [(&one[0], &one[1..], other), (&other[0], &other[1..], one)] {
        so_far.push(taken.clone());
        merge(rest, waiting, so_far, all);
        so_far.pop();
    }
}

fn expected(due: &Due) -> Expected {
    Expected {
        event: due.reply.event(),
        echo: matches!(due.reply, Reply::Echo(..) | Reply::Echoes(_)),
        optional: due.duty == Duty::Optional,
    }
}
