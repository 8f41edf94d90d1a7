//! For people who fuzz a parser of their own: frames by chance, what our decoder makes of octets,
//! how another parser's answer differs from that, and what a fuzzer starts from.
//!
//! ```
//! use arbitrary::{Arbitrary, Unstructured};
//! use wspec::reference::{Answer, Conversation, Reading};
//!
//! // A fuzzer hands these over; `Conversation` is `Arbitrary`.
//! let octets: Vec<u8> = (0..=255).collect();
//! let sent = Conversation::arbitrary(&mut Unstructured::new(&octets))?;
//!
//! let reading = Reading::of(sent.sender, None, &sent.encode());
//! // What the parser under test found, here no better than ours.
//! let answer = Answer::agreeing_with(&reading);
//! assert_eq!(reading.compare(&answer), Ok(()));
//! # Ok::<(), arbitrary::Error>(())
//! ```
//!
//! * [`Frame`] and [`Conversation`] are `Arbitrary`: any frame that octets can express, and frames
//!   as one side might send them, right or with a mistake.
//! * [`Reading`] is the reference: frames, messages, and every rule that the octets break.
//! * [`Answer`] is what another parser says, also as a line of JSON; [`Reading::compare`] finds the
//!   [`Disagreement`].
//! * [`seeds`] and [`DICTIONARY`] are what `wspec corpus` writes for libFuzzer, AFL++ and others.
//! * [`Inputs`] gives octets by a seed, and [`shrink`] makes one that matters short.

mod answer;
mod compare;
mod conversation;
mod dictionary;
mod frame;
mod heads;
mod inputs;
mod payload;
mod reading;
mod seeds;
mod shrink;
mod wire;

pub use answer::{Answer, AnswerError, AnsweredFrame, AnsweredMessage};
pub use compare::{Disagreement, DisagreementKind};
pub use conversation::Conversation;
pub use dictionary::DICTIONARY;
pub use frame::Frame;
pub use inputs::Inputs;
pub use reading::{Due, Fault, Found, MessageType, Reading, Unfinished};
pub use seeds::{Seed, SeedKind, seeds};
pub use shrink::shrink;
