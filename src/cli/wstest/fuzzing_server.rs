//! `fuzzingserver`: tests whatever clients come.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
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
    tls,
};
use crate::{
    case::{Case, RunProfile, embedded_cases, order_for_clients},
    cli::{
        Exit, Trouble, built_in,
        outcome::{lock, unreported},
        report_writer::ReportWriter,
    },
    control::Visitors,
    protocol::Role,
    report::{
        Agents, CaseReport, Report, Run,
        autobahn::{self, Suite},
        trace,
    },
    run::{
        Client, ClientEvent, ClientRun, Ending, Excluded, Page, PageServer, RunEvent, ServerTls,
        Stop,
    },
    wstest::{ListenUrl, Mode, ServerSpec, Warning, console},
};

/// The web port where nobody gives one, as with wstest.
const USUAL_WEB_PORT: u16 = 8080;

/// Serves the cases that the spec selects until a client or somebody else ends it.
///
/// # Errors
/// A spec of no use; a port that is not to be had; reports that cannot be written.
pub async fn run(arguments: &WstestArguments, stop: Stop) -> Result<Exit, Trouble> {
    let spec = read_spec(arguments)?;
    let _lock = lock(&spec.outdir)?;
    let url = ListenUrl::parse(&spec.url).map_err(Trouble::input)?;
    let mut cases = spec.cases.choose(&embedded_cases().cases, Role::Client);
    order_for_clients(&mut cases);
    let system = |what: String| move |source| Trouble::System { what, source };
    let key = spec.key.as_deref().or(arguments.key.as_deref());
    let certificate = spec.cert.as_deref().or(arguments.cert.as_deref());
    let tls = tls::of_server(url, certificate, key)?;
    let listener = TcpListener::bind(url.address())
        .await
        .map_err(system(format!("cannot listen on {}", url.address())))?;
    let address = listener.local_addr().map_err(system("cannot listen".to_owned()))?;
    say_all(&console::server_begins(&cases, address.port(), url.secure));

    let _page = serve_page(arguments, address.port(), tls.clone(), &spec.outdir).await?;

    let (sender, receiver) = unbounded_channel();
    let mut results = Results::new(spec.outdir.clone(), &cases);
    let run = client_run(arguments, spec, address.ip(), tls, &cases, results.run.seed);
    let (summary, ()) = tokio::join!(run.play(listener, sender, stop), results.listen(receiver));
    match summary.ending {
        Ending::ShutdownOnComplete => say(&console::reports_written(true)),
        Ending::StopServer => say(&"Shutting down server."),
        Ending::Stopped => {}
    }
    if results.changed {
        results.writing()()?;
    }
    Ok(gate::judge(arguments, &results.report()))
}

/// Serves the page for browsers and the reports. Only a port that somebody asked for must be free.
async fn serve_page(
    arguments: &WstestArguments,
    port: u16,
    tls: Option<ServerTls>,
    outdir: &Path,
) -> Result<Option<PageServer>, Trouble> {
    let web_port = arguments.webport.unwrap_or(USUAL_WEB_PORT);
    if web_port == 0 {
        return Ok(None);
    }
    let address = Ipv4Addr::UNSPECIFIED;
    let page = Page {
        port,
        visitors: Visitors::at(address.into(), tls.is_some(), &arguments.allow_host).of_pages(),
        tls,
        reports: Some(outdir.to_owned()),
    };
    match built_in::serve_page((address, web_port).into(), page).await {
        Ok(server) => Ok(Some(server)),
        Err(trouble) if arguments.webport.is_none() => {
            warn(&format!("there is no page for browsers ({trouble})"));
            Ok(None)
        }
        Err(trouble) => Err(trouble),
    }
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
    listen: IpAddr,
    tls: Option<ServerTls>,
    cases: &[&Case],
    seed: u64,
) -> ClientRun {
    ClientRun {
        visitors: Visitors::at(listen, tls.is_some(), &arguments.allow_host),
        cases: cases.iter().map(|case| Arc::new((*case).clone())).collect(),
        excluded: Excluded::by(move |agent, case| spec.cases.spares(agent.as_str(), case)),
        tls,
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
    run: Run,
    agents: Agents,
    changed: bool,
}

impl Results {
    fn new(outdir: PathBuf, cases: &[&Case]) -> Self {
        let began = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            outdir,
            suite: Suite::embedded().numbered_by(cases.iter().map(|case| &case.id)),
            clock: Instant::now(),
            run: Run {
                started_unix_ms: began.map_or(0, |since| since.as_millis() as u64),
                duration_ms: 0,
                role: Role::Server,
                profile: RunProfile::Full,
                seed: rand::random(),
                interrupted: false,
                left_out: None,
                insecure: false,
            },
            agents: unreported(),
            changed: false,
        }
    }

    /// Prints what happens, keeps what came of the cases, and writes the reports when a client
    /// wants them.
    async fn listen(&mut self, mut events: UnboundedReceiver<ClientEvent>) {
        let mut reports = ReportWriter::default();
        loop {
            if reports.may_begin() {
                reports.begin(self.writing());
            }
            let event = tokio::select! {
                written = reports.over() => {
                    match written {
                        Ok(()) => say(&console::reports_written(false)),
                        Err(trouble) => note(&format!("wstest: {trouble}")),
                    }
                    continue;
                }
                event = events.recv() => event,
            };
            let Some(event) = event else {
                // What could not be written now is written, or told, at the end of the run.
                self.changed |= reports.finish().await.is_err();
                return;
            };
            match event {
                ClientEvent::Case(client, event) => self.note_case(&client, event),
                ClientEvent::Skipped(client, case) => {
                    say(&console::skipping(&case, client.agent.as_str()));
                }
                ClientEvent::ReportsWanted(_, written) if !written.is_wanted() => {}
                ClientEvent::ReportsWanted(client, written) => {
                    say(&console::updating_reports(client.peer));
                    reports.want(written);
                }
                // It is kept by now.
                ClientEvent::ToBeKept(_) => {}
                ClientEvent::NoTls(peer, problem) => {
                    note(&format!("wstest: no TLS with the client at {peer}: {problem}"));
                }
                ClientEvent::NotAdmitted(peer, stranger) => {
                    note(&format!("wstest: refused a page at {peer}: {stranger}"));
                }
                ClientEvent::DirectCommands(peer) | ClientEvent::StopRequested(peer) => {
                    say(&console::direct_commands(peer));
                }
            }
        }
    }

    fn note_case(&mut self, client: &Client, event: RunEvent) {
        let agent = client.agent.as_str();
        match event {
            RunEvent::CaseStarted(case) => say(&console::running(&case, agent, client.peer)),
            RunEvent::Handshake(case, role, record) => {
                trace::handshake(&case, role, &record).for_each(|line| note(&line));
            }
            RunEvent::Entry(case, entry) => note(&trace::line(&case, &entry)),
            RunEvent::CaseFinished(result) => {
                let result = *result;
                let report = CaseReport::new(&result.case, result.judgement, result.transcript);
                if let Err(error) = self.agents.keep(agent, report) {
                    note(&format!("wstest: {error}"));
                }
                self.changed = true;
            }
            RunEvent::TargetCameBack(how) => note(&how),
            // (Only of servers.)
            RunEvent::Confirming(_) | RunEvent::LeftUnconfirmed(_) => {}
        }
    }

    fn report(&self) -> Report {
        let run = Run { duration_ms: self.clock.elapsed().as_millis() as u64, ..self.run };
        let archive = self.agents.archive();
        Report { archive, ..Report::new(run, self.agents.reports("")) }
    }

    /// What writes all reports.
    fn writing(&mut self) -> impl FnOnce() -> Result<(), Trouble> + Send + use<> {
        let (outdir, suite, report) = (self.outdir.clone(), self.suite.clone(), self.report());
        self.changed = false;
        move || {
            autobahn::write(&outdir, &report, &suite)
                .map_err(|error| Trouble::Output(error.to_string()))
        }
    }
}
