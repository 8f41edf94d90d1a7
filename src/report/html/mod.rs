//! `report.html`: a run for people, in one file that fetches nothing.
//!
//! ```text
//! Report ──▶ findings       what failed and what to do about it, agent by agent
//!        ──▶ matrix         cases by agents, under their chapters
//!        ──▶ plots          what cases measured that are about time
//!        ──▶ details        what happened in each case, packed; the page's script unpacks it
//! rows   ──▶ requirements   what the RFCs demand, and how the agents fared
//!            page           all of it, through page.html
//! ```
//!
//! Templates, style and scripts are files beside these. Templates escape whatever they are given;
//! scripts put text into the page as text only. What comes from a peer has passed
//! [`printable`](super::escape::printable) before either.

mod command;
mod details;
mod findings;
mod link;
mod matrix;
mod page;
mod plots;
mod requirements;

pub use command::command;
pub use page::{write, write_to};
pub use requirements::RequirementRow;
