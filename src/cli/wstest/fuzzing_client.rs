//! `fuzzingclient`: tests servers, one after the other.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{
    WstestArguments,
    console::{note, say, say_all, warn},
    gate,
    spec_file::SpecFile,
    tls,
};
use crate::{
    case::{Case, RunProfile, embedded_cases},
    cli::{
        Exit, Trouble,
        listener::report_of,
        outcome::{lock, unreported},
    },
    foreign::without_passwords,
    play::Patience,
    protocol::Role,
    report::{
        AgentReport, Agents, CaseReport, Report, Run,
        autobahn::{self, Suite},
        trace,
    },
    run::{Keeper, Pace, Probe, RunEvent, ServerRun, Stop, Target},
    transcript::End,
    wstest::{ClientSpec, Mode, ServerEntry, Warning, console},
};

/// Tests the servers that the spec names, and writes the reports.
///
/// # Errors
/// A spec of no use; reports that cannot be written.
pub async fn run(arguments: &WstestArguments, stop: Stop) -> Result<Exit, Trouble> {
    let spec = read_spec(arguments)?;
    let _lock = lock(&spec.outdir)?;
    let cases = spec.cases.choose(&embedded_cases().cases, Role::Server);
    if cases.is_empty() && arguments.gate {
        return Err(Trouble::Input("no case is selected".to_owned()));
    }
    let servers: Vec<(&ServerEntry, Target)> = spec
        .servers
        .iter()
        .map(|entry| Ok((entry, target(entry)?)))
        .collect::<Result<_, Trouble>>()?;
    let urls: Vec<&str> = spec.servers.iter().map(|server| server.url.as_str()).collect();
    say_all(&console::client_begins(&cases, &urls));

    let insecure = servers.iter().any(|(_, target)| target.is_insecure());
    let (began, clock) = (SystemTime::now(), Instant::now());
    let seed = rand::random();
    let mut results = unreported();
    let mut agents = Vec::new();
    let mut all_reached = true;
    for (entry, target) in servers {
        if stop.is_stopped() {
            break;
        }
        let server = Server { entry, target, seed };
        let kept = Kept { results: &mut results, server: agents.len().to_string() };
        let (agent, reached) = server.test(arguments, &spec, &cases, kept, stop.clone()).await;
        agents.extend(agent);
        all_reached &= reached;
    }
    let archive = results.archive();
    let report = Report::new(
        Run {
            started_unix_ms: began
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_millis() as u64),
            duration_ms: clock.elapsed().as_millis() as u64,
            role: Role::Client,
            profile: RunProfile::Full,
            seed,
            interrupted: stop.is_stopped(),
            left_out: None,
            insecure,
        },
        with_results(agents, &results),
    );
    let report = Report { archive, ..report };
    autobahn::write(&spec.outdir, &report, &Suite::embedded())
        .map_err(|error| Trouble::Output(error.to_string()))?;
    Ok(match gate::judge(arguments, &report) {
        _ if stop.is_stopped() => Exit::Interrupted,
        _ if arguments.gate && !all_reached => Exit::Unreachable,
        exit => exit,
    })
}

fn read_spec(arguments: &WstestArguments) -> Result<ClientSpec, Trouble> {
    let file = SpecFile::find(arguments.spec.as_deref(), Mode::FuzzingClient)?;
    let read =
        ClientSpec::read(&file.text, arguments.uri()).map_err(|error| file.trouble(&error))?;
    for warning in &read.warnings {
        warn(warning);
    }
    for pattern in read.spec.cases.without_effect(&embedded_cases().cases) {
        warn(&Warning::NoCase(pattern.to_owned()));
    }
    Ok(read.spec)
}

fn target(entry: &ServerEntry) -> Result<Target, Trouble> {
    let mut target = Target::parse(&entry.url)?;
    target.tls = Some(tls::towards_server(entry.hostname.as_deref())?);
    target.subprotocols.clone_from(&entry.protocols);
    target.origin.clone_from(&entry.origin);
    Ok(target)
}

/// A server under test.
struct Server<'a> {
    entry: &'a ServerEntry,
    target: Target,
    seed: u64,
}

impl Server<'_> {
    /// Plays all cases with it. Gives what came of those for which there was a connection, and
    /// whether there was one for all.
    async fn test(
        self,
        arguments: &WstestArguments,
        spec: &ClientSpec,
        cases: &[&Case],
        kept: Kept<'_>,
        stop: Stop,
    ) -> (Option<AgentReport>, bool) {
        let url = without_passwords(&self.entry.url);
        let probe = match Probe::of(&self.target, rand::random()).await {
            Ok(probe) => probe,
            Err(error) => {
                say(&console::connection_failed(&url, &error));
                return (None, false);
            }
        };
        if let Some(obstacle) = &probe.obstacle {
            note(&obstacle.to_string());
        }
        let named = self.entry.agent.clone().or_else(|| probe.server.clone());
        let agent = named.unwrap_or_else(|| AgentReport::UNKNOWN_SERVER.to_owned());
        let (skipped, cases): (Vec<&Case>, Vec<&Case>) =
            cases.iter().partition(|case| spec.cases.spares(&agent, &case.id));
        for case in skipped {
            say(&console::skipping(&case.id, &agent));
        }
        let peer = probe.route.address();
        let run = self.run(arguments, probe, &cases);
        let (sender, receiver) = unbounded_channel();
        let mut keeper = Keeper::of_a_stranger();
        let (outcome, ()) = tokio::join!(
            run.play_confirmed(&mut keeper, sender, stop),
            listen(receiver, &agent, peer, kept)
        );
        if let Err(error) = &outcome {
            say(&console::connection_failed(&url, error));
        }
        let report = AgentReport { agent, url, cases: Vec::new() };
        (Some(report), outcome.is_ok())
    }

    fn run(self, arguments: &WstestArguments, probe: Probe, cases: &[&Case]) -> ServerRun {
        let pace = if self.target.is_loopback() { Pace::LOOPBACK } else { Pace::POLITE };
        let patience = Patience::for_round_trip(probe.round_trip, None);
        ServerRun {
            pace: arguments.jobs.map_or(pace, |jobs| pace.with_jobs(jobs.into())),
            patience: self.entry.options.applied_to(patience),
            target: self.target,
            probe,
            cases: cases.iter().map(|case| Arc::new((*case).clone())).collect(),
            seed: self.seed,
            trace: arguments.debug,
        }
    }
}

/// Where the results of a server go. Several servers may have one name, so they have numbers there.
struct Kept<'a> {
    results: &'a mut Agents,
    server: String,
}

/// The agents with their cases.
fn with_results(agents: Vec<AgentReport>, results: &Agents) -> Vec<AgentReport> {
    let reports = results.reports("").into_iter();
    let mut cases: BTreeMap<String, Vec<CaseReport>> =
        reports.map(|server| (server.agent, server.cases)).collect();
    let whole = |(server, agent): (usize, AgentReport)| AgentReport {
        cases: cases.remove(&server.to_string()).unwrap_or_default(),
        ..agent
    };
    agents.into_iter().enumerate().map(whole).collect()
}

/// Prints what happens, and keeps what came of the cases.
async fn listen(
    mut events: UnboundedReceiver<RunEvent>,
    agent: &str,
    peer: Option<SocketAddr>,
    kept: Kept<'_>,
) {
    while let Some(event) = events.recv().await {
        match event {
            RunEvent::CaseStarted(case) => {
                if let Some(peer) = peer {
                    say(&console::running(&case, agent, peer));
                }
            }
            RunEvent::Handshake(case, role, record) => {
                trace::handshake(&case, role, &record).for_each(|line| note(&line));
            }
            RunEvent::Entry(case, entry) => note(&trace::line(&case, &entry)),
            // Autobahn has no result of a case for which there was no connection.
            RunEvent::CaseFinished(result) if result.transcript.end != End::NeverConnected => {
                if let Err(error) = kept.results.keep(&kept.server, report_of(*result)) {
                    note(&format!("wstest: {error}"));
                }
            }
            RunEvent::CaseFinished(_) | RunEvent::Confirming(_) | RunEvent::LeftUnconfirmed(_) => {}
            RunEvent::TargetCameBack(how) => note(&how),
        }
    }
}
