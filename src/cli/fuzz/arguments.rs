//! Arguments that the campaigns share.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;

use crate::{
    case::{Case, embedded_cases, known_requirements, read_case_dir},
    cli::{Trouble, arguments::command_time, outcome::lock},
    fuzz::{
        campaign::{Campaign, Plan, is_quick},
        generate::Guide,
    },
    protocol::Role,
    report::lock::FolderLock,
    run::ChildOutput,
};

/// What to play, and for how long.
#[derive(Debug, Args)]
#[command(next_help_heading = "The campaign")]
pub struct CampaignArguments {
    /// Generate cases for this many seconds (by default until Ctrl-C, or as --cases says). What is
    /// suspected by then is looked into for a quarter of that time, at least 5 and at most 30 seconds.
    #[arg(long, value_name = "SECONDS", value_parser = command_time)]
    pub seconds: Option<Duration>,
    /// Generate so many cases.
    #[arg(long, value_name = "N")]
    pub cases: Option<u64>,
    /// What all cases follow from: with the same seed a testee that behaves the same gets the same
    /// cases.
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// The testee does not send messages back: only its Pongs and its closing are judged.
    #[arg(long)]
    pub no_echo: bool,
    /// A missed SHOULD is a finding, too.
    #[arg(long)]
    pub should: bool,
    /// Begin with nothing: do not make cases of those that come with wspec.
    #[arg(long)]
    pub from_nothing: bool,
    /// Begin with the cases in this directory, and keep in it those that reach something new.
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
    /// Write a case file for each finding into this directory.
    #[arg(long, value_name = "DIR", default_value = "findings")]
    pub findings: PathBuf,
    /// End after so many findings.
    #[arg(long, value_name = "N")]
    pub enough: Option<usize>,
    /// How long to wait for a reaction, in seconds, before a finding is confirmed (by default 0.5
    /// and ten round trips).
    #[arg(long, value_name = "SECONDS", value_parser = command_time)]
    pub timeout: Option<Duration>,
    /// Print nothing but findings.
    #[arg(long, short)]
    pub quiet: bool,
}

impl CampaignArguments {
    /// The campaign against testees of this kind; `restarts`: one that can be started again.
    ///
    /// # Errors
    /// A corpus that cannot be read.
    pub fn campaign(&self, testee: Role, restarts: bool) -> Result<Campaign, Trouble> {
        let plan = Plan {
            guide: Guide::new(testee, !self.no_echo),
            seed: self.seed.unwrap_or_else(rand::random),
            cases: self.cases,
            findings: self.enough,
            should: self.should,
            restarts,
        };
        Ok(Campaign::new(plan, self.parents(testee)?))
    }

    /// Keeps other campaigns out of the corpus, if there is one.
    ///
    /// # Errors
    /// Another campaign writes there, or it is not a folder.
    pub fn lock(&self) -> Result<Option<FolderLock>, Trouble> {
        self.corpus.as_deref().map(lock).transpose()
    }

    /// The cases that others are made of.
    fn parents(&self, testee: Role) -> Result<Vec<Arc<Case>>, Trouble> {
        let mut parents = if self.from_nothing { Vec::new() } else { scripted_parents(testee) };
        let saved =
            self.corpus.as_ref().filter(|directory| directory.is_dir() && !is_empty(directory));
        if let Some(directory) = saved {
            let saved = read_case_dir(directory, known_requirements()).map_err(Trouble::input)?;
            let fit = saved.cases.into_iter().filter(|case| case.is_for(testee));
            parents.extend(fit.map(Arc::new));
        }
        Ok(parents)
    }

    /// Whether it ends by itself.
    pub const fn has_an_end(&self) -> bool {
        self.seconds.is_some() || self.cases.is_some() || self.enough.is_some()
    }
}

/// The cases that come with wspec, as far as others can be made of them.
pub fn scripted_parents(testee: Role) -> Vec<Arc<Case>> {
    let scripted = embedded_cases().cases.iter();
    scripted.filter(|case| is_fit(case, testee)).map(|case| Arc::new(case.clone())).collect()
}

/// Whether a scripted case is one to make others of.
fn is_fit(case: &Case, testee: Role) -> bool {
    case.is_for(testee) && is_quick(case) && case.handshake.is_empty()
}

fn is_empty(directory: &Path) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none())
}

/// Where a testee's output goes.
///
/// # Errors
/// It cannot be written.
pub fn log(path: Option<&Path>) -> Result<ChildOutput, Trouble> {
    let Some(path) = path else {
        return Ok(ChildOutput::Stderr);
    };
    File::create(path).and_then(ChildOutput::log).map_err(|source| Trouble::System {
        what: format!("cannot write `{}`", path.display()),
        source,
    })
}
