//! `wspec server`: tests a server.

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::Args;

use super::{
    Exit, Trouble, arguments::CaseArguments, interrupt::stop_on_interrupt, listener::Listener,
    runtime,
};
use crate::{
    play::Patience,
    protocol::Role,
    report::{
        AgentReport, Gate, Report, Run, autobahn, json,
        terminal::{self, ColorChoice, View},
    },
    run::{EchoServer, EchoStack, Pace, Probe, ServerRun, StopSwitch, Target},
};

/// Columns where the output is no terminal, or does not say how wide it is.
const DEFAULT_WIDTH: usize = 100;

/// The arguments of `wspec server`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec server                                the built-in echo server\n  \
    wspec server ws://127.0.0.1:9001/           an echo server on this machine\n  \
    wspec server ws://127.0.0.1:9001/ --profile full --report out\n  \
    wspec server ws://127.0.0.1:9001/ --cases 7.1.5 --trace")]
pub struct ServerArguments {
    /// The echo server to test, such as ws://127.0.0.1:9001/. Without it a built-in one is.
    url: Option<String>,
    #[command(flatten)]
    cases: CaseArguments,
    /// Play so many cases at once (by default 8 on this machine, 4 elsewhere); cases that only
    /// wait are not counted on this machine.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// How long to wait for a reaction, in seconds (by default 1 and ten round trips).
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
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
    /// Write report.json, and what Autobahn writes (index.json, index.html, two files a case), into
    /// this directory.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Whose verdicts decide: `ours` follow the RFC, `autobahn` are what Autobahn would say.
    #[arg(long, value_enum, default_value = "ours")]
    verdicts: Gate,
    /// What all random octets follow from, to repeat a run exactly.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Print frames as they pass.
    #[arg(long)]
    trace: bool,
    /// Print nothing unless something fails.
    #[arg(long, short)]
    quiet: bool,
    /// Print in colour.
    #[arg(long, value_enum, default_value = "auto")]
    color: ColorChoice,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "expected a number of seconds".to_owned())?;
    if (0.05..=600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("expected 0.05 to 600 seconds".to_owned())
    }
}

/// Tests the server, prints and writes what came of it.
///
/// # Errors
/// Arguments of no use; a target that cannot be reached; reports that cannot be written.
pub fn run(arguments: &ServerArguments) -> Result<Exit, Trouble> {
    runtime::start()?.block_on(test(arguments))
}

async fn test(arguments: &ServerArguments) -> Result<Exit, Trouble> {
    let cases = arguments.cases.select()?;
    let (target, built_in) = arguments.target().await?;
    let seed = arguments.seed.unwrap_or_else(rand::random);
    let probe = Probe::of(&target, rand::random()).await?;
    let agent = arguments
        .agent
        .clone()
        .or_else(|| probe.server.clone())
        .unwrap_or_else(|| "UnknownServer".to_owned());
    let pace = if target.is_loopback() {
        Pace::LOOPBACK
    } else {
        Pace::POLITE
    };
    let url = target.url().to_owned();
    let patience = Patience::for_round_trip(probe.round_trip, arguments.timeout);
    let run = ServerRun {
        target,
        probe,
        pace: arguments
            .jobs
            .map_or(pace, |jobs| pace.with_jobs(jobs.into())),
        patience,
        seed,
        trace: arguments.trace,
        cases,
    };
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let (switch, stop) = StopSwitch::new();
    let interrupt = tokio::spawn(stop_on_interrupt(switch));
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let listener = Listener {
        gate: arguments.verdicts,
        progress: !arguments.quiet,
        trace: arguments.trace,
    };
    let count = run.cases.len();
    let (outcome, cases) = tokio::join!(
        run.play(sender, stop),
        listener.listen(agent.clone(), count, receiver)
    );
    interrupt.abort();
    drop(built_in);
    let summary = outcome.as_ref().ok();
    let report = Report::new(
        Run {
            started_unix_ms: started.as_millis() as u64,
            duration_ms: elapsed_since(started).as_millis() as u64,
            role: Role::Client,
            profile: arguments.cases.profile,
            seed,
            interrupted: summary.is_none_or(|summary| summary.interrupted),
        },
        vec![AgentReport { agent, url, cases }],
    );
    arguments.show(&report)?;
    let failed = report
        .cases()
        .any(|(_, case)| !arguments.verdicts.passes(case));
    Ok(match outcome {
        Err(gone) => {
            eprintln!("wspec: {gone}");
            Exit::Unreachable
        }
        Ok(summary) if summary.interrupted => Exit::Interrupted,
        Ok(_) if failed => Exit::Failures,
        Ok(_) => Exit::Success,
    })
}

fn elapsed_since(started: Duration) -> Duration {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    now.saturating_sub(started)
}

impl ServerArguments {
    /// The server to test, and the built-in one if it is that.
    async fn target(&self) -> Result<(Target, Option<EchoServer>), Trouble> {
        let (url, built_in) = match &self.url {
            Some(url) => (url.clone(), None),
            None => {
                let server = EchoServer::start(([127, 0, 0, 1], 0).into(), EchoStack::Tungstenite)
                    .await
                    .map_err(|source| Trouble::System {
                        what: "cannot start the built-in echo server".to_owned(),
                        source,
                    })?;
                (format!("ws://{}/", server.address()), Some(server))
            }
        };
        let mut target = Target::parse(&url)?;
        target.origin.clone_from(&self.origin);
        target.subprotocols.clone_from(&self.subprotocol);
        for line in &self.header {
            target.add_field(line)?;
        }
        Ok((target, built_in))
    }

    /// Writes and prints the report.
    fn show(&self, report: &Report) -> Result<(), Trouble> {
        if let Some(folder) = &self.report {
            json::write(&folder.join("report.json"), report)
                .and_then(|()| autobahn::write(folder, report, &autobahn::Suite::embedded()))
                .map_err(|error| Trouble::Output(error.to_string()))?;
        }
        let failed = report.cases().any(|(_, case)| !self.verdicts.passes(case));
        if self.quiet && !failed {
            return Ok(());
        }
        let stdout = std::io::stdout();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let view = View {
            gate: self.verdicts,
            width: width(&stdout),
            palette: self.color.palette(stdout.is_terminal(), no_color),
        };
        let mut text = String::new();
        terminal::print(&mut text, report, &view).expect("writing to a String never fails");
        if let Some(folder) = &self.report {
            writeln!(text, "report: {}", folder.display())
                .expect("writing to a String never fails");
        }
        match stdout.lock().write_all(text.as_bytes()) {
            // Whoever read our output has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|source| Trouble::System {
                what: "cannot write to standard output".to_owned(),
                source,
            }),
        }
    }
}

fn width(stdout: &std::io::Stdout) -> usize {
    if !stdout.is_terminal() {
        return DEFAULT_WIDTH;
    }
    console::Term::stdout()
        .size_checked()
        .map_or(DEFAULT_WIDTH, |(_, columns)| columns.into())
}
