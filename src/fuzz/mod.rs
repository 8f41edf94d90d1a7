//! Conversations that nobody thought of, and what the RFCs say about them.
//!
//! [`generate`](mod@generate) makes [`Case`](crate::case::Case)s of ordinary steps from octets, which
//! come from a seed or from a coverage-guided fuzzer. [`oracle`] knows, given what we sent, which
//! reactions are right: it writes them into the case as its outcomes, and says of a transcript
//! where the testee deviated, and from which requirement. Pure: no sockets, no clock, no
//! randomness but from the octets that are passed in.

pub mod generate;
pub mod oracle;
