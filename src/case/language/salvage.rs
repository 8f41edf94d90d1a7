//! Reading a table that has mistakes: what is wrong is taken out and told, and the rest is read
//! again, so that no mistake hides another.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, ValueDeserializer},
};

use super::{
    Mistake,
    at::Span,
    family::TableAt,
    problems::{Problem, Problems},
    shape::problem_of,
};

/// Mistakes that are taken out of one table: each time all the rest is read again.
const TAKEN_MAX: usize = 20;

/// What could be read of a table.
pub struct Salvaged<T> {
    /// The value, without what was wrong in it.
    pub value: T,
    /// The keys of the table in which something was.
    holes: BTreeSet<String>,
    /// Where the values of the other keys stand.
    sound: Vec<(String, Span)>,
}

/// What can be read of a table; what cannot is among the problems. `None` if that leaves nothing.
pub fn salvage<T: DeserializeOwned>(
    mut table: TableAt<'_>,
    place: &str,
    text: &str,
    problems: &mut Problems,
) -> Option<Salvaged<T>> {
    let mut holes = BTreeSet::new();
    let mut wounded = Vec::new();
    for _ in 0..=TAKEN_MAX {
        let span = table.span();
        let whole = Spanned::new(span.clone(), DeValue::Table(table.get_ref().clone()));
        let error = match T::deserialize(ValueDeserializer::from(whole)) {
            Ok(value) => {
                let sound = sound(table.get_ref(), &holes);
                return Some(Salvaged { value, holes, sound });
            }
            Err(error) => error,
        };
        let problem = problem_of(&error, place, span.clone(), text);
        // What is missing in a table that something was taken out of may be missing only for that.
        let is_new = !wounded.contains(&problem.span);
        let taken = take_out(&mut table, &problem.span, &mut wounded);
        if is_new {
            problems.push(problem);
        }
        holes.insert(taken.filter(|_| !problems.is_full())?);
    }
    None
}

impl<T> Salvaged<T> {
    /// Whether the problem may be there only because something was taken out.
    pub fn may_have_made(&self, problem: &Problem) -> bool {
        if self.holes.is_empty() {
            return false;
        }
        match &problem.mistake {
            Mistake::Missing { place: "this case", key } => self.holes.contains(*key),
            Mistake::NoOutcomes => self.holes.contains("outcomes"),
            _ => {
                let is_within =
                    |span: &Span| span.start <= problem.span.start && problem.span.end <= span.end;
                let sound = self.sound.iter().find(|(_, span)| is_within(span));
                sound.is_none_or(|(key, _)| self.depends_on_a_hole(key))
            }
        }
    }

    /// Whether what is right under this key depends on another one that has a hole.
    fn depends_on_a_hole(&self, key: &str) -> bool {
        let needed: &[&str] = match key {
            "steps" => &["deflate"],
            "outcomes" | "autobahn" => &["deflate", "steps", "outcomes"],
            "request" | "response" | "handshake" => &["testee"],
            _ => &[],
        };
        needed.iter().any(|needed| self.holes.contains(*needed))
    }
}

fn sound(table: &DeTable<'_>, holes: &BTreeSet<String>) -> Vec<(String, Span)> {
    let keys = table.iter().map(|(key, value)| (key.get_ref().to_string(), value.span()));
    keys.filter(|(key, _)| !holes.contains(key)).collect()
}

/// Takes out the entry or item that stands there; gives the key of the table that it was under, and
/// notes the innermost table that it was in.
fn take_out(table: &mut TableAt<'_>, span: &Span, wounded: &mut Vec<Span>) -> Option<String> {
    let place = table.span();
    take_out_of_table(table.get_mut(), &place, span, wounded)
}

fn take_out_of_table(
    table: &mut DeTable<'_>,
    place: &Span,
    span: &Span,
    wounded: &mut Vec<Span>,
) -> Option<String> {
    let mut entries = table.iter_mut();
    let (name, is_whole) = entries.find_map(|(key, value)| {
        let is_here = key.span() == *span || value.span() == *span;
        let name = key.get_ref().to_string();
        (is_here || take_out_of(value, span, wounded)).then_some((name, is_here))
    })?;
    if is_whole {
        table.remove(name.as_str());
        wounded.push(place.clone());
    }
    Some(name)
}

fn take_out_of(value: &mut Spanned<DeValue<'_>>, span: &Span, wounded: &mut Vec<Span>) -> bool {
    let place = value.span();
    match value.get_mut() {
        DeValue::Table(table) => take_out_of_table(table, &place, span, wounded).is_some(),
        DeValue::Array(items) => match items.iter().position(|item| item.span() == *span) {
            Some(index) => {
                let all = std::mem::replace(items, DeArray::new()).into_iter().enumerate();
                *items = all.filter(|(at, _)| *at != index).map(|(_, item)| item).collect();
                true
            }
            None => items.iter_mut().any(|item| take_out_of(item, span, wounded)),
        },
        _ => false,
    }
}
