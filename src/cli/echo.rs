//! `wspec echo`: the built-in echo server alone.

use std::net::SocketAddr;

use clap::Args;

use super::{Exit, Trouble, defects::DefectArguments, interrupt::asked_to_end, runtime::block_on};
use crate::run::{EchoServer, EchoStack};

/// The arguments of `wspec echo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec echo                                  a correct server on port 9002\n  \
    wspec echo --listen 127.0.0.1:0             on any free port\n  \
    wspec echo --defect no-pong                 one that does not answer a Ping\n  \
    wspec echo --defect list                    what else can be wrong")]
pub struct EchoArguments {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9002")]
    listen: SocketAddr,
    #[command(flatten)]
    defects: DefectArguments,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// The address is not to be had.
pub fn run(arguments: &EchoArguments) -> Result<Exit, Trouble> {
    let Some(conduct) = arguments.defects.conduct() else {
        return arguments.defects.list();
    };
    let system = |what: String| move |source| Trouble::System { what, source };
    block_on(async {
        let server = EchoServer::start(arguments.listen, EchoStack::own(conduct))
            .await
            .map_err(system(format!("cannot listen on {}", arguments.listen)))?;
        println!("echoing on ws://{}/", server.address());
        asked_to_end()
            .await
            .map_err(system("cannot wait for Ctrl-C".to_owned()))?;
        Ok(Exit::Success)
    })
}
