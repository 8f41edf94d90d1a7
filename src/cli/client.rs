//! `wspec client`: tests clients.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::Args;
use tokio::{
    net::TcpListener,
    sync::mpsc::UnboundedReceiver,
    time::{sleep, timeout},
};

use super::{
    Exit, Trouble,
    arguments::{CaseArguments, PlayArguments, command_time},
    built_in::{demonstrate, serve_page},
    interrupt::unless_interrupted,
    listener::{Listener, Listening},
    outcome::{self, OutcomeArguments},
    runtime::block_on,
};
use crate::{
    protocol::Role,
    report::{Agents, Report, Run, escape::quoted, journal::JournalHead},
    run::{
        Child, ChildExit, ClientEvent, ClientRun, ClientSummary, Excluded, Page, PageServer, Stop,
        StopSwitch, Target,
    },
};

/// How long a client that we started may go on when the run is over.
const LEAVE_PATIENCE: Duration = Duration::from_secs(2);

/// The arguments of `wspec client`.
#[derive(Debug, Args)]
#[command(
    after_help = "A client asks for /getCaseCount, then for /runCase?case=1&agent=NAME and so on, echoes what it\n\
    gets, and asks for /updateReports?agent=NAME at last: as with Autobahn's fuzzing server.\n\n\
    Examples:\n  \
    wspec client --demo                         the built-in client\n  \
    wspec client                                wait for clients until Ctrl-C\n  \
    wspec client --web 127.0.0.1:8080           wait for browsers, too\n  \
    wspec client --report out -- node client.js {url}\n  \
    wspec client --listen 127.0.0.1:0 -- ./autobahn-client {url}"
)]
pub struct ClientArguments {
    /// Start the client with this command, and end the run when it ends. `{url}` in it stands for
    /// the URL, and so does the variable WSPEC_URL. With --report its output goes to client.log
    /// there.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
    /// Test the built-in client, and end the run when it ends.
    #[arg(long, conflicts_with = "command")]
    demo: bool,
    /// Serve a page there that tests the browser that opens it.
    #[arg(long, value_name = "ADDRESS")]
    web: Option<SocketAddr>,
    /// How long the client may run, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = command_time, default_value = "600")]
    command_timeout: Duration,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9001")]
    listen: SocketAddr,
    #[command(flatten)]
    cases: CaseArguments,
    #[command(flatten)]
    play: PlayArguments,
    /// What to call the client in reports, whatever it calls itself.
    #[arg(long, value_name = "NAME", requires = "command")]
    agent: Option<String>,
    #[command(flatten)]
    outcome: OutcomeArguments,
}

/// Tests clients, prints and writes what came of it.
///
/// # Errors
/// Arguments of no use; an address that is not to be had; reports that cannot be written.
pub fn run(arguments: &ClientArguments) -> Result<Exit, Trouble> {
    block_on(async {
        let (switch, stop) = StopSwitch::new();
        unless_interrupted(&switch, test(arguments, &switch, stop))
            .await
            .unwrap_or(Ok(Exit::Interrupted))
    })
}

async fn test(
    arguments: &ClientArguments,
    switch: &StopSwitch,
    stop: Stop,
) -> Result<Exit, Trouble> {
    let outcome = &arguments.outcome;
    let cases = arguments.cases.select()?;
    let earlier = outcome.earlier(Role::Server)?;
    let (socket, url) = arguments.listen().await?;
    let seed = arguments.play.seed;
    let seed = seed.or(earlier.as_ref().map(|earlier| earlier.head.seed));
    let reporter = Reporter {
        arguments,
        url: &url,
        seed: seed.unwrap_or_else(rand::random),
        started: now(),
    };
    let mut listener = Listener::new(Listening {
        gate: outcome.verdicts,
        progress: !outcome.quiet,
        trace: arguments.play.trace,
        cases: cases.len(),
        journal: outcome.journal(reporter.journal_head(), earlier.as_ref())?,
        earlier,
    });
    if !outcome.quiet {
        outcome::print(&format!("listening on {url}, {} cases\n", cases.len()))?;
    }
    let child = match arguments.command.as_slice() {
        [] => None,
        command => {
            let output = outcome.testee_output("client.log")?;
            Some(Child::start(command, &url, output)?)
        }
    };
    let page = arguments.serve_page(&url).await?;
    let count = cases.len();
    let run = ClientRun {
        cases,
        excluded: Excluded::default(),
        connections: ClientRun::CONNECTIONS,
        timeout: arguments.play.timeout,
        seed: reporter.seed,
        trace: arguments.play.trace,
    };
    let (sender, events) = tokio::sync::mpsc::unbounded_channel();
    let playing = beside(
        child,
        arguments.command_timeout,
        run.play(socket, sender, stop.clone()),
        switch,
    );
    let listening = reporter.listen(&mut listener, events);
    let demonstrating = async {
        if arguments.demo {
            demonstrate(&url, switch, stop.clone()).await;
        }
    };
    let ((summary, fate), (), ()) = tokio::join!(playing, listening, demonstrating);
    drop(page);
    let (agents, journal) = listener.over();
    // Without a client of our own, to be stopped is the usual end.
    let interrupted = stop.is_stopped() && arguments.brings_a_client();
    let report = reporter.report(&agents, interrupted);
    outcome.show(&report)?;
    if let Some(journal) = journal.filter(|_| !interrupted) {
        journal.remove();
    }
    let complete = arguments.say_what_is_missing(&summary, &agents, count, fate.as_ref());
    Ok(match complete {
        _ if interrupted => Exit::Interrupted,
        false => Exit::Unreachable,
        true if outcome.has_failures(&report) => Exit::Failures,
        true => Exit::Success,
    })
}

/// What became of a client that we started.
enum Fate {
    /// It ended.
    Ended(ChildExit),
    /// It took too long, or went on when the run was over, and was stopped.
    Stopped(&'static str),
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
            let fate = match timeout(LEAVE_PATIENCE, child.ended()).await {
                Ok(status) => Fate::Ended(status),
                Err(_) => Fate::Stopped("went on when the run was over, and was stopped"),
            };
            child.stop().await;
            return (summary, Some(fate));
        }
        status = child.ended() => Fate::Ended(status),
        () = sleep(patience) => {
            Fate::Stopped("took longer than --command-timeout allows, and was stopped")
        }
    };
    child.stop().await;
    switch.finish();
    (playing.await, Some(fate))
}

/// Makes reports of the results so far.
#[derive(Clone, Copy)]
struct Reporter<'a> {
    arguments: &'a ClientArguments,
    url: &'a str,
    seed: u64,
    started: Duration,
}

impl Reporter<'_> {
    const fn journal_head(&self) -> JournalHead {
        JournalHead {
            schema_version: Report::SCHEMA_VERSION,
            role: Role::Server,
            seed: self.seed,
        }
    }

    fn report(&self, agents: &Agents, interrupted: bool) -> Report {
        let run = Run {
            started_unix_ms: self.started.as_millis() as u64,
            duration_ms: now().saturating_sub(self.started).as_millis() as u64,
            role: Role::Server,
            profile: self.arguments.cases.profile,
            seed: self.seed,
            interrupted,
        };
        Report::new(run, agents.reports(self.url))
    }

    /// Takes events until there are no more.
    async fn listen(&self, listener: &mut Listener, mut events: UnboundedReceiver<ClientEvent>) {
        let mut known = BTreeSet::new();
        while let Some(event) = events.recv().await {
            match event {
                ClientEvent::Case(client, event) => {
                    let renamed = self.arguments.agent.as_deref();
                    let agent = renamed.unwrap_or(client.agent.as_str());
                    if known.insert(agent.to_owned()) {
                        listener.expect(agent);
                    }
                    listener.note(agent, event);
                }
                ClientEvent::ReportsWanted(_, written) => {
                    self.write(&listener.agents).await;
                    drop(written);
                }
                ClientEvent::Skipped(..)
                | ClientEvent::DirectCommands(_)
                | ClientEvent::StopRequested(_) => {}
            }
        }
    }

    /// Writes the reports, if they are wanted, beside the cases of other clients.
    async fn write(&self, agents: &Agents) {
        let Some(folder) = self.arguments.outcome.report.clone() else {
            return;
        };
        let report = self.report(agents, false);
        let writing = tokio::task::spawn_blocking(move || outcome::write(&folder, &report));
        if let Ok(Err(trouble)) = writing.await {
            eprintln!("wspec: {trouble}");
        }
    }
}

fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

impl ClientArguments {
    /// Whether the run starts the client under test.
    const fn brings_a_client(&self) -> bool {
        self.demo || !self.command.is_empty()
    }

    /// Serves the page for browsers, if it is wanted, and says where.
    async fn serve_page(&self, url: &str) -> Result<Option<PageServer>, Trouble> {
        let Some(address) = self.web else {
            return Ok(None);
        };
        let page = Page {
            port: Target::parse(url)?.port(),
            reports: self.outcome.report.clone(),
        };
        let server = serve_page(address, page).await?;
        if !self.outcome.quiet {
            let page = url_of(server.address()).replacen("ws:", "http:", 1);
            outcome::print(&format!("the page for browsers is {page}/\n"))?;
        }
        Ok(Some(server))
    }

    /// Listens, and says at which URL.
    async fn listen(&self) -> Result<(TcpListener, String), Trouble> {
        let listening = TcpListener::bind(self.listen)
            .await
            .and_then(|listener| listener.local_addr().map(|address| (listener, address)));
        let (listener, address) = listening.map_err(|source| Trouble::System {
            what: format!("cannot listen on {}", self.listen),
            source,
        })?;
        Ok((listener, url_of(address)))
    }

    /// Says if a client is missing, or has left before its time. Says whether nothing is.
    fn say_what_is_missing(
        &self,
        summary: &ClientSummary,
        agents: &Agents,
        cases: usize,
        fate: Option<&Fate>,
    ) -> bool {
        match fate {
            Some(Fate::Stopped(why)) => eprintln!("wspec: the client {why}"),
            Some(Fate::Ended(exit)) if !exit.is_success() => {
                eprintln!("wspec: the client ended with {exit}");
            }
            _ => {}
        }
        if summary.played.is_empty() {
            eprintln!("wspec: no client came");
            return false;
        }
        if !self.brings_a_client() {
            return true;
        }
        let came = |agent: &str| {
            let mut names = summary.played.keys();
            self.agent.is_some() || names.any(|name| name.as_str() == agent)
        };
        let lacking: Vec<_> = agents
            .counts()
            .filter(|(agent, count)| came(agent) && *count < cases)
            .collect();
        for (agent, count) in &lacking {
            eprintln!("wspec: {} ran {count} of {cases} cases", quoted(agent));
        }
        lacking.is_empty()
    }
}

/// The URL at which clients on this machine reach an address; without a path, which they add.
fn url_of(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("ws://{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_an_address_that_they_can_reach() {
        for (address, url) in [
            ("0.0.0.0:9001", "ws://127.0.0.1:9001"),
            ("[::]:1", "ws://[::1]:1"),
            ("192.0.2.1:9001", "ws://192.0.2.1:9001"),
        ] {
            assert_eq!(url_of(address.parse().unwrap()), url);
        }
    }
}
