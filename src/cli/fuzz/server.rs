//! `wspec fuzz server`: a campaign against a server.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::{
    arguments::{CampaignArguments, log},
    pace::{FuzzPace, refuse_strangers},
    watcher::Watcher,
};
use crate::{
    cli::{
        Exit, Trouble,
        arguments::command_time,
        interrupt::unless_interrupted,
        live::{secret_field, shown_field},
        output::keep,
        runtime::block_on,
        target::read_target,
        tls::ReachArguments,
    },
    foreign::{shell_argument, shell_words, without_passwords},
    protocol::Role,
    run::{EchoStack, EchoThread, Probe, Route, ServerFuzz, Stop, StopSwitch, Target, Testee},
    testee::Conduct,
};

/// The arguments of `wspec fuzz server`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 no findings, 1 findings, 2 usage, 3 the server could not be reached or went away,\n\
    130 interrupted before the end that was asked for.\n\n\
    Examples:\n  \
    wspec fuzz server --seconds 10                       the built-in echo server\n  \
    wspec fuzz server ws://127.0.0.1:9001/ --seconds 60\n  \
    wspec fuzz server ws://127.0.0.1:9001/ --cases 100000 --seed 7 --corpus corpus\n  \
    wspec fuzz server ws://127.0.0.1:9001/ -- node server.js 9001"
)]
pub struct ServerFuzzArguments {
    /// The echo server to fuzz, such as ws://127.0.0.1:9001/. Without it the built-in one is.
    url: Option<String>,
    /// Start the server with this command, and start it again when it dies. `{url}` in it stands
    /// for the URL, and so does the variable WSPEC_URL.
    #[arg(last = true, value_name = "COMMAND", requires = "url")]
    command: Vec<String>,
    /// How long the server may take until it accepts connections, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = command_time, default_value = "30")]
    command_timeout: Duration,
    /// Where the server's output goes (by default to standard error).
    #[arg(long, value_name = "FILE", requires = "command")]
    log: Option<PathBuf>,
    /// A header field for every opening handshake; may be repeated.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Let so many cases be at work at once (by default 8 on this machine, 2 elsewhere). On this
    /// machine, those that only wait for the server do not count, unless it is 1. The cases are
    /// the same.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    /// Begin at most so many cases a second (by default 20 on another machine).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// The server is not on this machine, and it is yours to fuzz: what comes may crash it.
    #[arg(long)]
    i_own_this_target: bool,
    #[command(flatten)]
    campaign: CampaignArguments,
    #[command(flatten)]
    reach: ReachArguments,
}

/// Fuzzes the server, and says what was found.
///
/// # Errors
/// Arguments of no use; a server that cannot be reached; files that cannot be written.
pub fn run(arguments: &ServerFuzzArguments) -> Result<Exit, Trouble> {
    block_on(async {
        let (switch, stop) = StopSwitch::new();
        unless_interrupted(&switch, fuzz(arguments, stop)).await.unwrap_or(Ok(Exit::Interrupted))
    })
}

async fn fuzz(arguments: &ServerFuzzArguments, stop: Stop) -> Result<Exit, Trouble> {
    let _lock = arguments.campaign.lock()?;
    let mut campaign = arguments.campaign.campaign(Role::Server, !arguments.command.is_empty())?;
    let (target, built_in) = arguments.target().await?;
    refuse_strangers(&target, arguments.i_own_this_target)?;
    let fuzz = arguments.server_fuzz(target).await?;
    let command = arguments.command_line(campaign.plan().seed);
    let mut watcher = Watcher::new(&arguments.campaign, command);
    let played = fuzz
        .play(&mut campaign, arguments.testee()?, stop.clone(), &mut |campaign| {
            watcher.look(campaign)
        })
        .await;
    drop(built_in);
    watcher.conclude(&campaign, played, &stop, &arguments.replay())
}

impl ServerFuzzArguments {
    async fn target(&self) -> Result<(Target, Option<EchoThread>), Trouble> {
        let (url, built_in) = match &self.url {
            Some(url) => (url.clone(), None),
            None => {
                let stack = EchoStack::own(Conduct::default());
                let server = EchoThread::start(([127, 0, 0, 1], 0).into(), stack).await.map_err(
                    |source| Trouble::System {
                        what: "cannot start the built-in echo server".to_owned(),
                        source,
                    },
                )?;
                (server.url().to_owned(), Some(server))
            }
        };
        let mut target = read_target(&url)?;
        for line in &self.header {
            match secret_field(line) {
                Some((name, value)) => target.add_secret_field(name, value)?,
                None => target.add_field(line)?,
            }
        }
        self.reach.apply_to(&mut target)?;
        keep(target.secrets());
        Ok((target, built_in))
    }

    async fn server_fuzz(&self, target: Target) -> Result<ServerFuzz, Trouble> {
        let (route, round_trip) = if self.command.is_empty() {
            let probe = Probe::of(&target, rand::random()).await?.testable()?;
            (probe.route, probe.round_trip)
        } else {
            (Route::to(&target).await?, Duration::ZERO)
        };
        let pace = FuzzPace { jobs: self.jobs, rate: self.rate, haste: self.campaign.timeout };
        let mut fuzz = pace.against(target, route, round_trip);
        fuzz.until = self.campaign.seconds;
        Ok(fuzz)
    }

    fn testee(&self) -> Result<Option<Testee>, Trouble> {
        if self.command.is_empty() {
            return Ok(None);
        }
        Ok(Some(Testee {
            command: self.command.clone(),
            output: log(self.log.as_deref())?,
            patience: self.command_timeout,
        }))
    }

    /// The URL for a shell, as others may read it.
    fn shown_url(&self) -> Option<String> {
        self.url.as_deref().map(|url| shell_argument(without_passwords(url)))
    }

    /// The command that plays the same cases.
    fn command_line(&self, seed: u64) -> String {
        self.again("wspec fuzz server", &format!("--seed {seed}"))
    }

    /// The command that plays the findings.
    fn replay(&self) -> String {
        let findings = shell_argument(self.campaign.findings.to_string_lossy());
        self.again("wspec server", &format!("--case-dir {findings}"))
    }

    /// A command about the same server, with this option.
    fn again(&self, command: &str, option: &str) -> String {
        let mut words = vec![command.to_owned()];
        words.extend(self.shown_url());
        words.push(option.to_owned());
        for line in &self.header {
            words.push(format!("--header {}", shell_argument(shown_field(line))));
        }
        words.extend(self.reach.repeated());
        if !self.command.is_empty() {
            words.push(format!("-- {}", shell_words(&self.command)));
        }
        words.join(" ")
    }
}
