//! The arguments that say what fails a run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::Trouble;
use crate::{
    input::read_text,
    report::{Bar, Baseline, FailOn, Gate, Report},
};

/// The largest baseline, in octets.
const BASELINE_MAX: u64 = 4 << 20;

/// Which verdicts fail.
#[derive(Debug, Args)]
#[command(next_help_heading = "What fails it")]
pub struct BarArguments {
    /// Whose verdicts decide: `ours` follow the RFC, `autobahn` are what Autobahn would say.
    #[arg(long, value_enum, default_value = "ours", hide_possible_values = true)]
    verdicts: Gate,
    /// Which verdicts fail: `fail`, or `non-strict`, which is that and `flaky` besides.
    #[arg(
        long,
        value_enum,
        value_name = "VERDICT",
        default_value = "fail",
        hide_possible_values = true
    )]
    fail_on: FailOn,
}

impl BarArguments {
    /// The bar without excuses.
    pub fn without_baseline(&self) -> Bar {
        Bar { gate: self.verdicts, fail_on: self.fail_on, ..Bar::default() }
    }
}

/// What fails a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "What fails it")]
pub struct GateArguments {
    #[command(flatten)]
    bar: BarArguments,
    /// Do not fail for what is known to fail: a TOML file, a case or pattern a line, with the
    /// reason. Known failures that pass now are reported.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write such a file from this run. Lines of --baseline stay, but for those whose cases pass.
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

impl GateArguments {
    /// The file of known failures, as it was named; empty if there is none.
    #[must_use]
    pub fn baseline_file(&self) -> String {
        let path = self.baseline.as_deref().unwrap_or(Path::new(""));
        path.display().to_string()
    }

    /// What cases have to reach.
    ///
    /// # Errors
    /// A baseline that cannot be read, or is none; one that could not be written after the run.
    pub fn bar(&self) -> Result<Bar, Trouble> {
        self.check_place()?;
        let baseline = match &self.baseline {
            None => Baseline::default(),
            Some(path) => {
                let text = read_text(path, BASELINE_MAX).map_err(|error| {
                    Trouble::Input(format!("the baseline: {error} (--write-baseline makes one)"))
                })?;
                let today = jiff::Zoned::now().date();
                Baseline::read(&text, today).map_err(|error| {
                    Trouble::Input(format!("the baseline `{}`: {error}", path.display()))
                })?
            }
        };
        Ok(Bar { baseline, ..self.bar.without_baseline() })
    }

    /// Refuses to run where the new baseline has no place to go.
    fn check_place(&self) -> Result<(), Trouble> {
        let Some(path) = &self.write_baseline else {
            return Ok(());
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let why = match (folder.is_dir(), path.is_dir()) {
            (true, false) => return Ok(()),
            (true, true) => "is a folder; name a file in it".to_owned(),
            (false, _) => format!("has no folder to be in; make `{}` first", folder.display()),
        };
        let path = path.display();
        Err(Trouble::Input(format!("the baseline to write, `{path}`, {why}")))
    }

    /// Writes the baseline that this report needs, if it is wanted. Says where.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write_baseline(&self, report: &Report, bar: &Bar) -> Result<Option<String>, Trouble> {
        let Some(path) = &self.write_baseline else {
            return Ok(None);
        };
        let baseline = Baseline::of(report, bar);
        fs::write(path, baseline.to_toml()).map_err(|source| Trouble::System {
            what: format!("cannot write the baseline `{}`", path.display()),
            source,
        })?;
        let count = baseline.known.len();
        let failures = if count == 1 { "failure" } else { "failures" };
        let path = path.display();
        Ok(Some(format!("baseline: {path} ({count} known {failures})")))
    }
}
