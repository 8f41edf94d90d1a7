//! What goes to the console, line by line: those who wait for a line get it at once.

use std::{fmt::Display, io::Write};

/// Prints a line to standard output.
pub fn say(line: &impl Display) {
    let mut out = std::io::stdout().lock();
    // Whoever read our output has gone; the run and its reports are not only for him.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints lines to standard output.
pub fn say_all(lines: &[String]) {
    for line in lines {
        say(line);
    }
}

/// Warns on standard error.
pub fn warn(what: &impl Display) {
    let _ = writeln!(std::io::stderr(), "wstest: warning: {what}");
}

/// Says on standard error what somebody should know.
pub fn note(what: &impl Display) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
