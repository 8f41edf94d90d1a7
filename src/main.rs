//! The `wspec` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wspec::cli::main()
}
