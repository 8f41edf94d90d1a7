//! wspec tests WebSocket servers and clients for conformance with RFC 6455 and its extensions.
//!
//! The rooms, each knowing only those to its left: [`protocol`] (frames, handshake, compression;
//! pure), [`requirement`] (what the RFCs demand), [`transcript`] (what happened on a connection),
//! [`case`] (what to do and what to expect), [`judge`] (verdicts), [`play`] (a case on one
//! connection, still pure), [`control`] (how clients under test ask for cases), [`words`] (what
//! the judge says, in sentences), [`run`] (sockets
//! and schedule), [`report`] (views of verdicts), [`coverage`] (which cases and rules exercise
//! which requirement), [`fuzz`] (generated cases and the oracle that judges them), [`wstest`] (what
//! Autobahn's command takes and says) and [`cli`]. [`input`] reads the files that a user names.
//! [`testee`] has endpoints to test.
//! [`reference`](mod@reference) is for people who fuzz a parser of their own.
//!
//! `ARCHITECTURE.md` has the picture.

// All output goes through `cli::output`, which no reader can stop.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

pub mod case;
pub mod cli;
pub mod control;
pub mod coverage;
pub mod foreign;
pub mod fuzz;
pub mod input;
pub mod judge;
pub mod play;
pub mod protocol;
pub mod reference;
pub mod report;
pub mod requirement;
pub mod run;
pub mod testee;
pub mod transcript;
pub mod words;
pub mod wstest;
