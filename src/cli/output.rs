//! Standard output, which somebody may have stopped reading.

use std::io::{ErrorKind, Write as _};

use super::Trouble;

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
