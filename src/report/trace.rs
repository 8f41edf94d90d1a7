//! What `--trace` prints: frames as they pass.

use super::{
    escape::printable,
    happening_text::{self, Direction, happening},
};
use crate::{
    case::CaseId,
    transcript::{End, Entry},
};

/// The line for an entry of the case's transcript.
///
/// ```text
/// 1.1.2  +0.000312  → text  FIN  masked  125  "***…"
/// ```
#[must_use]
pub fn line(case: &CaseId, entry: &Entry) -> String {
    let sign = Direction::of(&entry.what).sign();
    format!("{case}  {}  {sign} {}", moment(entry.at_us), happening(&entry.what))
}

/// The line for the end of the case's connection.
#[must_use]
pub fn end(case: &CaseId, at_us: u64, end: End) -> String {
    let sign = Direction::Here.sign();
    format!("{case}  {}  {sign} {}", moment(at_us), happening_text::end(end))
}

/// The lines for one side's part of the opening handshake: its header block as it was seen.
pub fn header_block<'a>(
    case: &'a CaseId,
    direction: Direction,
    block: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let sign = direction.sign();
    let lines = block.lines().filter(|line| !line.is_empty());
    lines.map(move |line| format!("{case}  {sign} {}", printable(line)))
}

/// A time since the start of the connection, in seconds with microseconds.
#[must_use]
pub fn moment(us: u64) -> String {
    format!("+{}.{:06}", us / 1_000_000, us % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn traces_every_kind_of_happening() {
        let cases = [
            example::passed(),
            example::wrong_echo(),
            example::rule_broken(),
            example::hostile(),
            example::round_trips(),
            example::everything(),
        ];
        let lines: Vec<String> = cases
            .iter()
            .flat_map(|case| {
                let entries = case.transcript.entries.iter().map(|entry| line(&case.id, entry));
                let over = end(&case.id, case.transcript.duration_us, case.transcript.end);
                entries.chain([over]).collect::<Vec<_>>()
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn header_blocks_are_escaped() {
        let case = example::hostile();
        let response = &case.transcript.handshake.response;
        let lines: Vec<String> = header_block(&case.id, Direction::In, response).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
