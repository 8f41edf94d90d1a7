//! A campaign against a client that we start: it asks for one case after the other, as with
//! `wspec client`, and gets those of the campaign.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
    time::Instant,
};

use super::{
    FuzzError,
    child::start,
    clock::{WATCH_EVERY, at, every, grace},
    memory::MemoryWatch,
};
use crate::{
    case::{Case, CaseId},
    control::Visitors,
    fuzz::campaign::{Assignment, Campaign, Finding, Next, Played},
    protocol::Role,
    run::{
        Child, ChildExit, ClientEvent, ClientRun, Excluded, RunEvent, Stop, StopSwitch,
        client::{Supplied, Supply, Wanted},
    },
    transcript::Transcript,
};

/// Cases that a client is told there are. Then it is started again.
const ROUND: usize = 1000;

/// How long a client may ask for nothing while nothing goes on.
const IDLE_PATIENCE: Duration = Duration::from_secs(10);

/// So many rounds in a row without a case: there is no client.
const EMPTY_ROUNDS_MAX: u32 = 3;

/// A campaign against a client.
#[derive(Debug)]
pub struct ClientFuzz {
    /// Where it finds us; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How it is started: `{url}` stands for where we listen.
    pub testee: super::Testee,
    /// When no further case begins; `None`: when the campaign says so.
    pub until: Option<Duration>,
    /// How long to wait for a reaction; where it has to be certain that nothing comes, a usual
    /// time.
    pub haste: Duration,
}

/// A campaign under way.
struct Run<'a> {
    fuzz: ClientFuzz,
    campaign: &'a mut Campaign,
    memory: MemoryWatch,
    stop: Stop,
    until: Option<Instant>,
    /// When nothing more is looked into.
    last: Option<Instant>,
    /// Clients that wait for a case.
    waiting: VecDeque<Wanted>,
    /// What is being played.
    out: Vec<Assignment>,
    /// What came of the last ones. Whether their client has survived them shows when it comes back.
    held: Vec<(Assignment, Transcript)>,
    over: bool,
}

/// How a round ended.
struct Round {
    played: u64,
    exit: Option<ChildExit>,
}

/// The listener of a round, and what it tells.
struct Serving {
    task: JoinHandle<()>,
    switch: StopSwitch,
    wanted: UnboundedReceiver<Wanted>,
    events: UnboundedReceiver<ClientEvent>,
    address: SocketAddr,
}

impl ClientFuzz {
    /// Plays the campaign to its end, or until it is stopped. `watch` sees it now and then.
    ///
    /// # Errors
    /// The address is not to be had, the client does not start, or it asks for no case.
    pub async fn play(
        self,
        campaign: &mut Campaign,
        stop: Stop,
        watch: &mut dyn FnMut(&Campaign),
    ) -> Result<(), FuzzError> {
        let now = Instant::now();
        let until = self.until.map(|until| now + until);
        let last = self.until.map(|until| now + until + grace(until));
        let mut run = Run {
            fuzz: self,
            campaign,
            memory: MemoryWatch::default(),
            stop,
            until,
            last,
            waiting: VecDeque::new(),
            out: Vec::new(),
            held: Vec::new(),
            over: false,
        };
        let outcome = run.rounds(watch).await;
        watch(run.campaign);
        outcome
    }
}

impl Run<'_> {
    async fn rounds(&mut self, watch: &mut dyn FnMut(&Campaign)) -> Result<(), FuzzError> {
        let mut empty = 0;
        while !self.over {
            let mut serving = self.serve().await?;
            let url = format!("ws://{}", serving.address);
            let child = start(&self.fuzz.testee, &url)?;
            let round = self.round(&mut serving, child, watch).await;
            serving.switch.stop();
            let _ = serving.task.await;
            empty = if round.played == 0 { empty + 1 } else { 0 };
            if empty >= EMPTY_ROUNDS_MAX && !self.over {
                let how =
                    round.exit.map_or_else(|| "it went on".to_owned(), |exit| exit.to_string());
                return Err(FuzzError::NoClient(how));
            }
        }
        Ok(())
    }

    /// Listens for the clients of one round.
    async fn serve(&mut self) -> Result<Serving, FuzzError> {
        let listening = TcpListener::bind(self.fuzz.listen).await;
        let listening =
            listening.and_then(|listener| listener.local_addr().map(|address| (listener, address)));
        let (listener, address) = listening
            .map_err(|source| FuzzError::NoListener { address: self.fuzz.listen, source })?;
        let (supply, wanted) = Supply::new();
        let (sender, events) = unbounded_channel();
        let (switch, stop) = StopSwitch::new();
        let run = ClientRun {
            cases: std::iter::repeat_n(Arc::new(placeholder()), ROUND).collect(),
            excluded: Excluded::default(),
            tls: None,
            visitors: Visitors::at(self.fuzz.listen.ip(), false, &[]),
            connections: ClientRun::CONNECTIONS,
            timeout: None,
            seed: self.campaign.plan().seed,
            trace: false,
        };
        let task = tokio::spawn(async move {
            run.play_supplied(Some(supply), listener, sender, stop).await;
        });
        Ok(Serving { task, switch, wanted, events, address })
    }

    /// Goes on until the client has ended.
    async fn round(
        &mut self,
        serving: &mut Serving,
        mut child: Child,
        watch: &mut dyn FnMut(&Campaign),
    ) -> Round {
        let mut ticks = every(WATCH_EVERY);
        let mut stop = self.stop.clone();
        let mut played = 0;
        let mut idle = Instant::now() + IDLE_PATIENCE;
        let exit = loop {
            tokio::select! {
                biased;
                () = stop.stopped() => {
                    self.campaign.stop();
                    self.over = true;
                    break None;
                }
                Some(event) = serving.events.recv() => {
                    played += u64::from(self.note(event));
                    self.supply();
                }
                Some(wanted) = serving.wanted.recv() => {
                    self.release(None);
                    self.waiting.push_back(wanted);
                    self.supply();
                }
                exit = child.ended() => break Some(exit),
                () = at(self.until) => {
                    self.until = None;
                    self.campaign.finish();
                    self.supply();
                }
                () = at(self.last) => {
                    self.campaign.stop();
                    self.over = true;
                    break None;
                }
                _ = ticks.tick() => {
                    self.look_at_memory(&child);
                    watch(self.campaign);
                    // That says nothing of the client.
                    continue;
                }
                () = at(Some(idle)), if self.out.is_empty() => break None,
            }
            idle = Instant::now() + IDLE_PATIENCE;
            if self.over {
                break None;
            }
        };
        self.end(exit.as_ref());
        child.stop().await;
        Round { played, exit }
    }

    /// Gives waiting clients their cases.
    fn supply(&mut self) {
        while let Some(wanted) = self.waiting.pop_front() {
            match self.campaign.assign() {
                Next::Play(assignment) => {
                    let given = wanted.give(Supplied {
                        case: Arc::clone(&assignment.case),
                        timeout: (!assignment.patient).then_some(self.fuzz.haste),
                    });
                    if given {
                        self.out.push(assignment);
                    } else {
                        self.campaign.done(&assignment, never_played());
                    }
                }
                Next::Wait => return self.waiting.push_front(wanted),
                Next::Over => self.over = true,
            }
        }
    }

    /// Says whether a case is over.
    fn note(&mut self, event: ClientEvent) -> bool {
        match event {
            ClientEvent::Case(_, RunEvent::CaseFinished(result)) => {
                let id = &result.case.id;
                let Some(assignment) = self.take(id) else {
                    return false;
                };
                self.held.push((assignment, result.transcript));
                true
            }
            // It has come to the end of its round.
            ClientEvent::ReportsWanted(..) => {
                self.release(None);
                false
            }
            _ => false,
        }
    }

    fn take(&mut self, id: &CaseId) -> Option<Assignment> {
        let position = self.out.iter().position(|one| one.case.id == *id)?;
        Some(self.out.remove(position))
    }

    /// Tells the campaign what came of the last cases.
    fn release(&mut self, died: Option<&str>) {
        for (assignment, transcript) in std::mem::take(&mut self.held) {
            let died = died.map(str::to_owned);
            let played = Played { transcript, looked_us: 0, died };
            self.campaign.done(&assignment, played);
        }
    }

    /// The client has ended, or was idle for too long.
    fn end(&mut self, exit: Option<&ChildExit>) {
        let how = match exit {
            Some(exit) if exit.is_success() => None,
            Some(exit) => Some(exit.to_string()),
            None if self.over || self.waiting.len() + self.out.len() > 0 => None,
            None => Some(format!(
                "it asked for nothing for {} s, and was stopped",
                IDLE_PATIENCE.as_secs()
            )),
        };
        self.release(how.as_deref());
        for assignment in std::mem::take(&mut self.out) {
            self.campaign.done(&assignment, never_played());
        }
        self.waiting.clear();
    }

    fn look_at_memory(&mut self, child: &Child) {
        let cases = self.campaign.statistics().cases;
        let grown = child.group_number().and_then(|group| self.memory.look(group, cases));
        if let Some(growth) = grown {
            self.campaign.add(Finding::of_growth(growth, cases));
        }
    }
}

fn never_played() -> Played {
    Played { transcript: Transcript::never_connected(Role::Server, 0), looked_us: 0, died: None }
}

/// What clients ask for; they get something else.
fn placeholder() -> Case {
    let set = crate::case::embedded_cases();
    set.cases.first().cloned().unwrap_or_else(|| unreachable!("wspec comes with cases"))
}
