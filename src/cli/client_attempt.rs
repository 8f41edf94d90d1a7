//! A run with clients, from its first connection to its last: once, and once more for what has
//! failed if the client is ours to start.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::mpsc::UnboundedReceiver, time::timeout};

use super::{
    Trouble, built_in::demonstrate, client::ClientArguments, listener::Listener, outcome,
    output::warn, report_writer::ReportWriter, run_facts::RunFacts,
};
use crate::{
    case::{Case, CaseId},
    play::Patience,
    report::{Bar, Report},
    run::{
        CaseResult, Child, ChildExit, ChildOutput, ClientEvent, ClientRun, ClientSummary, Doubt,
        Ending, RunEvent, Stop, StopSwitch,
    },
};

/// How long a client that we started may go on when the run is over.
const LEAVE_PATIENCE: Duration = Duration::from_secs(2);

/// Troubles with visitors that are told; what they are, the visitors choose.
const TOLD_MAX: usize = 32;
/// Who hears of an attempt, and what is kept from being told.
struct Heard<'a> {
    listener: &'a mut Listener,
    /// Results that rest on time; `None`: they are told.
    doubts: Option<Vec<AgentDoubt>>,
    /// All results; `None`: they are told.
    results: Option<Vec<(String, CaseResult)>>,
}

impl<'a> Heard<'a> {
    const fn told(listener: &'a mut Listener) -> Self {
        Self { listener, doubts: None, results: None }
    }

    const fn held_back(listener: &'a mut Listener) -> Self {
        Self { listener, doubts: Some(Vec::new()), results: None }
    }

    fn note(&mut self, agent: &str, event: RunEvent) {
        let event = match (event, &mut self.doubts, &mut self.results) {
            (RunEvent::CaseFinished(result), _, Some(results)) => {
                return results.push((agent.to_owned(), *result));
            }
            (RunEvent::CaseFinished(result), Some(doubts), _) => match Doubt::about(*result) {
                Ok(doubt) => return doubts.push(AgentDoubt { agent: agent.to_owned(), doubt }),
                Err(result) => RunEvent::CaseFinished(result),
            },
            (event, ..) => event,
        };
        self.listener.note(agent, event);
    }
}

/// A doubtful result of an agent.
struct AgentDoubt {
    agent: String,
    doubt: Doubt,
}

impl AgentDoubt {
    fn case(&self) -> &CaseId {
        &self.doubt.result.case.id
    }

    /// Whether we were not running all the time while the case was played.
    fn is_void(&self) -> bool {
        !self.doubt.result.not_running.is_zero()
    }

    fn sample(doubts: Vec<Self>) -> (Vec<Self>, Vec<Self>) {
        Doubt::sample(doubts, |one| one.doubt.rests_on)
    }
}

/// The most results outside the sample that are replaced by those of another play, because they are
/// not evidence of what did not come. A client may take seconds for each.
const VOID_RESULTS_MAX: usize = 16;

/// What became of a client that we started.
pub enum Fate {
    /// It ended.
    Ended(ChildExit),
    /// It took too long, or went on when the run was over, and was stopped.
    Stopped(&'static str),
}

/// What all attempts have in common.
pub struct Attempts<'a> {
    /// What was asked for.
    pub arguments: &'a ClientArguments,
    /// Where clients are served, and what else is known from the beginning.
    pub facts: &'a RunFacts,
    /// What cases have to reach.
    pub bar: &'a Bar,
    /// Where connections are taken.
    pub socket: std::net::TcpListener,
    /// Ends all of them.
    pub stop: Stop,
}

impl Attempts<'_> {
    /// Plays the run. A client that we bring is then started again, with the cases whose verdict rests
    /// on time as the whole list, before that is told; and with those that have failed, as often as
    /// wanted: the protocol leaves it to a client which cases it asks for, so nothing else makes it
    /// play one again. Gives what came of the first attempt.
    ///
    /// # Errors
    /// A client that cannot be started.
    pub async fn play(
        &self,
        run: ClientRun,
        listener: &mut Listener,
        switch: &StopSwitch,
    ) -> Result<(ClientSummary, Option<Fate>), Trouble> {
        let stop = self.stop.clone();
        if !self.arguments.brings_a_client() {
            let mut heard = Heard::told(listener);
            return self.attempt(run, "client.log", &mut heard, switch, stop).await;
        }
        let mut heard = Heard::held_back(listener);
        let first = self.attempt(run.clone(), "client.log", &mut heard, switch, stop).await?;
        let doubts = heard.doubts.unwrap_or_default();
        self.confirm(&run, doubts, listener).await?;
        let retries = self.arguments.play.retries;
        for retry in 1..=retries {
            let cases = listener.failed(&run.cases);
            if cases.is_empty() || self.stop.is_stopped() {
                break;
            }
            listener.try_again(cases.len());
            let again = ClientRun { cases, ..run.clone() };
            let log = format!("client.{retry}.log");
            self.attempt_again(again, &log, &mut Heard::told(listener)).await?;
        }
        Ok(first)
    }

    /// Has a few cases of each kind of doubt played again with more patience, then the others of the
    /// kinds in which one came to something else. (A client plays one case at a time, so the others
    /// had no company in the first place.)
    async fn confirm(
        &self,
        run: &ClientRun,
        doubts: Vec<AgentDoubt>,
        listener: &mut Listener,
    ) -> Result<(), Trouble> {
        let (mut round, mut rest) = AgentDoubt::sample(doubts);
        while !round.is_empty() {
            let mut again = Heard { listener, doubts: None, results: Some(Vec::new()) };
            if !self.stop.is_stopped() {
                let cases: BTreeSet<&CaseId> = round.iter().map(AgentDoubt::case).collect();
                let is_doubtful = |case: &&Arc<Case>| cases.contains(&case.id);
                let cases = run.cases.iter().filter(is_doubtful).cloned().collect();
                let timeout = run.timeout.unwrap_or(Patience::default().reaction) * 3;
                let again_run = ClientRun { cases, timeout: Some(timeout), ..run.clone() };
                self.attempt_again(again_run, "client.again.log", &mut again).await?;
            }
            let mut results = again.results.unwrap_or_default();
            let mut contradicted = BTreeSet::new();
            for AgentDoubt { agent, doubt } in round {
                let (rests_on, told) = (doubt.rests_on, doubt.result.judgement.verdict);
                let is_it = |(by, result): &(String, CaseResult)| {
                    *by == agent && result.case.id == doubt.result.case.id
                };
                let result = match results.iter().position(is_it) {
                    Some(position) => doubt.settled_by(results.swap_remove(position).1),
                    None if self.stop.is_stopped() => doubt.left_open(),
                    None => doubt.result,
                };
                if result.judgement.verdict != told {
                    contradicted.insert(rests_on);
                }
                listener.note(&agent, RunEvent::CaseFinished(Box::new(result)));
            }
            let mut voids = 0;
            let is_open = |one: &AgentDoubt| {
                voids += usize::from(one.is_void());
                contradicted.contains(&one.doubt.rests_on)
                    || one.is_void() && voids <= VOID_RESULTS_MAX
            };
            let (open, settled): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_open);
            for AgentDoubt { agent, doubt } in settled {
                let result = if self.stop.is_stopped() { doubt.left_open() } else { doubt.result };
                listener.note(&agent, RunEvent::CaseFinished(Box::new(result)));
            }
            (round, rest) = (open, Vec::new());
        }
        Ok(())
    }

    /// Starts the client once more.
    async fn attempt_again(
        &self,
        run: ClientRun,
        log: &str,
        heard: &mut Heard<'_>,
    ) -> Result<(), Trouble> {
        let (round, stop) = StopSwitch::new();
        let mut all = self.stop.clone();
        let attempt = self.attempt(run, log, heard, &round, stop);
        let passing_on = async {
            all.stopped().await;
            round.stop();
            std::future::pending().await
        };
        tokio::select! {
            played = attempt => played.map(drop),
            () = passing_on => Ok(()),
        }
    }

    async fn attempt(
        &self,
        run: ClientRun,
        log: &str,
        heard: &mut Heard<'_>,
        switch: &StopSwitch,
        stop: Stop,
    ) -> Result<(ClientSummary, Option<Fate>), Trouble> {
        let socket = self
            .socket
            .try_clone()
            .and_then(TcpListener::from_std)
            .map_err(|source| Trouble::System { what: "cannot listen".to_owned(), source })?;
        let (arguments, url) = (self.arguments, &self.facts.url);
        let output = match !arguments.command.is_empty() {
            true => arguments.outcome.testee_output(log)?,
            false => ChildOutput::Stderr,
        };
        let child = self.start(&output)?;
        let (sender, events) = tokio::sync::mpsc::unbounded_channel();
        let playing = run.play(socket, sender, stop.clone());
        let demonstrating = async {
            if arguments.demo {
                demonstrate(url, switch, stop.clone()).await;
            }
        };
        let (played, (), ()) = tokio::join!(
            beside(child, arguments.command_timeout, playing, switch),
            self.listen_to(events, heard),
            demonstrating,
        );
        if let Some(note) = arguments.outcome.end_log(&output, log) {
            warn(note);
        }
        Ok(played)
    }

    /// Starts the client, if it is ours to start.
    fn start(&self, output: &ChildOutput) -> Result<Option<Child>, Trouble> {
        let arguments = self.arguments;
        if arguments.command.is_empty() {
            return Ok(None);
        }
        let child = Child::start(&arguments.command, &self.facts.url, output)?;
        Ok(Some(child))
    }

    /// Takes events until there are no more.
    async fn listen_to(&self, mut events: UnboundedReceiver<ClientEvent>, heard: &mut Heard<'_>) {
        let mut known = BTreeSet::new();
        let mut told = BTreeSet::new();
        let mut reports = ReportWriter::default();
        loop {
            if reports.may_begin() {
                reports.begin(self.writing(self.facts.report(&heard.listener.agents, false)));
            }
            let event = tokio::select! {
                written = reports.over() => {
                    complain(written);
                    continue;
                }
                event = events.recv() => event,
            };
            let Some(event) = event else {
                return complain(reports.finish().await);
            };
            match event {
                ClientEvent::Case(client, event) => {
                    let agent = self.arguments.agent.as_deref();
                    let agent = agent.unwrap_or(client.agent.as_str());
                    if known.insert(agent.to_owned()) && heard.results.is_none() {
                        heard.listener.expect(agent);
                    }
                    heard.note(agent, event);
                }
                ClientEvent::ReportsWanted(_, written) => {
                    if written.is_wanted() {
                        reports.want(written);
                    }
                }
                ClientEvent::NoTls(peer, problem) => {
                    // A browser tries again and again.
                    if told.len() < TOLD_MAX && told.insert(problem.to_string()) {
                        warn(format_args!("no TLS with the client at {peer}: {problem}"));
                    }
                }
                ClientEvent::NotAdmitted(peer, stranger) => {
                    if told.len() < TOLD_MAX && told.insert(stranger.to_string()) {
                        warn(format_args!("refused a page at {peer}: {stranger}"));
                    }
                }
                // It is kept by now.
                ClientEvent::ToBeKept(_)
                | ClientEvent::Skipped(..)
                | ClientEvent::DirectCommands(_)
                | ClientEvent::StopRequested(_) => {}
            }
        }
    }

    /// What writes the reports, if they are wanted.
    fn writing(&self, report: Report) -> impl FnOnce() -> Result<(), Trouble> + Send + 'static {
        let (folder, bar) = (self.arguments.outcome.report.clone(), self.bar.clone());
        move || match folder {
            Some(folder) => outcome::write(&folder, &report, &bar),
            None => Ok(()),
        }
    }
}

/// The run goes on without the reports; its own come at its end.
fn complain(written: Result<(), Trouble>) {
    if let Err(trouble) = written {
        warn(trouble);
    }
}

/// Plays until the child has ended, or was stopped because its time was over; without a child,
/// until somebody ends the run.
async fn beside(
    child: Option<Child>,
    patience: Duration,
    playing: impl Future<Output = ClientSummary>,
    switch: &StopSwitch,
) -> (ClientSummary, Option<Fate>) {
    let Some(mut child) = child else {
        return (playing.await, None);
    };
    let mut playing = std::pin::pin!(playing);
    let fate = tokio::select! {
        summary = &mut playing => {
            let fate = match summary.ending {
                Ending::Stopped => None,
                Ending::StopServer | Ending::ShutdownOnComplete => {
                    Some(match timeout(LEAVE_PATIENCE, child.ended()).await {
                        Ok(exit) => Fate::Ended(exit),
                        Err(_) => Fate::Stopped("went on when the run was over, and was stopped"),
                    })
                }
            };
            child.stop().await;
            return (summary, fate);
        }
        ended = timeout(patience, child.ended()) => match ended {
            Ok(exit) => Fate::Ended(exit),
            Err(_) => {
                Fate::Stopped("took longer than --command-timeout allows, and was stopped")
            }
        },
    };
    child.stop().await;
    switch.finish();
    (playing.await, Some(fate))
}
