//! `wspec merge`: joins the reports of shards into one.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Trouble, outcome::OutcomeArguments};
use crate::{
    case::embedded_cases,
    report::{json, merge},
};

/// The arguments of `wspec merge`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    wspec merge shard-1 shard-2 shard-3 shard-4 --report out\n  \
    wspec merge shard-*/report.json --baseline known.toml --format junit > junit.xml\n\n\
    It prints, writes and exits as the whole run would have. Shards of which one is missing are refused.")]
pub struct MergeArguments {
    /// The report.json of each shard, or the folder that it is in.
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    #[command(flatten)]
    outcome: OutcomeArguments,
}

/// Joins the reports, and shows what came of the whole run.
///
/// # Errors
/// Files that are no reports; reports that do not belong together.
pub fn run(arguments: &MergeArguments) -> Result<Exit, Trouble> {
    let bar = arguments.outcome.bar()?;
    let _lock = arguments.outcome.lock()?;
    let read = |path: &PathBuf| json::read(path).map_err(Trouble::input);
    let reports = arguments.reports.iter().map(read);
    let report = merge(reports.collect::<Result<_, _>>()?).map_err(Trouble::input)?;
    let chapters = &embedded_cases().chapters;
    arguments.outcome.show(&report, &bar, chapters)?;
    Ok(match (report.interrupted, bar.has_failures(&report)) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Failures,
        (false, false) => Exit::Success,
    })
}
