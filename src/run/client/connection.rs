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
    case::{AcceptRule, Case, CaseId},
    control::{
        AgentName, ControlRequest, Session, SessionKind, case_count, case_info, case_status, page,
        refusal,
    },
    judge,
    play::{Opening, Patience, Player, Setup},
    protocol::{
        deflate::Acceptance,
        handshake::{HttpRequest, Rejection, ServerRequest, ServerResponse},
    },
    run::{
        CaseResult, RunEvent, Stop, TlsProblem,
        drive::{Driven, drive},
        pace::Place,
        seed,
        transport::{Arrival, Stream},
    },
    transcript::End,
};

/// What is taken for the round trip of a client on another machine, where nothing was measured.
const ROUND_TRIP_ELSEWHERE: Duration = Duration::from_millis(100);

/// A connection's surroundings.
pub(super) struct Connection {
    shared: Arc<Shared>,
    peer: SocketAddr,
    stop: Stop,
}

impl Connection {
    pub(super) const fn new(shared: Arc<Shared>, peer: SocketAddr, stop: Stop) -> Self {
        Self { shared, peer, stop }
    }

    /// Serves the client to the connection's end, or until the run is stopped.
    pub(super) async fn welcome(self, arrival: Arrival, stop: &mut Stop) {
        let patience = self.shared.head_patience();
        let welcomed = tokio::select! {
            biased;
            () = stop.stopped() => return,
            welcomed = timeout(patience, arrival.welcome()) => welcomed,
        };
        match welcomed.unwrap_or(Err(TlsProblem::TooSlow)) {
            Ok(stream) => self.serve(stream, stop).await,
            Err(problem) => self.shared.tell(ClientEvent::NoTls(self.peer, problem)),
        }
    }

    async fn serve(self, mut stream: Stream, stop: &mut Stop) {
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
        match self.understand(&head.head) {
            Ok((request, ControlRequest::RunCase { case, agent })) => {
                // It watches the stop itself.
                self.run_case(stream, &head, &request, case, agent).await;
            }
            Ok((request, wanted)) => {
                tokio::select! {
                    biased;
                    () = stop.stopped() => {}
                    () = self.answer(stream, &head, &request, wanted) => {}
                }
            }
            Err(response) => say_and_end(stream, &response).await,
        }
    }

    /// What the client wants, or the HTTP response that it gets instead.
    fn understand(&self, head: &[u8]) -> Result<(ServerRequest, ControlRequest), Vec<u8>> {
        let refused = |rejection: Rejection| refusal(rejection.status, &rejection.reason);
        let cases = &self.shared.run.cases;
        let http = HttpRequest::read(head).map_err(refused)?;
        if !http.asks_for_upgrade() {
            return Err(page(cases.len()));
        }
        let request = ServerRequest::check(http).map_err(refused)?;
        match ControlRequest::read(&request.target, cases) {
            Ok(wanted) => Ok((request, wanted)),
            Err(_) => Err(refusal(500, "Internal Server Error")),
        }
    }

    /// Answers whatever is not a case.
    async fn answer(
        &self,
        stream: Stream,
        head: &RequestHead,
        request: &ServerRequest,
        wanted: ControlRequest,
    ) {
        let response = ServerResponse {
            key: request.key.clone(),
            extensions: Vec::new(),
        }
        .encode();
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

    async fn status(&self, agent: AgentName, case: CaseId) -> String {
        case_status(self.shared.ledger.result(&agent, &case).await)
    }

    async fn update_reports(&self, agent: AgentName) {
        let (written, wait) = Written::new();
        let client = self.client(agent);
        self.shared
            .tell(ClientEvent::ReportsWanted(client, written));
        // The other end is never used but dropped.
        let _ = wait.await;
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
        let wishes: Vec<Acceptance> = rules.map(acceptance).collect();
        let early_octets = head.early_octets.clone();
        match Opening::server(request, &head.head, early_octets, &wishes) {
            Ok(opening) => self.play(stream, opening, case, self.client(agent)).await,
            Err(reason) => say_and_end(stream, &refusal(400, &reason)).await,
        }
    }

    async fn play(&self, stream: Stream, opening: Opening, case: Arc<Case>, client: Client) {
        let shared = &self.shared;
        let tell = |event| shared.tell(ClientEvent::Case(client.clone(), event));
        tell(RunEvent::CaseStarted(case.id.clone()));
        let player = self.player(&case, opening);
        let mut on_entry = |entry: &_| {
            if shared.run.trace {
                tell(RunEvent::Entry(
                    case.id.clone(),
                    Box::new(Clone::clone(entry)),
                ));
            }
        };
        let stop = self.stop.clone();
        let Driven {
            transcript,
            half_closed,
        } = drive(
            player,
            stream,
            &mut Place::of_a_guest(),
            stop,
            &mut on_entry,
        )
        .await;
        // A case that we broke off says nothing, and must not replace an earlier result.
        if transcript.end != End::Interrupted {
            let judgement = judge::judge(&case, &transcript);
            let behavior = judgement.behavior();
            let result = CaseResult {
                case: Arc::clone(&case),
                transcript,
                judgement,
            };
            tell(RunEvent::CaseFinished(Box::new(result)));
            shared.ledger.note(&client.agent, &case.id, behavior);
        }
        if let Some(stream) = half_closed {
            discard(stream).await;
        }
    }

    fn player(&self, case: &Arc<Case>, opening: Opening) -> Player {
        let started = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let round_trip = if self.peer.ip().is_loopback() {
            Duration::ZERO
        } else {
            ROUND_TRIP_ELSEWHERE
        };
        let run = &self.shared.run;
        let setup = Setup {
            patience: Patience::for_round_trip(round_trip, run.timeout),
            seed: seed::of_case(run.seed, &case.id),
            started_unix_ms: started.as_millis() as u64,
        };
        Player::new(Arc::clone(case), opening, &setup)
    }

    const fn client(&self, agent: AgentName) -> Client {
        Client {
            agent,
            peer: self.peer,
        }
    }
}

fn acceptance(rule: &AcceptRule) -> Acceptance {
    Acceptance {
        client_no_context_takeover: rule.client_no_context_takeover,
        client_max_window_bits: (rule.client_window > 0).then_some(rule.client_window),
    }
}
