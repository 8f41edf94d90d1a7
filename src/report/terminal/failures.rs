//! A failed case: all that somebody needs who wants to repair his endpoint.

use std::fmt::{self, Write};

use super::{Palette, View, wrap::{cut, wrap}};
use crate::{
    judge::Verdict,
    protocol::Role,
    report::{
        AgentReport, CaseReport, Gate,
        autobahn::behaviors,
        escape::{printable, shell_argument},
        expectation_text,
        happening_text::{self, Direction, happening},
        section, trace,
    },
    transcript::{End, Entry, Happening},
};

/// Lines of a list that are printed at its beginning and at its end.
const FIRST_LINES: usize = 10;
const LAST_LINES: usize = 4;

/// Columns that names of paragraphs take.
const NAME_WIDTH: usize = 10;
/// Columns before a paragraph's name.
const INDENT: usize = 2;

/// Prints a case that the gate stops.
///
/// # Errors
/// What `out` says.
pub fn failure(
    out: &mut dyn Write,
    agent: &AgentReport,
    case: &CaseReport,
    view: &View,
) -> fmt::Result {
    let verdict = view.gate.verdict(case);
    let title = format!("{verdict} {}  {}", case.id, printable(&case.title));
    writeln!(out, "{}", view.palette.verdict(verdict, cut(&title, view.width)))?;
    let mut paragraphs = Paragraphs { out, width: view.width, palette: &view.palette };
    paragraphs.cut("sent", sent(case))?;
    paragraphs.cut("expected", expectation_text::lines(&case.expected))?;
    paragraphs.cut("received", received(case))?;
    paragraphs.wrapped("verdict", &printable(&case.message))?;
    for broken in &case.broken {
        let text = format!("{}: {}", section(&broken.requirement), printable(&broken.message));
        paragraphs.wrapped("broken", &text)?;
    }
    if let Some(words) = autobahn(case, view.gate) {
        paragraphs.wrapped("autobahn", &words)?;
    }
    if !case.requirements.is_empty() {
        paragraphs.wrapped("see", &sections(case))?;
    }
    // Never wrapped: it is there to be copied.
    paragraphs.line("repeat", &repeat(agent, case))
}

/// Prints a case that is not strict, in one line.
///
/// # Errors
/// What `out` says.
pub fn non_strict(out: &mut dyn Write, case: &CaseReport, view: &View) -> fmt::Result {
    let id = format!("{} {}", Verdict::NonStrict, case.id);
    let rest = format!("{}: {}", printable(&case.title), printable(&case.message));
    let rest = cut(&rest, view.width.saturating_sub(id.chars().count() + 2));
    writeln!(out, "{}  {rest}", view.palette.verdict(Verdict::NonStrict, id))
}

/// Named paragraphs, the name once in front.
struct Paragraphs<'a> {
    out: &'a mut dyn Write,
    width: usize,
    palette: &'a Palette,
}

impl Paragraphs<'_> {
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

    fn cut(&mut self, name: &str, lines: Vec<String>) -> fmt::Result {
        let width = self.text_width();
        self.lines(name, lines.iter().map(|line| cut(line, width)).collect())
    }
}

/// What we sent, in order with times.
fn sent(case: &CaseReport) -> Vec<String> {
    let lines = timed(case, |what| Direction::of(what) == Direction::Out);
    if lines.is_empty() { vec!["nothing".to_owned()] } else { lines }
}

/// What came, what we noticed, and how TCP ended.
fn received(case: &CaseReport) -> Vec<String> {
    let transcript = &case.transcript;
    // A message in one frame is not said twice.
    let mut lines = timed(case, |what| {
        Direction::of(what) != Direction::Out && !matches!(what, Happening::Message { .. })
    });
    if let Some(trouble) = happening_text::handshake_trouble(transcript) {
        lines.insert(0, trouble);
    }
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

/// The happenings that are wanted, a line each, without the middle of a long list.
fn timed(case: &CaseReport, wanted: impl Fn(&Happening) -> bool) -> Vec<String> {
    let entries: Vec<&Entry> =
        case.transcript.entries.iter().filter(|entry| wanted(&entry.what)).collect();
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

/// The sections of a case's requirements, each once.
fn sections(case: &CaseReport) -> String {
    let mut sections: Vec<String> = Vec::new();
    for requirement in &case.requirements {
        let section = section(requirement);
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    printable(&sections.join(", "))
}

/// The command that plays just this case again.
fn repeat(agent: &AgentReport, case: &CaseReport) -> String {
    match case.transcript.role {
        Role::Client => {
            let url = shell_argument(&agent.url);
            format!("wspec server {url} --cases {} --trace", case.id)
        }
        Role::Server => format!("wspec client --cases {} --trace", case.id),
    }
}
