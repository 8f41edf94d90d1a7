//! Fuzzing over sockets: plays what a [`Campaign`](crate::fuzz::campaign::Campaign) hands out, and
//! tells it what came of it.
//!
//! ```text
//! server: campaign ──▶ a connection an assignment ──▶ campaign; a server that we started is
//!         started again when it has died, and its memory is watched
//! ```

mod child;
mod memory;
mod pace;
mod server;

pub use child::Testee;
pub use server::{FuzzError, ServerFuzz};
