//! `wspec server`: tests a server.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use clap::Args;

use super::{
    Exit, Trouble,
    arguments::{CaseArguments, PlayArguments, command_time},
    dry_run::Plan,
    interrupt::unless_interrupted,
    listener::{Listener, Listening},
    live::{LiveArguments, secret_field, shown_field},
    outcome::OutcomeArguments,
    output::{keep, warn},
    run_facts::RunFacts,
    runtime::block_on,
    server_attempt::{ending, play},
    target::read_target,
    tls::ReachArguments,
};
use crate::{
    case::{Case, LeftOut, RunProfile},
    foreign::{shell_argument, without_passwords},
    play::Patience,
    protocol::Role,
    report::{
        AgentReport, Bar, Report,
        journal::{Asked, Earlier},
    },
    run::{
        ConnectError, EchoServer, EchoStack, Keeper, Pace, Probe, ServerRun, Shortage, Stop,
        StopSwitch, Target, ensure_free,
    },
    testee::Conduct,
};

/// The round trip from which a user is told why the run takes so long.
const SLOW: Duration = Duration::from_millis(700);

/// The arguments of `wspec server`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec server                                the built-in echo server\n  \
    wspec server ws://127.0.0.1:9001/           an echo server on this machine\n  \
    wspec server ws://127.0.0.1:9001/ --profile full --report out\n  \
    wspec server ws://127.0.0.1:9001/ --cases 7.1.5 --trace\n  \
    wspec server wss://localhost:9443/ --ca ca.pem\n  \
    wspec server wss://example.org/chat --profile live --hello '{\"join\":1}' --dry-run\n  \
    wspec server ws://127.0.0.1:9001/ --baseline known.toml --retries 1 --report out --format junit\n  \
    wspec server ws://127.0.0.1:9001/ --shard 1/4 --report shard-1\n  \
    wspec server ws://127.0.0.1:9001/ -- node server.js 9001")]
pub struct ServerArguments {
    /// The server to test, which echoes (or see `--profile live`), such as ws://127.0.0.1:9001/, wss://example.org/chat,
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
    /// A header field for every opening handshake; may be repeated. Reports do not show the value
    /// of `Authorization`, `Proxy-Authorization` and `Cookie`.
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
    /// Have at most this many connections open at once, those that wait and those that are being closed
    /// included. By default as many as the server shows that it carries: at most 160 on this machine, 4
    /// elsewhere, 20 with `--profile live`.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    #[command(flatten)]
    live: LiveArguments,
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
        unless_interrupted(&switch, test(arguments, stop)).await.unwrap_or(Ok(Exit::Interrupted))
    })
}

/// Who keeps the server up, if we started it, and what a first look showed of it.
type Reached = (Keeper, Probe);

async fn test(arguments: &ServerArguments, mut stop: Stop) -> Result<Exit, Trouble> {
    let cases = arguments.cases.select(Some(Role::Server))?;
    let left_out = arguments.cases.left_out(Some(Role::Server))?;
    if arguments.live.dry_run {
        return arguments.dry_run(cases, left_out);
    }
    let bar = arguments.outcome.bar()?;
    arguments.outcome.check_baseline(&bar, &arguments.cases)?;
    let _lock = arguments.outcome.lock()?;
    let asked = arguments.asked();
    let earlier = arguments.outcome.earlier(arguments.play.resume, Role::Client, &asked)?;
    let (target, built_in) = arguments.target().await?;
    let cases = for_target(cases, &target)?;
    let (mut keeper, probe) = tokio::select! {
        biased;
        () = stop.stopped() => return Ok(Exit::Interrupted),
        reached = arguments.reach(&target) => reached?,
    };
    let facts = RunFacts {
        left_out,
        asked,
        ..RunFacts::now(
            Role::Client,
            arguments.cases.profile,
            arguments.cases.seed(arguments.play.seed),
            target.url().to_owned(),
            earlier.as_ref(),
        )
        .with_any_certificate(target.is_insecure())
        .with_cases_of(arguments.cases.shard, arguments.repeat())
        .with_testee(&arguments.command)
    };
    let agent = arguments.name_of(&probe);
    let patience = arguments.patience(&probe);
    let run = ServerRun {
        patience,
        pace: arguments.pace(&target),
        probe,
        seed: facts.seed,
        trace: arguments.play.trace,
        cases: not_played(cases, &agent, earlier.as_ref()),
        target,
    };
    let mut listener = arguments.listener(&bar, &facts, run.cases.len(), earlier)?;
    listener.expect(match agent.as_str() {
        AgentReport::UNKNOWN_SERVER => &facts.url,
        name => name,
    });
    let played = play(run, arguments.play.retries, &mut keeper, &mut listener, &agent, stop).await;
    let agents = listener.over();
    let output = keeper.output();
    let died = keeper.end().await;
    if let Some(note) = arguments.outcome.end_log(&output, "server.log") {
        warn(note);
    }
    drop(built_in);
    let interrupted = played.as_ref().map_or(true, |summary| summary.interrupted);
    let served_at_once = played.as_ref().ok().and_then(|summary| summary.served);
    let report = Report { served_at_once, ..facts.report(&agents, interrupted) };
    let chapters = arguments.cases.chapters()?;
    arguments.outcome.show(&report, &bar, &chapters)?;
    if !interrupted {
        agents.remove_journal();
    }
    Ok(ending(played, died, bar.has_failures(&report)))
}

/// Why there was no first look: that may be the doing of this machine.
fn unreachable(error: ConnectError) -> Trouble {
    match Shortage::that_caused(&error) {
        Some(shortage) => Trouble::input(shortage),
        None => error.into(),
    }
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

/// The cases without those that an earlier run has judged; those that it could not play stay.
fn not_played(cases: Vec<Arc<Case>>, agent: &str, earlier: Option<&Earlier>) -> Vec<Arc<Case>> {
    let judged: BTreeSet<_> = earlier
        .into_iter()
        .flat_map(|earlier| &earlier.results)
        .filter(|line| line.agent == agent && line.is_judged())
        .map(|line| &line.case.id)
        .collect();
    cases.into_iter().filter(|case| !judged.contains(&case.id)).collect()
}

impl ServerArguments {
    /// The server to test, and the built-in one if it is that.
    async fn target(&self) -> Result<(Target, Option<EchoServer>), Trouble> {
        let (url, built_in) = match &self.url {
            Some(url) => (url.clone(), None),
            None => {
                let stack = EchoStack::own(Conduct::default());
                let server = EchoServer::start(([127, 0, 0, 1], 0).into(), stack).await.map_err(
                    |source| Trouble::System {
                        what: "cannot start the built-in echo server".to_owned(),
                        source,
                    },
                )?;
                (server.url().to_owned(), Some(server))
            }
        };
        Ok((self.target_at(&url)?, built_in))
    }

    /// The server there, with all that the arguments say of it.
    fn target_at(&self, url: &str) -> Result<Target, Trouble> {
        let mut target = read_target(url)?;
        target.origin.clone_from(&self.origin);
        target.subprotocols.clone_from(&self.subprotocol);
        for line in &self.header {
            match secret_field(line) {
                Some((name, value)) => target.add_secret_field(name, value)?,
                None => target.add_field(line)?,
            }
        }
        self.reach.apply_to(&mut target)?;
        self.live.apply(&mut target, self.cases.profile)?;
        keep(target.secrets());
        Ok(target)
    }

    /// What the server is called in reports.
    fn name_of(&self, probe: &Probe) -> String {
        let unknown = match &self.url {
            Some(_) => AgentReport::UNKNOWN_SERVER,
            None => "wspec echo",
        };
        let name = self.agent.as_ref().or(probe.server.as_ref());
        name.map_or_else(|| unknown.to_owned(), String::clone)
    }

    /// Prints what the cases would send to the server.
    fn dry_run(&self, cases: Vec<Arc<Case>>, left_out: Option<LeftOut>) -> Result<Exit, Trouble> {
        // (The arguments' parser has seen to it that there is a URL.)
        let target = self.target_at(self.url.as_deref().unwrap_or_default())?;
        let plan = Plan {
            target: &target,
            cases: &for_target(cases, &target)?,
            left_out,
            pace: self.pace(&target),
            seed: self.play.seed.unwrap_or_else(rand::random),
        };
        plan.print()?;
        Ok(Exit::Success)
    }

    /// The command that tests the same server again in the same way, as far as its cases.
    fn repeat(&self) -> String {
        let mut words = vec!["wspec server".to_owned()];
        words.extend(self.url.as_deref().map(|url| shell_argument(without_passwords(url))));
        let mut option = |name: &str, value: &str| {
            words.push(format!("--{name} {}", shell_argument(value)));
        };
        if let Some(directory) = &self.cases.case_dir {
            option("case-dir", &directory.to_string_lossy());
        }
        for line in &self.header {
            option("header", &shown_field(line));
        }
        if let Some(origin) = &self.origin {
            option("origin", origin);
        }
        for token in &self.subprotocol {
            option("subprotocol", token);
        }
        if self.cases.profile == RunProfile::Live {
            option("profile", "live");
        }
        words.extend(self.live.repeat());
        if self.cases.hostile {
            words.push("--hostile".to_owned());
        }
        words.extend(self.reach.repeated());
        words.join(" ")
    }

    /// What decides the outcome of the run.
    fn asked(&self) -> Asked {
        let mut asked = self.cases.asked();
        self.play.add_to(&mut asked);
        asked.insert("the command".to_owned(), self.repeat());
        asked
    }

    /// Starts the server, if it is ours to start, and takes a first look at it.
    async fn reach(&self, target: &Target) -> Result<Reached, Trouble> {
        if self.command.is_empty() {
            let probe = match self.play.timeout {
                Some(timeout) => Probe::within(timeout * 5, target, rand::random()).await,
                None => Probe::of(target, rand::random()).await,
            };
            let probe = probe.map_err(unreachable)?.testable()?;
            let keeper = match self.url {
                Some(_) => Keeper::of_a_stranger(),
                None => Keeper::of_this_process(),
            };
            return Ok((keeper, probe));
        }
        ensure_free(target).await?;
        let output = self.outcome.testee_output("server.log")?;
        let started = Keeper::start(&self.command, output, target, self.command_timeout);
        let (keeper, probe) = started.await?;
        Ok((keeper, probe.testable()?))
    }

    fn listener(
        &self,
        bar: &Bar,
        facts: &RunFacts,
        cases: usize,
        earlier: Option<Earlier>,
    ) -> Result<Listener, Trouble> {
        Ok(Listener::new(Listening {
            bar: bar.clone(),
            retries: self.play.retries,
            progress: !self.outcome.quiet,
            trace: self.play.trace,
            cases,
            agents: self.outcome.agents(facts, earlier)?,
        }))
    }

    /// How long to wait for what. A server that needs seconds to answer is waited for, and that is
    /// said.
    fn patience(&self, probe: &Probe) -> Patience {
        let patience = Patience::for_round_trip(probe.round_trip, self.play.timeout);
        if self.play.timeout.is_none() && probe.round_trip >= SLOW {
            warn(format_args!(
                "note: the server takes {:.1} s to answer, so each reaction is waited for up \
                 to {:.0} s; --timeout SECONDS changes that",
                probe.round_trip.as_secs_f64(),
                patience.reaction.as_secs_f64(),
            ));
        }
        Patience { handshake: patience.handshake.max(probe.opening * 3), ..patience }
    }

    fn pace(&self, target: &Target) -> Pace {
        let pace = match self.cases.profile {
            RunProfile::Live => Pace::LIVE,
            _ if target.is_loopback() => Pace::LOOPBACK,
            _ => Pace::POLITE,
        };
        let pace = self.live.pace(pace);
        self.jobs.map_or(pace, |jobs| pace.with_jobs(jobs.into()))
    }
}
