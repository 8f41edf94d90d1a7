//! One connection: what the client wants, and how it gets it.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::timeout;

use super::{
    Client, ClientEvent, Ending, Written,
    converse::{converse, discard, say_and_end},
    listen::Shared,
    request_head::{NoHead, RequestHead, read_head},
};
use crate::{
    case::{Case, CaseId},
    control::{
        AgentName, ControlRequest, Session, SessionKind, case_count, case_info, case_status, page,
        refusal,
    },
    play::{Opening, Patience, Player, Setup},
    protocol::{
        Role,
        deflate::Acceptance,
        handshake::{
            HandshakeViolation, Rejection, RequestCheck, ServerRequest, ServerResponse,
            check_request,
        },
    },
    run::{
        CaseLoad, CaseResult, RunEvent, Stop, TlsProblem,
        drive::{Driven, Seen, drive},
        pace::Place,
        seed,
        transport::{Arrival, Stream},
    },
    transcript::{End, Transcript},
};

/// What is taken for the round trip of a client on another machine, where nothing was measured.
const ROUND_TRIP_ELSEWHERE: Duration = Duration::from_millis(100);

/// How long a client may wait for the status of a case: a client that asks has played it, and
/// Pings must not make it wait for ever.
const STATUS_PATIENCE: Duration = Duration::from_secs(60);

/// A connection's surroundings.
pub(super) struct Connection {
    shared: Arc<Shared>,
    peer: SocketAddr,
    stop: Stop,
    /// The time to wait for a reaction; `None`: what suits the client's distance.
    timeout: Option<Duration>,
}

impl Connection {
    pub(super) fn new(shared: Arc<Shared>, peer: SocketAddr, stop: Stop) -> Self {
        Self { timeout: shared.run.timeout, shared, peer, stop }
    }

    /// Serves the client to the connection's end, or until the run is stopped.
    pub(super) async fn welcome(self, arrival: Arrival, stop: &mut Stop) {
        let patience = self.shared.head_patience();
        let welcomed = tokio::select! {
            biased;
            () = stop.stopped() => return,
            welcomed = timeout(patience, arrival.welcome_in_clear_too()) => welcomed,
        };
        match welcomed.unwrap_or(Err(TlsProblem::TooSlow)) {
            Ok(stream) => self.serve(stream, stop).await,
            Err(problem) => self.shared.tell(ClientEvent::NoTls(self.peer, problem)),
        }
    }

    async fn serve(mut self, mut stream: Stream, stop: &mut Stop) {
        let patience = self.shared.head_patience();
        let head = tokio::select! {
            biased;
            () = stop.stopped() => return,
            head = read_head(&mut stream, patience) => head,
        };
        let head = match head {
            Ok(head) => head,
            Err(NoHead::Gone) => return,
            Err(NoHead::TooLong) => {
                let refusal = refusal(431, "Request Header Fields Too Large");
                return say_and_end(stream, &refusal).await;
            }
        };
        if let Err(stranger) = self.shared.run.visitors.admit(&head.head) {
            let told = refusal(403, &stranger.to_string());
            self.shared.tell(ClientEvent::NotAdmitted(self.peer, stranger));
            return say_and_end(stream, &told).await;
        }
        let mut check = self.check(&head.head, stream.local_port());
        let wanted = match self.wanted(&check) {
            Ok(wanted) => wanted,
            Err(response) => return say_and_end(stream, &response).await,
        };
        let Some(wanted) = self.supplied(wanted, stop).await else {
            return say_and_end(stream, &refusal(503, "No more cases")).await;
        };
        if stream.is_in_clear() {
            self.shared.tell(ClientEvent::NoTls(self.peer, TlsProblem::NotTls));
            check.violations.push(HandshakeViolation::ClearText);
        }
        let violations = check.violations.clone();
        let understood = check.understood().filter(|_| !stream.is_in_clear());
        match (understood, wanted) {
            (Some(request), ControlRequest::RunCase { case, agent }) => {
                // It watches the stop itself.
                self.run_case(stream, &head, &request, case, agent).await;
            }
            (Some(request), wanted) => {
                tokio::select! {
                    biased;
                    () = stop.stopped() => {}
                    () = self.answer(stream, &head, &request, wanted) => {}
                }
            }
            (None, wanted) => self.refuse(stream, &head.head, violations, wanted).await,
        }
    }

    /// Reads the request, whatever is wrong with it.
    fn check(&self, head: &[u8], local_port: Option<u16>) -> RequestCheck {
        let mut check = check_request(head);
        // From elsewhere, the port may be another one on the way.
        if let Some(port) = local_port.filter(|_| self.peer.ip().is_loopback()) {
            check.expect_port(port);
        }
        check
    }

    /// What the client wants, or the HTTP response that it gets instead.
    fn wanted(&self, check: &RequestCheck) -> Result<ControlRequest, Vec<u8>> {
        let cases = &self.shared.run.cases;
        let is_bad_http = |violation: &&HandshakeViolation| {
            matches!(
                violation,
                HandshakeViolation::RequestLineMalformed(_)
                    | HandshakeViolation::MethodNotGet(_)
                    | HandshakeViolation::HttpVersion(_)
            )
        };
        let bad_http = check.violations.iter().find(is_bad_http);
        match (&check.target, bad_http) {
            (Some(target), _) if check.asks_for_upgrade() => ControlRequest::read(target, cases)
                .map_err(|error| {
                    let (status, reason) = error.status();
                    refusal(status, reason)
                }),
            (_, Some(violation)) => Err(refused(violation)),
            _ => Err(page(cases.len())),
        }
    }

    /// What is played instead of what the client wants, if anything is; `None` if it gets nothing.
    async fn supplied(
        &mut self,
        wanted: ControlRequest,
        stop: &mut Stop,
    ) -> Option<ControlRequest> {
        let supply = self.shared.supply.clone();
        let (ControlRequest::RunCase { agent, .. }, Some(supply)) = (&wanted, supply) else {
            return Some(wanted);
        };
        let supplied = tokio::select! {
            biased;
            () = stop.stopped() => return None,
            supplied = supply.next() => supplied?,
        };
        self.timeout = supplied.timeout.or(self.timeout);
        Some(ControlRequest::RunCase { case: supplied.case, agent: agent.clone() })
    }

    /// Refuses what cannot be answered with a 101, not even by who overlooks whatever he can. If
    /// it was to be a case, it has failed.
    async fn refuse(
        &self,
        stream: Stream,
        head: &[u8],
        violations: Vec<HandshakeViolation>,
        wanted: ControlRequest,
    ) {
        let violation = HandshakeViolation::first_lethal(&violations);
        let response = violation.map_or_else(|| refusal(400, "Bad Request"), refused);
        if let ControlRequest::RunCase { case, agent } = wanted
            && !self.shared.run.excluded.is(&agent, &case.id)
            && self.shared.ledger.admits(&agent)
        {
            let client = self.client(agent);
            self.tell(&client, RunEvent::CaseStarted(case.id.clone()));
            let transcript = Transcript {
                handshake: Opening::refused(head, &response, violations),
                end: End::WeClosed,
                ..Transcript::never_connected(Role::Server, unix_ms())
            };
            self.finish(&client, case, transcript, Duration::ZERO).await;
        }
        say_and_end(stream, &response).await;
    }

    /// Answers whatever is not a case.
    async fn answer(
        &self,
        stream: Stream,
        head: &RequestHead,
        request: &ServerRequest,
        wanted: ControlRequest,
    ) {
        let _place = match self.shared.waiting_place() {
            Some(place) => Some(place),
            None if self.is_answered_at_once(&wanted) => None,
            None => return say_and_end(stream, &refusal(503, "Too many clients wait")).await,
        };
        let response = ServerResponse { key: request.key.clone(), extensions: Vec::new() }.encode();
        let kind = match wanted {
            ControlRequest::DirectCommands => SessionKind::Commanded,
            _ => SessionKind::Telling,
        };
        let mut session = Session::new(kind, response);
        let mut status = None;
        let mut told = |text: &str| {
            session.say(text);
            session.close();
        };
        match wanted {
            ControlRequest::CaseCount => told(&case_count(self.shared.run.cases.len())),
            ControlRequest::CaseInfo { case } => told(&case_info(&case)),
            ControlRequest::CaseStatus { case, agent } => {
                status = Some(self.status(agent, case.id.clone()));
            }
            ControlRequest::UpdateReports { agent, then_stop } => {
                self.update_reports(agent).await;
                if then_stop {
                    return self.shared.end(Ending::ShutdownOnComplete);
                }
                session.close();
            }
            ControlRequest::StopServer => {
                self.shared.tell(ClientEvent::StopRequested(self.peer));
                return self.shared.end(Ending::StopServer);
            }
            ControlRequest::DirectCommands => {
                self.shared.tell(ClientEvent::DirectCommands(self.peer));
            }
            ControlRequest::RunCase { .. } => session.close(),
        }
        session.receive(&mut head.early_octets.clone());
        converse(stream, session, status).await;
    }

    /// Whether the client need not wait for anything but us.
    fn is_answered_at_once(&self, wanted: &ControlRequest) -> bool {
        match wanted {
            ControlRequest::CaseStatus { case, agent } => {
                self.shared.ledger.known(agent, &case.id).is_some()
            }
            ControlRequest::DirectCommands => false,
            _ => true,
        }
    }

    /// The status of a case, unless it does not come in time.
    async fn status(&self, agent: AgentName, case: CaseId) -> Option<String> {
        let result = self.shared.ledger.result(&agent, &case);
        timeout(STATUS_PATIENCE, result).await.ok().map(case_status)
    }

    async fn update_reports(&self, agent: AgentName) {
        let client = self.client(agent);
        let ask = |written| self.shared.tell(ClientEvent::ReportsWanted(client, written));
        self.shared.reports.written(ask).await;
    }

    async fn run_case(
        &self,
        stream: Stream,
        head: &RequestHead,
        request: &ServerRequest,
        case: Arc<Case>,
        agent: AgentName,
    ) {
        if self.shared.run.excluded.is(&agent, &case.id) {
            let skipped = ClientEvent::Skipped(self.client(agent.clone()), case.id.clone());
            self.shared.tell(skipped);
            let wanted = ControlRequest::RunCase { case, agent };
            return self.answer(stream, head, request, wanted).await;
        }
        if !self.shared.ledger.admits(&agent) {
            return say_and_end(stream, &refusal(503, "Too many agents")).await;
        }
        let rules = case.deflate.iter().flat_map(|deflate| &deflate.accept);
        let wishes: Vec<Acceptance> = rules.map(Acceptance::from).collect();
        let early_octets = head.early_octets.clone();
        let edits = case.handshake.response();
        let opening = Opening::server(request, &head.head, early_octets, &wishes, edits);
        self.play(stream, opening, case, self.client(agent)).await;
    }

    async fn play(&self, stream: Stream, opening: Opening, case: Arc<Case>, client: Client) {
        self.tell(&client, RunEvent::CaseStarted(case.id.clone()));
        let player = self.player(&case, opening);
        let mut trace = |seen: Seen<'_>| {
            if self.shared.run.trace {
                let id = case.id.clone();
                self.tell(
                    &client,
                    match seen {
                        Seen::Entry(entry) => RunEvent::Entry(id, Box::new(entry.clone())),
                        Seen::Handshake(record) => {
                            RunEvent::Handshake(id, Role::Server, Box::new(record.clone()))
                        }
                    },
                );
            }
        };
        let stop = self.stop.clone();
        let Driven { transcript, half_closed, not_running } =
            drive(player, stream, &mut Place::of_a_guest(), stop, &mut trace).await;
        // A case that we broke off says nothing, and must not replace an earlier result.
        if transcript.end != End::Interrupted {
            self.finish(&client, case, transcript, not_running).await;
        }
        if let Some(stream) = half_closed {
            discard(stream).await;
        }
    }

    /// Judges a case, and lets everybody know: first those who keep results, so that nobody hears of
    /// one that could be lost.
    async fn finish(
        &self,
        client: &Client,
        case: Arc<Case>,
        transcript: Transcript,
        not_running: Duration,
    ) {
        self.shared.tempo().note(&case, &transcript);
        let judgement = self.shared.ledger.judge(&client.agent, &case, &transcript);
        let (behavior, id) = (judgement.behavior(), case.id.clone());
        let load = CaseLoad::ALONE;
        let result = CaseResult { case, transcript, judgement, load, not_running, earlier: None };
        self.tell(client, RunEvent::CaseFinished(Box::new(result)));
        let (kept, wait) = Written::new();
        self.shared.tell(ClientEvent::ToBeKept(kept));
        // The other end is never used but dropped.
        let _ = wait.await;
        self.shared.ledger.note(&client.agent, &id, behavior);
    }

    fn tell(&self, client: &Client, event: RunEvent) {
        self.shared.tell(ClientEvent::Case(client.clone(), event));
    }

    fn player(&self, case: &Arc<Case>, opening: Opening) -> Player {
        let round_trip =
            if self.peer.ip().is_loopback() { Duration::ZERO } else { ROUND_TRIP_ELSEWHERE };
        let run = &self.shared.run;
        let patience = Patience::for_round_trip(round_trip, self.timeout);
        let setup = Setup {
            patience: self.shared.tempo().applied_to(patience),
            seed: seed::of_case(run.seed, &case.id),
            started_unix_ms: unix_ms(),
            live: None,
        };
        Player::new(Arc::clone(case), opening, &setup)
    }

    const fn client(&self, agent: AgentName) -> Client {
        Client { agent, peer: self.peer }
    }
}

/// The refusal of a request that breaks this.
fn refused(violation: &HandshakeViolation) -> Vec<u8> {
    let rejection = Rejection::of(violation);
    refusal(rejection.status, &rejection.reason)
}

fn unix_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_millis() as u64
}
