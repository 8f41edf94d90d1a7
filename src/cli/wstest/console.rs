//! What goes to the console, line by line: those who wait for a line get it at once.

use std::fmt::Display;

use crate::cli::output;

/// Prints a line to standard output.
pub fn say(line: &impl Display) {
    output::say(line);
}

/// Prints lines to standard output.
pub fn say_all(lines: &[String]) {
    for line in lines {
        say(line);
    }
}

/// Warns on standard error.
pub fn warn(what: &impl Display) {
    output::note(format_args!("wstest: warning: {what}"));
}

/// Says on standard error what somebody should know.
pub fn note(what: &impl Display) {
    output::note(what);
}
