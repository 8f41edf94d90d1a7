//! `wspec echo`: the built-in echo server alone.

use std::net::SocketAddr;

use clap::Args;

use super::{Exit, Trouble, runtime::block_on};
use crate::testee::EchoServer;

/// The arguments of `wspec echo`.
#[derive(Debug, Args)]
pub struct EchoArguments {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9002")]
    listen: SocketAddr,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// The address is not to be had.
pub fn run(arguments: &EchoArguments) -> Result<Exit, Trouble> {
    let system = |what: String| move |source| Trouble::System { what, source };
    block_on(async {
        let server = EchoServer::start(arguments.listen)
            .await
            .map_err(system(format!("cannot listen on {}", arguments.listen)))?;
        println!("echoing on ws://{}/", server.address());
        tokio::signal::ctrl_c()
            .await
            .map_err(system("cannot wait for Ctrl-C".to_owned()))?;
        Ok(Exit::Success)
    })
}
