//! The command line: one file a subcommand. Arguments are read here, a room does the work, and
//! its result becomes an exit status.

mod arguments;
mod built_in;
mod cases;
mod client;
mod client_attempt;
mod compare;
mod corpus;
mod defects;
mod dry_run;
mod echo;
mod echo_client;
mod exit;
mod fuzz;
mod gate;
mod github;
mod guard;
mod interrupt;
mod listener;
mod live;
mod long_text;
mod manual;
mod merge;
mod outcome;
mod output;
mod report;
mod report_writer;
mod requirements;
mod run_facts;
mod runtime;
mod server;
mod server_attempt;
mod target;
mod tls;
mod usage;
mod wstest;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};

pub use exit::{Exit, Trouble};

use crate::{
    foreign::{shell_argument, without_passwords},
    run::{GUARD_COMMAND, guard_testees_with},
};

/// Tests WebSocket servers and clients for conformance with RFC 6455 and its extensions.
#[derive(Debug, Parser)]
#[command(name = "wspec", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Examples:\n  \
    wspec server                                the built-in echo server\n  \
    wspec client --demo                         the built-in client\n  \
    wspec server ws://127.0.0.1:9001/           a server of yours\n  \
    wspec server ws://127.0.0.1:9001/ --baseline known.toml --report out -- ./my-server\n  \
    wspec cases show 7.1.5                      what a case does, and why\n\n\
    Exit status: 0 nothing failed, 1 something failed, 2 usage or bad input, 3 the target could not \
    be reached or went away, or no client came, 130 interrupted.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Test a server.
    Server(Box<server::ServerArguments>),
    /// Test clients.
    Client(Box<client::ClientArguments>),
    /// Run the built-in echo server, to test a client or wspec itself.
    Echo(echo::EchoArguments),
    /// Run the built-in echo client, to test a server that tests clients.
    EchoClient(echo_client::EchoClientArguments),
    /// Fuzz: generated cases, a model of the protocol that judges them, and the smallest case for
    /// each finding.
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            wspec fuzz server ws://127.0.0.1:9001/ --seconds 60\n  \
            wspec fuzz client --seconds 60 -- node client.js '{url}'\n  \
            wspec fuzz diff ws://127.0.0.1:9001/ ws://127.0.0.1:9002/\n  \
            wspec fuzz parser -- python3 examples/parser.py"
    )]
    Fuzz(fuzz::FuzzCommand),
    /// Be wstest, the command of Autobahn|Testsuite, with its spec files and reports.
    Wstest(wstest::WstestArguments),
    /// List, explain and check cases.
    Cases(Box<cases::CasesArguments>),
    /// List what the RFCs demand, and which cases and rules exercise it.
    Requirements(Box<requirements::RequirementsArguments>),
    /// Write seeds and a dictionary for fuzzers of parsers.
    Corpus(corpus::CorpusArguments),
    /// Print a stored report, in any format.
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            wspec report render out                     what the run printed\n  \
            wspec report render out --format junit      in another format"
    )]
    Report(report::ReportCommand),
    /// Join the reports of shards into one.
    Merge(Box<merge::MergeArguments>),
    /// Print what changed between two reports.
    Compare(compare::CompareArguments),
    /// Print a script that completes commands in a shell.
    Completions(manual::CompletionsArguments),
    /// Print the manual page, or write those of all commands.
    Man(manual::ManArguments),
    /// End a testee should wspec be killed.
    #[command(name = GUARD_COMMAND, hide = true)]
    GuardTestee(guard::GuardArguments),
}

/// Runs the command that the process's arguments ask for.
#[must_use]
pub fn main() -> ExitCode {
    output::tell_of_panics();
    let exit = match command() {
        Ok(command) => run(command),
        Err(instead) => usage::show_instead(&instead),
    };
    output::finish();
    exit.into()
}

/// The command that is asked for; else what is to be printed instead.
fn command() -> Result<Command, clap::Error> {
    if is_called("wstest") {
        wstest::Wstest::try_parse().map(|wstest| Command::Wstest(wstest.arguments))
    } else {
        Cli::try_parse().map(|cli| cli.command).map_err(explained)
    }
}

/// What is wrong with the arguments; who names a target in the place of a subcommand is told which
/// one that takes.
fn explained(error: clap::Error) -> clap::Error {
    let url = std::env::args().skip(1).find(|argument| target::is_url(argument));
    match url {
        Some(url) if error.kind() == ErrorKind::InvalidSubcommand => {
            let text = format!(
                "a subcommand comes first; to test a server: wspec server {}",
                shell_argument(without_passwords(&url))
            );
            Cli::command().error(ErrorKind::InvalidSubcommand, text)
        }
        _ => error,
    }
}

fn run(command: Command) -> Exit {
    if let Ok(program) = std::env::current_exe() {
        guard_testees_with(program);
    }
    let result = match command {
        Command::Server(arguments) => server::run(&arguments),
        Command::Client(arguments) => client::run(&arguments),
        Command::Echo(arguments) => echo::run(&arguments),
        Command::EchoClient(arguments) => echo_client::run(&arguments),
        Command::Wstest(arguments) => wstest::run(&arguments),
        Command::Cases(arguments) => cases::run(&arguments),
        Command::Requirements(arguments) => requirements::run(&arguments),
        Command::Fuzz(command) => fuzz::run(&command),
        Command::Corpus(arguments) => corpus::run(&arguments),
        Command::Report(command) => report::run(&command),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Completions(arguments) => manual::completions(Cli::command(), &arguments),
        Command::Man(arguments) => manual::man(Cli::command(), &arguments),
        Command::GuardTestee(arguments) => Ok(guard::run(&arguments)),
    };
    match result {
        Ok(exit) => exit,
        Err(trouble) => {
            output::warn(&trouble);
            trouble.exit()
        }
    }
}

/// Whether the process was started under this name.
fn is_called(name: &str) -> bool {
    let called = std::env::args_os().next().unwrap_or_default();
    std::path::Path::new(&called).file_stem().is_some_and(|stem| stem == name)
}
