//! Numbers and lists in sentences.

use crate::transcript::PayloadRecord;

/// Octets of a payload that a sentence shows.
const SHOWN: usize = 32;

/// A payload as a sentence has it: its text if it is short, else its length.
pub(super) fn payload(payload: &PayloadRecord) -> String {
    match payload.whole().map(std::str::from_utf8) {
        Some(Ok(text))
            if !text.is_empty() && text.len() <= SHOWN && !text.contains(char::is_control) =>
        {
            format!("{text:?}")
        }
        _ => octets(payload.length),
    }
}

pub(super) fn octets(count: u64) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}

/// `a, b or c`
pub(super) fn alternatives(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => items.concat(),
    }
}
