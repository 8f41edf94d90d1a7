//! Mistakes at places, printed as a compiler prints them.

use std::fmt;

use super::{
    Mistake,
    lines::{Lines, Position},
    problems::{Problem, Problems},
};

/// Mistakes that are told of one file, and of all files that are read together. More are counted.
const TOLD_OF_A_FILE: usize = 50;
const TOLD: usize = 500;

/// Characters of a line that are quoted.
const QUOTED: usize = 160;

/// How many of them stand before the mistake, if its line is longer than that.
const QUOTED_BEFORE: usize = 30;

/// Something wrong in a case file: what, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFileError {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub mistake: Mistake,
    /// The line, or the part of it that the mistake is in.
    quotation: String,
    /// Characters of the quotation before the mistake.
    indent: usize,
    underlined: usize,
}

impl CaseFileError {
    /// The problem, in the file of this name and these lines.
    fn locate(file: &str, lines: &Lines<'_>, problem: Problem) -> Self {
        let Position { line, column } = lines.position(problem.span.start);
        let (quotation, indent) = quotation(lines.line(line), column - 1);
        let rest_of_line = quotation.chars().count().saturating_sub(indent);
        let spanned = lines.text().get(problem.span).unwrap_or_default();
        Self {
            file: file.to_owned(),
            line,
            column,
            mistake: problem.mistake,
            underlined: spanned.chars().take(rest_of_line).count().max(1),
            quotation,
            indent,
        }
    }
}

/// The line, cut around the character of this index if it is long, and the characters before that.
fn quotation(line: &str, index: usize) -> (String, usize) {
    if line.chars().nth(QUOTED).is_none() {
        return (line.to_owned(), index);
    }
    let skipped = index.saturating_sub(QUOTED_BEFORE);
    let mut rest = line.chars().skip(skipped);
    let before = if skipped > 0 { "… " } else { "" };
    let part: String = rest.by_ref().take(QUOTED).collect();
    let after = if rest.next().is_some() { " …" } else { "" };
    (format!("{before}{part}{after}"), before.chars().count() + index - skipped)
}

impl fmt::Display for CaseFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, mistake, quotation, indent, underlined } = self;
        writeln!(f, "{file}:{line}:{column}: {mistake}")?;
        let gutter = line.to_string().len();
        // A tab stays a tab, so that the caret stands under its character.
        let indent: String = quotation
            .chars()
            .take(*indent)
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, "{line} | {quotation}")?;
        write!(f, "{:gutter$} | {indent}{}", "", "^".repeat(*underlined))
    }
}

impl std::error::Error for CaseFileError {}

/// All that is wrong in the case files that were read; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFileErrors {
    told: Vec<CaseFileError>,
    /// Mistakes that were found and are not told.
    more: usize,
    /// Some file was not read to its end.
    unfinished: bool,
}

impl CaseFileErrors {
    /// Nothing so far.
    pub(super) const fn none() -> Self {
        Self { told: Vec::new(), more: 0, unfinished: false }
    }

    /// Whether nothing was found.
    pub(super) const fn is_none(&self) -> bool {
        self.told.is_empty()
    }

    /// Adds what is wrong with a file.
    pub(super) fn add(&mut self, file: &str, lines: &Lines<'_>, problems: Problems) {
        self.unfinished |= problems.is_full();
        let problems = problems.in_order();
        let told = problems.len().min(TOLD_OF_A_FILE).min(TOLD - self.told.len());
        self.more += problems.len() - told;
        let located =
            problems.into_iter().take(told).map(|found| CaseFileError::locate(file, lines, found));
        self.told.extend(located);
    }

    /// The errors, file by file, in the order of their places; not more than anybody reads.
    #[must_use]
    pub fn errors(&self) -> &[CaseFileError] {
        &self.told
    }
}

impl fmt::Display for CaseFileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.told.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n" };
            write!(f, "{gap}{error}")?;
        }
        let at_least = if self.unfinished { "at least " } else { "" };
        match self.more {
            0 => Ok(()),
            1 => write!(f, "\nand {at_least}1 more mistake"),
            more => write!(f, "\nand {at_least}{more} more mistakes"),
        }
    }
}

impl std::error::Error for CaseFileErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_mistake() {
        assert_eq!(quotation("short", 3), ("short".to_owned(), 3));
        let long = format!("{}κ{}", "a".repeat(500), "b".repeat(500));
        let (quoted, indent) = quotation(&long, 500);
        assert_eq!(quoted.chars().nth(indent), Some('κ'));
        assert!(quoted.starts_with("… a") && quoted.ends_with("b …"), "{quoted}");
        assert_eq!(quoted.chars().count(), QUOTED + 4);
        let (quoted, indent) = quotation(&long, 0);
        assert!(quoted.starts_with('a') && indent == 0, "{quoted}");
        let (quoted, indent) = quotation(&long, 1001);
        assert_eq!((quoted.chars().count(), indent), (32, 32), "{quoted}");
    }
}
