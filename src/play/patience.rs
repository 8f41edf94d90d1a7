//! How long we wait for what. Every wait has a bound; most scale with the round trip.

use std::time::Duration;

use crate::{
    case::{Case, GiveUp, OutcomeVerdict, Reaction, Step},
    protocol::Role,
};

/// The waiting times of a run. `Default` suits a testee on the same machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the opening handshake, in all.
    pub handshake: Duration,
    /// For a reaction, since the last octet that passed in either direction.
    pub reaction: Duration,
    /// For each of many echoes, and for a peer to go on reading.
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
    const PAUSE_MIN: Duration = Duration::from_millis(100);
    const PAUSE_MAX: Duration = Duration::from_secs(1);
    /// What Autobahn waits for a reaction.
    const REACTION_MIN: Duration = Duration::from_secs(1);
    /// What a testee's slowest answers make of it, at most.
    const REACTION_MAX: Duration = Duration::from_secs(10);
    const HANDSHAKE_MAX: Duration = Duration::from_secs(30);
    /// Ten seconds are too long by themselves.
    const TCP_CLOSE_MAX: Duration = Duration::from_secs(9);

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
                .max(round_trip * 3)
                .min(reaction),
            case: reaction * 10,
            late_case: reaction * 100,
            round_trips_case: reaction * 480,
        }
    }

    /// For a case that is played again because the verdict on it rests on time.
    #[must_use]
    pub fn longer(self) -> Self {
        Self {
            handshake: self.handshake * 2,
            reaction: self.reaction * 3,
            late_reaction: self.late_reaction * 3,
            close: self.close * 3,
            // (Beyond a bound of its own this is another finding.)
            tcp_close: (self.tcp_close * 3).min(Self::TCP_CLOSE_MAX).max(self.tcp_close),
            pause: self.pause * 3,
            case: self.case * 3,
            late_case: self.late_case * 3,
            round_trips_case: self.round_trips_case * 3,
        }
    }

    /// For a testee whose slowest answer so far took this long. Never shorter than it was.
    #[must_use]
    pub fn for_slowest(self, slowest: Duration) -> Self {
        let reaction = self.reaction.max((slowest * 4).min(Self::REACTION_MAX));
        let close = self.close.max((slowest * 4).min(Self::REACTION_MAX));
        Self {
            handshake: self.handshake.max((slowest * 10).min(Self::HANDSHAKE_MAX)),
            reaction,
            late_reaction: self.late_reaction.max(reaction * 10),
            close,
            tcp_close: self.tcp_close.max((slowest * 4).min(Self::TCP_CLOSE_MAX)),
            pause: self.pause.max((slowest * 3).min(Self::PAUSE_MAX)).min(reaction),
            case: self.case.max(reaction * 10),
            late_case: self.late_case.max(reaction * 100),
            round_trips_case: self.round_trips_case.max(reaction * 480),
        }
    }

    /// For a reaction in this case: longer where it makes much work. Megabytes, and tiny fragments
    /// of them, all fit into the kernel's buffers, so that no octet passes while a testee works
    /// them off.
    #[must_use]
    pub fn reaction_for(&self, case: &Case) -> Duration {
        match case.give_up {
            GiveUp::FailSoon | GiveUp::CloseSoon => self.reaction,
            GiveUp::FailLate | GiveUp::CloseLate if has_round_trips(case) => self.late_reaction,
            GiveUp::FailLate | GiveUp::CloseLate => {
                let (octets, writes) = work(&case.steps);
                let seconds = octets as f64 / OCTETS_A_SECOND + writes as f64 / WRITES_A_SECOND;
                self.reaction + self.reaction.mul_f64(seconds)
            }
        }
    }

    /// For anything at all from a testee, where the case has a say in the opening handshake. One
    /// that may open it has the usual time; one whose silence is right need not prove it for long.
    #[must_use]
    pub fn silence_for(&self, case: &Case, testee: Role) -> Duration {
        let passes = |reaction: &Reaction| {
            let mut outcomes = case.handshake.outcomes.iter();
            outcomes.any(|one| one.verdict == OutcomeVerdict::Pass && one.reaction == *reaction)
        };
        let opens = case.handshake.outcomes.is_empty() || passes(&Reaction::Opened);
        match testee {
            Role::Server if opens => self.handshake,
            Role::Client if !opens && passes(&Reaction::Silent) => self.pause,
            _ => self.reaction,
        }
    }

    /// For the answer to our Close in this case, behind all the work that it makes.
    #[must_use]
    pub fn close_for(&self, case: &Case) -> Duration {
        let work = self.reaction_for(case).saturating_sub(self.reaction);
        self.close + work
    }

    /// For a case in all.
    #[must_use]
    pub fn case_for(&self, case: &Case) -> Duration {
        match case.give_up {
            GiveUp::FailSoon | GiveUp::CloseSoon => self.case,
            GiveUp::FailLate | GiveUp::CloseLate if has_round_trips(case) => self.round_trips_case,
            GiveUp::FailLate | GiveUp::CloseLate => self.late_case,
        }
    }
}

/// What a slow testee takes in of one message in a second.
const OCTETS_A_SECOND: f64 = 1e6;

/// What it takes in of frames, or of octets that come in pieces, in a second. A correct
/// one was seen to take 42 seconds for the 65537 fragments of 4 MiB.
const WRITES_A_SECOND: f64 = 1e3;

/// The octets that the steps send, and in how many frames or pieces.
fn work(steps: &[Step]) -> (u64, u64) {
    let add = |(octets, writes): (u64, u64), (length, piece): (u64, u64)| {
        (octets + length, writes + length / piece.max(1))
    };
    let pieces = steps.iter().filter_map(|step| match step {
        Step::Frame(frame) => {
            let piece = frame.pacing.chop.map_or(u64::MAX, |piece| piece.get() as u64);
            Some((frame.payload.len(), piece))
        }
        Step::Repeat(times, frame) => {
            let times = u64::from(times.get());
            let length = times * frame.payload.len().max(1);
            Some((length, frame.payload.len().max(1)))
        }
        Step::Message(message) => {
            let piece = message.fragment.map_or(u64::MAX, std::num::NonZero::get);
            Some((message.payload.len(), piece))
        }
        _ => None,
    });
    pieces.fold((0, 0), add)
}

fn has_round_trips(case: &Case) -> bool {
    case.steps.iter().any(|step| matches!(step, Step::RoundTrips(_)))
}

impl Default for Patience {
    fn default() -> Self {
        Self::for_round_trip(Duration::ZERO, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wait_is_shorter_than_a_few_round_trips() {
        for round_trip in [0, 20, 400, 1040, 5000].map(Duration::from_millis) {
            let patience = Patience::for_round_trip(round_trip, None);
            for wait in [patience.pause, patience.reaction, patience.close, patience.handshake] {
                assert!(wait >= round_trip * 3 && wait >= Patience::PAUSE_MIN, "{patience:?}");
            }
        }
    }

    #[test]
    fn more_patience_is_more_in_each_respect() {
        let (usual, longer) = (Patience::default(), Patience::default().longer());
        assert!(longer.handshake > usual.handshake && longer.reaction > usual.reaction);
        assert!(longer.close > usual.close && longer.pause > usual.pause);
        assert!(longer.tcp_close > usual.tcp_close && longer.tcp_close < Duration::from_secs(10));
        assert!(longer.case > usual.case && longer.late_case > usual.late_case);
    }
}
