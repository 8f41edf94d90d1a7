//! Autobahn|Testsuite's report format: what scripts written for Autobahn read.
//!
//! `index.json` has the verdicts, and there is a file for each case and agent; `index.html` and a
//! page for each are the same for people. Keys and class names are those of Autobahn; texts are ours. For cases that Autobahn lacks its words stand for our verdict.
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
//! suite        all the cases that there are, and their numbers
//! html/        the pages
//! folder       all of it into a folder
//! ```

mod detail;
mod events;
mod file_name;
mod flags;
mod folder;
mod html;
mod index;
mod layout;
mod suite;
mod traffic;
mod wirelog;
mod words;

pub use detail::Detail;
pub use file_name::{AgentNames, file_stem};
pub use folder::write;
pub use html::{DetailPage, IndexPage};
pub use index::{Index, IndexEntry, index};
pub use layout::to_text;
pub use suite::Suite;
pub use words::behaviors;
