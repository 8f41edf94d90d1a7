//! What comes of a run: files, what is printed, and the exit status.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Trouble,
    arguments::CaseArguments,
    gate::GateArguments,
    github::GitHub,
    output::{palette, print_format, print_in_colour, show, warn, width},
    run_facts::RunFacts,
};
use crate::{
    case::Chapter,
    coverage::rows,
    protocol::Role,
    report::{
        Bar, Format, Report, autobahn, file, html,
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
    /// Write the report in this format, too, into --report; without that, print it instead of the
    /// text for people. One of `json`, `html`, `junit`, `markdown`, `github`, `tap` and `autobahn`; may be
    /// repeated.
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Vec<Format>,
    /// Print nothing unless something fails.
    #[arg(long, short)]
    pub quiet: bool,
    /// Print each case by itself, and all that happened in each failed one.
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,
    /// Print in colour: `always`, `never`, or `auto`, which is on a terminal unless NO_COLOR is set.
    #[arg(long, value_enum, default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
    #[command(flatten)]
    gate: GateArguments,
}

impl OutcomeArguments {
    /// What cases have to reach. To be asked for before the run, so that mistakes are told first.
    ///
    /// # Errors
    /// A baseline that is none; formats that have no place to go.
    pub fn bar(&self) -> Result<Bar, Trouble> {
        if self.report.is_none() && self.format.len() > 1 {
            return Err(Trouble::Input(
                "only one --format can be printed; with --report DIR, all are written there"
                    .to_owned(),
            ));
        }
        self.gate.bar()
    }

    /// Refuses a baseline about cases that do not exist.
    ///
    /// # Errors
    /// Case files with mistakes; a line for no case.
    pub fn check_baseline(&self, bar: &Bar, cases: &CaseArguments) -> Result<(), Trouble> {
        cases.check_baseline(&bar.baseline, &self.gate.baseline_file())
    }

    /// Whether standard output is for a format alone.
    #[must_use]
    pub const fn prints_a_format(&self) -> bool {
        self.report.is_none() && !self.format.is_empty()
    }

    /// What an earlier run left, if that is to be gone on with.
    ///
    /// # Errors
    /// A journal that cannot be gone on with.
    pub fn earlier(&self, resume: bool, role: Role) -> Result<Option<Earlier>, Trouble> {
        match &self.report {
            Some(folder) if resume => {
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
                    warn(format_args!(
                        "an earlier run came to no end; its results are in {} \
                         (--resume would have gone on with them)",
                        moved.display()
                    ));
                }
                journal
            }),
        };
        journal.map(Some).map_err(|error| Trouble::Output(error.to_string()))
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
        file::begin(&path).and_then(ChildOutput::log).map_err(|source| Trouble::System {
            what: format!("cannot write `{}`", path.display()),
            source,
        })
    }

    /// Ends the log of a testee. Says what is missing in it, if anything is.
    #[must_use]
    pub fn end_log(&self, output: &ChildOutput, name: &str) -> Option<String> {
        let left_out = output.finish();
        let folder = self.report.as_deref().filter(|_| left_out > 0)?;
        let path = folder.join(name);
        Some(format!("{}: {left_out} octets were left out of its middle", path.display()))
    }

    /// Writes and prints the report. `chapters` are those that its cases are of.
    ///
    /// # Errors
    /// Files or standard output that cannot be written.
    pub fn show(&self, report: &Report, bar: &Bar, chapters: &[Chapter]) -> Result<(), Trouble> {
        if let Some(folder) = &self.report {
            write(folder, report, bar)?;
            for format in &self.format {
                let text = format.render(report, bar, rows);
                file::write(&folder.join(format.file_name()), &text)
                    .map_err(|error| Trouble::Output(error.to_string()))?;
            }
        }
        let baseline = self.gate.write_baseline(report, bar)?;
        let has_failures = bar.has_failures(report);
        match &self.format[..] {
            [format] if self.prints_a_format() => {
                print_format(*format, &format.render(report, bar, rows))?
            }
            _ if self.quiet && !has_failures => {}
            _ => show(print_in_colour(&self.text(report, bar, chapters, baseline))),
        }
        GitHub::of_environment().tell(report, bar, self.prints_a_format())
    }

    fn text(
        &self,
        report: &Report,
        bar: &Bar,
        chapters: &[Chapter],
        baseline: Option<String>,
    ) -> String {
        let view = View {
            bar,
            width: width(),
            palette: palette(self.color),
            verbose: self.verbose,
            chapters,
        };
        let mut text = String::new();
        terminal::print(&mut text, report, &view).expect("writing to a String never fails");
        let folder = self.report.as_ref();
        let folder = folder.map(|folder| format!("report: {}", folder.display()));
        for line in baseline.into_iter().chain(folder) {
            text += &line;
            text.push('\n');
        }
        text
    }
}

/// Writes the files that every report has.
///
/// # Errors
/// Files that cannot be written.
pub fn write(folder: &Path, report: &Report, bar: &Bar) -> Result<(), Trouble> {
    json::write(&folder.join("report.json"), report)
        .and_then(|()| html::write(&folder.join("report.html"), report, bar, &rows(report)))
        .and_then(|()| autobahn::write(folder, report, &autobahn::Suite::embedded()))
        .map_err(|error| Trouble::Output(error.to_string()))
}
