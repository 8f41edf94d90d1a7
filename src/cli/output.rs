//! Standard output, which somebody may have stopped reading.

use std::io::{ErrorKind, IsTerminal, Write as _};

use super::Trouble;
use crate::report::terminal::{ColorChoice, Palette};

/// Columns where the output is no terminal, or does not say how wide it is.
const DEFAULT_WIDTH: usize = 100;

/// Prints the text. A reader that has gone has seen enough: that is no trouble.
///
/// # Errors
/// Standard output refuses the text.
pub fn print(text: &str) -> Result<(), Trouble> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|source| Trouble::System {
            what: "cannot write to standard output".to_owned(),
            source,
        }),
    }
}

/// The columns of standard output.
#[must_use]
pub fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        return DEFAULT_WIDTH;
    }
    console::Term::stdout().size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| columns.into())
}

/// The colours of standard output.
#[must_use]
pub fn palette(choice: ColorChoice) -> Palette {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    choice.palette(std::io::stdout().is_terminal(), no_color)
}
