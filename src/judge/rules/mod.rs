//! The wire rules: what no endpoint may do on any connection, whatever the case.
//!
//! Three kinds of them: those of the opening handshake, those of frames and messages, and those
//! that only several frames or connections together can break. A violation that `protocol` reports
//! has the rule of its name.

mod across;
mod chance;
mod connecting;
mod frames;
mod handshake;
mod masks;
mod one;
mod rule;
mod tls;

use super::{Breach, BrokenRule, Verdict, fields};

pub use across::Across;
pub use frames::{is_about_closes, requirements_broken_by, rule_broken_by};
pub use handshake::rule_of as rule_of_opening;
pub use one::{broken_rules, counting_in, testee, worst};
pub use rule::{RULES, Rule};
