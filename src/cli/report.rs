//! `wspec report`: what reports look like, in all formats.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{
    Exit, Trouble,
    gate::GateArguments,
    long_text::print_report,
    output::{note, palette, print_exactly, print_in_colour, width},
};
use crate::{
    case::embedded_cases,
    report::{
        Format, json,
        terminal::{self, ColorChoice, View},
    },
};

/// The commands of `wspec report`.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Print a stored report, for people or in another format.
    #[command(after_help = "Examples:\n  \
        wspec report render out                     what the run printed\n  \
        wspec report render out --verbose           with each case by itself\n  \
        wspec report render out --format junit > junit.xml\n  \
        wspec report render out --format markdown >> \"$GITHUB_STEP_SUMMARY\"")]
    Render(RenderArguments),
    /// Print the JSON Schema of report.json.
    #[command(after_help = "Examples:\n  \
        wspec report schema > report.schema.json")]
    Schema,
}

/// The arguments of `wspec report render`.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// The report.json, or the folder that it is in.
    report: PathBuf,
    /// The format: `json`, `html`, `junit`, `markdown`, `github`, `tap` or `autobahn` (its index.json).
    /// Without it, text for people.
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// Print each case by itself, and all that happened in each failed one.
    #[arg(long, short, conflicts_with = "format")]
    verbose: bool,
    /// Print in colour: `always`, `never`, or `auto`, which is on a terminal unless NO_COLOR is set.
    #[arg(long, value_enum, default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
    #[command(flatten)]
    gate: GateArguments,
}

/// Does what the command says.
///
/// # Errors
/// Files of no use; standard output cannot be written to.
pub fn run(command: &ReportCommand) -> Result<Exit, Trouble> {
    match command {
        ReportCommand::Render(arguments) => render(arguments)?,
        ReportCommand::Schema => print_exactly(&json::schema())?,
    }
    Ok(Exit::Success)
}

fn render(arguments: &RenderArguments) -> Result<(), Trouble> {
    let bar = arguments.gate.bar()?;
    let report = json::read(&arguments.report).map_err(Trouble::input)?;
    let baseline = arguments.gate.write_baseline(&report, &bar)?;
    if let Some(line) = baseline {
        note(line);
    }
    if let Some(format) = arguments.format {
        return print_report(format, &report, &bar);
    }
    let view = View {
        bar: &bar,
        width: width(),
        palette: palette(arguments.color),
        verbose: arguments.verbose,
        chapters: &embedded_cases().chapters,
    };
    let mut text = String::new();
    terminal::print(&mut text, &report, &view).expect("writing to a String never fails");
    print_in_colour(&text)
}
