//! `fuzzingserver`: tests whatever clients come.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use super::{
    WstestArguments,
    console::{note, say, say_all, warn},
    gate,
    spec_file::SpecFile,
};
use crate::{
    case::{Case, Profile, embedded_cases},
    cli::{Exit, Trouble},
    protocol::Role,
    report::{
        AgentReport, CaseReport, Report, Run, WriteError,
        autobahn::{self, Suite},
        trace,
    },
    run::{Client, ClientEvent, ClientRun, Ending, Excluded, RunEvent, Stop},
    wstest::{ListenUrl, Mode, ServerSpec, Warning, console},
};

/// Serves the cases that the spec selects until a client or somebody else ends it.
///
/// # Errors
/// A spec of no use; a port that is not to be had; reports that cannot be written.
pub async fn run(arguments: &WstestArguments, stop: Stop) -> Result<Exit, Trouble> {
    let spec = read_spec(arguments)?;
    let url = ListenUrl::parse(&spec.url).map_err(Trouble::input)?;
    let cases = spec.cases.choose(&embedded_cases().cases);
    let system = |what: String| move |source| Trouble::System { what, source };
    let listener = TcpListener::bind(url.address())
        .await
        .map_err(system(format!("cannot listen on {}", url.address())))?;
    let address = listener
        .local_addr()
        .map_err(system("cannot listen".to_owned()))?;
    say_all(&console::server_begins(&cases, address.port()));

    let (sender, receiver) = unbounded_channel();
    let mut results = Results::new(spec.outdir.clone(), &cases);
    let run = client_run(arguments, spec, &cases, results.report.seed);
    let (summary, ()) = tokio::join!(
        run.play(listener, sender, stop.clone()),
        results.listen(receiver)
    );
    match summary.ending {
        Ending::ShutdownOnComplete => say(&console::reports_written(true)),
        Ending::StopServer => say(&"Shutting down server."),
        Ending::Stopped => {}
    }
    results.write_if_changed()?;
    Ok(if arguments.gate {
        gate::judge(&results.report)
    } else {
        Exit::Success
    })
}

fn read_spec(arguments: &WstestArguments) -> Result<ServerSpec, Trouble> {
    let file = SpecFile::find(arguments.spec.as_deref(), Mode::FuzzingServer)?;
    let read = ServerSpec::read(&file.text).map_err(|error| file.trouble(&error))?;
    for warning in &read.warnings {
        warn(warning);
    }
    for pattern in read.spec.cases.without_effect(&embedded_cases().cases) {
        warn(&Warning::NoCase(pattern.to_owned()));
    }
    Ok(read.spec)
}

fn client_run(
    arguments: &WstestArguments,
    spec: ServerSpec,
    cases: &[&Case],
    seed: u64,
) -> ClientRun {
    ClientRun {
        cases: cases.iter().map(|case| Arc::new((*case).clone())).collect(),
        excluded: Excluded::by(move |agent, case| spec.cases.spares(agent.as_str(), case)),
        connections: ClientRun::CONNECTIONS,
        timeout: None,
        seed,
        trace: arguments.debug,
    }
}

/// What came of the cases so far.
struct Results {
    outdir: PathBuf,
    suite: Suite,
    clock: Instant,
    report: Report,
    changed: bool,
}

impl Results {
    fn new(outdir: PathBuf, cases: &[&Case]) -> Self {
        let began = SystemTime::now().duration_since(UNIX_EPOCH);
        let run = Run {
            started_unix_ms: began.map_or(0, |since| since.as_millis() as u64),
            duration_ms: 0,
            role: Role::Server,
            profile: Profile::Full,
            seed: rand::random(),
            interrupted: false,
        };
        Self {
            outdir,
            suite: Suite::embedded().numbered_by(cases.iter().map(|case| &case.id)),
            clock: Instant::now(),
            report: Report::new(run, Vec::new()),
            changed: false,
        }
    }

    /// Prints what happens, keeps what came of the cases, and writes the reports when a client
    /// wants them.
    async fn listen(&mut self, mut events: UnboundedReceiver<ClientEvent>) {
        while let Some(event) = events.recv().await {
            match event {
                ClientEvent::Case(client, event) => self.note_case(&client, event),
                ClientEvent::Skipped(client, case) => {
                    say(&console::skipping(&case, client.agent.as_str()));
                }
                ClientEvent::ReportsWanted(client, _written) => {
                    say(&console::updating_reports(client.peer));
                    match self.write() {
                        Ok(()) => say(&console::reports_written(false)),
                        Err(error) => note(&format!("wstest: {error}")),
                    }
                }
                ClientEvent::DirectCommands(peer) | ClientEvent::StopRequested(peer) => {
                    say(&console::direct_commands(peer));
                }
            }
        }
    }

    fn note_case(&mut self, client: &Client, event: RunEvent) {
        match event {
            RunEvent::CaseStarted(case) => {
                say(&console::running(&case, client.agent.as_str(), client.peer));
            }
            RunEvent::Entry(case, entry) => note(&trace::line(&case, &entry)),
            RunEvent::CaseFinished(result) => {
                let result = *result;
                let report = CaseReport::new(&result.case, result.judgement, result.transcript);
                let cases = self.cases_of(client.agent.as_str());
                match cases.binary_search_by(|case| case.id.cmp(&report.id)) {
                    Ok(position) => cases[position] = report,
                    Err(position) => cases.insert(position, report),
                }
                self.changed = true;
            }
        }
    }

    /// The cases of an agent, sorted by id.
    fn cases_of(&mut self, agent: &str) -> &mut Vec<CaseReport> {
        let agents = &mut self.report.agents;
        let position = agents.iter().position(|known| known.agent == agent);
        let position = position.unwrap_or_else(|| {
            agents.push(AgentReport {
                agent: agent.to_owned(),
                url: String::new(),
                cases: Vec::new(),
            });
            agents.len() - 1
        });
        &mut agents[position].cases
    }

    fn write(&mut self) -> Result<(), WriteError> {
        self.report.duration_ms = self.clock.elapsed().as_millis() as u64;
        autobahn::write(&self.outdir, &self.report, &self.suite)?;
        self.changed = false;
        Ok(())
    }

    /// Writes what no client has asked to be written.
    fn write_if_changed(&mut self) -> Result<(), Trouble> {
        if self.changed {
            self.write()
                .map_err(|error| Trouble::Output(error.to_string()))?;
        }
        Ok(())
    }
}
