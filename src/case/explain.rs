//! A case in words and octets.

use super::Case;

/// x
#[must_use]
pub fn explain(case: &Case) -> String {
    case.title.clone()
}
