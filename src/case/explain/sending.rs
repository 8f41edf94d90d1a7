//! What a case sends, without what may come back: what `--dry-run` prints.

use crate::case::{Case, counted};

use super::{
    handshake::head_lines,
    prose::{push_line, push_wrapped},
    whole::push_steps,
};

/// The case's title, this opening request line by line, and the steps that follow it.
#[must_use]
pub fn explain_sending(case: &Case, request: &[u8]) -> String {
    let mut out = String::new();
    push_wrapped(&mut out, &format!("{}  ", case.id), &case.title);
    for line in head_lines(request) {
        push_line(&mut out, &format!("  | {line}"));
    }
    if let Some(size) = case.handshake.chop() {
        push_line(&mut out, &format!("  (in pieces of {})", counted(size.get(), "octet")));
    }
    if !case.steps.is_empty() {
        push_steps(&mut out, case);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::embedded_cases;

    #[test]
    fn request_and_frames_are_shown() {
        let case = embedded_cases().get(&"7.7.2".parse().unwrap()).unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";
        insta::assert_snapshot!(explain_sending(case, request));
    }
}
