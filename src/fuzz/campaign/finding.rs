//! What a campaign tells of a testee.

use std::fmt::Write;

use super::{Group, Symptom};
use crate::{
    case::{Case, counted, write},
    requirement::Catalogue,
    transcript::Transcript,
};

/// Something that a testee does and must not do.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What makes it the same as others.
    pub group: Group,
    /// What was expected and what came, in a sentence without its full stop.
    pub sentence: String,
    /// The smallest case that shows it; `None` if no case does by itself.
    pub case: Option<Case>,
    /// What happened when that was played.
    pub transcript: Option<Transcript>,
    /// The number of the generated case that showed it first.
    pub number: u64,
    /// How often it came again, and how often its case was repeated for that.
    pub repeated: (u32, u32),
    /// How many generated cases showed it.
    pub seen: u64,
}

impl Finding {
    /// The testee's memory grew from so many octets to so many, within so many cases.
    #[must_use]
    pub fn of_growth((from, to): (u64, u64), cases: u64) -> Self {
        const MEBIBYTE: u64 = 1024 * 1024;
        let (from, to) = (from / MEBIBYTE, to / MEBIBYTE);
        Self {
            group: Group::only(Symptom::Grew),
            sentence: format!(
                "the memory of the testee grew from {from} MiB to {to} MiB within {}",
                counted(cases, "case")
            ),
            case: None,
            transcript: None,
            number: cases,
            repeated: (0, 0),
            seen: 1,
        }
    }

    /// The text of its case file. `found` says by which command it was found.
    #[must_use]
    pub fn file(&self, found: &str) -> String {
        let mut text = String::new();
        for line in self.introduction(found) {
            writeln!(text, "# {}", line.replace(char::is_control, " "))
                .expect("writing to a String never fails");
        }
        if let Some(case) = &self.case {
            text.push('\n');
            text += &write(&self.titled(case), "Found by fuzzing");
        }
        text
    }

    fn introduction(&self, found: &str) -> Vec<String> {
        let mut lines = vec![format!("{}.", capitalized(&self.sentence))];
        let requirement = self.group.requirement.as_ref().and_then(|id| {
            let known = Catalogue::embedded().get(id)?;
            Some(format!("{id} ({}): {}", known.level, known.text))
        });
        lines.extend(requirement);
        let (again, repeated) = self.repeated;
        lines.push(format!("Found by `{found}` as case {}.", self.number));
        lines.push(if repeated == 0 {
            "It was not repeated.".to_owned()
        } else {
            format!(
                "It came again {} when the case was repeated {}.",
                counted(again, "time"),
                counted(repeated, "time")
            )
        });
        lines
    }

    fn titled(&self, case: &Case) -> Case {
        Case {
            chapter: "fuzz".to_owned(),
            title: capitalized(&self.group.symptom.to_string().replace('-', " ")),
            description: format!("{}.", capitalized(&self.sentence)),
            requirements: self.group.requirement.iter().chain(&case.requirements).fold(
                Vec::new(),
                |mut all, id| {
                    if !all.contains(id) && Catalogue::embedded().get(id).is_some() {
                        all.push(id.clone());
                    }
                    all
                },
            ),
            ..case.clone()
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
