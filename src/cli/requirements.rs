//! `wspec requirements`: what the RFCs demand, and which cases and rules exercise it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    Exit, Trouble,
    output::{palette, print_in_colour, print_json, width},
};
use crate::{
    case::embedded_cases,
    coverage::{Fare, Filter, Line, Matrix, json, summary, table, whole},
    protocol::Role,
    report::{self, terminal::ColorChoice},
    requirement::{Binds, Catalogue, Level},
};

/// The arguments of `wspec requirements`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec requirements --section 5.4 --level must    what the RFC demands of fragments\n  \
    wspec requirements rfc6455-5.4-15                one of them, and what exercises it\n  \
    wspec requirements --summary                     how much is exercised\n  \
    wspec requirements --report out                  how the testees of a run fared")]
pub struct RequirementsArguments {
    /// Only requirements whose name matches; `*` stands for anything: `rfc7692-*`. One exact name
    /// explains that requirement.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Only those of this level: `must`, `must-not`, `should`, `should-not`, `may`; may be given
    /// several times.
    #[arg(long, value_enum, hide_possible_values = true, ignore_case = true)]
    level: Vec<Level>,
    /// Only those that bind these: `client`, `server`, `both`, `sender`, `receiver`,
    /// `intermediary`; may be given several times.
    #[arg(long, value_enum, hide_possible_values = true, ignore_case = true)]
    binds: Vec<Binds>,
    /// Only those of this section and the sections in it: `5.1`, or `rfc7692-7.1` where the RFC
    /// matters; may be given several times.
    #[arg(long)]
    section: Vec<String>,
    /// Only those whose violation can be seen on this kind of testee: `server` or `client`.
    #[arg(long, value_enum, hide_possible_values = true, ignore_case = true)]
    testee: Option<Role>,
    /// Only those that could be seen on some kind of testee where no case or rule exercises them.
    #[arg(long)]
    unexercised: bool,
    /// Say how much of each RFC is exercised, and what is not.
    #[arg(long, conflicts_with_all = ["ids", "level", "binds", "section", "testee", "unexercised", "report"])]
    summary: bool,
    /// Say how the testees of this report.json, or of the one in this folder, fared.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// `text` is for people, `json` for programs.
    #[arg(long, value_enum, default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Print in colour: `always`, `never`, or `auto`, which is on a terminal unless NO_COLOR is set.
    #[arg(long, value_enum, default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
}

/// Who the output is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// People.
    Text,
    /// Programs.
    Json,
}

/// Does what the arguments say.
///
/// # Errors
/// Names and sections of no requirement; a report that cannot be read.
pub fn run(arguments: &RequirementsArguments) -> Result<Exit, Trouble> {
    let catalogue = Catalogue::embedded();
    let matrix = Matrix::new(catalogue, &embedded_cases().cases);
    if arguments.summary {
        match arguments.format {
            Format::Text => {
                print_in_colour(&summary::summary(&matrix, width(), &palette(arguments.color)))?;
            }
            Format::Json => print_json(&summary::json(&matrix))?,
        }
        return Ok(Exit::Success);
    }
    let lines = arguments.filter().choose(&matrix).map_err(Trouble::input)?;
    let report = match &arguments.report {
        Some(path) => Some(report::json::read(path).map_err(Trouble::input)?),
        None => None,
    };
    let fare = report.as_ref().map(|report| Fare::new(catalogue, report));
    let view =
        table::View { fare: fare.as_ref(), width: width(), palette: palette(arguments.color) };
    if arguments.format == Format::Json {
        print_json(&json::json(&lines, fare.as_ref()))?;
        return Ok(Exit::Success);
    }
    print_in_colour(&match &lines[..] {
        [line] if arguments.names(line) => whole::whole(line, &matrix, &view),
        [] => "no requirement is like that\n".to_owned(),
        lines => table::table(lines, &view),
    })?;
    Ok(Exit::Success)
}

impl RequirementsArguments {
    fn filter(&self) -> Filter {
        Filter {
            patterns: self.ids.clone(),
            levels: self.level.clone(),
            binds: self.binds.clone(),
            sections: self.section.clone(),
            testee: self.testee,
            unexercised: self.unexercised,
        }
    }

    /// Whether they have the exact name of this requirement.
    fn names(&self, line: &Line) -> bool {
        let is_its_name = |id: &String| id.eq_ignore_ascii_case(&line.requirement.id.0);
        self.ids.iter().any(is_its_name)
    }
}
