//! `wspec cases`: lists, explains and checks cases.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tabled::{builder::Builder, settings::Style};

use super::{
    Exit, Trouble,
    arguments::CaseArguments,
    output::{print, print_exactly, warn},
};
use crate::{
    case::{
        CaseId, CaseIdError, embedded_cases, explain, known_requirements, read_case_dir, schema,
    },
    foreign::{printable, shell_argument},
};

/// The arguments of `wspec cases`. Without a command it lists.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:\n  \
    wspec cases --cases '7.*' --profile full    what there is in chapter 7\n  \
    wspec cases show 7.1.5                      what a case does, frame by frame\n  \
    wspec cases check my-cases                  mistakes in case files of yours")]
pub struct CasesArguments {
    #[command(subcommand)]
    command: Option<CasesCommand>,
    #[command(flatten)]
    list: CaseArguments,
}

/// The commands of `wspec cases`.
#[derive(Debug, Subcommand)]
enum CasesCommand {
    /// List cases: id, chapter, the only kind of testee if there is one, what it needs, title (what `wspec cases` alone does).
    #[command(after_help = "Examples:\n  \
        wspec cases list --cases '6.*' 7.1.5\n  \
        wspec cases list --profile live             what is played on a server in use")]
    List(CaseArguments),
    /// Explain a case in words and frames.
    #[command(after_help = "Examples:\n  \
        wspec cases show 7.1.5\n  \
        wspec cases show greeting.1 --case-dir my-cases")]
    Show {
        /// The case's id, such as 7.1.5.
        #[arg(value_parser = case_id)]
        id: CaseId,
        /// Look for it in this directory's .toml files.
        #[arg(long, value_name = "DIR")]
        case_dir: Option<PathBuf>,
    },
    /// Check the case files of a directory.
    #[command(after_help = "Examples:\n  \
        wspec cases check my-cases                  mistakes, with line and column")]
    Check {
        /// The directory.
        directory: PathBuf,
    },
    /// Print the JSON Schema of case files, for editors.
    #[command(after_help = "Examples:\n  \
        wspec cases schema > cases.schema.json      then `#:schema cases.schema.json` in the first line")]
    Schema,
}

/// Does what the command says.
///
/// # Errors
/// Case files with mistakes; ids and patterns of no case.
pub fn run(arguments: &CasesArguments) -> Result<Exit, Trouble> {
    match &arguments.command {
        None => list(&arguments.list)?,
        Some(CasesCommand::List(arguments)) => list(arguments)?,
        Some(CasesCommand::Show { id, case_dir }) => show(id, case_dir.as_ref())?,
        Some(CasesCommand::Check { directory }) => {
            let set = read_case_dir(directory, known_requirements()).map_err(Trouble::input)?;
            match set.cases.len() {
                1 => print("1 case is well-formed\n")?,
                count => print(&format!("{count} cases are well-formed\n"))?,
            }
        }
        Some(CasesCommand::Schema) => print_exactly(&format!("{:#}\n", schema()))?,
    }
    Ok(Exit::Success)
}

/// Reads the id of one case.
fn case_id(text: &str) -> Result<CaseId, String> {
    text.parse().map_err(|error: CaseIdError| match text.contains(['*', '?', '[']) {
        true => format!(
            "only one case can be shown; `wspec cases list --cases {} --profile full` lists those \
             that match",
            shell_argument(text)
        ),
        false => error.to_string(),
    })
}

fn list(arguments: &CaseArguments) -> Result<(), Trouble> {
    let cases = arguments.select(None)?;
    let mut table = Builder::default();
    table.push_record(["id", "chapter", "testee", "needs", "title"]);
    for case in &cases {
        let testee = case.testee.map_or(String::new(), |only| only.to_string());
        let needs = case.needs.iter().map(|need| need.name());
        let needs = needs.collect::<Vec<_>>().join(", ");
        table.push_record([
            case.id.as_str(),
            &printable(&case.chapter),
            &testee,
            &needs,
            &printable(&case.title),
        ]);
    }
    if let Some(left_out) = arguments.left_out(None)? {
        let count = cases.len();
        let all = count + left_out.total() as usize;
        warn(format_args!("{count} of {all} cases; {left_out}"));
    }
    let table = table.build().with(Style::blank()).to_string();
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    print(&(lines.join("\n") + "\n"))
}

fn show(id: &CaseId, directory: Option<&PathBuf>) -> Result<(), Trouble> {
    let from_directory;
    let set = match directory {
        None => embedded_cases(),
        Some(directory) => {
            from_directory =
                read_case_dir(directory, known_requirements()).map_err(Trouble::input)?;
            &from_directory
        }
    };
    let case = set.get(id).ok_or_else(|| {
        Trouble::Input(format!("there is no case `{id}`; `wspec cases list` names all"))
    })?;
    print(&explain(case))
}
