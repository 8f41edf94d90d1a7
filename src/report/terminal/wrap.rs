//! Text in lines of some width.

/// The narrowest column that text is put into, however narrow the terminal.
const WIDTH_MIN: usize = 20;
/// Less than this of a text says nothing.
const CUT_MIN: usize = 8;

/// A text in lines of at most `width` characters, broken between words; blanks inside a line stay
/// as they are. Words that are longer stand alone and stick out: cutting them would spoil what a
/// reader wants to copy.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(WIDTH_MIN);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut gap = 0;
    for word in text.split(' ') {
        if word.is_empty() {
            gap += 1;
            continue;
        }
        let filled = line.chars().count();
        if filled > 0 && filled + gap + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        } else if filled > 0 {
            line.push_str(&" ".repeat(gap));
        }
        line.push_str(word);
        gap = 1;
    }
    lines.push(line);
    lines
}

/// One line, cut to `width` characters; `…` stands for what was cut.
pub fn cut(text: &str, width: usize) -> String {
    let width = width.max(CUT_MIN);
    match text.char_indices().nth(width) {
        None => text.to_owned(),
        Some(_) => text.chars().take(width - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_between_words() {
        assert_eq!(wrap("one two three four five", 20), ["one two three four", "five"]);
        assert_eq!(wrap("one  two   three four five", 20), ["one  two   three", "four five"]);
        assert_eq!(wrap("", 20), [""]);
        let long = "x".repeat(30);
        assert_eq!(wrap(&format!("a {long} b"), 20), ["a", &long, "b"]);
    }

    #[test]
    fn cuts_with_a_sign() {
        assert_eq!(cut("exactly twenty chars", 20), "exactly twenty chars");
        assert_eq!(cut("exactly twenty chars!", 20), "exactly twenty char…");
    }
}
