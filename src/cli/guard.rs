//! `wspec guard-testee`: what wspec starts beside a testee, to end it should wspec be killed.

use clap::Args;

use super::Exit;
use crate::run::guard_testee;

/// The arguments of `wspec guard-testee`.
#[derive(Debug, Args)]
pub struct GuardArguments {
    /// The variable that marks the testee and all that it starts.
    mark: String,
}

/// Waits for the end of standard input and ends the testee.
pub fn run(arguments: &GuardArguments) -> Exit {
    guard_testee(&arguments.mark);
    Exit::Success
}
