//! Commands that the runners of CI systems read off the output of a job.
//!
//! A runner obeys them wherever they come from, so text of a peer or a file must not form one:
//! `::set-env name=…::` at the beginning of a line and `##[add-mask]` anywhere (GitHub), `##vso[…]`
//! and `##[…]` (Azure), `##teamcity[…]` (TeamCity), `section_start:…` (GitLab).

/// Beginnings of commands that are obeyed anywhere in a line. Their case does not matter.
const ANYWHERE: [&str; 5] = ["##[", "##vso[", "##teamcity[", "section_start:", "section_end:"];

/// What a command begins with that is obeyed only at the beginning of a line, after blanks.
const AT_THE_BEGINNING: &str = "::";

/// Whether the text begins with a command that is obeyed anywhere in a line.
#[must_use]
pub fn begins_anywhere(text: &str) -> bool {
    ANYWHERE.iter().any(|command| {
        let start = text.as_bytes().get(..command.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(command.as_bytes()))
    })
}

/// Whether the text would be a command at the beginning of a line.
#[must_use]
pub fn begins_a_line(text: &str) -> bool {
    text.starts_with(AT_THE_BEGINNING)
}
