//! How hard a server may be pressed: as hard as it can be on this machine, politely elsewhere.

use std::time::Duration;

use crate::{
    cli::Trouble,
    play::Patience,
    run::{Pace, Route, ServerFuzz, Target},
};

/// Cases at work at once elsewhere, and connections.
const JOBS_ELSEWHERE: usize = 2;

/// Cases a second elsewhere, if nobody says otherwise.
const RATE_ELSEWHERE: u32 = 20;

/// What is waited for a reaction before it is looked at closely, besides ten round trips.
const HASTE: Duration = Duration::from_millis(500);

/// What the user wants of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FuzzPace {
    /// Cases at work at once.
    pub jobs: Option<u16>,
    /// Cases a second.
    pub rate: Option<u32>,
    /// What is waited for a reaction.
    pub haste: Option<Duration>,
}

impl FuzzPace {
    /// Against this server, so far away.
    pub fn against(self, target: Target, route: Route, round_trip: Duration) -> ServerFuzz {
        let here = target.is_loopback();
        let haste = self.haste.unwrap_or(HASTE + round_trip * 10);
        let Pace { working, open, .. } = Pace::LOOPBACK;
        let (jobs, open) = match (self.jobs.map(usize::from), here) {
            (None, true) => (working, open),
            (Some(1), true) => (1, 1),
            (Some(jobs), true) => (jobs, open.clamp(jobs, jobs * 20)),
            (None, false) => (JOBS_ELSEWHERE, JOBS_ELSEWHERE),
            (Some(jobs), false) => (jobs, jobs),
        };
        ServerFuzz {
            target,
            route,
            jobs,
            open,
            rate: self.rate.or((!here).then_some(RATE_ELSEWHERE)),
            until: None,
            patience: Patience::for_round_trip(round_trip, Some(haste)),
            certain: Patience::for_round_trip(round_trip, None),
        }
    }
}

/// Refuses a target that may be somebody else's.
///
/// # Errors
/// It is not on this machine, and nobody said that it is his.
pub fn refuse_strangers(target: &Target, owned: bool) -> Result<(), Trouble> {
    if target.is_loopback() || owned {
        return Ok(());
    }
    Err(Trouble::Input(format!(
        "`{}` is not on this machine; fuzz it only if it is yours, and say so with \
         --i-own-this-target",
        target.url()
    )))
}
