//! What is known of a run from its beginning, and goes into its report and its journal.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{
    case::{LeftOut, RunProfile, Shard},
    protocol::Role,
    report::{
        Agents, Report, Run,
        escape::shell_words,
        journal::{Asked, Earlier, JournalHead},
    },
};

/// The facts of a run.
#[derive(Clone, Debug)]
pub struct RunFacts {
    /// The side that wspec plays.
    pub role: Role,
    /// Which cases were asked for.
    pub profile: RunProfile,
    /// What all random octets follow from.
    pub seed: u64,
    /// Where the server is, or where clients are served.
    pub url: String,
    /// Any certificate of the server is accepted.
    pub insecure: bool,
    /// Which shard of the run it is, if not all of it.
    pub shard: Option<Shard>,
    /// The command that tests the same testees again, up to its `--cases`.
    pub repeat: String,
    /// The command that starts the testee, as a shell reads it; may be empty.
    pub testee_command: String,
    /// Since 1970-01-01T00:00Z.
    pub started: Duration,
    /// The cases that do not suit an endpoint in use, if that is what is tested.
    pub left_out: Option<LeftOut>,
    /// The options that decide what comes of it.
    pub asked: Asked,
}

impl RunFacts {
    /// Of a run that begins now. Its seed is the one asked for, or else that of the run that it
    /// goes on with.
    pub fn now(
        role: Role,
        profile: RunProfile,
        seed: Option<u64>,
        url: String,
        earlier: Option<&Earlier>,
    ) -> Self {
        let seed = seed.or_else(|| earlier.map(|earlier| earlier.head.seed));
        Self {
            role,
            profile,
            seed: seed.unwrap_or_else(rand::random),
            url,
            insecure: false,
            shard: None,
            repeat: String::new(),
            testee_command: String::new(),
            started: since_1970(),
            left_out: None,
            asked: Asked::default(),
        }
    }

    /// Says whether any certificate is accepted.
    #[must_use]
    pub fn with_any_certificate(self, insecure: bool) -> Self {
        Self { insecure, ..self }
    }

    /// Says which shard it is, and how to play its cases again.
    #[must_use]
    pub fn with_cases_of(self, shard: Option<Shard>, repeat: String) -> Self {
        Self { shard, repeat, ..self }
    }

    /// Says with which command the testee is started.
    #[must_use]
    pub fn with_testee(self, command: &[String]) -> Self {
        Self { testee_command: shell_words(command), ..self }
    }

    /// The first line of its journal.
    #[must_use]
    pub fn journal_head(&self) -> JournalHead {
        JournalHead {
            schema_version: Report::SCHEMA_VERSION,
            role: self.role,
            seed: self.seed,
            asked: self.asked.clone(),
        }
    }

    /// The report of what came of it so far.
    #[must_use]
    pub fn report(&self, agents: &Agents, interrupted: bool) -> Report {
        let run = Run {
            started_unix_ms: self.started.as_millis() as u64,
            duration_ms: since_1970().saturating_sub(self.started).as_millis() as u64,
            role: self.role,
            profile: self.profile,
            seed: self.seed,
            interrupted,
            left_out: self.left_out,
            insecure: self.insecure,
        };
        Report {
            shard: self.shard,
            repeat: self.repeat.clone(),
            testee_command: self.testee_command.clone(),
            archive: agents.archive(),
            ..Report::new(run, agents.reports(&self.url))
        }
    }
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
