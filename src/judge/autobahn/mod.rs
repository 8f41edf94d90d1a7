//! What Autobahn|Testsuite would have said: its own algorithm, run over a transcript.
//!
//! Autobahn judges by the state of its own connection object, so this replays the transcript on a
//! model of that object: who closed first, who failed whom, who dropped TCP. Where our driver
//! behaves better than Autobahn's would (it has a timer where Autobahn hangs, it accepts close
//! codes registered since 2011), the model does what Autobahn would have done.

mod connection;
mod verdict;

pub use verdict::judge;
