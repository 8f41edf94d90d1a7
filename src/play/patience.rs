//! How long we wait for what. Every wait has a bound; most scale with the round trip.

use std::time::Duration;

use crate::case::{Case, GiveUp, Step};

/// The waiting times of a run. `Default` suits a testee on the same machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the opening handshake, in all.
    pub handshake: Duration,
    /// For a reaction, since the last octet that passed in either direction.
    pub reaction: Duration,
    /// The same where the case makes much work.
    pub late_reaction: Duration,
    /// For the answer to our Close, since the last octet.
    pub close: Duration,
    /// For the peer to close TCP after the closing handshake.
    pub tcp_close: Duration,
    /// For silence to count as such, while the connection is still needed.
    pub pause: Duration,
    /// For a case in all, however lively the peer.
    pub case: Duration,
    /// The same where the case makes much work.
    pub late_case: Duration,
    /// The same for a thousand round trips, each of which has its own bound.
    pub round_trips_case: Duration,
}

impl Patience {
    /// The least time in which a correct testee on this machine is sure to have reacted.
    const PAUSE_MIN: Duration = Duration::from_millis(150);
    const PAUSE_MAX: Duration = Duration::from_secs(1);
    /// What Autobahn waits for a reaction.
    const REACTION_MIN: Duration = Duration::from_secs(1);

    /// Waiting times for a target with this round trip time. `timeout` replaces the time for a
    /// reaction, and all that follows from it.
    #[must_use]
    pub fn for_round_trip(round_trip: Duration, timeout: Option<Duration>) -> Self {
        let reaction = timeout.unwrap_or_else(|| Self::REACTION_MIN + round_trip * 10);
        Self {
            handshake: timeout.map_or(Duration::from_secs(5) + round_trip * 10, |t| t * 5),
            reaction,
            late_reaction: reaction * 10,
            close: reaction,
            tcp_close: reaction,
            pause: (round_trip * 10)
                .clamp(Self::PAUSE_MIN, Self::PAUSE_MAX)
                .min(reaction),
            case: reaction * 10,
            late_case: reaction * 100,
            round_trips_case: reaction * 480,
        }
    }

    /// For a reaction in a case that gives up so.
    #[must_use]
    pub const fn reaction_for(&self, give_up: GiveUp) -> Duration {
        match give_up {
            GiveUp::FailSoon | GiveUp::CloseSoon => self.reaction,
            GiveUp::FailLate | GiveUp::CloseLate => self.late_reaction,
        }
    }

    /// For a case in all.
    #[must_use]
    pub fn case_for(&self, case: &Case) -> Duration {
        let round_trips = case
            .steps
            .iter()
            .any(|step| matches!(step, Step::RoundTrips(_)));
        match case.give_up {
            GiveUp::FailSoon | GiveUp::CloseSoon => self.case,
            GiveUp::FailLate | GiveUp::CloseLate if round_trips => self.round_trips_case,
            GiveUp::FailLate | GiveUp::CloseLate => self.late_case,
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::for_round_trip(Duration::ZERO, None)
    }
}
