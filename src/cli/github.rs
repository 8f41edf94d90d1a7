//! What GitHub Actions is told when a job there runs us.

use std::{env, fs::OpenOptions, io::Write as _, path::PathBuf};

use super::{
    Trouble,
    output::{annotate, print_format, show},
};
use crate::{
    coverage::rows,
    report::{Bar, Format, Report},
};

/// What the environment says of a job on GitHub Actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitHub {
    /// We are in one, so annotations are seen.
    annotates: bool,
    /// Where the step's summary goes.
    summary: Option<PathBuf>,
}

impl GitHub {
    /// As the environment of this process has it.
    pub fn of_environment() -> Self {
        Self {
            annotates: env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            summary: env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
        }
    }

    /// Tells what a report has to say. Annotations go to standard output, or to standard error
    /// where that is taken; a runner reads both.
    ///
    /// # Errors
    /// Standard output or the summary's file cannot be written.
    pub fn tell(&self, report: &Report, bar: &Bar, stdout_is_taken: bool) -> Result<(), Trouble> {
        if self.annotates {
            let annotations = Format::Github.render(report, bar, rows).map_err(Trouble::input)?;
            match stdout_is_taken {
                true => annotate(&annotations),
                false => show(print_format(Format::Github, &annotations)),
            }
        }
        let Some(path) = &self.summary else {
            return Ok(());
        };
        let summary = Format::Markdown.render(report, bar, rows).map_err(Trouble::input)?;
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .and_then(|mut file| file.write_all(summary.as_bytes()))
            .map_err(|source| Trouble::System {
                what: format!(
                    "cannot append to the step's summary `{}`, which GITHUB_STEP_SUMMARY names",
                    path.display()
                ),
                source,
            })
    }
}
