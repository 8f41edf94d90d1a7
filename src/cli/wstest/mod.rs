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

pub use arguments::{Wstest, WstestArguments};

use super::{Exit, Trouble, runtime::block_on};
use crate::wstest::{self, Mode};

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
    match mode {
        Mode::FuzzingClient => block_on(fuzzing_client::run(arguments)),
        Mode::FuzzingServer => block_on(fuzzing_server::run(arguments)),
        Mode::EchoServer => block_on(echo::serve(arguments)),
        Mode::TesteeClient => block_on(echo::play_all(arguments)),
        Mode::EchoClient => block_on(echo::play_one(arguments)),
    }
}
