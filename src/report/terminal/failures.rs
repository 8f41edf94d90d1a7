//! Cases that are not as they should be: what somebody needs to know who repairs his endpoint.

use std::fmt::{self, Write};

use super::{
    Palette, View,
    wrap::{cut, wrap},
};
use crate::{
    protocol::Role,
    report::{
        CaseReport, Gate, Repeat, Report,
        autobahn::behaviors,
        escape::printable,
        expectation_text,
        finding::{Alike, ranges},
        happening_text::{self, Direction, happening},
        section,
        section::sections_to_read,
        trace,
    },
    transcript::{End, Entry, Happening, PayloadRecord},
};

/// Lines of a list that are printed at its beginning and at its end.
const FIRST_LINES: usize = 10;
const LAST_LINES: usize = 4;

/// Columns of a head's line that are shown.
const HEAD_COLUMNS: usize = 72;

/// Columns that names of paragraphs take.
const NAME_WIDTH: usize = 10;
/// Columns that the second line of a list's item stands further in than the first.
const HANGING: usize = 4;
/// Columns before a paragraph's name.
const INDENT: usize = 2;

/// Prints the first of some cases with all that happened, and names the others. `repeat` is the
/// command that tests the testee again.
///
/// # Errors
/// What `out` says.
pub fn in_full(
    out: &mut dyn Write,
    report: &Report,
    alike: &Alike<'_>,
    repeat: &Repeat,
    view: &View,
) -> fmt::Result {
    let case = &*report.whole_or_gist(alike.first);
    heading(out, alike, view)?;
    let mut paragraphs = Paragraphs::new(out, view);
    paragraphs.wrapped("verdict", &printable(&case.message))?;
    for broken in &case.broken {
        let text = format!("{}: {}", section(&broken.requirement), broken.message);
        paragraphs.wrapped("broken", &printable(&text))?;
    }
    if let Some(words) = autobahn(case, view.bar.gate) {
        paragraphs.wrapped("autobahn", &words)?;
    }
    paragraphs.list("sent", sent(case))?;
    paragraphs.list("expected", expectation_text::lines(&case.expected, Some(case.testee())))?;
    paragraphs.list("received", received(case))?;
    let sections = sections(case);
    if !sections.is_empty() {
        paragraphs.wrapped("see", &sections)?;
    }
    paragraphs.alike(alike)?;
    // Never wrapped: it is there to be copied.
    paragraphs.line("repeat", &repeat.case(&case.id))
}

/// Prints what was found in some cases, and which they are.
///
/// # Errors
/// What `out` says.
pub fn in_short(out: &mut dyn Write, alike: &Alike<'_>, view: &View) -> fmt::Result {
    heading(out, alike, view)?;
    let mut paragraphs = Paragraphs::new(out, view);
    paragraphs.wrapped("verdict", &printable(alike.finding()))?;
    if let Some(words) = autobahn(alike.first, view.bar.gate) {
        paragraphs.wrapped("autobahn", &words)?;
    }
    paragraphs.alike(alike)
}

/// `fail 7.1.5  Close in the midst of a message, and 3 alike`
fn heading(out: &mut dyn Write, alike: &Alike<'_>, view: &View) -> fmt::Result {
    let verdict = view.bar.gate.verdict(alike.first);
    let others = match alike.more.len() {
        0 => String::new(),
        count => format!(", and {count} alike"),
    };
    let title = format!("{verdict} {}  {}", alike.first.id, printable(&alike.first.title));
    let title = cut(&title, view.width.saturating_sub(others.len()));
    writeln!(out, "{}{others}", view.palette.verdict(verdict, title))
}

/// Named paragraphs, the name once in front.
struct Paragraphs<'a> {
    out: &'a mut dyn Write,
    width: usize,
    palette: &'a Palette,
}

impl<'a> Paragraphs<'a> {
    fn new(out: &'a mut dyn Write, view: &'a View) -> Self {
        Self { out, width: view.width, palette: &view.palette }
    }

    fn alike(&mut self, alike: &Alike<'_>) -> fmt::Result {
        match alike.more.len() {
            0 => Ok(()),
            _ => self.wrapped("alike", &ranges(&alike.other_ids())),
        }
    }

    fn text_width(&self) -> usize {
        self.width.saturating_sub(INDENT + NAME_WIDTH)
    }

    fn line(&mut self, name: &str, line: &str) -> fmt::Result {
        let name = self.palette.quiet(format_args!("{name:NAME_WIDTH$}"));
        writeln!(self.out, "{:INDENT$}{name}{line}", "")
    }

    fn lines(&mut self, name: &str, lines: Vec<String>) -> fmt::Result {
        let names = [name].into_iter().chain(std::iter::repeat(""));
        lines.iter().zip(names).try_for_each(|(line, name)| self.line(name, line))
    }

    fn wrapped(&mut self, name: &str, text: &str) -> fmt::Result {
        self.lines(name, wrap(text, self.text_width()))
    }

    /// Items a line each; what does not fit goes on below, further in.
    fn list(&mut self, name: &str, items: Vec<String>) -> fmt::Result {
        let width = self.text_width().saturating_sub(HANGING);
        let lines = items.iter().flat_map(|item| {
            if item.chars().count() <= width + HANGING {
                return vec![item.clone()];
            }
            let mut lines = wrap(item, width);
            for line in lines.iter_mut().skip(1) {
                line.insert_str(0, &" ".repeat(HANGING));
            }
            lines
        });
        self.lines(name, lines.collect())
    }
}

/// What we sent, in order with times.
fn sent(case: &CaseReport) -> Vec<String> {
    let handshake = &case.transcript.handshake;
    let mut lines = head_in_question(
        case,
        match case.transcript.role {
            Role::Client => &handshake.request,
            Role::Server => &handshake.response,
        },
    );
    lines.extend(timed(case, |entry, _| Direction::of(&entry.what) == Direction::Out));
    if lines.is_empty() { vec!["nothing".to_owned()] } else { lines }
}

/// What came, what we noticed, and how TCP ended.
fn received(case: &CaseReport) -> Vec<String> {
    let transcript = &case.transcript;
    let mut lines = timed(case, |entry, before| match &entry.what {
        // A message that is one frame is not said twice, nor is how TCP ended.
        Happening::Message { payload, .. } => !is_frame_of(before, payload),
        Happening::WeDropTcp => transcript.end != End::WeClosed,
        what => Direction::of(what) != Direction::Out,
    });
    if let Some(trouble) = happening_text::handshake_trouble(transcript) {
        lines.insert(0, trouble);
    }
    let head = head_in_question(
        case,
        match transcript.role {
            Role::Client => &transcript.handshake.response,
            Role::Server => &transcript.handshake.request,
        },
    );
    lines.splice(0..0, head);
    if transcript.entries_dropped > 0 {
        lines.push(format!("{} more that were not kept", transcript.entries_dropped));
    }
    let end = happening_text::end(transcript.end);
    lines.push(match transcript.end {
        End::NeverConnected => end.to_owned(),
        _ => format!("{}  {end}", trace::moment(transcript.duration_us)),
    });
    lines
}

/// The lines of a side's head, where the case is about the opening handshake.
fn head_in_question(case: &CaseReport, head: &str) -> Vec<String> {
    if case.expected.handshake.is_empty() {
        return Vec::new();
    }
    let all = head.lines().filter(|line| !line.is_empty());
    let mut lines: Vec<String> = all.map(|line| cut(&printable(line), HEAD_COLUMNS)).collect();
    let shown = FIRST_LINES + LAST_LINES;
    if lines.len() > shown {
        let more = lines.len() - shown;
        lines.truncate(shown);
        lines.push(format!("… {more} more"));
    }
    lines
}

/// Whether this is a received frame that has all of a message's payload.
fn is_frame_of(entry: Option<&Entry>, message: &PayloadRecord) -> bool {
    match entry.map(|entry| &entry.what) {
        Some(Happening::Received(frame)) => frame.payload == *message,
        _ => false,
    }
}

/// The entries that are wanted, a line each, without the middle of a long list. `wanted` also
/// gets the entry before.
fn timed(case: &CaseReport, wanted: impl Fn(&Entry, Option<&Entry>) -> bool) -> Vec<String> {
    let all = &case.transcript.entries;
    let before = [None].into_iter().chain(all.iter().map(Some));
    let wanted = all.iter().zip(before).filter(|(entry, before)| wanted(entry, *before));
    let entries: Vec<&Entry> = wanted.map(|(entry, _)| entry).collect();
    let line = |entry: &&Entry| {
        let sign = match Direction::of(&entry.what) {
            Direction::Wrong => "! ",
            _ => "",
        };
        format!("{}  {sign}{}", trace::moment(entry.at_us), happening(&entry.what))
    };
    if entries.len() <= FIRST_LINES + LAST_LINES {
        return entries.iter().map(line).collect();
    }
    let left_out = entries.len() - FIRST_LINES - LAST_LINES;
    let first = entries[..FIRST_LINES].iter().map(line);
    let last = entries[entries.len() - LAST_LINES..].iter().map(line);
    first.chain([format!("… {left_out} more")]).chain(last).collect()
}

/// Autobahn's words, where they decide.
fn autobahn(case: &CaseReport, gate: Gate) -> Option<String> {
    let (behavior, close) = behaviors(case);
    (gate == Gate::Autobahn).then(|| format!("behavior {behavior}, behaviorClose {close}"))
}

/// Where to read on.
#[must_use]
pub fn sections(case: &CaseReport) -> String {
    printable(sections_to_read(case).join(", "))
}
