//! What comes of a run: files, what is printed, and the exit status.

use std::{
    fmt::Write as _,
    fs::File,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Trouble,
    output::{palette, print, width},
    run_facts::RunFacts,
};
use crate::{
    case::Chapter,
    coverage::rows,
    protocol::Role,
    report::{
        Gate, Report, autobahn, html,
        journal::{Earlier, Journal},
        json,
        terminal::{self, ColorChoice, View},
    },
    run::ChildOutput,
};

/// The arguments that say what is to come of a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "What comes of it")]
pub struct OutcomeArguments {
    /// Write report.json, report.html, and what Autobahn writes (index.json, index.html, two files a
    /// case), into this directory.
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Go on with the results of a run that came to no end, as its journal in --report has them.
    #[arg(long, requires = "report")]
    pub resume: bool,
    /// Whose verdicts decide: `ours` follow the RFC, `autobahn` are what Autobahn would say.
    #[arg(long, value_enum, default_value = "ours", hide_possible_values = true)]
    pub verdicts: Gate,
    /// Print nothing unless something fails.
    #[arg(long, short)]
    pub quiet: bool,
    /// Print each case by itself, and all that happened in each failed one.
    #[arg(long, short, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Print in colour: `always`, `never`, or `auto`, which is on a terminal unless NO_COLOR is set.
    #[arg(long, value_enum, default_value = "auto", hide_possible_values = true)]
    pub color: ColorChoice,
}

impl OutcomeArguments {
    /// What an earlier run left, if that is to be gone on with.
    ///
    /// # Errors
    /// A journal that cannot be gone on with.
    pub fn earlier(&self, role: Role) -> Result<Option<Earlier>, Trouble> {
        match &self.report {
            Some(folder) if self.resume => {
                Journal::read(folder, role).map_err(|error| Trouble::Output(error.to_string()))
            }
            _ => Ok(None),
        }
    }

    /// The journal of this run: the earlier one's or a new one; none without a folder for it.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn journal(
        &self,
        facts: &RunFacts,
        earlier: Option<&Earlier>,
    ) -> Result<Option<Journal>, Trouble> {
        let Some(folder) = &self.report else {
            return Ok(None);
        };
        let journal = match earlier {
            Some(_) => Journal::go_on(folder),
            None => Journal::begin(folder, facts.journal_head()).map(|(journal, moved)| {
                if let Some(moved) = moved {
                    eprintln!(
                        "wspec: an earlier run came to no end; its results are in {} \
                         (--resume would have gone on with them)",
                        moved.display()
                    );
                }
                journal
            }),
        };
        journal
            .map(Some)
            .map_err(|error| Trouble::Output(error.to_string()))
    }

    /// Where the output of a testee goes that we start: to a file of this name beside the reports,
    /// else to standard error.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn testee_output(&self, name: &str) -> Result<ChildOutput, Trouble> {
        let Some(folder) = &self.report else {
            return Ok(ChildOutput::Stderr);
        };
        let path = folder.join(name);
        std::fs::create_dir_all(folder)
            .and_then(|()| File::create(&path))
            .map(ChildOutput::File)
            .map_err(|source| Trouble::System {
                what: format!("cannot write `{}`", path.display()),
                source,
            })
    }

    /// Whether any case of the report does not pass.
    #[must_use]
    pub fn has_failures(&self, report: &Report) -> bool {
        report.cases().any(|(_, case)| !self.verdicts.passes(case))
    }

    /// Writes and prints the report. `chapters` are those that its cases are of, and `repeat` is
    /// the command that plays them again.
    ///
    /// # Errors
    /// Files or standard output that cannot be written.
    pub fn show(&self, report: &Report, chapters: &[Chapter], repeat: &str) -> Result<(), Trouble> {
        if let Some(folder) = &self.report {
            write(folder, report)?;
        }
        if self.quiet && !self.has_failures(report) {
            return Ok(());
        }
        let view = View {
            gate: self.verdicts,
            width: width(),
            palette: palette(self.color),
            verbose: self.verbose,
            repeat,
            chapters,
        };
        let mut text = String::new();
        terminal::print(&mut text, report, &view).expect("writing to a String never fails");
        if let Some(folder) = &self.report {
            writeln!(text, "report: {}", folder.display())
                .expect("writing to a String never fails");
        }
        print(&text)
    }
}

/// Writes all files of a report.
///
/// # Errors
/// Files that cannot be written.
pub fn write(folder: &Path, report: &Report) -> Result<(), Trouble> {
    json::write(&folder.join("report.json"), report)
        .and_then(|()| html::write(&folder.join("report.html"), report, &rows(report)))
        .and_then(|()| autobahn::write(folder, report, &autobahn::Suite::embedded()))
        .map_err(|error| Trouble::Output(error.to_string()))
}
