//! Families: a case with `each` is one case for each row.
//!
//! Rows are put in before a table becomes a value of the language's types, so a row's value has
//! its type and keeps its place in the file.

use std::collections::BTreeSet;

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    Mistake,
    at::Span,
    entry::CASE_KEYS,
    lines::Lines,
    near_miss::near_misses,
    problems::{Problem, Problems},
};
use crate::case::HeadPlace;

/// A table and its place.
pub type TableAt<'i> = Spanned<DeTable<'i>>;

/// What all families of a run may come to, in octets as written out.
const ROOM: usize = 16 << 20;

/// What a value costs at least, whatever is written for it.
const VALUE: usize = 32;

/// Octets of a name that stands in a title or a description.
const NAME_MAX: usize = 64;

/// How much families may still come to: a row is short, but repeats all that its family says.
#[derive(Debug)]
pub struct Room(usize);

impl Room {
    /// All of it.
    pub const fn new() -> Self {
        Self(ROOM)
    }

    /// Takes this many octets, if they are left.
    const fn take(&mut self, octets: usize) -> bool {
        match self.0.checked_sub(octets) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// The table itself, or one for each row of its `each`. Problems go to `problems`; a row with one
/// gives no table.
pub fn expand<'i>(
    mut case: TableAt<'i>,
    lines: &Lines<'_>,
    room: &mut Room,
    problems: &mut Problems,
) -> Vec<TableAt<'i>> {
    let Some(each) = case.get_mut().remove("each") else {
        return vec![case];
    };
    let each_span = each.span();
    if case.get_ref().contains_key("id") {
        problems.push(Problem::new(key_span(&case, "id"), Mistake::FamilyWithId));
    }
    let DeValue::Array(rows) = each.into_inner() else {
        let shape = "`each` is an array of tables, one a row".to_owned();
        problems.push(Problem::new(each_span, Mistake::Shape(shape)));
        return Vec::new();
    };
    if rows.is_empty() {
        problems.push(Problem::new(each_span, Mistake::NoRows));
        return Vec::new();
    }
    let template = case.get_ref().values().map(weight).sum::<usize>();
    let mut cases = Vec::new();
    for row in &rows {
        if problems.is_full() {
            break;
        }
        if !room.take(template) {
            problems.push(too_large(each_span));
            break;
        }
        cases.extend(expand_row(&case, row, lines, room, problems));
    }
    cases
}

fn too_large(span: Span) -> Problem {
    Problem::new(span, Mistake::FamilyTooLarge { most: ROOM })
}

/// What a value comes to.
fn weight(value: &Spanned<DeValue<'_>>) -> usize {
    let within = match value.get_ref() {
        DeValue::String(text) => text.len(),
        DeValue::Array(items) => items.iter().map(weight).sum(),
        DeValue::Table(table) => table.values().map(weight).sum(),
        _ => 0,
    };
    VALUE + within
}

fn key_span(table: &TableAt<'_>, key: &str) -> Span {
    table.get_ref().get_key_value(key).map_or_else(|| table.span(), |(key, _)| key.span())
}

fn expand_row<'i>(
    template: &TableAt<'i>,
    row: &Spanned<DeValue<'i>>,
    lines: &Lines<'_>,
    room: &mut Room,
    problems: &mut Problems,
) -> Option<TableAt<'i>> {
    let before = problems.len();
    let DeValue::Table(values) = row.get_ref() else {
        let shape = "a row of `each` is a table".to_owned();
        problems.push(Problem::new(row.span(), Mistake::Shape(shape)));
        return None;
    };
    if !values.contains_key("id") {
        let missing = Mistake::Missing { place: "a row of `each`", key: "id" };
        problems.push(Problem::new(row.span(), missing));
    }
    let mut filling = Filling {
        values,
        row: row.span(),
        row_line: lines.number(row.span().start),
        used: BTreeSet::new(),
        in_head: false,
        room,
        problems,
    };
    filling.report_places();
    let mut case = template.get_ref().clone();
    for (key, value) in &mut case {
        if !values.contains_key(key.get_ref().as_ref()) && !is_prose(key) {
            filling.in_head = matches!(key.get_ref().as_ref(), "request" | "response");
            filling.fill(value);
        }
    }
    for (key, value) in values {
        if CASE_KEYS.contains(&key.get_ref().as_ref()) {
            case.insert(key.clone(), value.clone());
        }
    }
    for (key, value) in &mut case {
        if is_prose(key) {
            filling.print_into(value);
        }
    }
    filling.report_unused();
    (problems.len() == before).then(|| Spanned::new(row.span(), case))
}

fn is_prose(key: &Spanned<DeString<'_>>) -> bool {
    matches!(key.get_ref().as_ref(), "title" | "description")
}

/// One row that is being put into its family.
struct Filling<'a, 'i> {
    values: &'a DeTable<'i>,
    row: Span,
    row_line: usize,
    used: BTreeSet<&'a str>,
    /// What is being filled is a head, in which some names are known only when the case is played.
    in_head: bool,
    room: &'a mut Room,
    problems: &'a mut Problems,
}

impl<'i> Filling<'_, 'i> {
    /// Puts the row's values into the places of `value`, however deep.
    fn fill(&mut self, value: &mut Spanned<DeValue<'i>>) {
        match value.get_mut() {
            DeValue::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            DeValue::Table(table) => table.iter_mut().for_each(|(_, item)| self.fill(item)),
            DeValue::String(string) => {
                let Some(name) = place_name(string).map(str::to_owned) else {
                    return;
                };
                if let Some((key, row_value)) = self.values.get_key_value(name.as_str()) {
                    self.used.insert(key.get_ref());
                    if self.room.take(weight(row_value)) {
                        *value = row_value.clone();
                    } else {
                        self.problems.push(too_large(self.row.clone()));
                    }
                } else if !self.in_head || HeadPlace::named(&name).is_none() {
                    let near = self.names_like(&name);
                    let unfilled = Mistake::UnfilledPlace { name, row_line: self.row_line, near };
                    self.problems.push(Problem::new(value.span(), unfilled));
                }
            }
            _ => {}
        }
    }

    /// Replaces each `{name}` in a title or a description by the value's text.
    fn print_into(&mut self, value: &mut Spanned<DeValue<'i>>) {
        let DeValue::String(prose) = value.get_mut() else {
            return;
        };
        let mut printed = String::new();
        let mut rest: &str = prose;
        while let Some((before, after)) = rest.split_once('{') {
            printed.push_str(before);
            // Far away is no end of a name; looking for it there would take the square of the text.
            let end = after.bytes().take(NAME_MAX).position(|octet| octet == b'}');
            let named = end.and_then(|end| {
                let found = self.values.get_key_value(&after[..end])?;
                Some((found, &after[end + 1..]))
            });
            let Some(((key, row_value), after)) = named else {
                printed.push('{');
                rest = after;
                continue;
            };
            self.used.insert(key.get_ref());
            let text = text_of(row_value.get_ref());
            if !self.room.take(text.len()) {
                self.problems.push(too_large(self.row.clone()));
                return;
            }
            printed.push_str(&text);
            rest = after;
        }
        printed.push_str(rest);
        *prose = printed.into();
    }

    fn report_places(&mut self) {
        for key in self.values.keys() {
            let name: &str = key.get_ref();
            if HeadPlace::named(name).is_some() {
                let taken = Mistake::NameOfAPlace(name.to_owned());
                self.problems.push(Problem::new(key.span(), taken));
            }
        }
    }

    fn report_unused(&mut self) {
        for key in self.values.keys() {
            let name: &str = key.get_ref();
            if !CASE_KEYS.contains(&name) && !self.used.contains(name) {
                let unused = Mistake::UnusedName {
                    name: name.to_owned(),
                    near: near_misses(name, CASE_KEYS),
                };
                self.problems.push(Problem::new(key.span(), unused));
            }
        }
    }

    fn names_like(&self, name: &str) -> Vec<String> {
        near_misses(name, self.values.keys().map(|key| key.get_ref().as_ref()))
    }
}

/// The name in a string that is exactly `{name}`.
fn place_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    let is_name = !name.is_empty()
        && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"_-".contains(&octet));
    is_name.then_some(name)
}

fn text_of(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(items) => {
            let texts: Vec<String> = items.iter().map(|item| text_of(item.get_ref())).collect();
            texts.join(", ")
        }
        DeValue::Table(table) => {
            let texts: Vec<String> = table.values().map(|item| text_of(item.get_ref())).collect();
            texts.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Payload, RequirementId, SourceFile, Step, read_cases};

    #[test]
    fn places_are_exactly_a_name_in_braces() {
        assert_eq!(place_name("{close-code}"), Some("close-code"));
        for text in ["{}", "{a b}", "a{b}", "{b}a", "{\"a\":1}", "a"] {
            assert_eq!(place_name(text), None, "{text}");
        }
    }

    const FAMILY: &str = r#"
chapter = "7"
title = "Families"

[[case]]
title = "Close with {code}, {code} again, and {nothing}"
description = "{why}"
each = [
  { id = "7.1", code = 1000, requirements = ["r1"], why = "normal" },
  { id = "7.2", code = 1001, requirements = ["r2"], why = "away", informational = true, title = "Row {code}" },
]
steps    = [{ text = "{\"code\"}" }, { close = "{code}" }]
outcomes = [{ verdict = "pass", saw = [{ echo = true }] }]
close    = { by = "us", code = [3000, "{code}"] }
"#;

    #[test]
    fn a_row_is_a_case_with_the_rows_values() {
        let known = ["r1", "r2"].map(|id| RequirementId(id.to_owned())).into();
        let file = SourceFile { name: "07.toml", text: FAMILY };
        let cases = read_cases(&[file], &known).unwrap_or_else(|e| panic!("\n{e}")).cases;
        let [first, second] = &cases[..] else { panic!("{} cases", cases.len()) };
        assert_eq!(first.title, "Close with 1000, 1000 again, and {nothing}");
        assert_eq!(first.description, "normal");
        assert_eq!(first.close.codes, [3000, 1000]);
        assert_eq!(second.title, "Row 1001");
        assert_eq!(second.close.codes, [3000, 1001]);
        assert_eq!(second.steps[1], Step::Close(Payload::from(&[3, 0xe9][..])));
        assert_eq!((first.informational, second.informational), (false, true));
        assert_eq!(second.requirements, [RequirementId("r2".to_owned())]);
    }
}
