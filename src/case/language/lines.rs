//! Where the lines of a text begin, so that a place is found without reading the text again.

/// A text and its lines.
pub struct Lines<'a> {
    text: &'a str,
    /// Where each line begins, in octets.
    starts: Vec<usize>,
}

/// A place as people count: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl<'a> Lines<'a> {
    /// Those of this text.
    pub fn of(text: &'a str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, octet)| *octet == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(offset, _)| offset + 1)).collect();
        Self { text, starts }
    }

    /// The text.
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The number, from 1, of the line that this offset is in.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The place of an offset.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.number(offset);
        let before = self.text.get(self.starts[line - 1]..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The line of this number, without its end.
    pub fn line(&self, number: usize) -> &'a str {
        let rest = self.starts.get(number - 1).and_then(|start| self.text.get(*start..));
        rest.and_then(|rest| rest.lines().next()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_a_column_of_characters() {
        let lines = Lines::of("κa\r\n\nb");
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(2), Position { line: 1, column: 2 });
        assert_eq!(lines.position(5), Position { line: 2, column: 1 });
        assert_eq!(lines.position(6), Position { line: 3, column: 1 });
        assert_eq!(lines.position(7), Position { line: 3, column: 2 });
        assert_eq!([1, 2, 3, 4].map(|number| lines.line(number)), ["κa", "", "b", ""]);
        assert_eq!(Lines::of("").position(0), Position { line: 1, column: 1 });
    }
}
