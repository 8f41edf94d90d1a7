//! The last look at text before it is printed: what was forgotten before stops here.

use super::{
    command::{begins_a_line, begins_anywhere},
    escape::{push, push_number},
};

/// Whether sequences that only set a style may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Styles {
    /// They may: the text has colours of ours.
    Kept,
    /// They are escaped as everything else.
    Escaped,
}

/// Text that may be printed. There is no other way to print any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screened(String);

impl Screened {
    /// Lines in which everything is escaped that a terminal or the runner of a CI system would obey.
    /// Line ends and tabs stay, and styles where there are any of ours.
    #[must_use]
    pub fn lines(text: &str, styles: Styles) -> Self {
        Self(screened(text, styles))
    }

    /// JSON that means the same, in which all that is written as `\uXXXX`.
    #[must_use]
    pub fn json(json: &str) -> Self {
        Self(screened_json(json))
    }

    /// Text in which nothing is foreign, or whose format has its own way to escape that.
    #[must_use]
    pub fn as_it_is(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What to print.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn screened(text: &str, styles: Styles) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(line) => {
                screen_line(&mut out, line, styles);
                out.push('\n');
            }
            None => screen_line(&mut out, line, styles),
        }
    }
    out
}

fn screen_line(out: &mut String, line: &str, styles: Styles) {
    let mut is_blank = true;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        if let Some(length) = style_length(rest).filter(|_| styles == Styles::Kept) {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        match character {
            _ if begins_anywhere(rest) || (is_blank && begins_a_line(rest)) => {
                push_number(out, character);
            }
            '\t' => out.push('\t'),
            _ => push(out, character),
        }
        is_blank &= character.is_whitespace();
        rest = &rest[character.len_utf8()..];
    }
}

/// The length of the sequence with which the text begins, if that sets a style and does nothing
/// else: `ESC [ 1 ; 31 m`.
fn style_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then(|| text.len() - parameters.len() + end + 1)
}

fn screened_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        // Control characters below U+0020 stand in no string of JSON, and around them they are
        // line ends.
        let obeyed = !character.is_ascii_control() && super::escape::is_unsafe(character);
        if obeyed || character == '\u{7f}' || begins_anywhere(rest) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_stay_lines_and_nothing_else_is_obeyed() {
        let text = "a\u{1b}[2J\r\nb\u{9b}31m\n\u{202e}c\u{2028}d";
        let plain = "a\\u{1b}[2J\\r\nb\\u{9b}31m\n\\u{202e}c\\u{2028}d";
        assert_eq!(screened(text, Styles::Escaped), plain);
    }

    #[test]
    fn only_styles_of_ours_stay() {
        let text = "\u{1b}[1;31mred\u{1b}[0m \u{1b}[2J\u{1b}]0;title\u{7}";
        let kept = "\u{1b}[1;31mred\u{1b}[0m \\u{1b}[2J\\u{1b}]0;title\\u{7}";
        assert_eq!(screened(text, Styles::Kept), kept);
        assert!(!screened(text, Styles::Escaped).contains('\u{1b}'));
    }

    #[test]
    fn runners_of_ci_systems_find_no_command() {
        for (text, shown) in [
            ("::stop-commands::x", "\\u{3a}:stop-commands::x"),
            ("fine\n \u{a0}::error::x\nfine", "fine\n \u{a0}\\u{3a}:error::x\nfine"),
            ("a ::error::x std::fmt [::1]:80", "a ::error::x std::fmt [::1]:80"),
            ("got \"##[add-mask]fail\"", "got \"\\u{23}#[add-mask]fail\""),
            ("###[x]", "#\\u{23}#[x]"),
            ("##VSO[task.setvariable]", "\\u{23}#VSO[task.setvariable]"),
            ("x ##teamcity[y]", "x \\u{23}#teamcity[y]"),
            ("section_start:1:a", "\\u{73}ection_start:1:a"),
            ("## a heading", "## a heading"),
        ] {
            assert_eq!(screened(text, Styles::Escaped), shown);
        }
        let styled = screened("\u{1b}[1m ::error::x\u{1b}[0m", Styles::Kept);
        assert_eq!(styled, "\u{1b}[1m \\u{3a}:error::x\u{1b}[0m");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = "a\u{202e}b\u{9b}c##[x]d\u{e0041}é\u{7f}\n";
        let json = serde_json::to_string(text).unwrap();
        let shown = screened_json(&json);
        assert!(shown.contains("\\u202eb\\u009bc\\u0023#[x]d\\udb40\\udc41é\\u007f"), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }

    proptest! {
        #[test]
        fn a_second_look_finds_nothing(text in any::<String>()) {
            let once = screened(&text, Styles::Escaped);
            prop_assert_eq!(screened(&once, Styles::Escaped), once.clone());
        }
    }
}
