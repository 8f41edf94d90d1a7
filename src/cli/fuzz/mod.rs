//! `wspec fuzz`: inputs that nobody thought of.

mod parser;

use clap::Subcommand;

use super::{Exit, Trouble};

/// The commands of `wspec fuzz`.
#[derive(Debug, Subcommand)]
pub enum FuzzCommand {
    /// Fuzz a parser of frames that a command of yours wraps, in any language.
    Parser(Box<parser::ParserArguments>),
}

/// Does what the command says.
///
/// # Errors
/// Those of the command.
pub fn run(command: &FuzzCommand) -> Result<Exit, Trouble> {
    match command {
        FuzzCommand::Parser(arguments) => parser::run(arguments),
    }
}
