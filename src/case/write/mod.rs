//! From a [`Case`](super::Case) back to the text of a case file, so that a case which a program made
//! can be read, played and kept like any other.
//!
//! [`write`](write()) is the inverse of [`read_cases`](super::read_cases): what it writes is read as
//! a case that does the same. Comments, sections and families are not in a case, so they do not
//! come back.

mod close;
mod handshake;
mod inline;
mod outcome;
mod payload;
mod step;
mod whole;

pub use whole::write;
