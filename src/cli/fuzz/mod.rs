//! `wspec fuzz`: inputs that nobody thought of.

mod arguments;
mod client;
mod diff;
mod difference;
mod keep;
mod pace;
mod parser;
mod server;
mod status;
mod summary;
mod watcher;

use clap::Subcommand;

use super::{Exit, Trouble};

/// The commands of `wspec fuzz`.
#[derive(Debug, Subcommand)]
pub enum FuzzCommand {
    /// Fuzz a server with conversations, and judge it by a model of the protocol.
    Server(Box<server::ServerFuzzArguments>),
    /// Fuzz a client likewise: it asks for cases, as with `wspec client`.
    Client(Box<client::ClientFuzzArguments>),
    /// Play the same generated cases against two servers, and say where they differ.
    Diff(Box<diff::DiffArguments>),
    /// Fuzz a parser of frames that a command of yours wraps, in any language.
    Parser(Box<parser::ParserArguments>),
}

/// Does what the command says.
///
/// # Errors
/// Those of the command.
pub fn run(command: &FuzzCommand) -> Result<Exit, Trouble> {
    match command {
        FuzzCommand::Server(arguments) => server::run(arguments),
        FuzzCommand::Client(arguments) => client::run(arguments),
        FuzzCommand::Diff(arguments) => diff::run(arguments),
        FuzzCommand::Parser(arguments) => parser::run(arguments),
    }
}
