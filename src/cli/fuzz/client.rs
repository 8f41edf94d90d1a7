//! `wspec fuzz client`: a campaign against a client.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;

use super::{
    arguments::{CampaignArguments, log},
    watcher::Watcher,
};
use crate::{
    cli::{Exit, Trouble, interrupt::unless_interrupted, runtime::block_on},
    protocol::Role,
    report::escape::{shell_argument, shell_words},
    run::{ClientFuzz, Stop, StopSwitch, Testee},
};

/// What is waited for a reaction before it is looked at closely.
const HASTE: Duration = Duration::from_millis(500);

/// The arguments of `wspec fuzz client`.
#[derive(Debug, Args)]
#[command(
    after_help = "The client asks for /getCaseCount, then for /runCase?case=1&agent=NAME and so on, as with `wspec\n\
    client`. Exit status: 0 no findings, 1 findings, 2 usage, 3 the client asked for no case,\n\
    130 interrupted before the end that was asked for.\n\n\
    Examples:\n  \
    wspec fuzz client --seconds 10                       the built-in echo client\n  \
    wspec fuzz client --seconds 60 -- node client.js {url}"
)]
pub struct ClientFuzzArguments {
    /// Start the client with this command, and start it again when it has ended. `{url}` in it
    /// stands for the URL, and so does the variable WSPEC_URL. Without it the built-in client is
    /// fuzzed.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
    /// Where the client's output goes (by default to standard error).
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[command(flatten)]
    campaign: CampaignArguments,
}

/// Fuzzes the client, and says what was found.
///
/// # Errors
/// Arguments of no use; a client that does not start; files that cannot be written.
pub fn run(arguments: &ClientFuzzArguments) -> Result<Exit, Trouble> {
    block_on(async {
        let (switch, stop) = StopSwitch::new();
        unless_interrupted(&switch, fuzz(arguments, stop)).await.unwrap_or(Ok(Exit::Interrupted))
    })
}

async fn fuzz(arguments: &ClientFuzzArguments, stop: Stop) -> Result<Exit, Trouble> {
    let _lock = arguments.campaign.lock()?;
    let mut campaign = arguments.campaign.campaign(Role::Client, false)?;
    let seed = campaign.plan().seed;
    let command = match &arguments.command[..] {
        [] => String::new(),
        command => format!(" -- {}", shell_words(command)),
    };
    let fuzz = ClientFuzz {
        listen: arguments.listen,
        testee: arguments.testee()?,
        until: arguments.campaign.seconds,
        haste: arguments.campaign.timeout.unwrap_or(HASTE),
    };
    let mut watcher =
        Watcher::new(&arguments.campaign, format!("wspec fuzz client --seed {seed}{command}"));
    let played = fuzz
        .play(&mut campaign, stop.clone(), &mut |campaign| {
            watcher.look(campaign);
        })
        .await;
    let findings = shell_argument(arguments.campaign.findings.to_string_lossy());
    // (The built-in client is a matter of --demo there.)
    let demo = if command.is_empty() { " --demo" } else { "" };
    let replay = format!("wspec client{demo} --case-dir {findings}{command}");
    watcher.conclude(&campaign, played, &stop, &replay)
}

impl ClientFuzzArguments {
    fn testee(&self) -> Result<Testee, Trouble> {
        let command = if self.command.is_empty() { built_in()? } else { self.command.clone() };
        Ok(Testee { command, output: log(self.log.as_deref())?, patience: Duration::ZERO })
    }
}

/// The built-in client, as a process of its own.
fn built_in() -> Result<Vec<String>, Trouble> {
    let own = std::env::current_exe().map_err(|source| Trouble::System {
        what: "cannot find the built-in client".to_owned(),
        source,
    })?;
    let own = own.to_string_lossy().into_owned();
    Ok(vec![own, "echo-client".to_owned(), "{url}".to_owned()])
}
