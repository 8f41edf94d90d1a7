//! Testing a server: a connection a case, as many at once as the pace allows.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::mpsc::UnboundedSender, task::JoinSet};

use crate::{
    case::{Case, Company, DeflateScript},
    judge,
    play::{Opening, Patience, Player, Setup},
    protocol::Role,
    transcript::Transcript,
};

use super::{
    CaseResult, Pace, Probe, RunEvent, Stop, Summary, Target,
    drive::drive,
    pace::{Place, Places},
    seed,
    transport::Stream,
};

/// A run of cases against one server.
#[derive(Debug)]
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
struct Shared {
    run: ServerRun,
    places: Places,
    gone: AtomicBool,
    /// The target has opened a connection.
    answers: AtomicBool,
    events: UnboundedSender<RunEvent>,
    stop: Stop,
}

impl ServerRun {
    /// Plays the cases and tells `events` what happens, until all are over or the run is stopped.
    ///
    /// # Errors
    /// The target went away; every case that it took with it has been told as an error.
    pub async fn play(
        self,
        events: UnboundedSender<RunEvent>,
        stop: Stop,
    ) -> Result<Summary, TargetGone> {
        let started = Instant::now();
        let (any, delicate, alone) = by_company(&self.cases);
        let shared = Arc::new(Shared {
            places: Places::new(self.pace),
            gone: AtomicBool::new(false),
            answers: AtomicBool::new(false),
            run: self,
            events,
            stop,
        });
        let mut summary = Summary::default();
        shared.play_together(any, &mut summary).await;
        let one_by_one: Cases = delicate.into_iter().chain(alone).collect();
        if shared.answers.load(Ordering::Relaxed) || summary.verdicts.is_empty() {
            for case in one_by_one {
                shared.play_together(vec![case], &mut summary).await;
            }
        } else {
            // Nothing to disturb: wait for them all at once.
            shared.play_together(one_by_one, &mut summary).await;
        }
        summary.duration = started.elapsed();
        summary.interrupted = shared.stop.is_stopped();
        if shared.gone.load(Ordering::Relaxed) {
            Err(TargetGone)
        } else {
            Ok(summary)
        }
    }
}

type Cases = Vec<Arc<Case>>;

fn by_company(cases: &[Arc<Case>]) -> (Cases, Cases, Cases) {
    let of = |company| {
        cases
            .iter()
            .filter(|case| case.company == company)
            .cloned()
            .collect()
    };
    (of(Company::Any), of(Company::Delicate), of(Company::Alone))
}

impl Shared {
    async fn play_together(self: &Arc<Self>, cases: Vec<Arc<Case>>, summary: &mut Summary) {
        let mut tasks = JoinSet::new();
        let mut playing = HashMap::new();
        for case in cases {
            let place = self.places.take().await;
            if self.stop.is_stopped() {
                break;
            }
            let task = tasks.spawn(Arc::clone(self).play(Arc::clone(&case), place));
            playing.insert(task.id(), case);
        }
        while let Some(finished) = tasks.join_next_with_id().await {
            let verdict = match finished {
                Ok((_, verdict)) => verdict,
                Err(error) => self.broke_down(playing.get(&error.id())),
            };
            *summary.verdicts.entry(verdict).or_default() += 1;
        }
    }

    /// A defect of ours must not leave a hole in the report.
    fn broke_down(&self, case: Option<&Arc<Case>>) -> judge::Verdict {
        if let Some(case) = case {
            let reason = "wspec broke down while it played the case; please report that".to_owned();
            self.tell(RunEvent::CaseFinished(Box::new(CaseResult {
                case: Arc::clone(case),
                transcript: Transcript::never_connected(Role::Client, 0),
                judgement: judge::not_played(reason),
            })));
        }
        judge::Verdict::Error
    }

    async fn play(self: Arc<Self>, case: Arc<Case>, mut place: Place) -> judge::Verdict {
        self.tell(RunEvent::CaseStarted(case.id.clone()));
        let started = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let started_unix_ms = started.as_millis() as u64;
        let (transcript, judgement) = match self.connect(&case).await {
            Ok(stream) => {
                let player = self.player(&case, started_unix_ms);
                let mut on_entry = |entry: &_| {
                    if self.run.trace {
                        self.tell(RunEvent::Entry(
                            case.id.clone(),
                            Box::new(Clone::clone(entry)),
                        ));
                    }
                };
                let stop = self.stop.clone();
                let driven = drive(player, stream, &mut place, stop, &mut on_entry).await;
                let transcript = driven.transcript;
                if transcript.handshake.opened() {
                    self.answers.store(true, Ordering::Relaxed);
                }
                let judgement = judge::judge(&case, &transcript);
                (transcript, judgement)
            }
            Err(reason) => (
                Transcript::never_connected(Role::Client, started_unix_ms),
                judge::not_played(reason),
            ),
        };
        let verdict = judgement.verdict;
        let result = CaseResult {
            case,
            transcript,
            judgement,
        };
        self.tell(RunEvent::CaseFinished(Box::new(result)));
        verdict
    }

    async fn connect(&self, case: &Case) -> Result<Stream, String> {
        if self.gone.load(Ordering::Relaxed) {
            return Err(TargetGone.to_string());
        }
        let mut stop = self.stop.clone();
        let limit = self.run.patience.handshake * 2;
        let route = &self.run.probe.route;
        let connect = async {
            if case.handshake.is_in_clear_text() {
                route.connect_in_clear(limit).await
            } else {
                route.connect(limit).await
            }
        };
        tokio::select! {
            biased;
            () = stop.stopped() => Err("the run was interrupted".to_owned()),
            connected = connect => {
                connected.map_err(|error| {
                    self.gone.store(true, Ordering::Relaxed);
                    error.to_string()
                })
            }
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

    fn tell(&self, event: RunEvent) {
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
    let extensions = case
        .deflate
        .as_ref()
        .map_or_else(Vec::new, DeflateScript::offered);
    let request = target.request(seed::nonce(seed), extensions);
    let opening = Opening::client(&request, case.handshake.request());
    let setup = Setup {
        patience,
        seed,
        started_unix_ms,
    };
    Player::new(Arc::clone(case), opening, &setup)
}
