//! Prints reports that may be longer than memory should hold.

use std::io::{self, Write};

use super::{Trouble, output::print_format};
use crate::{
    coverage::rows,
    report::{Bar, Format, Report},
};

/// Octets that are gathered before they are printed.
const PRINTED_AT_ONCE: usize = 64 * 1024;

/// Prints the report in a format; the long ones a piece at a time.
///
/// # Errors
/// Standard output refuses the text; a result that cannot be read again.
pub fn print_report(format: Format, report: &Report, bar: &Bar) -> Result<(), Trouble> {
    let unreadable =
        |source| Trouble::System { what: "cannot print the report".to_owned(), source };
    if !matches!(format, Format::Json | Format::Html) {
        let text = format.render(report, bar, rows).map_err(unreadable)?;
        return print_format(format, &text);
    }
    let mut out = Printer { format, pending: Vec::new(), trouble: None };
    let written = format.write(&mut out, report, bar, rows).and_then(|()| out.print(true));
    match out.trouble {
        Some(trouble) => Err(trouble),
        None => written.map_err(unreadable),
    }
}

/// Prints text that comes as octets.
struct Printer {
    format: Format,
    pending: Vec<u8>,
    /// Why no more can be printed.
    trouble: Option<Trouble>,
}

impl Printer {
    /// Prints what is pending; unless it is all, JSON only to its last comma. Nothing that has to be
    /// looked at in one piece has a comma in it: no character, and no command of a CI system.
    fn print(&mut self, all: bool) -> io::Result<()> {
        let comma = || self.pending.iter().rposition(|octet| *octet == b',');
        let end = match self.format {
            _ if all => self.pending.len(),
            // Only characters are not to be torn there.
            Format::Html => {
                str::from_utf8(&self.pending).map_or_else(|error| error.valid_up_to(), str::len)
            }
            _ => comma().map_or(0, |at| at + 1),
        };
        let rest = self.pending.split_off(end);
        let text = String::from_utf8(std::mem::replace(&mut self.pending, rest));
        print_format(self.format, &text.map_err(io::Error::other)?).map_err(|trouble| {
            self.trouble = Some(trouble);
            io::ErrorKind::Other.into()
        })
    }
}

impl Write for Printer {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(octets);
        if self.pending.len() >= PRINTED_AT_ONCE {
            self.print(false)?;
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
