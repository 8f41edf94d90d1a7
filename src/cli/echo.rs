//! `wspec echo`: the built-in echo server alone.

use std::time::Duration;

use clap::Args;

use super::{
    Exit, Trouble, defects::DefectArguments, interrupt::asked_to_end, output::say,
    runtime::block_on, tls::ListenTlsArguments,
};
use crate::run::{EchoServer, EchoStack, Listener, Place};

/// How often a live server says something.
const TALKS_EVERY: Duration = Duration::from_millis(100);

/// The arguments of `wspec echo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec echo                                  a correct server on port 9002\n  \
    wspec echo --listen 127.0.0.1:0             on any free port\n  \
    wspec echo --listen unix:/tmp/echo.sock     on a Unix socket\n  \
    wspec echo --tls --write-ca ca.pem          with TLS and a certificate for this run\n  \
    wspec echo --live                           one that talks by itself, for --profile live\n  \
    wspec echo --defect no-pong                 one that does not answer a Ping\n  \
    wspec echo --defect list                    what else can be wrong")]
pub struct EchoArguments {
    /// Where to listen: an address and a port, of which 0 takes any free one, or unix:/path.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9002")]
    listen: Place,
    /// Do not echo: take messages in, and say something every tenth of a second, as servers in use
    /// do. `wspec server URL --profile live` tests it.
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    defects: DefectArguments,
    #[command(flatten)]
    tls: ListenTlsArguments,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// The address is not to be had.
pub fn run(arguments: &EchoArguments) -> Result<Exit, Trouble> {
    let Some(conduct) = arguments.defects.conduct() else {
        return arguments.defects.list();
    };
    let (does, conduct) = match arguments.live {
        false => ("echoing", conduct),
        true => ("talking", conduct.talking(TALKS_EVERY)),
    };
    let system = |what: String| move |source| Trouble::System { what, source };
    let address = match &arguments.listen {
        Place::Address(address) => Some(address.ip()),
        Place::Path(_) => None,
    };
    let tls = arguments.tls.for_listener(address)?;
    if address.is_none() && tls.is_some() {
        return Err(Trouble::Input(
            "there is no URL for TLS on a Unix socket; leave one of both out".to_owned(),
        ));
    }
    block_on(async {
        let listener = Listener::bind(&arguments.listen, tls)
            .await
            .map_err(system(format!("cannot listen on {}", arguments.listen)))?;
        let server = EchoServer::on(listener, EchoStack::own(conduct));
        let asked_to_end = asked_to_end();
        say(format_args!("{does} on {}", server.url()));
        asked_to_end.await.map_err(system("cannot wait for Ctrl-C".to_owned()))?;
        Ok(Exit::Success)
    })
}
