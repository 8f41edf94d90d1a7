//! Reading case files: from texts to the cases that stand in them, or all that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    CaseFileErrors, Mistake,
    amount::STEPS_MAX,
    at::{At, Span},
    check::CaseChecker,
    entry::{CaseEntry, FileEntry},
    family::{Room, TableAt, expand},
    lines::Lines,
    problems::{Problem, Problems},
    salvage::salvage,
    shape::problem_of,
};
use crate::case::{Case, CaseId, CaseSet, Chapter, RequirementId, Section, Step};

/// Frames that `repeat` may come to in all files together: each is looked at to know what messages
/// they make.
const REPEATED_FRAMES_MAX: u64 = 4_000_000;

/// Octets of a text whose syntax errors are all looked for.
const ALL_SYNTAX_ERRORS_OF: usize = 64 << 10;

/// A case file's text and the name that errors call it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFile<T = String> {
    /// The name.
    pub name: T,
    /// The text.
    pub text: T,
}

/// The cases of all the files, sorted by id.
///
/// `known` are the requirements that there are.
///
/// # Errors
/// Everything that is wrong in any of the files.
pub fn read_cases<T: AsRef<str>>(
    files: &[SourceFile<T>],
    known: &BTreeSet<RequirementId>,
) -> Result<CaseSet, CaseFileErrors> {
    let mut reader = Reader {
        known,
        chapters: Vec::new(),
        cases: BTreeMap::new(),
        room: Room::new(),
        repeated_frames: 0,
        errors: CaseFileErrors::none(),
    };
    for file in files {
        reader.read(SourceFile { name: file.name.as_ref(), text: file.text.as_ref() });
    }
    if !reader.errors.is_none() {
        return Err(reader.errors);
    }
    Ok(CaseSet {
        cases: reader.cases.into_values().map(|(case, _)| case).collect(),
        chapters: reader.chapters,
    })
}

struct Reader<'a> {
    known: &'a BTreeSet<RequirementId>,
    chapters: Vec<Chapter>,
    /// Each with its file and the line of its id.
    cases: BTreeMap<CaseId, (Case, (&'a str, usize))>,
    room: Room,
    repeated_frames: u64,
    errors: CaseFileErrors,
}

impl<'a> Reader<'a> {
    fn read(&mut self, source: SourceFile<&'a str>) {
        let lines = Lines::of(source.text);
        let mut problems = Problems::default();
        self.read_file(source.name, &lines, &mut problems);
        if !problems.is_empty() {
            self.errors.add(source.name, &lines, problems);
        }
    }

    fn read_file(&mut self, name: &'a str, lines: &Lines<'a>, problems: &mut Problems) {
        let Some(mut root) = parse(lines.text(), problems) else {
            return;
        };
        let tables = root.get_mut().remove("case").map(|cases| case_tables(cases, problems));
        // A file whose head is wrong has cases that may be wrong, too.
        let file = salvage::<FileEntry>(root, "a case file", lines.text(), problems);
        let file = file.map(|head| head.value);
        let mut ids = Vec::new();
        for table in tables.unwrap_or_default() {
            for table in expand(table, lines, &mut self.room, problems) {
                if problems.is_full() || self.repeated_frames > REPEATED_FRAMES_MAX {
                    return;
                }
                let Some((case, id_span)) = self.read_case(table, file.as_ref(), lines, problems)
                else {
                    continue;
                };
                ids.push(case.id.clone());
                self.add(case, (name, lines), id_span, problems);
            }
        }
        let Some(file) = file else {
            return;
        };
        // With other problems the case that a section is for may be missing only because of them.
        if problems.is_empty() {
            problems.extend(empty_sections(&file, &ids));
        }
        self.chapters.push(Chapter {
            name: file.chapter,
            title: file.title,
            sections: file
                .section
                .into_iter()
                .map(|section| Section { id: section.id.value().clone(), title: section.title })
                .collect(),
        });
    }

    /// The case and the place of its id.
    fn read_case(
        &self,
        table: TableAt<'_>,
        file: Option<&FileEntry>,
        lines: &Lines<'_>,
        problems: &mut Problems,
    ) -> Option<(Case, Span)> {
        let span = table.span();
        // A step takes a hundred times its text once it is read.
        if let Some(beyond) = step_beyond(table.get_ref()) {
            let too_many = Mistake::TooMany { what: "steps of a case", most: STEPS_MAX as u64 };
            problems.push(Problem::new(beyond, too_many));
            return None;
        }
        let salvaged = salvage::<CaseEntry>(table, "a case", lines.text(), problems)?;
        let entry = &salvaged.value;
        let id_span = entry.id.as_ref().map_or_else(|| span.clone(), At::span);
        let mut found = Problems::default();
        let mut checker = CaseChecker { file: file?, known: self.known, problems: &mut found };
        let case = checker.case(entry, span);
        problems.extend(
            found.in_order().into_iter().filter(|problem| !salvaged.may_have_made(problem)),
        );
        Some((case?, id_span))
    }

    /// Adds a case, unless its id is taken.
    fn add(
        &mut self,
        case: Case,
        (file, lines): (&'a str, &Lines<'_>),
        id_span: Span,
        problems: &mut Problems,
    ) {
        let id = case.id.clone();
        if let Some((_, (first_file, first_line))) = self.cases.get(&id) {
            let first = format!("{first_file}:{first_line}");
            problems.push(Problem::new(id_span, Mistake::IdTaken { id, first }));
            return;
        }
        self.repeated_frames += repeated_frames(&case);
        if self.repeated_frames > REPEATED_FRAMES_MAX {
            let what = "frames that `repeat` sends, in all cases together";
            let too_many = Mistake::TooMany { what, most: REPEATED_FRAMES_MAX };
            problems.push(Problem::new(id_span, too_many));
            return;
        }
        self.cases.insert(id, (case, (file, lines.number(id_span.start))));
    }
}

/// Where the first step stands that is one too many.
fn step_beyond(case: &DeTable<'_>) -> Option<Span> {
    let steps = case.get("steps")?.get_ref().as_array()?;
    Some(steps.get(STEPS_MAX)?.span())
}

fn repeated_frames(case: &Case) -> u64 {
    let times = |step: &Step| match step {
        Step::Repeat(times, frame) if !frame.opcode.is_control() => u64::from(times.get()),
        _ => 0,
    };
    case.steps.iter().map(times).sum()
}

/// The tables of a text; `None` if it is no TOML, which is then among the problems.
fn parse<'i>(text: &'i str, problems: &mut Problems) -> Option<TableAt<'i>> {
    let place = "a case file";
    match DeTable::parse(text) {
        Ok(root) => Some(root),
        Err(error) if text.len() > ALL_SYNTAX_ERRORS_OF => {
            problems.push(problem_of(&error, place, 0..0, text));
            None
        }
        Err(_) => {
            let (_, errors) = DeTable::parse_recoverable(text);
            problems.extend(errors.iter().map(|error| problem_of(error, place, 0..0, text)));
            None
        }
    }
}

fn case_tables<'i>(cases: Spanned<DeValue<'i>>, problems: &mut Problems) -> Vec<TableAt<'i>> {
    let mut shape = |span| {
        let shape = "cases are tables, each under its own `[[case]]`".to_owned();
        problems.push(Problem::new(span, Mistake::Shape(shape)));
    };
    let span = cases.span();
    let DeValue::Array(cases) = cases.into_inner() else {
        shape(span);
        return Vec::new();
    };
    let table = |case: Spanned<DeValue<'i>>| {
        let span = case.span();
        match case.into_inner() {
            DeValue::Table(table) => Some(Spanned::new(span, table)),
            _ => {
                shape(span);
                None
            }
        }
    };
    cases.into_iter().filter_map(table).collect()
}

fn empty_sections(file: &FileEntry, ids: &[CaseId]) -> Vec<Problem> {
    // All that an id begins with, up to a dot.
    let begins: BTreeSet<&str> = ids
        .iter()
        .flat_map(|id| {
            let id = id.as_str();
            let dots = id.match_indices('.').map(|(place, _)| &id[..place]);
            dots.chain([id])
        })
        .collect();
    file.section
        .iter()
        .filter(|section| !begins.contains(section.id.value().as_str()))
        .map(|section| {
            Problem::new(section.id.span(), Mistake::EmptySection(section.id.value().clone()))
        })
        .collect()
}
