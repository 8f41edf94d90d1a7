//! Two testees, the same cases: where do they differ, and what does the oracle say of each?
//!
//! Pure, like a [`campaign`](super::campaign): a [`Duel`] hands out a case at a time, and takes what
//! both made of it. A difference is repeated and shrunk as findings are.

mod conduct;
mod engine;

pub use conduct::{Aspect, Conduct};
pub use engine::{Difference, Duel};
