//! A model of the protocol: what a testee may do about what we send, and what it did instead.
//!
//! ```text
//! Case ── steps ──▶ wire ── octets ──▶ protocol::Receiver ──▶ Course ──▶ expectation (outcomes, close)
//!                                                                └─────▶ opinion(Transcript) ▶ Deviation
//! ```
//!
//! The [`Course`] of a case is read off our own octets by the decoder that also reads the
//! testee's: which replies are due, which of them a testee may leave out, and how the connection
//! has to end. Where the RFCs leave a choice, every choice is right.

mod closing;
mod course;
mod deviation;
mod expectation;
mod opening;
mod opinion;
mod road;
mod severity;
mod state;
mod travel;
mod wire;

pub use course::{Course, Due, Duty, Fate, Reply};
pub use deviation::{Deviation, Reaction};
pub use expectation::{Expectation, expectation};
pub use opinion::Oracle;
pub use severity::{Severity, ShowsIn};
pub use state::{StateId, states};
