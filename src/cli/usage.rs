//! What is printed in place of a command's work: help, the version, and what is wrong with the
//! arguments.

use clap::error::ErrorKind;

use super::{
    Exit,
    output::{note, print_in_colour, show, stdout_has_colours},
};

/// Prints it, and says how the process ends.
pub fn show_instead(instead: &clap::Error) -> Exit {
    let text = instead.render();
    match instead.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            show(print_in_colour(&match stdout_has_colours() {
                true => text.ansi().to_string(),
                false => text.to_string(),
            }));
            Exit::Success
        }
        // It quotes arguments, so nothing in it may be obeyed by a terminal.
        _ => {
            note(text.to_string().trim_end());
            Exit::Usage
        }
    }
}
