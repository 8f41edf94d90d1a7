//! A run with clients, from its first connection to its last: once, and once more for what has
//! failed if the client is ours to start.

use std::{collections::BTreeSet, future::Future, time::Duration};

use tokio::{net::TcpListener, sync::mpsc::UnboundedReceiver, time::timeout};

use super::{
    Trouble, built_in::demonstrate, client::ClientArguments, listener::Listener, outcome,
    output::warn, run_facts::RunFacts,
};
use crate::{
    report::{Bar, Report},
    run::{
        Child, ChildExit, ChildOutput, ClientEvent, ClientRun, ClientSummary, Ending, Stop,
        StopSwitch,
    },
};

/// How long a client that we started may go on when the run is over.
const LEAVE_PATIENCE: Duration = Duration::from_secs(2);

/// Troubles with visitors that are told; what they are, the visitors choose.
const TOLD_MAX: usize = 32;

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
    /// Plays the run. A client that we bring is then started again, with the cases that have failed
    /// as the whole list, as often as wanted: the protocol leaves it to a client which cases it
    /// asks for, so nothing else makes it play one again. Gives what came of the first attempt.
    ///
    /// # Errors
    /// A client that cannot be started.
    pub async fn play(
        &self,
        run: ClientRun,
        listener: &mut Listener,
        switch: &StopSwitch,
    ) -> Result<(ClientSummary, Option<Fate>), Trouble> {
        let first =
            self.attempt(run.clone(), "client.log", listener, switch, self.stop.clone()).await?;
        let retries = match self.arguments.brings_a_client() {
            true => self.arguments.play.retries,
            false => 0,
        };
        for retry in 1..=retries {
            let cases = listener.failed(&run.cases);
            if cases.is_empty() || self.stop.is_stopped() {
                break;
            }
            listener.try_again(cases.len());
            let again = ClientRun { cases, ..run.clone() };
            let (round, stop) = StopSwitch::new();
            let mut all = self.stop.clone();
            let log = format!("client.{retry}.log");
            let attempt = self.attempt(again, &log, listener, &round, stop);
            let passing_on = async {
                all.stopped().await;
                round.stop();
                std::future::pending().await
            };
            tokio::select! {
                played = attempt => drop(played?),
                () = passing_on => {}
            }
        }
        Ok(first)
    }

    async fn attempt(
        &self,
        run: ClientRun,
        log: &str,
        listener: &mut Listener,
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
            self.listen_to(events, listener),
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
    async fn listen_to(&self, mut events: UnboundedReceiver<ClientEvent>, listener: &mut Listener) {
        let mut known = BTreeSet::new();
        let mut told = BTreeSet::new();
        while let Some(event) = events.recv().await {
            match event {
                ClientEvent::Case(client, event) => {
                    let agent = self.arguments.agent.as_deref();
                    let agent = agent.unwrap_or(client.agent.as_str());
                    if known.insert(agent.to_owned()) {
                        listener.expect(agent);
                    }
                    listener.note(agent, event);
                }
                ClientEvent::ReportsWanted(_, written) => {
                    if written.is_wanted() {
                        self.write(self.facts.report(&listener.agents, false)).await;
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
                ClientEvent::Skipped(..)
                | ClientEvent::DirectCommands(_)
                | ClientEvent::StopRequested(_) => {}
            }
        }
    }

    /// Writes the reports, if they are wanted, beside the cases of other clients.
    async fn write(&self, report: Report) {
        let Some(folder) = self.arguments.outcome.report.clone() else {
            return;
        };
        let bar = self.bar.clone();
        let writing = tokio::task::spawn_blocking(move || outcome::write(&folder, &report, &bar));
        if let Ok(Err(trouble)) = writing.await {
            warn(trouble);
        }
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
