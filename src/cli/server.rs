//! `wspec server`: tests a server.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use clap::Args;

use super::{
    Exit, Trouble,
    arguments::{CaseArguments, PlayArguments, command_time},
    interrupt::unless_interrupted,
    listener::{Listener, Listening},
    outcome::OutcomeArguments,
    run_facts::RunFacts,
    runtime::block_on,
    tls::ReachArguments,
};
use crate::{
    case::Case,
    judge::Verdict,
    play::Patience,
    protocol::Role,
    report::{
        Agents,
        escape::shell_argument,
        journal::{Earlier, Journal},
    },
    run::{
        Child, ChildExit, EchoServer, EchoStack, Pace, Probe, ServerRun, Stop, StopSwitch, Summary,
        Target, TargetGone, ensure_free,
    },
    testee::Conduct,
};

/// The arguments of `wspec server`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec server                                the built-in echo server\n  \
    wspec server ws://127.0.0.1:9001/           an echo server on this machine\n  \
    wspec server ws://127.0.0.1:9001/ --profile full --report out\n  \
    wspec server ws://127.0.0.1:9001/ --cases 7.1.5 --trace\n  \
    wspec server wss://localhost:9443/ --ca ca.pem\n  \
    wspec server ws://127.0.0.1:9001/ -- node server.js 9001")]
pub struct ServerArguments {
    /// The echo server to test, such as ws://127.0.0.1:9001/, wss://example.org/chat,
    /// unix:/run/server.sock or ws+unix:/run/server.sock:/chat. Without it a built-in one is.
    url: Option<String>,
    /// Start the server with this command, wait until it accepts connections, and end it after
    /// the run. `{url}` in it stands for the URL, and so does the variable WSPEC_URL. With
    /// --report its output goes to server.log there.
    #[arg(last = true, value_name = "COMMAND", requires = "url")]
    command: Vec<String>,
    /// How long the server may take until it accepts connections, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = command_time, default_value = "30")]
    command_timeout: Duration,
    /// What to call the server in reports (by default what its response's Server field says).
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    /// A header field for every opening handshake; may be repeated.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// The Origin field for every opening handshake.
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// A subprotocol to ask for; may be repeated.
    #[arg(long, value_name = "TOKEN")]
    subprotocol: Vec<String>,
    #[command(flatten)]
    reach: ReachArguments,
    #[command(flatten)]
    cases: CaseArguments,
    #[command(flatten)]
    play: PlayArguments,
    /// Play so many cases at once (by default 8 on this machine, 4 elsewhere); cases that only
    /// wait are not counted on this machine.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    #[command(flatten)]
    outcome: OutcomeArguments,
}

/// Tests the server, prints and writes what came of it.
///
/// # Errors
/// Arguments of no use; a target that cannot be reached; reports that cannot be written.
pub fn run(arguments: &ServerArguments) -> Result<Exit, Trouble> {
    block_on(async {
        let (switch, stop) = StopSwitch::new();
        unless_interrupted(&switch, test(arguments, stop))
            .await
            .unwrap_or(Ok(Exit::Interrupted))
    })
}

async fn test(arguments: &ServerArguments, mut stop: Stop) -> Result<Exit, Trouble> {
    let cases = arguments.cases.select(Some(Role::Server))?;
    let earlier = arguments.outcome.earlier(Role::Client)?;
    let (target, built_in) = arguments.target().await?;
    let cases = for_target(cases, &target)?;
    let (child, probe) = tokio::select! {
        biased;
        () = stop.stopped() => return Ok(Exit::Interrupted),
        reached = arguments.reach(&target) => reached?,
    };
    let facts = RunFacts::now(
        Role::Client,
        arguments.cases.profile,
        arguments.play.seed,
        target.url().to_owned(),
        earlier.as_ref(),
    )
    .with_any_certificate(target.is_insecure());
    let agent = arguments
        .agent
        .clone()
        .or_else(|| probe.server.clone())
        .unwrap_or_else(|| match &built_in {
            Some(_) => "wspec echo".to_owned(),
            None => "UnknownServer".to_owned(),
        });
    let patience = Patience::for_round_trip(probe.round_trip, arguments.play.timeout);
    let run = ServerRun {
        patience,
        pace: arguments.pace(&target),
        probe,
        seed: facts.seed,
        trace: arguments.play.trace,
        cases: not_played(cases, &agent, earlier.as_ref()),
        target,
    };
    let (played, agents, journal) = play(arguments, run, &facts, &agent, earlier, stop).await?;
    let died = end(child).await;
    drop(built_in);
    let interrupted = played.as_ref().map_or(true, |summary| summary.interrupted);
    let report = facts.report(&agents, interrupted);
    let chapters = arguments.cases.chapters()?;
    arguments
        .outcome
        .show(&report, &chapters, &arguments.repeat())?;
    if let Some(journal) = journal.filter(|_| !interrupted) {
        journal.remove();
    }
    Ok(match (played, died) {
        (Ok(summary), _) if summary.interrupted => Exit::Interrupted,
        (_, Some(exit)) => {
            eprintln!("wspec: the server ended in the middle of the run ({exit})");
            Exit::Unreachable
        }
        (Err(gone), None) => {
            eprintln!("wspec: {gone}");
            Exit::Unreachable
        }
        (Ok(_), None) if arguments.outcome.has_failures(&report) => Exit::Failures,
        (Ok(_), None) => Exit::Success,
    })
}

/// Leaves out the cases that are for a target with TLS where it has none.
///
/// # Errors
/// There are no others.
fn for_target(mut cases: Vec<Arc<Case>>, target: &Target) -> Result<Vec<Arc<Case>>, Trouble> {
    cases.retain(|case| target.is_secure() || !case.handshake.is_in_clear_text());
    if cases.is_empty() {
        let reason = "the selected cases are for a target with TLS, whose URL begins with wss:";
        return Err(Trouble::Input(reason.to_owned()));
    }
    Ok(cases)
}

/// Plays the run and listens to it.
async fn play(
    arguments: &ServerArguments,
    run: ServerRun,
    facts: &RunFacts,
    agent: &str,
    earlier: Option<Earlier>,
    stop: Stop,
) -> Result<(Result<Summary, TargetGone>, Agents, Option<Journal>), Trouble> {
    let mut listener = Listener::new(Listening {
        gate: arguments.outcome.verdicts,
        progress: !arguments.outcome.quiet,
        trace: arguments.play.trace,
        cases: run.cases.len(),
        journal: arguments.outcome.journal(facts, earlier.as_ref())?,
        earlier,
    });
    listener.expect(agent);
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let listening = async {
        while let Some(event) = events.recv().await {
            listener.note(agent, event);
        }
    };
    let (played, ()) = tokio::join!(run.play(sender, stop), listening);
    let (agents, journal) = listener.over();
    Ok((played, agents, journal))
}

/// Ends the server that we started. Says how it ended, if it did so by itself.
async fn end(child: Option<Child>) -> Option<ChildExit> {
    let mut child = child?;
    let died = child.has_ended();
    child.stop().await;
    died
}

/// The cases without those that an earlier run has judged; those that it could not play stay.
fn not_played(cases: Vec<Arc<Case>>, agent: &str, earlier: Option<&Earlier>) -> Vec<Arc<Case>> {
    let judged: BTreeSet<_> = earlier
        .into_iter()
        .flat_map(|earlier| &earlier.results)
        .filter(|line| line.agent == agent && line.case.verdict != Verdict::Error)
        .map(|line| &line.case.id)
        .collect();
    cases
        .into_iter()
        .filter(|case| !judged.contains(&case.id))
        .collect()
}

impl ServerArguments {
    /// The server to test, and the built-in one if it is that.
    async fn target(&self) -> Result<(Target, Option<EchoServer>), Trouble> {
        let (url, built_in) = match &self.url {
            Some(url) => (url.clone(), None),
            None => {
                let stack = EchoStack::own(Conduct::default());
                let server = EchoServer::start(([127, 0, 0, 1], 0).into(), stack)
                    .await
                    .map_err(|source| Trouble::System {
                        what: "cannot start the built-in echo server".to_owned(),
                        source,
                    })?;
                (server.url().to_owned(), Some(server))
            }
        };
        let mut target = Target::parse(&url)?;
        target.origin.clone_from(&self.origin);
        target.subprotocols.clone_from(&self.subprotocol);
        for line in &self.header {
            target.add_field(line)?;
        }
        self.reach.apply_to(&mut target)?;
        Ok((target, built_in))
    }

    /// The command that tests the same server again in the same way, as far as its cases.
    fn repeat(&self) -> String {
        let mut words = vec!["wspec server".to_owned()];
        words.extend(self.url.as_deref().map(shell_argument));
        let mut option = |name: &str, value: &str| {
            words.push(format!("--{name} {}", shell_argument(value)));
        };
        if let Some(directory) = &self.cases.case_dir {
            option("case-dir", &directory.to_string_lossy());
        }
        for line in &self.header {
            option("header", line);
        }
        if let Some(origin) = &self.origin {
            option("origin", origin);
        }
        for token in &self.subprotocol {
            option("subprotocol", token);
        }
        words.extend(self.reach.repeated());
        words.join(" ")
    }

    /// Starts the server, if it is ours to start, and takes a first look at it.
    async fn reach(&self, target: &Target) -> Result<(Option<Child>, Probe), Trouble> {
        if self.command.is_empty() {
            let probe = Probe::of(target, rand::random()).await?;
            return Ok((None, probe));
        }
        ensure_free(target).await?;
        let output = self.outcome.testee_output("server.log")?;
        let mut child = Child::start(&self.command, target.url(), output)?;
        let probe = child.first_answer(target, self.command_timeout).await?;
        Ok((Some(child), probe))
    }

    fn pace(&self, target: &Target) -> Pace {
        let pace = if target.is_loopback() {
            Pace::LOOPBACK
        } else {
            Pace::POLITE
        };
        self.jobs.map_or(pace, |jobs| pace.with_jobs(jobs.into()))
    }
}
