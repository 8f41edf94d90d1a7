//! `wspec compare`: what changed from one report to another.

use std::path::PathBuf;

use clap::Args;

use super::{
    Exit, Trouble,
    gate::BarArguments,
    output::{palette, print_in_colour, width},
};
use crate::report::{
    Change, compare, json,
    terminal::{self, ColorChoice},
};

/// The arguments of `wspec compare`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec compare yesterday today\n  \
    wspec compare main/report.json branch/report.json --fail-on non-strict\n\n\
    Exit status: 1 if a case is broken that was not, else 0. New cases break nothing.")]
pub struct CompareArguments {
    /// The older report.json, or the folder that it is in.
    old: PathBuf,
    /// The newer one.
    new: PathBuf,
    #[command(flatten)]
    bar: BarArguments,
    /// Print in colour: `always`, `never`, or `auto`, which is on a terminal unless NO_COLOR is set.
    #[arg(long, value_enum, default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
}

/// Prints what changed.
///
/// # Errors
/// Files that are no reports; reports of different kinds of testees.
pub fn run(arguments: &CompareArguments) -> Result<Exit, Trouble> {
    let read = |path: &PathBuf| json::read(path).map_err(Trouble::input);
    let (old, new) = (read(&arguments.old)?, read(&arguments.new)?);
    if old.role != new.role {
        return Err(Trouble::Input(format!(
            "`{}` is of {}s and `{}` of {}s; compare reports of one kind of testee",
            arguments.old.display(),
            old.role.peer(),
            arguments.new.display(),
            new.role.peer()
        )));
    }
    let bar = arguments.bar.without_baseline();
    let comparisons = compare(&old, &new, &bar);
    print_in_colour(&terminal::comparison(&comparisons, &bar, width(), &palette(arguments.color)))?;
    let mut differences = comparisons.iter().flat_map(|agent| &agent.differences);
    Ok(match differences.any(|difference| difference.change == Change::Broken) {
        true => Exit::Failures,
        false => Exit::Success,
    })
}
