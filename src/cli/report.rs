//! `wspec report`: what reports look like.

use clap::Subcommand;

use super::{Exit, Trouble, output::print};
use crate::report::json;

/// The commands of `wspec report`.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Print the JSON Schema of report.json.
    Schema,
}

/// Does what the command says.
///
/// # Errors
/// Standard output cannot be written to.
pub fn run(command: &ReportCommand) -> Result<Exit, Trouble> {
    match command {
        ReportCommand::Schema => print(&json::schema())?,
    }
    Ok(Exit::Success)
}
