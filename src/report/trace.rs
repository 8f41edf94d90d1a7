//! What `--trace` prints: frames as they pass.

use super::{
    escape::printable,
    happening_text::{self, Direction, happening},
};
use crate::{
    case::CaseId,
    protocol::Role,
    transcript::{End, Entry, HandshakeRecord},
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

/// The lines for the opening handshake: both sides' octets as they were seen, line by line. A line
/// that does not end in CRLF shows how it ends. `role` is the side that wspec plays.
pub fn handshake<'a>(
    case: &'a CaseId,
    role: Role,
    handshake: &'a HandshakeRecord,
) -> impl Iterator<Item = String> + 'a {
    let (ours, theirs) = (Direction::Out, Direction::In);
    let (asks, answers) = match role {
        Role::Client => (ours, theirs),
        Role::Server => (theirs, ours),
    };
    block(case, asks, &handshake.request).chain(block(case, answers, &handshake.response))
}

fn block<'a>(
    case: &'a CaseId,
    direction: Direction,
    block: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let sign = direction.sign();
    // (The empty line at the end goes without saying.)
    let lines = block.strip_suffix("\r\n\r\n").unwrap_or(block).split_inclusive('\n');
    lines.map(move |line| {
        let line = line.strip_suffix("\r\n").unwrap_or(line);
        format!("{case}  {sign} {}", printable(line))
    })
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
    fn handshakes_are_escaped() {
        let case = example::hostile();
        let lines: Vec<String> =
            handshake(&case.id, Role::Client, &case.transcript.handshake).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
