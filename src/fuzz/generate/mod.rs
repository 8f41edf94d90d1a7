//! Cases from octets: the same octets give the same case.
//!
//! The octets come from a seed ([`octets_of_seed`]) or from a coverage-guided fuzzer; when they are
//! used up, the case comes to its end. Every case ends by itself without a wait: the oracle's
//! expectation is written into it, so that a player closes as soon as all that is due has come.

mod dice;
mod draft;
mod guide;
mod messages;
mod payloads;
mod vary;

pub use dice::octets_of_seed;
pub use draft::Plan;
pub use guide::{Guide, Ingredient, Weights};
pub use vary::{mutate, splice};

use arbitrary::Unstructured;

use self::{dice::Dice, draft::Draft};

/// A new case for a testee of the guide's kind.
pub fn generate(source: &mut Unstructured<'_>, guide: &Guide) -> Plan {
    let mut dice = Dice::new(source);
    let mut draft = Draft::new(guide);
    messages::add(&mut draft, &mut dice);
    draft.finish()
}
