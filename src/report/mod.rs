//! Reports: views of verdicts and transcripts. Whatever a report says, the judge has said.
//!
//! [`Report`] is all that a run has to tell, and what `report.json` holds. Everything else is made
//! of it:
//!
//! What a run has to reach is a [`Bar`]: whose verdicts count (`gate`), which of them fail, and what
//! is known to fail (`baseline/`). `finding/` puts cases together in which the same is wrong;
//! `acquitted` names those that Autobahn would fail and we do not.
//!
//! ```text
//! Report ──▶ json               report.json, schemas/report.json
//!        ──▶ autobahn/          index.json and a file a case, in Autobahn's format
//!        ──▶ html/              report.html, for people
//!        ──▶ terminal/          chapter table, failures, closing line; progress bar
//!        ──▶ format             one text: junit, markdown, github, tap, and the two above
//!        ──▶ comparison, merge  two reports side by side, shards of one run joined
//! Entry  ──▶ trace              one line a frame, as it passes
//!            frame_text,        the one place that puts frames, happenings and expectations
//!            happening_text,    into words
//!            expectation_text
//!            escape             makes text from a peer safe to print
//! ```
//!
//! `agents` gathers results while a run goes on, and `journal` keeps them on disk until its report
//! is written. Besides it only `json`, `html` and `autobahn` write files, all through `file`.

pub mod autobahn;
pub mod escape;
pub mod expectation_text;
pub mod file;
pub mod frame_text;
pub mod happening_text;
pub mod html;
pub mod journal;
pub mod json;
pub mod lock;
pub mod terminal;
pub mod trace;

mod acquitted;
mod agents;
mod archive;
mod attempts;
mod bar;
mod baseline;
mod comparison;
mod expectation;
mod finding;
mod format;
mod gate;
mod github;
mod junit;
mod markdown;
mod merge;
mod model;
mod repeat;
mod section;
mod tally;
mod tap;
mod time;

#[cfg(test)]
mod example;

pub use acquitted::Acquitted;
pub use agents::Agents;
pub use archive::{Archive, Place};
pub use attempts::Attempt;
pub use bar::{Bar, FailOn, Standing};
pub use baseline::{Baseline, BaselineError, KnownFailure};
pub use comparison::{AgentComparison, Change, Difference, compare};
pub use expectation::{Expectation, ExpectedClosing, ExpectedEvent, ExpectedOutcome};
pub use file::WriteError;
pub use finding::{Alike, failing};
pub use format::Format;
pub use gate::Gate;
pub use merge::{MergeError, Split, merge};
pub use model::{AgentReport, CaseReport, Report, Run};
pub use repeat::Repeat;
pub use section::section;
pub use time::timestamp;
