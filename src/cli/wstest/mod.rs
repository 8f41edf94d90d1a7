//! `wspec wstest`: Autobahn's command line, spec files, output and reports. Called under the name
//! `wstest` the process is that.
//!
//! Compatibility goes first here: the exit status is 0 whatever the verdicts, unless `--gate` is
//! given.

mod arguments;
mod console;
mod echo;
mod fuzzing_client;
mod fuzzing_server;
mod gate;
mod spec_file;
mod tls;

pub use arguments::{Wstest, WstestArguments};

use super::{Exit, Trouble, interrupt::unless_interrupted, runtime::block_on};
use crate::{
    run::StopSwitch,
    wstest::{self, Mode},
};

/// Does what the mode says.
///
/// # Errors
/// Arguments or a spec file of no use; addresses that are not to be had; reports that cannot be
/// written.
pub fn run(arguments: &WstestArguments) -> Result<Exit, Trouble> {
    let Some(mode) = arguments.mode else {
        console::say(&wstest::console::versions());
        return Ok(Exit::Success);
    };
    for warning in arguments.warnings() {
        console::warn(&warning);
    }
    block_on(async {
        let (switch, stop) = StopSwitch::new();
        let played = match mode {
            Mode::FuzzingClient => {
                unless_interrupted(&switch, fuzzing_client::run(arguments, stop)).await
            }
            Mode::FuzzingServer => {
                unless_interrupted(&switch, fuzzing_server::run(arguments, stop)).await
            }
            Mode::EchoServer => Some(echo::serve(arguments).await),
            Mode::TesteeClient => Some(echo::play_all(arguments).await),
            Mode::EchoClient => Some(echo::play_one(arguments).await),
        };
        played.unwrap_or(Ok(Exit::Interrupted))
    })
}
