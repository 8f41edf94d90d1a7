//! Autobahn|Testsuite's report format: what scripts written for Autobahn read.
//!
//! `index.json` has the verdicts, and there is a file for each case and agent. Keys are those of
//! Autobahn; texts are ours. For cases that Autobahn lacks its words stand for our verdict.
//!
//! ```text
//! file_name    agent ─▶ file name, unique in a report
//! words        our verdict ─▶ Autobahn's
//! index        Report ─▶ index.json
//! flags        CaseReport ─▶ the state of Autobahn's connection object
//! events       expected and received events
//! wirelog      Transcript ─▶ rows
//! traffic      Transcript ─▶ trafficStats
//! detail       CaseReport ─▶ a case's file
//! layout       JSON as Autobahn lays it out
//! folder       all of it into a folder
//! ```
//!
//! Autobahn's `index.html` would be made here too, from the same index.

mod detail;
mod events;
mod file_name;
mod flags;
mod folder;
mod index;
mod layout;
mod traffic;
mod wirelog;
mod words;

pub use detail::Detail;
pub use file_name::{AgentNames, file_stem};
pub use folder::write;
pub use index::{Index, IndexEntry, index};
pub use layout::to_text;
pub use words::behaviors;
