//! What comes of a run: files, what is printed, and the exit status.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Trouble,
    arguments::CaseArguments,
    gate::GateArguments,
    github::GitHub,
    long_text::print_report,
    output::{palette, print_in_colour, show, warn, width},
    run_facts::RunFacts,
};
use crate::{
    case::Chapter,
    coverage::rows,
    protocol::Role,
    report::{
        Agents, Bar, Format, Report, autobahn, file, html,
        journal::{Asked, Earlier, Journal},
        json,
        lock::FolderLock,
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

    /// Keeps other runs out of the folder of the reports, if there is one.
    ///
    /// # Errors
    /// Another run writes there, or it is not a folder.
    pub fn lock(&self) -> Result<Option<FolderLock>, Trouble> {
        self.report.as_deref().map(lock).transpose()
    }

    /// What an earlier run left, if that is to be gone on with and was asked for the same.
    ///
    /// # Errors
    /// A journal that cannot be gone on with.
    pub fn earlier(
        &self,
        resume: bool,
        role: Role,
        asked: &Asked,
    ) -> Result<Option<Earlier>, Trouble> {
        match &self.report {
            Some(folder) if resume => Journal::read(folder, role, asked)
                .map_err(|error| Trouble::Output(error.to_string())),
            _ => Ok(None),
        }
    }

    /// Where the results of this run go: into the journal of the earlier run, or a new one, which
    /// has no name without a folder for it.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn agents(&self, facts: &RunFacts, earlier: Option<Earlier>) -> Result<Agents, Trouble> {
        let agents = match (&self.report, earlier) {
            (None, _) => return Ok(unreported()),
            (Some(folder), Some(earlier)) => {
                Journal::go_on(folder).and_then(|journal| Agents::resumed(journal, earlier))
            }
            (Some(folder), None) => {
                Journal::begin(folder, facts.journal_head()).and_then(|(journal, moved)| {
                    if let Some(moved) = moved {
                        warn(format_args!(
                            "an earlier run did not finish; its results are in {} \
                             (--resume would have continued it)",
                            moved.display()
                        ));
                    }
                    Agents::journalled(journal)
                })
            }
        };
        agents.map_err(|error| Trouble::Output(error.to_string()))
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

    /// Writes and prints the report. `chapters` are those that its cases are of. What cannot be
    /// written keeps nothing from being printed.
    ///
    /// # Errors
    /// Files or standard output that cannot be written.
    pub fn show(&self, report: &Report, bar: &Bar, chapters: &[Chapter]) -> Result<(), Trouble> {
        let written = self.write(report, bar);
        let (baseline, baseline_written) = match self.gate.write_baseline(report, bar) {
            Ok(line) => (line, Ok(())),
            Err(trouble) => (None, Err(trouble)),
        };
        let folder = self.report.as_deref().filter(|_| written.is_ok());
        let has_failures = bar.has_failures(report);
        match &self.format[..] {
            [format] if self.prints_a_format() => print_report(*format, report, bar)?,
            _ if self.quiet && !has_failures => {}
            _ => show(print_in_colour(&self.text(report, bar, chapters, (baseline, folder)))),
        }
        let told = GitHub::of_environment().tell(report, bar, self.prints_a_format());
        written.and(baseline_written).and(told)
    }

    /// Writes all files that are wanted.
    fn write(&self, report: &Report, bar: &Bar) -> Result<(), Trouble> {
        let Some(folder) = &self.report else {
            return Ok(());
        };
        write(folder, report, bar)?;
        for format in &self.format {
            let path = folder.join(format.file_name());
            file::write_whole(&path, |out| format.write(out, report, bar, rows))
                .map_err(|error| Trouble::Output(error.to_string()))?;
        }
        Ok(())
    }

    fn text(
        &self,
        report: &Report,
        bar: &Bar,
        chapters: &[Chapter],
        (baseline, folder): (Option<String>, Option<&Path>),
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
        let folder = folder.map(|folder| format!("report: {}", folder.display()));
        for line in baseline.into_iter().chain(folder) {
            text += &line;
            text.push('\n');
        }
        text
    }
}

/// Keeps other runs out of a folder, and says so where the file system cannot do that.
///
/// # Errors
/// Another run writes there, or it is not a folder.
pub fn lock(folder: &Path) -> Result<FolderLock, Trouble> {
    let lock = FolderLock::of(folder).map_err(Trouble::input)?;
    if let Some(error) = &lock.unsupported {
        warn(format_args!(
            "`{}` cannot be locked ({error}); make sure that no other run writes there",
            folder.display()
        ));
    }
    Ok(lock)
}

/// Where results go without `--report`: into an unnamed temporary file, so that they do not fill the
/// memory. If no such file can be made, only the gist of each result is kept.
pub fn unreported() -> Agents {
    Journal::temporary().and_then(Agents::journalled).unwrap_or_default()
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
