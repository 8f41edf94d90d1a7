//! What is shown of text that a target says before it is known to be testable.

use crate::foreign::printable;

/// Characters that are shown.
const SHOWN_MAX: usize = 100;

/// The first line of a text, without what a terminal could obey.
pub(super) fn excerpt(octets: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(octets);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let cut: String = line.chars().take(SHOWN_MAX).collect();
    let dots = if line.chars().count() > SHOWN_MAX { "…" } else { "" };
    Some(printable(&cut) + dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_shown_and_nothing_to_obey() {
        assert_eq!(excerpt(b"\r\n \x1b[2Jno\xff\nmore"), Some("\\u{1b}[2Jno\u{fffd}".to_owned()));
        assert_eq!(excerpt(b" \n"), None);
        assert_eq!(excerpt(&[b'x'; 200]).unwrap().chars().count(), SHOWN_MAX + 1);
    }
}
