//! All that a run has to tell.
//!
//! This is a format that others read: **fields are only ever added**, never renamed, removed or
//! given another meaning. A reader that ignores fields which it does not know reads every later
//! version; [`Report::SCHEMA_VERSION`] grows when something was added.

use std::{borrow::Cow, io};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Archive, Attempt, Expectation, Place, timestamp};
use crate::{
    case::{Case, CaseId, LeftOut, RequirementId, RunProfile, Shard},
    foreign::Foreign,
    judge::{AutobahnVerdict, Behavior, BrokenRule, Ending, Judgement, Reason, Verdict},
    protocol::Role,
    transcript::Transcript,
    words,
};

/// A run: which cases were played with whom, and what came of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub schema_version: u32,
    /// The version of wspec that made the report.
    pub wspec_version: Foreign,
    /// When the run began: RFC 3339, UTC, with milliseconds.
    pub started: Foreign,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The side that wspec played; the agents played the other one.
    pub role: Role,
    /// Which cases were to be played.
    pub profile: RunProfile,
    /// The number that all random octets of the run follow from.
    pub seed: u64,
    /// The run ended before all its cases were played.
    pub interrupted: bool,
    /// The cases that were left out because they do not suit an endpoint in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
    /// Any certificate of the testees was accepted, so who they are was not checked.
    #[serde(default)]
    pub insecure: bool,
    /// Which shard of the run this is; absent if it is all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The command that tests the testees again in the same way, up to its `--cases`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub repeat: String,
    /// How many connections at a time the server carried; absent if it carried as many as it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_at_once: Option<usize>,
    /// The command that started the testee, as a shell reads it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub testee_command: String,
    /// The testees, in the order in which they were tested.
    pub agents: Vec<AgentReport>,
    /// Where the whole results are, if these are only their gist. No part of the format.
    #[serde(skip)]
    #[schemars(skip)]
    pub archive: Archive,
}

/// What a run knows of itself, besides its cases.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// When it began, in milliseconds since 1970-01-01T00:00Z.
    pub started_unix_ms: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The side that wspec played.
    pub role: Role,
    /// Which cases were to be played.
    pub profile: RunProfile,
    /// The number that all random octets follow from.
    pub seed: u64,
    /// It ended before all its cases were played.
    pub interrupted: bool,
    /// The cases that were left out because they do not suit an endpoint in use.
    pub left_out: Option<LeftOut>,
    /// Any certificate of the testees was accepted.
    pub insecure: bool,
}

impl Report {
    /// The version of the format that this wspec writes.
    pub const SCHEMA_VERSION: u32 = 1;

    /// The report of a run.
    #[must_use]
    pub fn new(run: Run, agents: Vec<AgentReport>) -> Self {
        Self {
            schema_version: Self::SCHEMA_VERSION,
            wspec_version: env!("CARGO_PKG_VERSION").into(),
            started: timestamp(run.started_unix_ms).into(),
            duration_ms: run.duration_ms,
            role: run.role,
            profile: run.profile,
            seed: run.seed,
            interrupted: run.interrupted,
            left_out: run.left_out,
            insecure: run.insecure,
            shard: None,
            repeat: String::new(),
            served_at_once: None,
            testee_command: String::new(),
            agents,
            archive: Archive::default(),
        }
    }

    /// The whole of a result of this report, with all that is kept of its transcript.
    ///
    /// # Errors
    /// The file that it is in cannot be read any more.
    pub fn whole<'a>(&self, case: &'a CaseReport) -> io::Result<Cow<'a, CaseReport>> {
        self.archive.whole(case)
    }

    /// The whole of a result, or its gist where the whole cannot be read any more: for people, to
    /// whom the gist says most of it.
    #[must_use]
    pub fn whole_or_gist<'a>(&self, case: &'a CaseReport) -> Cow<'a, CaseReport> {
        self.whole(case).unwrap_or(Cow::Borrowed(case))
    }

    /// The report without its agents.
    pub(super) fn head(&self) -> Self {
        Self {
            schema_version: self.schema_version,
            wspec_version: self.wspec_version.clone(),
            started: self.started.clone(),
            duration_ms: self.duration_ms,
            role: self.role,
            profile: self.profile,
            seed: self.seed,
            interrupted: self.interrupted,
            left_out: self.left_out,
            insecure: self.insecure,
            shard: self.shard,
            repeat: self.repeat.clone(),
            testee_command: self.testee_command.clone(),
            served_at_once: self.served_at_once,
            agents: Vec::new(),
            archive: Archive::default(),
        }
    }

    /// The cases of all agents, each with its agent.
    pub fn cases(&self) -> impl Iterator<Item = (&AgentReport, &CaseReport)> {
        self.agents.iter().flat_map(|agent| agent.cases.iter().map(move |case| (agent, case)))
    }
}

impl AgentReport {
    /// What a server is called that does not say who it is, as Autobahn does.
    pub const UNKNOWN_SERVER: &str = "UnknownServer";
}

/// A testee and how it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentReport {
    /// What it is called. It may have chosen the name itself.
    pub agent: String,
    /// Where it was, if it is a server; where it was served, if it is a client.
    pub url: String,
    /// Its cases, in the order of their ids.
    pub cases: Vec<CaseReport>,
}

/// A case that was played, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseReport {
    /// The case.
    pub id: CaseId,
    /// What it is about, in one line.
    pub title: Foreign,
    /// The chapter that it is in.
    pub chapter: Foreign,
    /// What it shows and why; may be empty.
    pub description: Foreign,
    /// The requirements that it exercises.
    pub requirements: Vec<RequirementId>,
    /// What wspec says of it.
    pub verdict: Verdict,
    /// Why, in one sentence, which is made of the reasons.
    pub message: String,
    /// Why, as data, the weightiest reason first. Reports of older versions have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What Autobahn would have said of the conduct, if the case is one of Autobahn's.
    pub behavior: Option<Behavior>,
    /// What Autobahn would have said of the closing, likewise.
    pub behavior_close: Option<Behavior>,
    /// The close code that the testee sent; null without a Close, or without a code in it. For a
    /// case of Autobahn's: the one that Autobahn would have noted.
    pub remote_close_code: Option<u16>,
    /// From the first octet to the end of TCP, in milliseconds.
    pub duration_ms: u64,
    /// The wire rules that the testee broke, whatever the case is about.
    pub broken: Vec<BrokenRule>,
    /// What might have come.
    pub expected: Expectation,
    /// Autobahn's whole verdict, if the case is one of Autobahn's.
    pub autobahn: Option<AutobahnVerdict>,
    /// What Autobahn wants to come, if the case is one of Autobahn's.
    pub autobahn_expected: Option<Expectation>,
    /// Why our verdict differs from Autobahn's, where the case says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autobahn_because: Option<String>,
    /// What happened; if it was played several times, in the last attempt that failed.
    pub transcript: Transcript,
    /// All attempts in their order, if there was more than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// Where the whole result is, if this is only its gist. No part of the format.
    #[serde(skip)]
    #[schemars(skip)]
    pub stored: Option<Place>,
}

impl AgentReport {
    /// The agent without its cases.
    pub(super) fn head(&self) -> Self {
        Self { agent: self.agent.clone(), url: self.url.clone(), cases: Vec::new() }
    }
}

impl CaseReport {
    /// What of a result stays in memory while a run goes on: all but the greater part of a long
    /// transcript, of which this many octets are kept.
    pub(super) fn gist(mut self, octets: usize) -> Self {
        self.transcript.cut_to(octets);
        self
    }

    /// The report of a case that was played and judged.
    #[must_use]
    pub fn new(case: &Case, judgement: Judgement, transcript: Transcript) -> Self {
        let expected = Expectation::of_case(case);
        let autobahn_expected = case.autobahn.as_ref().map(|view| {
            if view.outcomes == case.outcomes && view.close == case.close {
                expected.clone()
            } else {
                Expectation::of(&view.outcomes, &view.close)
            }
        });
        Self {
            id: case.id.clone(),
            title: case.title.as_str().into(),
            chapter: case.chapter.as_str().into(),
            description: case.description.as_str().into(),
            requirements: case.requirements.clone(),
            verdict: judgement.verdict,
            message: words::message(&judgement, transcript.role.peer()),
            reasons: judgement.reasons,
            behavior: judgement.autobahn.as_ref().map(|autobahn| autobahn.behavior),
            behavior_close: judgement.autobahn.as_ref().map(|autobahn| autobahn.behavior_close),
            remote_close_code: match &judgement.autobahn {
                Some(autobahn) => autobahn.remote_close_code,
                None => Ending::of(&transcript).peer_close.flatten(),
            },
            duration_ms: transcript.duration_us.div_ceil(1000),
            broken: judgement.broken,
            expected,
            autobahn: judgement.autobahn,
            autobahn_expected,
            autobahn_because: case.autobahn.as_ref().and_then(|view| view.because.clone()),
            transcript,
            attempts: Vec::new(),
            stored: None,
        }
    }

    /// The side that the testee played.
    #[must_use]
    pub const fn testee(&self) -> Role {
        self.transcript.role.peer()
    }
}
