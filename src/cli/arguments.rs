//! Arguments that several commands share.

use std::{borrow::Cow, path::PathBuf, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};

use super::Trouble;
use crate::{
    case::{
        Case, CaseSet, Chapter, LeftOut, LiveTarget, RunProfile, Selection, Shard, embedded_cases,
        known_requirements, read_case_dir,
    },
    protocol::Role,
    report::{Baseline, KnownFailure, journal::Asked},
};

/// Which cases to take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which cases")]
pub struct CaseArguments {
    /// Take only cases whose id matches; `*` stands for anything: `7.*`, `*.1`.
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub cases: Vec<String>,
    /// Leave out cases whose id matches.
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub exclude: Vec<String>,
    /// `quick` leaves out chapters 9, 12 and 13 (limits, performance, compression); `full` leaves out
    /// nothing; `live` is for a server in use: what needs no echo and can do no harm.
    #[arg(long, value_enum, default_value = "quick", hide_possible_values = true)]
    pub profile: RunProfile,
    /// With `--profile live`: take also cases that could crash or exhaust the server, or harm others
    /// who use it.
    #[arg(long)]
    pub hostile: bool,
    /// Leave out cases that have a say in the opening handshake.
    #[arg(long)]
    pub no_handshake: bool,
    /// Take the cases in this directory's .toml files instead of the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub case_dir: Option<PathBuf>,
    /// Of these, take the K-th of N parts, as even as can be and the same everywhere; `wspec merge`
    /// joins their reports.
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
}

/// The seed of shards for which none is asked: all of a run need the same.
const SEED_OF_SHARDS: u64 = 1;

impl CaseArguments {
    /// The cases that they select; with a kind of testee, of those for it.
    ///
    /// # Errors
    /// Case files with mistakes; patterns that select nothing.
    pub fn select(&self, testee: Option<Role>) -> Result<Vec<Arc<Case>>, Trouble> {
        let set = self.set()?;
        let selection = self.selection(testee)?;
        let chosen = selection.choose(&set.cases).map_err(Trouble::input)?;
        if chosen.is_empty() {
            return Err(Trouble::Input("no case is selected".to_owned()));
        }
        let count = chosen.len();
        let chosen = match self.shard {
            Some(shard) => shard.choose(chosen, |case| &case.id),
            None => chosen,
        };
        if let Some(shard) = self.shard.filter(|_| chosen.is_empty()) {
            return Err(Trouble::Input(format!(
                "shard {shard} is empty: the number of selected cases is {count}, so that of shards can be no more"
            )));
        }
        Ok(chosen.into_iter().cloned().map(Arc::new).collect())
    }

    /// What does not suit a server in use, if that is what is tested.
    ///
    /// # Errors
    /// Case files with mistakes; patterns that are none.
    pub fn left_out(&self, testee: Option<Role>) -> Result<Option<LeftOut>, Trouble> {
        if self.profile != RunProfile::Live {
            return Ok(None);
        }
        let set = self.set()?;
        Ok(Some(self.selection(testee)?.left_out(&set.cases)))
    }

    fn selection(&self, testee: Option<Role>) -> Result<Selection, Trouble> {
        let profile = self.profile.of_cases();
        let mut selection =
            Selection::new(&self.cases, &self.exclude, profile).map_err(Trouble::input)?;
        if self.hostile && self.profile != RunProfile::Live {
            let only =
                "`--hostile` goes with `--profile live`: other profiles leave nothing out for it";
            return Err(Trouble::Input(only.to_owned()));
        }
        if self.profile == RunProfile::Live {
            if testee == Some(Role::Client) {
                let only =
                    "`--profile live` is for servers: a client under test asks for its cases";
                return Err(Trouble::Input(only.to_owned()));
            }
            let hostile = self.hostile;
            selection = selection
                .for_testee(testee.unwrap_or(Role::Server))
                .for_live(LiveTarget { hostile });
        }
        if let Some(testee) = testee {
            selection = selection.for_testee(testee);
        }
        if self.no_handshake {
            selection = selection.without_handshakes();
        }
        Ok(selection)
    }

    /// The seed to play them with, if any was asked for.
    pub fn seed(&self, asked_for: Option<u64>) -> Option<u64> {
        asked_for.or(self.shard.map(|_| SEED_OF_SHARDS))
    }

    /// Refuses a baseline about cases that do not exist. `file` is where it was read from.
    ///
    /// # Errors
    /// Case files with mistakes; a line for no case.
    pub fn check_baseline(&self, baseline: &Baseline, file: &str) -> Result<(), Trouble> {
        let set = self.set()?;
        let of_no_case = |known: &KnownFailure| {
            let error = known.cases.matches_nothing(&set.cases)?;
            let line = known.line;
            Some(Trouble::Input(format!(
                "the baseline `{file}`: line {line}: {error}\n\
                 correct the line or take it out; `wspec cases --profile full` lists what there is"
            )))
        };
        match baseline.known.iter().find_map(of_no_case) {
            Some(trouble) => Err(trouble),
            None => Ok(()),
        }
    }

    /// What decides which cases there are, as a journal has it.
    pub fn asked(&self) -> Asked {
        let directory = self.case_dir.as_ref().map(|directory| directory.display().to_string());
        let shard = self.shard.as_ref().map(Shard::to_string);
        let profile = self.profile.to_possible_value();
        let flag = |given: bool| given.then(|| "given".to_owned());
        let list = |globs: &[String]| Some(globs.join(" ")).filter(|globs| !globs.is_empty());
        let options = [
            ("--cases", list(&self.cases)),
            ("--exclude", list(&self.exclude)),
            ("--profile", profile.map(|value| value.get_name().to_owned())),
            ("--hostile", flag(self.hostile)),
            ("--no-handshake", flag(self.no_handshake)),
            ("--case-dir", directory),
            ("--shard", shard),
        ];
        let given = options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        given.collect()
    }

    /// The chapters that they select from.
    ///
    /// # Errors
    /// Case files with mistakes.
    pub fn chapters(&self) -> Result<Vec<Chapter>, Trouble> {
        Ok(self.set()?.chapters.clone())
    }

    fn set(&self) -> Result<Cow<'static, CaseSet>, Trouble> {
        match &self.case_dir {
            None => Ok(Cow::Borrowed(embedded_cases())),
            Some(directory) => read_case_dir(directory, known_requirements())
                .map(Cow::Owned)
                .map_err(Trouble::input),
        }
    }
}

/// How to play them.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to play them")]
pub struct PlayArguments {
    /// How long to wait for a reaction, in seconds (by default 1 and ten round trips).
    #[arg(long, value_name = "SECONDS", value_parser = reaction_time)]
    pub timeout: Option<Duration>,
    /// What all random octets follow from, to repeat a run exactly.
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Go on with the results of a run that came to no end, as its journal in --report has them.
    #[arg(long, requires = "report")]
    pub resume: bool,
    /// Play a case that fails again, up to so many times. One that passes then is `flaky`. With
    /// `wspec client -- COMMAND` the client is started again with the failed cases only; other
    /// clients may play a case again by themselves.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u8).range(..=10))]
    pub retries: u8,
    /// Print frames as they pass.
    #[arg(long)]
    pub trace: bool,
}

impl PlayArguments {
    /// Adds what decides how cases go. (The seed is that of the run that is resumed.)
    pub fn add_to(&self, asked: &mut Asked) {
        if let Some(timeout) = self.timeout {
            asked.insert("--timeout".to_owned(), timeout.as_secs_f64().to_string());
        }
        asked.insert("--retries".to_owned(), self.retries.to_string());
    }
}

fn reaction_time(text: &str) -> Result<Duration, String> {
    seconds(text, 600)
}

/// Reads how long a command may take, in seconds.
///
/// # Errors
/// What is no such time.
pub fn command_time(text: &str) -> Result<Duration, String> {
    seconds(text, 86_400)
}

fn seconds(text: &str, most: u32) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    if (0.05..=most.into()).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("expected 0.05 to {most} seconds"))
    }
}
