//! `wspec echo-client`: the built-in echo client.

use clap::Args;

use super::{
    Exit, Trouble,
    built_in::AGENT,
    defects::DefectArguments,
    output::{keep, say, warn},
    runtime::block_on,
    target::read_target,
    tls::ReachArguments,
};
use crate::{case::counted, foreign::printable, run::EchoClient};

/// The arguments of `wspec echo-client`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec echo-client ws://127.0.0.1:9001                     a correct client\n  \
    wspec echo-client ws://127.0.0.1:9001 --defect no-pong    one that does not answer a Ping\n\n\
    Exit status: 0 all cases were played, 2 usage, \
    3 the server could not be reached or went away.\nWhat the verdicts are, the server knows.")]
pub struct EchoClientArguments {
    /// A server that tests clients: `wspec client`, or Autobahn's fuzzing server.
    #[arg(default_value = "ws://127.0.0.1:9001")]
    url: String,
    /// What to be called in reports.
    #[arg(long, value_name = "NAME", default_value = AGENT)]
    agent: String,
    #[command(flatten)]
    defects: DefectArguments,
    #[command(flatten)]
    reach: ReachArguments,
}

/// Plays all cases.
///
/// # Errors
/// A URL of no use; a server that cannot be reached.
pub fn run(arguments: &EchoClientArguments) -> Result<Exit, Trouble> {
    let Some(conduct) = arguments.defects.conduct() else {
        return arguments.defects.list();
    };
    let mut url = read_target(&arguments.url)?;
    arguments.reach.apply_to(&mut url)?;
    keep(url.secrets());
    let client = EchoClient { url, agent: arguments.agent.clone(), conduct };
    let echoed = block_on(async { Ok(client.run().await?) })?;
    say(format_args!("played {} as {}", counted(echoed.cases, "case"), printable(&client.agent)));
    if echoed.given_up > 0 {
        warn(format_args!("{} of them had no connection, or did not end", echoed.given_up));
    }
    Ok(Exit::Success)
}
