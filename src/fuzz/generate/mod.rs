//! Cases from octets: the same octets give the same case.
//!
//! The octets come from a seed ([`octets_of_seed`]) or from a coverage-guided fuzzer; when they are
//! used up, the case comes to its end. Every case ends by itself without a wait: the oracle's
//! expectation is written into it, so that a player closes as soon as all that is due has come.

mod closes;
mod complete;
mod dice;
mod draft;
mod frames;
mod guide;
mod opening;
mod payloads;
mod plan;
mod right;
mod segments;
mod streams;
mod text;
mod vary;
mod wrong;

pub use complete::{complete, complete_with_course};
pub use dice::octets_of_seed;
pub use guide::{Guide, Ingredient, Weights};
pub use plan::{Plan, generate};
pub use vary::{mutate, splice};
