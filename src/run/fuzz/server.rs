//! A campaign against a server.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use super::{
    FuzzError, Testee,
    child::Running,
    clock::{Rate, WATCH_EVERY, at, every, grace, unix_ms},
    memory::MemoryWatch,
};
use crate::{
    case::Case,
    fuzz::campaign::{Assignment, Campaign, Finding, Group, Next, Played, Symptom},
    play::Patience,
    protocol::Role,
    run::{Route, Stop, Target, drive::drive, pace::Place, server::client_player},
    transcript::{End, Transcript},
};

/// So many connections in a row that do not come about: the target is gone.
const REFUSED_MAX: u32 = 3;

/// A campaign against a server.
#[derive(Debug)]
pub struct ServerFuzz {
    /// The server.
    pub target: Target,
    /// The way to it.
    pub route: Route,
    /// Cases that may be at work at once. Those that only wait for their peer do not count.
    pub jobs: usize,
    /// Connections at once; at least `jobs`.
    pub open: usize,
    /// Connections that may begin in a second; `None`: as many as there can be.
    pub rate: Option<u32>,
    /// When no further case begins; `None`: when the campaign says so.
    pub until: Option<Duration>,
    /// How long to wait for what.
    pub patience: Patience,
    /// The same where it has to be certain that nothing comes.
    pub certain: Patience,
}

/// What a task came to.
type Done = (Assignment, Result<Transcript, String>);

/// A campaign under way.
struct Run<'a> {
    fuzz: Arc<ServerFuzz>,
    campaign: &'a mut Campaign,
    child: Option<Running>,
    memory: MemoryWatch,
    /// The last case that was over.
    last: Option<(u64, Arc<Case>)>,
    refused: u32,
    stop: Stop,
}

impl ServerFuzz {
    /// Plays the campaign to its end, or until it is stopped. `watch` sees it now and then. With a
    /// `testee`, that is started first, and started again when it dies.
    ///
    /// # Errors
    /// The server cannot be reached, or goes away for good. What was found till then is in the
    /// campaign.
    pub async fn play(
        self,
        campaign: &mut Campaign,
        testee: Option<Testee>,
        stop: Stop,
        watch: &mut dyn FnMut(&Campaign),
    ) -> Result<(), FuzzError> {
        let child = match testee {
            Some(testee) => Some(Running::start(testee, &self.target).await?),
            None => None,
        };
        let mut run = Run {
            fuzz: Arc::new(self),
            campaign,
            child,
            memory: MemoryWatch::default(),
            last: None,
            refused: 0,
            stop,
        };
        let mut stop = run.stop.clone();
        let last = run.fuzz.until.map(|until| Instant::now() + until + grace(until));
        // Whatever it waits for: a server that is started again, or connections under way.
        let outcome = tokio::select! {
            biased;
            () = stop.stopped() => None,
            () = at(last) => None,
            outcome = run.go_on(&mut *watch) => Some(outcome),
        };
        let outcome = outcome.unwrap_or_else(|| {
            run.campaign.stop();
            Ok(())
        });
        watch(run.campaign);
        if let Some(child) = run.child {
            child.stop().await;
        }
        outcome
    }

    async fn assigned(
        self: Arc<Self>,
        assignment: Assignment,
        place: Place,
        seed: u64,
        stop: Stop,
    ) -> Done {
        let patience = if assignment.patient { self.certain } else { self.patience };
        let played = play(&self, &assignment.case, place, patience, seed, stop).await;
        (assignment, played)
    }
}

/// Plays a case on a connection of its own.
///
/// # Errors
/// Why there is no connection.
pub(super) async fn play(
    fuzz: &ServerFuzz,
    case: &Arc<Case>,
    mut place: Place,
    patience: Patience,
    seed: u64,
    stop: Stop,
) -> Result<Transcript, String> {
    let connected = fuzz.route.connect_in_a_flood(patience.handshake).await;
    let stream = connected.map_err(|error| error.to_string())?;
    let player = client_player(case, &fuzz.target, seed, patience, unix_ms());
    let driven = drive(player, stream, &mut place, stop, &mut |_| {}).await;
    let mut transcript = driven.transcript;
    fuzz.target.secrets().hide_in(&mut transcript);
    Ok(transcript)
}

impl Run<'_> {
    async fn go_on(&mut self, watch: &mut dyn FnMut(&Campaign)) -> Result<(), FuzzError> {
        let mut tasks = JoinSet::new();
        let mut rate = Rate::of(self.fuzz.rate);
        let mut ticks = every(WATCH_EVERY);
        let mut until = self.fuzz.until.map(|until| Instant::now() + until);
        let at_work = Arc::new(Semaphore::new(self.fuzz.jobs.max(1)));
        let open = self.fuzz.open.max(self.fuzz.jobs).max(1);
        loop {
            // Whether there was a place, and nothing to do in it before another case is over.
            let mut idle = false;
            while !idle && tasks.len() < open {
                let Ok(permit) = Arc::clone(&at_work).try_acquire_owned() else {
                    break;
                };
                match self.campaign.assign() {
                    Next::Play(assignment) => {
                        if assignment.fresh {
                            self.start_again().await?;
                        }
                        rate.next().await;
                        tasks.spawn(self.begin(assignment, Place::at_work(permit)));
                    }
                    Next::Wait => idle = true,
                    Next::Over => return Ok(()),
                }
            }
            tokio::select! {
                biased;
                () = at(until) => {
                    until = None;
                    self.campaign.finish();
                }
                _ = ticks.tick() => {
                    self.look_at_memory();
                    watch(self.campaign);
                }
                Some(Ok(done)) = tasks.join_next() => self.end(done, &mut tasks).await?,
                // A case has begun to wait: another one may be at work.
                Ok(_) = at_work.acquire(), if !idle && tasks.len() < open => {}
            }
        }
    }

    fn begin(
        &mut self,
        assignment: Assignment,
        place: Place,
    ) -> impl Future<Output = Done> + use<> {
        let seed = self.campaign.plan().seed;
        Arc::clone(&self.fuzz).assigned(assignment, place, seed, self.stop.clone())
    }

    /// Takes the result of a task, and finds out whether the server is still there.
    async fn end(&mut self, done: Done, tasks: &mut JoinSet<Done>) -> Result<(), FuzzError> {
        let (assignment, played) = done;
        let lost = played.as_ref().map_or(true, is_lost);
        let over = Instant::now();
        let died = match &mut self.child {
            Some(child) if lost || assignment.mortal => child.death(assignment.mortal).await,
            _ => None,
        };
        let looked = over.elapsed();
        let Some(exit) = died else {
            return self.note(assignment, played, looked, None);
        };
        let how = exit.to_string();
        self.note(assignment, played, looked, Some(&how))?;
        // Those that were under way went down with it.
        while let Some(Ok((assignment, played))) = tasks.join_next().await {
            self.note(assignment, played, Duration::ZERO, Some(&how))?;
        }
        self.start_again().await
    }

    async fn start_again(&mut self) -> Result<(), FuzzError> {
        match &mut self.child {
            Some(child) => {
                let restarted = child.restart(&self.fuzz.target).await;
                restarted.map_err(FuzzError::NotAgain)
            }
            None => Ok(()),
        }
    }

    fn note(
        &mut self,
        assignment: Assignment,
        played: Result<Transcript, String>,
        looked: Duration,
        died: Option<&str>,
    ) -> Result<(), FuzzError> {
        let transcript = match played {
            Ok(transcript) => {
                self.refused = 0;
                transcript
            }
            Err(reason) => {
                self.refused += 1;
                if self.refused >= REFUSED_MAX && died.is_none() {
                    self.is_gone(&reason);
                    return Err(FuzzError::Gone(reason));
                }
                Transcript::never_connected(Role::Client, unix_ms())
            }
        };
        if let Some(number) = assignment.ticket.number() {
            self.last = Some((number, Arc::clone(&assignment.case)));
        }
        let played = Played {
            transcript,
            looked_us: looked.as_micros() as u64,
            died: died.map(str::to_owned),
        };
        self.campaign.done(&assignment, played);
        Ok(())
    }

    /// A server that was there is gone, and it is not ours to start again.
    fn is_gone(&mut self, reason: &str) {
        let last = self.last.clone();
        self.campaign.add(Finding {
            group: Group::only(Symptom::Died),
            sentence: format!("the server takes no connections any more ({reason})"),
            number: last.as_ref().map_or(0, |(number, _)| *number),
            case: last.map(|(_, case)| (*case).clone()),
            transcript: None,
            repeated: (0, 0),
            seen: 1,
        });
    }

    fn look_at_memory(&mut self) {
        let cases = self.campaign.statistics().cases;
        let Some(group) = self.child.as_ref().and_then(Running::group) else {
            return;
        };
        let Some((from, to)) = self.memory.look(group, cases) else {
            return;
        };
        self.campaign.add(Finding::of_growth((from, to), cases));
    }
}

/// Whether the end of this connection could be the end of the server.
fn is_lost(transcript: &Transcript) -> bool {
    matches!(transcript.end, End::PeerClosed | End::PeerReset | End::NeverConnected)
}
