//! The `wspec` command.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

use std::process::ExitCode;

fn main() -> ExitCode {
    wspec::cli::main()
}
