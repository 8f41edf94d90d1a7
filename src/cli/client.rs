//! `wspec client`: tests clients.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use clap::Args;
use tokio::net::TcpListener;

use super::{
    Exit, Trouble,
    arguments::{CaseArguments, PlayArguments, command_time},
    built_in::serve_page,
    client_attempt::{Attempts, Fate},
    interrupt::unless_interrupted,
    listener::{Listener, Listening},
    outcome::OutcomeArguments,
    output::{say, warn},
    run_facts::RunFacts,
    runtime::block_on,
    tls::ListenTlsArguments,
};
use crate::{
    case::{counted, order_for_clients},
    control::Visitors,
    play::Patience,
    protocol::Role,
    report::{
        Agents, Bar,
        escape::{quoted, shell_argument},
        journal::{Asked, Earlier},
    },
    run::{
        ClientRun, ClientSummary, Excluded, Page, PageServer, ServerTls, Stop, StopSwitch, Target,
    },
};

/// Where Autobahn's fuzzing server listens.
const DEFAULT_LISTEN: &str = "127.0.0.1:9001";

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
    wspec client --tls --write-ca ca.pem        wss, with a certificate for this run\n  \
    wspec client --listen 127.0.0.1:0 -- ./autobahn-client {url}"
)]
pub struct ClientArguments {
    /// Start the client with this command, and end the run when it ends. `{url}` in it stands for
    /// the URL, and so does the variable WSPEC_URL. With --report its output goes to client.log
    /// there.
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Test the built-in client, and end the run when it ends.
    #[arg(long, conflicts_with = "command")]
    pub demo: bool,
    /// Serve a page there that tests the browser that opens it.
    #[arg(long, value_name = "ADDRESS")]
    web: Option<SocketAddr>,
    /// Let browsers come with pages of this host, and to this machine under this name, too; may be
    /// repeated. Without it, pages of other hosts are refused. `null` stands for pages in files.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// How long the client may run, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = command_time, default_value = "600")]
    pub command_timeout: Duration,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = DEFAULT_LISTEN)]
    listen: SocketAddr,
    /// What to call the client in reports, whatever it calls itself.
    #[arg(long, value_name = "NAME", requires = "command")]
    pub agent: Option<String>,
    #[command(flatten)]
    tls: ListenTlsArguments,
    #[command(flatten)]
    cases: CaseArguments,
    #[command(flatten)]
    pub play: PlayArguments,
    #[command(flatten)]
    pub outcome: OutcomeArguments,
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
    let mut cases = arguments.cases.select(Some(Role::Client))?;
    order_for_clients(&mut cases);
    let bar = outcome.bar()?;
    arguments.outcome.check_baseline(&bar, &arguments.cases)?;
    let _lock = outcome.lock()?;
    let asked = arguments.asked();
    let earlier = outcome.earlier(arguments.play.resume, Role::Server, &asked)?;
    let tls = arguments.tls.for_listener(Some(arguments.listen.ip()))?;
    let (socket, url) = arguments.listen(tls.is_some()).await?;
    let seed = arguments.cases.seed(arguments.play.seed);
    let facts = RunFacts::now(Role::Server, arguments.cases.profile, seed, url, earlier.as_ref())
        .with_cases_of(arguments.cases.shard, arguments.repeat())
        .with_testee(&arguments.command);
    let facts = RunFacts { asked, ..facts };
    let mut listener = arguments.listener(&bar, &facts, cases.len(), earlier)?;
    arguments.say(&format!("listening on {}, {}", facts.url, counted(cases.len(), "case")));
    let page = arguments.serve_page(&facts.url, tls.clone()).await?;
    let run = ClientRun {
        cases,
        excluded: Excluded::default(),
        visitors: Visitors::at(arguments.listen.ip(), tls.is_some(), &arguments.allow_host),
        tls,
        connections: ClientRun::CONNECTIONS,
        timeout: arguments.timeout(),
        seed: facts.seed,
        trace: arguments.play.trace,
    };
    let count = run.cases.len();
    let attempts = Attempts { arguments, facts: &facts, bar: &bar, socket, stop: stop.clone() };
    let (summary, fate) = attempts.play(run, &mut listener, switch).await?;
    drop(page);
    let agents = listener.over();
    // Without a client of our own, to be stopped is the usual end.
    let interrupted = stop.is_stopped() && arguments.brings_a_client();
    let report = facts.report(&agents, interrupted);
    outcome.show(&report, &bar, &arguments.cases.chapters()?)?;
    let complete = arguments.say_what_is_missing(&summary, &agents, count, fate.as_ref());
    if !interrupted {
        agents.remove_journal();
    }
    Ok(match complete {
        _ if interrupted => Exit::Interrupted,
        false => Exit::Unreachable,
        true if bar.has_failures(&report) => Exit::Failures,
        true => Exit::Success,
    })
}

impl ClientArguments {
    /// How long to wait for a reaction; `None`: as long as suits the client. One that comes by itself
    /// cannot be asked to play a case again, so it is waited for longer from the beginning.
    fn timeout(&self) -> Option<Duration> {
        let longer = (!self.brings_a_client()).then(|| Patience::default().longer().reaction);
        self.play.timeout.or(longer)
    }

    /// Whether the run starts the client under test.
    pub const fn brings_a_client(&self) -> bool {
        self.demo || !self.command.is_empty()
    }

    /// What decides the outcome of the run. Where it listens does not.
    fn asked(&self) -> Asked {
        let mut asked = self.cases.asked();
        self.play.add_to(&mut asked);
        asked
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

    /// Serves the page for browsers, if it is wanted, and says where.
    async fn serve_page(
        &self,
        url: &str,
        tls: Option<ServerTls>,
    ) -> Result<Option<PageServer>, Trouble> {
        let Some(address) = self.web else {
            return Ok(None);
        };
        let secure = tls.is_some();
        let page = Page {
            port: Target::parse(url)?.port(),
            visitors: Visitors::at(address.ip(), secure, &self.allow_host).of_pages(),
            tls,
            reports: self.outcome.report.clone(),
        };
        let server = serve_page(address, page).await?;
        // http stands to https as ws to wss.
        let page = url_of(server.address(), secure).replacen("ws", "http", 1);
        self.say(&format!("the page for browsers is {page}/"));
        Ok(Some(server))
    }

    /// Prints a line for whoever starts a client, unless nobody wants to read it.
    fn say(&self, line: &str) {
        if !self.outcome.quiet && !self.outcome.prints_a_format() {
            say(line);
        }
    }

    /// Listens, and says at which URL.
    async fn listen(&self, secure: bool) -> Result<(std::net::TcpListener, String), Trouble> {
        let listening = TcpListener::bind(self.listen).await.and_then(|listener| {
            let address = listener.local_addr()?;
            Ok((listener.into_std()?, address))
        });
        let (listener, address) = listening.map_err(|source| Trouble::System {
            what: format!("cannot listen on {}", self.listen),
            source,
        })?;
        Ok((listener, url_of(address, secure)))
    }

    /// The command that tests a client again in the same way, as far as its cases.
    fn repeat(&self) -> String {
        let mut words = vec!["wspec client".to_owned()];
        if self.demo {
            words.push("--demo".to_owned());
        }
        let listen = self.listen.to_string();
        if listen != DEFAULT_LISTEN {
            words.push(format!("--listen {listen}"));
        }
        words.extend(self.tls.repeated());
        if let Some(directory) = &self.cases.case_dir {
            let directory = shell_argument(directory.to_string_lossy());
            words.push(format!("--case-dir {directory}"));
        }
        words.join(" ")
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
            Some(Fate::Stopped(why)) => warn(format_args!("the client {why}")),
            Some(Fate::Ended(exit)) if !exit.is_success() => {
                warn(format_args!("the client ended with {exit}"));
            }
            _ => {}
        }
        if summary.played.is_empty() {
            warn("no client came");
            return false;
        }
        if !self.brings_a_client() {
            return true;
        }
        let came = |agent: &str| {
            let mut names = summary.played.keys();
            self.agent.is_some() || names.any(|name| name.as_str() == agent)
        };
        let lacking: Vec<_> =
            agents.counts().filter(|(agent, count)| came(agent) && *count < cases).collect();
        for (agent, count) in &lacking {
            warn(format_args!("{} ran {count} of {}", quoted(agent), counted(cases, "case")));
        }
        lacking.is_empty()
    }
}

/// The URL at which clients on this machine reach an address; without a path, which they add.
fn url_of(mut address: SocketAddr, secure: bool) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    let scheme = if secure { "wss" } else { "ws" };
    format!("{scheme}://{address}")
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
            assert_eq!(url_of(address.parse().unwrap(), false), url);
        }
        let address = "127.0.0.1:9001".parse().unwrap();
        assert_eq!(url_of(address, true), "wss://127.0.0.1:9001");
    }
}
