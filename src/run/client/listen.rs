//! The run: connections are taken until it ends.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc::UnboundedSender, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    ClientEvent, Excluded, Supply, connection::Connection, ledger::Ledger, reports::Reports,
};
use crate::{
    case::Case,
    control::{AgentName, Visitors},
    play::Tempo,
    run::{
        ServerTls, Stop, StopSwitch,
        transport::{Arrival, Socket},
    },
};

/// How long connections may go on once nothing more is to begin.
const FINISHING_PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait when the system has no connection to give, for lack of file descriptors.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// How long a request may take, and how long where connections are scarce.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);
const HEAD_PATIENCE_IN_A_CROWD: Duration = Duration::from_millis(200);

/// The part of all connections that may wait for something other than a case, as a divisor: a status,
/// commands.
const WAITING_SHARE: usize = 4;

/// A run of cases against the clients that come.
#[derive(Clone, Debug)]
pub struct ClientRun {
    /// The cases, in the order in which clients count them.
    pub cases: Vec<Arc<Case>>,
    /// Cases that are left out for some agents.
    pub excluded: Excluded,
    /// TLS, if the clients' URLs are `wss`.
    pub tls: Option<ServerTls>,
    /// Which pages of browsers may come.
    pub visitors: Visitors,
    /// Connections that may be open at once; more wait until they are accepted.
    pub connections: usize,
    /// The time to wait for a reaction; `None`: what suits the client's distance.
    pub timeout: Option<Duration>,
    /// What random payloads follow from.
    pub seed: u64,
    /// Whether to tell every entry as it happens.
    pub trace: bool,
}

/// How a run with clients went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSummary {
    /// How many different cases were played with each agent.
    pub played: BTreeMap<AgentName, usize>,
    /// Why it ended.
    pub ending: Ending,
}

/// Why a run with clients ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its [`Stop`] said so.
    Stopped,
    /// A client asked for it, by `/stopServer`.
    StopServer,
    /// A client asked for it, when its reports were written.
    ShutdownOnComplete,
}

/// What the connections of a run share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) run: ClientRun,
    pub(super) ledger: Ledger,
    /// How slow the clients are.
    pub(super) tempo: Mutex<Tempo>,
    /// What is played instead of the cases that clients ask for.
    pub(super) supply: Option<Supply>,
    events: UnboundedSender<ClientEvent>,
    free: Arc<Semaphore>,
    /// Places of those who wait without playing a case, which must not be all that there are.
    waiting: Arc<Semaphore>,
    pub(super) reports: Reports,
    ended_by_client: watch::Sender<Option<Ending>>,
}

impl ClientRun {
    /// Connections that may be open at once, if nobody says otherwise.
    pub const CONNECTIONS: usize = 256;

    /// Takes connections on `listener` and tells `events` what happens, until the run is stopped
    /// or a client ends it.
    pub async fn play(
        self,
        listener: TcpListener,
        events: UnboundedSender<ClientEvent>,
        stop: Stop,
    ) -> ClientSummary {
        self.play_supplied(None, listener, events, stop).await
    }

    /// The same, but whatever case a client asks for, it gets the next one of the supply.
    pub(in crate::run) async fn play_supplied(
        mut self,
        supply: Option<Supply>,
        listener: TcpListener,
        events: UnboundedSender<ClientEvent>,
        mut stop: Stop,
    ) -> ClientSummary {
        self.connections = self.connections.max(1);
        let shared = Arc::new(Shared {
            free: Arc::new(Semaphore::new(self.connections)),
            waiting: Arc::new(Semaphore::new(self.connections.div_ceil(WAITING_SHARE))),
            reports: Reports::default(),
            run: self,
            ledger: Ledger::new(),
            tempo: Mutex::default(),
            supply,
            events,
            ended_by_client: watch::Sender::new(None),
        });
        let (switch, stop_cases) = StopSwitch::new();
        let mut connections = JoinSet::new();
        let ending = tokio::select! {
            ending = shared.ended_by_client() => ending,
            () = stop.finishing() => Ending::Stopped,
            never = shared.accept(&listener, &stop_cases, &mut connections) => match never {},
        };
        drop(listener);
        if ending == Ending::Stopped && !stop.is_stopped() {
            let all_over = async { while connections.join_next().await.is_some() {} };
            tokio::select! {
                _ = timeout(FINISHING_PATIENCE, all_over) => {}
                () = stop.stopped() => {}
            }
        }
        switch.stop();
        while connections.join_next().await.is_some() {}
        ClientSummary { played: shared.ledger.counts(), ending }
    }
}

/// What never is.
enum Never {}

impl Shared {
    async fn accept(
        self: &Arc<Self>,
        listener: &TcpListener,
        stop: &Stop,
        connections: &mut JoinSet<()>,
    ) -> Never {
        loop {
            // The semaphore is never closed, so no permit is ever denied.
            let permit = Arc::clone(&self.free).acquire_owned().await.ok();
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let serving = self.serve(stream, peer, stop.clone(), permit);
                    connections.spawn(serving);
                }
                Err(_) => sleep(ACCEPT_AGAIN_AFTER).await,
            }
            while connections.try_join_next().is_some() {}
        }
    }

    fn serve(
        self: &Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        stop: Stop,
        permit: Option<OwnedSemaphorePermit>,
    ) -> impl Future<Output = ()> + use<> {
        let connection = Connection::new(Arc::clone(self), peer, stop.clone());
        let mut stop = stop;
        let arrival = Arrival::new(Socket::tcp(stream), self.run.tls.clone());
        async move {
            connection.welcome(arrival, &mut stop).await;
            drop(permit);
        }
    }

    /// How long a request may take at this moment.
    pub(super) fn head_patience(&self) -> Duration {
        if self.free.available_permits() * 2 < self.run.connections {
            HEAD_PATIENCE_IN_A_CROWD
        } else {
            HEAD_PATIENCE
        }
    }

    /// A place to wait in, if one is left.
    pub(super) fn waiting_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.waiting).try_acquire_owned().ok()
    }

    pub(super) fn tempo(&self) -> MutexGuard<'_, Tempo> {
        // A time is whole whenever its holder panics.
        self.tempo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, event: ClientEvent) {
        // Nobody listens any more: then nobody wants to know.
        let _ = self.events.send(event);
    }

    /// Ends the run.
    pub(super) fn end(&self, ending: Ending) {
        self.ended_by_client.send_replace(Some(ending));
    }

    async fn ended_by_client(&self) -> Ending {
        let mut ended = self.ended_by_client.subscribe();
        match ended.wait_for(Option::is_some).await.map(|ending| *ending) {
            Ok(Some(ending)) => ending,
            _ => std::future::pending().await,
        }
    }
}
