//! Testing a server: a connection a case, as many at once as the pace allows.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    case::{Case, Company},
    judge::{self, Judgement},
    play::{Opening, Patience, Player, Setup},
    protocol::Role,
    transcript::{Entry, Secrets, Transcript},
};

use super::{
    CaseLoad, CaseResult, ConnectError, Keeper, Pace, Probe, Route, RunEvent, Stop, Summary,
    Target,
    drive::drive,
    pace::{Place, Places},
    seed,
    survive::Course,
    transport::Stream,
};

/// A run of cases against one server.
#[derive(Clone, Debug)]
pub struct ServerRun {
    /// The server.
    pub target: Target,
    /// What a first look showed of it.
    pub probe: Probe,
    /// The cases, in the order in which they are begun.
    pub cases: Vec<Arc<Case>>,
    /// How many at once.
    pub pace: Pace,
    /// How long to wait for what.
    pub patience: Patience,
    /// What keys, masks and random payloads follow from.
    pub seed: u64,
    /// Whether to tell every entry as it happens.
    pub trace: bool,
}

/// The target took connections, and then took them no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the target went away in the middle of the run")]
pub struct TargetGone;

/// What the tasks of a run share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) run: ServerRun,
    pub(super) places: Places,
    pub(super) route: Route,
    /// The target has opened a connection.
    answers: AtomicBool,
    events: UnboundedSender<RunEvent>,
    pub(super) stop: Stop,
}

impl ServerRun {
    /// Plays the cases with a server that is not ours, and tells `events` what happens, until all
    /// are over or the run is stopped.
    ///
    /// # Errors
    /// The target went away for good; every case that it took with it has been told as an error.
    pub async fn play(
        self,
        events: UnboundedSender<RunEvent>,
        stop: Stop,
    ) -> Result<Summary, TargetGone> {
        self.play_kept(&mut Keeper::of_a_stranger(), events, stop).await
    }

    /// The same with a server whose keeper sees to it that it is there.
    ///
    /// # Errors
    /// The same.
    pub async fn play_kept(
        self,
        keeper: &mut Keeper,
        events: UnboundedSender<RunEvent>,
        stop: Stop,
    ) -> Result<Summary, TargetGone> {
        let mut groups = groups(&self.cases, keeper.can_afford_crashes());
        let shared = Arc::new(Shared {
            places: Places::new(self.pace),
            route: self.probe.route.clone().without_patience(),
            answers: AtomicBool::new(false),
            run: self,
            events,
            stop,
        });
        let mut course = Course::new(Arc::clone(&shared), keeper);
        while let Some(group) = groups.pop_front() {
            course.play(group).await;
            if !shared.answers.load(Ordering::Relaxed) {
                // Nothing to disturb: wait for the rest all at once.
                course.play(groups.drain(..).flatten().collect()).await;
            }
        }
        course.finish().await
    }
}

/// Cases in the order in which they are begun.
pub(super) type Cases = Vec<Arc<Case>>;

/// Cases that are played together, group after group: first those that nobody disturbs, then, one
/// at a time, those that company would disturb, at last those that could crash the target. These
/// share a group too if it may be crashed: they are played again alone when it was.
fn groups(cases: &[Arc<Case>], may_be_crashed: bool) -> VecDeque<Cases> {
    let (hostile, harmless): (Cases, Cases) = cases.iter().cloned().partition(|case| case.hostile);
    let mut groups = sociable_first(harmless);
    if may_be_crashed {
        groups.extend(sociable_first(hostile));
    } else {
        groups.extend(hostile.into_iter().map(|case| vec![case]));
    }
    groups
}

/// A group of all that do not care for company, and groups of one of the others.
fn sociable_first(cases: Cases) -> VecDeque<Cases> {
    let (together, mut one_by_one): (Cases, Cases) =
        cases.into_iter().partition(|case| case.company == Company::Any);
    one_by_one.sort_by_key(|case| case.company == Company::Alone);
    let alone = one_by_one.into_iter().map(|case| vec![case]);
    let groups = std::iter::once(together).chain(alone);
    groups.filter(|group| !group.is_empty()).collect()
}

/// What came of one attempt at a case.
#[derive(Debug)]
pub(super) enum Attempt {
    /// It was played.
    Played(Box<Played>),
    /// There was no connection.
    NotConnected(Arc<Case>, ConnectError),
}

/// A case that was played.
#[derive(Debug)]
pub(super) struct Played {
    /// What came of it.
    pub(super) result: CaseResult,
    /// When we began to connect.
    pub(super) began: Instant,
    /// When it was over.
    pub(super) over: Instant,
}

impl Played {
    /// Whether the target said anything, and so was alive after this case was begun.
    pub(super) fn is_answered(&self) -> bool {
        !self.result.transcript.handshake.response.is_empty()
    }
}

impl Shared {
    /// Plays a case once.
    pub(super) async fn play(self: Arc<Self>, case: Arc<Case>, mut place: Place) -> Attempt {
        self.tell(RunEvent::CaseStarted(case.id.clone()));
        let began = Instant::now();
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_unix_ms = started.as_millis() as u64;
        let mut stop = self.stop.clone();
        let connected = tokio::select! {
            biased;
            () = stop.stopped() => None,
            connected = self.connect(&case) => Some(connected),
        };
        let (transcript, judgement) = match connected {
            Some(Ok(stream)) => {
                let player = self.player(&case, started_unix_ms);
                let secrets = self.run.target.secrets();
                let mut on_entry = |entry: &Entry| {
                    if self.run.trace {
                        let mut entry = Box::new(entry.clone());
                        secrets.hide_in_entry(&mut entry);
                        self.tell(RunEvent::Entry(case.id.clone(), entry));
                    }
                };
                let driven = drive(player, stream, &mut place, stop, &mut on_entry).await;
                let transcript = driven.transcript;
                if transcript.handshake.opened() {
                    self.answers.store(true, Ordering::Relaxed);
                }
                judged_without_secrets(&case, transcript, secrets)
            }
            Some(Err(error)) => return Attempt::NotConnected(case, error),
            None => (
                Transcript::never_connected(Role::Client, started_unix_ms),
                judge::not_played("the run was interrupted".to_owned()),
            ),
        };
        Attempt::Played(Box::new(Played {
            result: CaseResult { case, transcript, judgement, load: CaseLoad::ALONE },
            began,
            over: Instant::now(),
        }))
    }

    async fn connect(&self, case: &Case) -> Result<Stream, ConnectError> {
        let limit = self.run.patience.handshake * 2;
        if case.handshake.is_in_clear_text() {
            self.route.connect_in_clear(limit).await
        } else {
            self.route.connect(limit).await
        }
    }

    fn player(&self, case: &Arc<Case>, started_unix_ms: u64) -> Player {
        let ServerRun { target, seed, patience, .. } = &self.run;
        client_player(case, target, *seed, *patience, started_unix_ms)
    }

    pub(super) fn tell(&self, event: RunEvent) {
        // Nobody listens any more: then nobody wants to know.
        let _ = self.events.send(event);
    }
}

/// What others may read of a case that was played. The verdict is that of what really happened, and
/// its words are those of what is shown of that.
fn judged_without_secrets(
    case: &Case,
    mut transcript: Transcript,
    secrets: &Secrets,
) -> (Transcript, Judgement) {
    let judgement = judge::judge(case, &transcript);
    if !secrets.hide_in(&mut transcript) {
        return (transcript, judgement);
    }
    let shown = judge::judge(case, &transcript);
    let mut autobahn = judgement.autobahn;
    if let Some(reason) = autobahn.as_mut().and_then(|it| it.remote_close_reason.as_mut()) {
        secrets.hide(reason);
        secrets.hide_cut_off(reason);
    }
    let judgement = Judgement { verdict: judgement.verdict, autobahn, ..shown };
    (transcript, judgement)
}

/// Plays a case as client, in a run of this seed.
pub(super) fn client_player(
    case: &Arc<Case>,
    target: &Target,
    run_seed: u64,
    patience: Patience,
    started_unix_ms: u64,
) -> Player {
    let seed = seed::of_case(run_seed, &case.id);
    let request = target.request_for(case, run_seed);
    let opening = Opening::client(&request, case.handshake.request());
    let setup = Setup { patience, seed, started_unix_ms, live: target.live.clone() };
    Player::new(Arc::clone(case), opening, &setup)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    fn all_groups(may_be_crashed: bool) -> VecDeque<Cases> {
        let cases = &embedded_cases().cases;
        let cases: Cases = cases.iter().cloned().map(Arc::new).collect();
        let groups = groups(&cases, may_be_crashed);
        assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), cases.len());
        groups
    }

    fn is_hostile(group: &Cases) -> bool {
        group.iter().any(|case| case.hostile)
    }

    #[test]
    fn what_could_crash_the_target_comes_last() {
        for may_be_crashed in [false, true] {
            assert!(all_groups(may_be_crashed).iter().is_sorted_by_key(is_hostile));
        }
    }

    #[test]
    fn what_could_crash_a_target_of_somebody_else_has_no_company() {
        let groups = all_groups(false);
        let mut hostile = groups.iter().filter(|group| is_hostile(group));
        assert!(hostile.all(|group| group.len() == 1));
    }

    #[test]
    fn only_sociable_cases_share_a_group() {
        for group in all_groups(true).iter().filter(|group| group.len() > 1) {
            assert!(group.iter().all(|case| case.company == Company::Any));
        }
    }
}
