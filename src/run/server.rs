//! Testing a server: a connection a case, as many at once as the pace allows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    case::{Case, Company},
    judge,
    play::{Opening, Patience, Player, Setup},
    protocol::Role,
    transcript::Transcript,
};

use super::{
    CaseResult, ConnectError, Keeper, Pace, Probe, Route, RunEvent, Stop, Summary, Target,
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
        self.play_kept(&mut Keeper::of_a_stranger(), events, stop)
            .await
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
        let (together, one_by_one) = by_company(&self.cases);
        let shared = Arc::new(Shared {
            places: Places::new(self.pace),
            route: self.probe.route.clone().without_patience(),
            answers: AtomicBool::new(false),
            run: self,
            events,
            stop,
        });
        let mut course = Course::new(Arc::clone(&shared), keeper);
        let is_first = together.is_empty();
        course.play(together).await;
        if is_first || shared.answers.load(Ordering::Relaxed) {
            for case in one_by_one {
                course.play(vec![case]).await;
            }
        } else {
            // Nothing to disturb: wait for them all at once.
            course.play(one_by_one).await;
        }
        course.finish().await
    }
}

/// Cases in the order in which they are begun.
pub(super) type Cases = Vec<Arc<Case>>;

/// The cases that are played together, and after them those that are played one at a time: what
/// could crash the target comes last.
fn by_company(cases: &[Arc<Case>]) -> (Cases, Cases) {
    let place = |case: &Arc<Case>| match case.company {
        _ if case.hostile => 3,
        Company::Any => 0,
        Company::Delicate => 1,
        Company::Alone => 2,
    };
    let (together, mut one_by_one): (Cases, Cases) =
        cases.iter().cloned().partition(|case| place(case) == 0);
    one_by_one.sort_by_key(place);
    (together, one_by_one)
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
        let started = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
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
                let mut on_entry = |entry: &_| {
                    if self.run.trace {
                        self.tell(RunEvent::Entry(
                            case.id.clone(),
                            Box::new(Clone::clone(entry)),
                        ));
                    }
                };
                let driven = drive(player, stream, &mut place, stop, &mut on_entry).await;
                let mut transcript = driven.transcript;
                let request = &mut transcript.handshake.request;
                let shown = self.run.target.hide_secrets(request.as_bytes());
                *request = String::from_utf8_lossy(&shown).into_owned();
                if transcript.handshake.opened() {
                    self.answers.store(true, Ordering::Relaxed);
                }
                let judgement = judge::judge(&case, &transcript);
                (transcript, judgement)
            }
            Some(Err(error)) => return Attempt::NotConnected(case, error),
            None => (
                Transcript::never_connected(Role::Client, started_unix_ms),
                judge::not_played("the run was interrupted".to_owned()),
            ),
        };
        Attempt::Played(Box::new(Played {
            result: CaseResult {
                case,
                transcript,
                judgement,
            },
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
        let ServerRun {
            target,
            seed,
            patience,
            ..
        } = &self.run;
        client_player(case, target, *seed, *patience, started_unix_ms)
    }

    pub(super) fn tell(&self, event: RunEvent) {
        // Nobody listens any more: then nobody wants to know.
        let _ = self.events.send(event);
    }
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
    let setup = Setup {
        patience,
        seed,
        started_unix_ms,
        live: target.live.clone(),
    };
    Player::new(Arc::clone(case), opening, &setup)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    #[test]
    fn what_could_crash_the_target_comes_last_and_alone() {
        let cases: Cases = embedded_cases()
            .cases
            .iter()
            .cloned()
            .map(Arc::new)
            .collect();
        let (together, one_by_one) = by_company(&cases);
        assert_eq!(together.len() + one_by_one.len(), cases.len());
        assert!(together.iter().all(|case| !case.hostile));
        assert!(one_by_one.is_sorted_by_key(|case| case.hostile));
        assert!(one_by_one.last().is_some_and(|case| case.hostile));
    }
}
