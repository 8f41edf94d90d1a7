//! Mistakes at places, printed as a compiler prints them.

use std::fmt;

use super::{Mistake, at::Span};

/// A mistake at a place of a file that is known from the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub span: Span,
    pub mistake: Mistake,
}

impl Problem {
    /// The mistake, there.
    pub const fn new(span: Span, mistake: Mistake) -> Self {
        Self { span, mistake }
    }
}

/// Something that may turn out to be wrong.
pub type Checked<T> = Result<T, Problem>;

/// Everything that is wrong with a file, as it is found.
pub type Problems = Vec<Problem>;

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
    source_line: String,
    underlined: usize,
}

impl CaseFileError {
    /// The problem, in the file of this name and text.
    pub(super) fn locate(file: &str, text: &str, problem: Problem) -> Self {
        let (line, column) = position(text, problem.span.start);
        let source_line = text.lines().nth(line - 1).unwrap_or_default().to_owned();
        let rest_of_line = source_line.chars().count().saturating_sub(column - 1);
        let spanned = text.get(problem.span).map_or(0, |part| part.chars().count());
        Self {
            file: file.to_owned(),
            line,
            column,
            mistake: problem.mistake,
            underlined: spanned.min(rest_of_line).max(1),
            source_line,
        }
    }
}

/// Line and column, from 1, of an offset in octets.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

impl fmt::Display for CaseFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, mistake, source_line, underlined } = self;
        writeln!(f, "{file}:{line}:{column}: {mistake}")?;
        let gutter = line.to_string().len();
        // A tab stays a tab, so that the caret stands under its character.
        let indent: String = source_line
            .chars()
            .take(column - 1)
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, "{line} | {source_line}")?;
        write!(f, "{:gutter$} | {indent}{}", "", "^".repeat(*underlined))
    }
}

impl std::error::Error for CaseFileError {}

/// All that is wrong in the case files that were read; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFileErrors(Vec<CaseFileError>);

impl CaseFileErrors {
    /// These; `None` if there are none.
    pub(super) fn new(mut errors: Vec<CaseFileError>) -> Option<Self> {
        // A family's mistake is found again in each of its rows.
        let mut seen = Vec::new();
        errors.retain(|error| {
            let place = (error.file.clone(), error.line, error.column, error.mistake.clone());
            let new = !seen.contains(&place);
            seen.push(place);
            new
        });
        if errors.is_empty() { None } else { Some(Self(errors)) }
    }

    /// The errors, file by file, in the order of their places.
    #[must_use]
    pub fn errors(&self) -> &[CaseFileError] {
        &self.0
    }
}

impl fmt::Display for CaseFileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n" };
            write!(f, "{gap}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CaseFileErrors {}
