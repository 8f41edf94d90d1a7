//! Where bars are drawn: on standard error if that is a terminal, by the thread that writes there.

use std::{
    io::{self, IsTerminal as _},
    sync::{Mutex, PoisonError},
};

use indicatif::{ProgressDrawTarget, TermLike};

use super::output;
use crate::foreign::Screened;

/// How often a bar is drawn, a second.
const RATE: u8 = 20;

/// A place for a bar, where there is a terminal for it.
#[must_use]
pub fn bar() -> Option<ProgressDrawTarget> {
    let target = || ProgressDrawTarget::term_like_with_hz(Box::new(ErrorTerminal::default()), RATE);
    io::stderr().is_terminal().then(target)
}

/// The terminal at standard error; what is drawn is gathered until it is flushed.
#[derive(Debug, Default)]
struct ErrorTerminal(Mutex<String>);

impl ErrorTerminal {
    fn add(&self, text: &str) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }

    fn add_move(&self, count: usize, direction: char) -> io::Result<()> {
        match count {
            0 => Ok(()),
            count => self.add(&format!("\u{1b}[{count}{direction}")),
        }
    }
}

impl TermLike for ErrorTerminal {
    fn width(&self) -> u16 {
        console::Term::stderr().size().1
    }

    fn height(&self) -> u16 {
        console::Term::stderr().size().0
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        self.add_move(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        self.add_move(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        self.add_move(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        self.add_move(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.add(text)?;
        self.add("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.add(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.add("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let drawn = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let error = &output().error;
        if let Some(file) = &error.file {
            // (Names in it were made printable when they were put there.)
            error.stream.draw(file, &Screened::as_it_is(&drawn));
        }
        Ok(())
    }
}
