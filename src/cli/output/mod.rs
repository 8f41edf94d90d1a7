//! All that the process prints goes through here.
//!
//! ```text
//! stream  standard output or error, and the thread that writes there
//! bar     where bars are drawn
//! ```
//!
//! An output that is closed or full, or whose reader is slow or gone, costs output and nothing else.
//! What a run says while it goes on ([`say`], [`warn`], [`note`]) never waits for a reader, and is
//! dropped if too much waits. What a command prints as its result ([`print`], [`show`]) is whole:
//! its reader is waited for, until a signal asks the process to end. Whatever is printed is screened
//! first ([`crate::foreign`]), so that no peer and no file can give orders to a terminal or to the
//! runner of a CI system.

mod bar;
mod stream;

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    fmt::Display,
    fs::File,
    io::{self, IsTerminal},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::MetadataExt,
    },
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

pub use bar::bar;
pub use stream::Haste;
use stream::Stream;

use super::Trouble;
use crate::{
    foreign::{Screened, Styles, without_passwords},
    report::{
        Format,
        terminal::{ColorChoice, Palette},
    },
    transcript::Secrets,
};

/// Columns where the output is no terminal, or does not say how wide it is.
const DEFAULT_WIDTH: usize = 100;

/// The two outputs of a process.
struct Output {
    out: Place,
    error: Place,
}

/// One of them.
struct Place {
    /// `None`: there is none.
    file: Option<Arc<File>>,
    stream: Arc<Stream>,
}

impl Place {
    fn at(descriptor: BorrowedFd<'_>) -> Self {
        let file = descriptor.try_clone_to_owned().map(File::from);
        Self { file: file.ok().map(Arc::new), stream: Arc::new(Stream::new()) }
    }

    /// Device and number of the file, which tell whether two descriptors lead to the same place.
    fn identity(&self) -> Option<(u64, u64)> {
        let metadata = self.file.as_ref()?.metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    }

    fn offer(&self, lines: &Screened) {
        if let Some(file) = &self.file {
            self.stream.offer(file, lines);
        }
    }

    fn deliver(&self, text: &Screened) -> io::Result<()> {
        match &self.file {
            Some(file) => self.stream.deliver(file, text),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn output() -> &'static Output {
    static OUTPUT: OnceLock<Output> = OnceLock::new();
    OUTPUT.get_or_init(|| {
        let out = Place::at(io::stdout().as_fd());
        let mut error = Place::at(io::stderr().as_fd());
        // What goes to the same place keeps its order.
        if out.identity().is_some() && out.identity() == error.identity() {
            error.stream = Arc::clone(&out.stream);
        }
        Output { out, error }
    })
}

/// What must not be printed, whoever says it.
static SECRETS: RwLock<Option<Secrets>> = RwLock::new(None);

/// Keeps these secrets out of all that is printed from now on.
pub fn keep(secrets: &Secrets) {
    let mut kept = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    kept.get_or_insert_default().join(secrets);
}

/// The text without secrets.
fn cleared(text: &str) -> String {
    let text = without_passwords(text);
    match &*SECRETS.read().unwrap_or_else(PoisonError::into_inner) {
        Some(secrets) => secrets.hidden_in(&text),
        None => text,
    }
}

/// Prints the text to standard output, and waits until it is written. A reader that has gone has
/// seen enough: that is no trouble.
///
/// # Errors
/// Standard output refuses the text.
pub fn print(text: &str) -> Result<(), Trouble> {
    deliver(&Screened::lines(&cleared(text), Styles::Escaped))
}

/// The same for text with colours of ours.
///
/// # Errors
/// Standard output refuses the text.
pub fn print_in_colour(text: &str) -> Result<(), Trouble> {
    deliver(&Screened::lines(&cleared(text), Styles::Kept))
}

/// The same for JSON, whose meaning stays.
///
/// # Errors
/// Standard output refuses the text.
pub fn print_json(json: &str) -> Result<(), Trouble> {
    deliver(&Screened::json(&cleared(json)))
}

/// The same for a report in a format, in which it has to stay well-formed.
///
/// # Errors
/// Standard output refuses the text.
pub fn print_format(format: Format, text: &str) -> Result<(), Trouble> {
    match format {
        Format::Json | Format::Autobahn => print_json(text),
        Format::Junit | Format::Markdown | Format::Tap => print(text),
        // One escapes for its medium, and the other's lines are meant to be obeyed.
        Format::Html | Format::Github => print_exactly(text),
    }
}

/// The same for text in which nothing is foreign, such as a script of ours.
///
/// # Errors
/// Standard output refuses the text.
pub fn print_exactly(text: &str) -> Result<(), Trouble> {
    deliver(&Screened::as_it_is(text))
}

fn deliver(text: &Screened) -> Result<(), Trouble> {
    output().out.deliver(text).map_err(|source| Trouble::System {
        what: "cannot write to standard output".to_owned(),
        source,
    })
}

/// Tells people the result of a run, whose exit status does not depend on whether they can read it.
pub fn show(printed: Result<(), Trouble>) {
    if let Err(trouble) = printed {
        warn(trouble);
    }
}

/// Prints a line to standard output while something goes on.
pub fn say(line: impl Display) {
    output().out.offer(&whole_line(line));
}

/// Tells on standard error what the user has to know.
pub fn warn(text: impl Display) {
    note(format_args!("wspec: {text}"));
}

/// Prints a line to standard error.
pub fn note(line: impl Display) {
    output().error.offer(&whole_line(line));
}

fn whole_line(line: impl Display) -> Screened {
    Screened::lines(&cleared(&format!("{line}\n")), Styles::Escaped)
}

/// Prints annotations to standard error, where the runner of a CI system reads them as well.
pub fn annotate(annotations: &str) {
    output().error.offer(&Screened::as_it_is(annotations));
}

/// From now on no reader is waited for longer than this allows.
pub fn hurry(haste: Haste) {
    output().out.stream.hurry(haste);
    output().error.stream.hurry(haste);
}

/// Waits for the readers for the last time, and says what they have missed.
pub fn finish() {
    let Output { out, error } = output();
    // Trouble was told by whoever needed the output.
    let _ = out.stream.drain(Haste::None);
    let dropped = match Arc::ptr_eq(&out.stream, &error.stream) {
        true => out.stream.dropped(),
        false => out.stream.dropped() + error.stream.dropped(),
    };
    if dropped > 0 {
        warn(format_args!("output left out, because nobody read it in time: lines {dropped}"));
    }
    let _ = error.stream.drain(Haste::Some);
}

/// Tells of a panic through here: the usual hook would wait for a reader of standard error.
pub fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        warn(format_args!("this is a bug of wspec: {panic}"));
        if backtrace.status() == BacktraceStatus::Captured {
            note(backtrace);
        }
        // Nobody may come to `finish`.
        let _ = output().error.stream.drain(Haste::Some);
    }));
}

/// The columns of standard output.
#[must_use]
pub fn width() -> usize {
    if !io::stdout().is_terminal() {
        return DEFAULT_WIDTH;
    }
    console::Term::stdout().size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| columns.into())
}

/// The colours of standard output.
#[must_use]
pub fn palette(choice: ColorChoice) -> Palette {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    choice.palette(io::stdout().is_terminal(), no_color)
}

/// Whether standard output has colours unless somebody chooses.
#[must_use]
pub fn stdout_has_colours() -> bool {
    palette(ColorChoice::Auto) != Palette::PLAIN
}
