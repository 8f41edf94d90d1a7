//! What happened on one connection: the record that everything after a run works from.
//!
//! A [`Transcript`] is written by `play`, stored in reports, and judged by `judge` without a
//! socket or a clock. It is bounded: payloads are kept as [`PayloadRecord`]s, and only
//! so many entries as the case may need; after them only counters go on. Once it is judged it may be cut further
//! ([`Transcript::cut_to`]), so that the transcripts of a whole run fit into a report.

mod application;
mod cut;
mod handshake;
mod payload;
mod record;
mod secrets;

pub use crate::protocol::MessageKind;
pub use application::Application;
pub use handshake::{HandshakeOutcome, HandshakeRecord};
pub use payload::{PayloadDigest, PayloadRecord};
pub use record::{
    Blame, End, Entry, FrameRecord, Happening, Limits, RoundTripRecord, TlsEnd, TlsRecord, Traffic,
    Transcript, WrongEcho,
};
pub use secrets::{HIDDEN, Secrets, percent_decoded};
