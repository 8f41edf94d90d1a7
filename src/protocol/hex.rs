//! Octets as hexadecimal text, the way people write frames down.

/// Lower-case hexadecimal digits, two an octet, without separators.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    use std::fmt::Write;
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
        write!(text, "{octet:02x}").expect("writing to a String never fails");
        text
    })
}

/// Reads hexadecimal digits of either case; blanks may stand between octets.
///
/// # Errors
/// Text that is not made of pairs of hexadecimal digits.
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    for word in text.split_ascii_whitespace() {
        let digits = word.as_bytes();
        if digits.len() % 2 != 0 {
            return Err(HexError::HalfOctet(word.to_owned()));
        }
        for pair in digits.chunks_exact(2) {
            let [Some(high), Some(low)] = [pair[0], pair[1]].map(|d| (d as char).to_digit(16))
            else {
                return Err(HexError::NotADigit(word.to_owned()));
            };
            octets.push((high << 4 | low) as u8);
        }
    }
    Ok(octets)
}

/// Why text is not hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// An odd number of digits in a row.
    #[error("`{0}` has an odd number of hexadecimal digits")]
    HalfOctet(String),
    /// A character that is no digit.
    #[error("`{0}` is not hexadecimal")]
    NotADigit(String),
}
