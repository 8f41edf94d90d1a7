//! Foreign text in a form that is safe to print.
//!
//! A peer that chooses its own name, close reason or message must not be able to move the cursor,
//! change colours, hide text, turn its direction around, or give commands to the runner of a CI
//! system.

use std::fmt::Write;

use super::command::begins_anywhere;

/// The text on one line, with every character that a terminal would obey or hide as `\u{…}`.
///
/// Line ends and tabs become `\n`, `\r` and `\t`. Backslashes stay, so this is for people, not for
/// programs; what is put in quotation marks goes through [`quoted`].
#[must_use]
pub fn printable(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        push_at(&mut out, &text[at..], character);
    }
    out
}

/// The text between quotation marks, unambiguously: `"` and `\` are escaped as well.
#[must_use]
pub fn quoted(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (at, character) in text.char_indices() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        push_at(&mut out, &text[at..], character);
    }
    out.push('"');
    out
}

/// A command as a shell reads it, with each word in quotation marks where that needs them.
#[must_use]
pub fn shell_words(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(shell_argument).collect();
    words.join(" ")
}

/// An argument of a shell command, in quotation marks where the shell needs them. What a terminal
/// would obey is written as the escapes of `$'...'`.
#[must_use]
pub fn shell_argument(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    if text.chars().any(is_unsafe) {
        let escaped: String = text.chars().map(shell_escape).collect();
        return printable(format!("$'{escaped}'"));
    }
    let text = printable(text);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
    let plain = !text.is_empty() && text.chars().all(is_plain);
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A character between `$'` and `'`.
fn shell_escape(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\\' | '\'' => format!("\\{character}"),
        _ if is_unsafe(character) => format!("\\U{:08x}", u32::from(character)),
        _ => character.to_string(),
    }
}

/// The character with which the rest of a text begins.
fn push_at(out: &mut String, rest: &str, character: char) {
    match begins_anywhere(rest) {
        true => push_number(out, character),
        false => push(out, character),
    }
}

pub(super) fn push(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ if is_unsafe(character) => push_number(out, character),
        _ => out.push(character),
    }
}

/// The character as `\u{…}`, whatever it is.
pub(super) fn push_number(out: &mut String, character: char) {
    write!(out, "\\u{{{:x}}}", u32::from(character)).expect("writing to a String never fails");
}

/// Whether a terminal would obey the character or show nothing for it.
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Soft hyphen, invisible fillers.
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}'
            | '\u{ffa0}'
            // Direction marks, embeddings, overrides, isolates.
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            // Zero width, word joiner, invisible operators, deprecated controls.
            | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            // Line and paragraph separators.
            | '\u{2028}' | '\u{2029}'
            // Interlinear annotations, tags, noncharacters at the end of the first plane.
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        assert_eq!(printable("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
        assert_eq!(printable("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(printable("a\r\nb\tc\u{7f}\0"), "a\\r\\nb\\tc\\u{7f}\\u{0}");
        assert_eq!(printable("abc\u{202e}fdp.exe"), "abc\\u{202e}fdp.exe");
        assert_eq!(printable("\u{2066}x\u{2069}"), "\\u{2066}x\\u{2069}");
        assert_eq!(printable("a\u{2028}b\u{200b}c\u{feff}"), "a\\u{2028}b\\u{200b}c\\u{feff}");
    }

    #[test]
    fn commands_for_runners_are_none_any_more() {
        assert_eq!(printable("a ##[add-mask]b"), "a \\u{23}#[add-mask]b");
        assert_eq!(quoted("##vso[x]"), "\"\\u{23}#vso[x]\"");
    }

    #[test]
    fn what_people_write_stays() {
        assert_eq!(printable("κόσμε, 漢字, naïve \\ \"x\""), "κόσμε, 漢字, naïve \\ \"x\"");
    }

    #[test]
    fn quotation_marks_are_unambiguous() {
        assert_eq!(quoted(r#"a"b\n"#), r#""a\"b\\n""#);
        assert_eq!(quoted("a\nb"), r#""a\nb""#);
    }

    #[test]
    fn shell_arguments_stay_one_argument() {
        assert_eq!(shell_argument("ws://localhost:9001/a"), "ws://localhost:9001/a");
        assert_eq!(shell_argument("ws://[::1]:9001/?a&b"), "'ws://[::1]:9001/?a&b'");
        assert_eq!(shell_argument("ws://h/$(x)"), "'ws://h/$(x)'");
        assert_eq!(shell_argument("it's"), r"'it'\''s'");
        assert_eq!(shell_argument(""), "''");
        assert_eq!(shell_argument("it's\na \\ \u{1b}"), r"$'it\'s\na \\ \U0000001b'");
        let words = ["sh", "-c", "exec a b"].map(str::to_owned);
        assert_eq!(shell_words(&words), "sh -c 'exec a b'");
    }

    proptest! {
        #[test]
        fn escaped_text_is_stable(text in any::<String>()) {
            let once = printable(&text);
            prop_assert!(!once.chars().any(is_unsafe));
            prop_assert_eq!(printable(&once), once.clone());
        }
    }
}
