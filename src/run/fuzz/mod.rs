//! Fuzzing over sockets: plays what a [`Campaign`](crate::fuzz::campaign::Campaign) hands out, and
//! tells it what came of it.
//!
//! ```text
//! server: campaign ──▶ a connection an assignment ──▶ campaign
//! client: a client that asks for a case ──▶ campaign ──▶ the case, played ──▶ campaign
//! child:  the testee, if it is ours; started again when it has died, and its memory is watched
//! ```

mod child;
mod client;
mod clock;
mod duel;
mod error;
mod memory;
mod server;

pub use child::Testee;
pub use client::ClientFuzz;
pub use duel::ServerDuel;
pub use error::FuzzError;
pub use server::ServerFuzz;
