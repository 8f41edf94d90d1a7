//! Reading case files: from texts to the cases that stand in them, or all that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{
    CaseFileError, CaseFileErrors, Mistake,
    at::{At, Span},
    check::CaseChecker,
    entry::{CaseEntry, FileEntry},
    error::{Checked, Problem, Problems, position},
    family::expand,
    near_miss::near_misses,
};
use crate::case::{Case, CaseId, CaseSet, Chapter, RequirementId, Section};

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
    let mut reader =
        Reader { known, chapters: Vec::new(), cases: BTreeMap::new(), errors: Vec::new() };
    for file in files {
        reader.read(SourceFile { name: file.name.as_ref(), text: file.text.as_ref() });
    }
    match CaseFileErrors::new(reader.errors) {
        Some(errors) => Err(errors),
        None => Ok(CaseSet {
            cases: reader.cases.into_values().map(|(case, ..)| case).collect(),
            chapters: reader.chapters,
        }),
    }
}

struct Reader<'a> {
    known: &'a BTreeSet<RequirementId>,
    chapters: Vec<Chapter>,
    /// Each with its file and the place of its id.
    cases: BTreeMap<CaseId, (Case, SourceFile<&'a str>, Span)>,
    errors: Vec<CaseFileError>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, source: SourceFile<&'a str>) {
        let mut problems = Vec::new();
        if let Err(problem) = self.read_file(source, &mut problems) {
            problems.push(problem);
        }
        problems.sort_by_key(|problem| problem.span.start);
        let located = problems
            .into_iter()
            .map(|found| CaseFileError::locate(source.name, source.text, found));
        self.errors.extend(located);
    }

    fn read_file(&mut self, source: SourceFile<&'a str>, problems: &mut Problems) -> Checked<()> {
        let text = source.text;
        let mut root =
            DeTable::parse(text).map_err(|error| problem_of(&error, "a case file", 0..0))?;
        let tables =
            root.get_mut().remove("case").map(case_tables).transpose()?.unwrap_or_default();
        let root = Spanned::new(root.span(), DeValue::Table(root.into_inner()));
        let file: FileEntry = deserialize(root, "a case file")?;

        let mut ids = Vec::new();
        for table in tables {
            for table in expand(table, text, problems) {
                let Some((case, id_span)) = self.read_case(table, &file, problems) else {
                    continue;
                };
                ids.push(case.id.clone());
                problems.extend(self.add(case, source, id_span));
            }
        }
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
        Ok(())
    }

    /// The case and the place of its id.
    fn read_case(
        &self,
        table: Spanned<DeTable<'_>>,
        file: &FileEntry,
        problems: &mut Problems,
    ) -> Option<(Case, Span)> {
        let span = table.span();
        let table = Spanned::new(span.clone(), DeValue::Table(table.into_inner()));
        let entry: CaseEntry =
            deserialize(table, "a case").map_err(|problem| problems.push(problem)).ok()?;
        let id_span = entry.id.as_ref().map_or_else(|| span.clone(), At::span);
        let case = CaseChecker { file, known: self.known, problems }.case(&entry, span)?;
        Some((case, id_span))
    }

    /// Adds a case, unless its id is taken.
    fn add(&mut self, case: Case, source: SourceFile<&'a str>, id_span: Span) -> Option<Problem> {
        let id = case.id.clone();
        if let Some((_, first_source, first_span)) = self.cases.get(&id) {
            let line = position(first_source.text, first_span.start).0;
            let first = format!("{}:{line}", first_source.name);
            return Some(Problem::new(id_span, Mistake::IdTaken { id, first }));
        }
        self.cases.insert(id, (case, source, id_span));
        None
    }
}

fn case_tables(cases: Spanned<DeValue<'_>>) -> Checked<Vec<Spanned<DeTable<'_>>>> {
    let shape = |span| {
        let shape = "cases are tables, each under its own `[[case]]`".to_owned();
        Problem::new(span, Mistake::Shape(shape))
    };
    let span = cases.span();
    let DeValue::Array(cases) = cases.into_inner() else {
        return Err(shape(span));
    };
    cases
        .into_iter()
        .map(|case| {
            let span = case.span();
            match case.into_inner() {
                DeValue::Table(table) => Ok(Spanned::new(span, table)),
                _ => Err(shape(span)),
            }
        })
        .collect()
}

fn empty_sections(file: &FileEntry, ids: &[CaseId]) -> Vec<Problem> {
    file.section
        .iter()
        .filter(|section| !ids.iter().any(|id| id.is_in(section.id.value().as_str())))
        .map(|section| {
            Problem::new(section.id.span(), Mistake::EmptySection(section.id.value().clone()))
        })
        .collect()
}

fn deserialize<T: DeserializeOwned>(value: Spanned<DeValue<'_>>, place: &str) -> Checked<T> {
    let span = value.span();
    T::deserialize(ValueDeserializer::from(value)).map_err(|error| problem_of(&error, place, span))
}

/// serde's message in the language's words.
fn problem_of(error: &toml::de::Error, place: &str, around: Span) -> Problem {
    let span = error.span().unwrap_or(around);
    let message = error.message();
    let Some(unknown) = message.strip_prefix("unknown field `") else {
        return Problem::new(span, Mistake::Shape(plain_words(message)));
    };
    let (key, rest) = unknown.split_once('`').unwrap_or((unknown, ""));
    let expected = rest.split_once("expected ").map_or(rest, |(_, keys)| keys);
    let expected = expected.strip_prefix("one of ").unwrap_or(expected);
    let near = near_misses(key, expected.split('`').skip(1).step_by(2));
    let mistake = Mistake::UnknownKey {
        key: key.to_owned(),
        place: place_of(error, place),
        expected: expected.to_owned(),
        near,
    };
    Problem::new(span, mistake)
}

/// What the innermost table is that an error speaks of.
fn place_of(error: &toml::de::Error, outermost: &str) -> String {
    // The path of keys is only in the error's display, on the line after the message.
    let display = error.to_string();
    let path =
        display.rsplit_once("in `").map_or("", |(_, path)| path.trim_end().trim_end_matches('`'));
    let place = match path.rsplit('.').next().unwrap_or_default() {
        "" => outermost,
        "steps" => "a step",
        "outcomes" => "an outcome",
        "saw" | "await" => "an event",
        "close" if path == "close" || path == "autobahn.close" => "a close expectation",
        "section" => "a section",
        "accept" => "an accept rule",
        "handshake" => "an outcome of the handshake",
        key @ ("autobahn" | "deflate" | "request" | "response") => return format!("`{key}`"),
        _ => "a payload",
    };
    place.to_owned()
}

fn plain_words(message: &str) -> String {
    [
        ("missing field", "missing key"),
        ("duplicate field", "duplicate key"),
        ("invalid type: ", "found "),
        ("invalid value: ", "found "),
        ("a sequence", "an array"),
        ("sequence", "array"),
        ("found map", "found a table"),
        ("string \"", "the text \""),
        ("integer `", "the number `"),
        ("floating point `", "the number `"),
        ("boolean `", "`"),
        ("expected u64", "expected a whole number from 0"),
        ("expected u8", "expected a whole number from 0"),
        ("expected a nonzero u64", "expected a whole number from 1"),
        ("expected a nonzero usize", "expected a whole number from 1"),
        ("expected a boolean", "expected true or false"),
        ("unknown variant", "unknown word"),
    ]
    .into_iter()
    .fold(message.to_owned(), |text, (serdes, ours)| text.replace(serdes, ours))
}
