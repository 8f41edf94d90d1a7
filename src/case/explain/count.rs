//! A number of things.

use std::fmt::Display;

/// The number with its noun, in the plural unless it is 1.
///
/// ```
/// assert_eq!(wspec::case::counted(1, "octet"), "1 octet");
/// assert_eq!(wspec::case::counted(0_u64, "suspicion"), "0 suspicions");
/// assert_eq!(wspec::case::counted(2, "right echo"), "2 right echoes");
/// ```
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = match count == N::from(1) {
        true => "",
        false if noun.ends_with('o') => "es",
        false => "s",
    };
    format!("{count} {noun}{plural}")
}
