//! A campaign: which case is next, what was learnt from the last, and what is worth telling.
//!
//! ```text
//!            choice ──▶ Assignment ──▶ (somebody plays it) ──▶ Played
//!              ▲                                                 │
//!   corpus ◀── │ ── new states ◀──────── oracle ◀────────────────┘
//!                                          │ deviations
//!                                          ▼
//!                           Investigation: repeat, shrink, repeat ──▶ Finding
//! ```
//!
//! Where no single connection shows what is wrong, because the testee has died or treats correct
//! connections otherwise than before, a hunt comes first: for the case that did it.
//!
//! A [`Campaign`] hands out assignments and takes what came of them; whoever owns the sockets plays
//! them, as many at once as it likes. Which case has which number follows from the seed and from the
//! results of earlier numbers only, so that a campaign can be repeated, whatever its pace.

mod assignment;
mod choice;
mod corpus;
mod deaths;
mod engine;
mod finding;
mod group;
mod health;
mod hunt;
mod inquiry;
mod investigation;
mod lesson;
mod quick;
mod settle;
mod sound;
mod statistics;

pub use assignment::{Assignment, Next, Plan, Played, Ticket};
pub use choice::Cases;
pub use engine::Campaign;
pub use finding::Finding;
pub use group::{Group, Symptom};
pub use quick::is_quick;
pub use settle::settle;
pub use statistics::Statistics;
