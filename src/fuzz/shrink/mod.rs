//! Makes a case smaller while it still shows what it was kept for.
//!
//! A pure search: the [`Shrinker`] hands out candidates, whoever can play them says whether they
//! still do, and nothing here knows what "still" means. Every candidate that is taken is lighter
//! ([`Weight`]) than the one before, so the search ends.

mod handshake;
mod payload;
mod search;
mod simplify;
mod steps;
mod weight;

pub use search::{Shrinker, shrink};
pub use weight::Weight;
