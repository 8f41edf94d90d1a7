//! Plays one case on one connection: octets in, octets out, a [`Transcript`] at the end.
//!
//! Still pure. Time is a number that the caller passes in (since the connection's start), octets
//! go through [`Player::receive`] and [`Player::transmit`]; whoever owns a socket and a clock, or
//! a simulation of both, drives it:
//!
//! ```text
//! loop {
//!     write whatever `transmit` gives, until it gives nothing
//!     stop when `finished` says how
//!     wait for octets (`receive`), the peer's end (`peer_closed`, `peer_reset`)
//!     or the time `next_wake` (`wake`)
//! }
//! ```
//!
//! [`Transcript`]: crate::transcript::Transcript

mod conversation;
mod live;
mod opening;
mod our_close;
mod outbox;
mod patience;
mod player;
mod reaction;
mod recorder;
mod response;
mod round_trips;
mod tempo;
mod written;

pub use live::Live;
pub use opening::Opening;
pub use outbox::Write;
pub use patience::Patience;
pub use player::{Finish, Player, Setup};
pub use tempo::Tempo;
