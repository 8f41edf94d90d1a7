//! What there is to know of a defect.

use crate::protocol::Role;
use crate::testee::conduct::Conduct;

use super::catalogue::TOPICS;

/// A way in which an endpoint differs from a correct one that checks octet by octet.
#[derive(Clone, Copy)]
pub struct Defect {
    topic: &'static str,
    entry: &'static Entry,
}

/// Whether an RFC forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// It does.
    Fault,
    /// It leaves a choice, and this is another one.
    Choice,
    /// It is allowed, but not what one expects of an echo endpoint; a verdict may say so.
    Oddity,
}

/// A defect as the catalogue has it.
pub(super) struct Entry {
    pub name: &'static str,
    pub gravity: Gravity,
    pub testees: Testees,
    pub requirements: &'static [&'static str],
    pub description: &'static str,
    pub bend: fn(&mut Conduct),
}

/// Who can have a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Testees {
    Both,
    Server,
    Client,
}

/// Defects that are about the same thing.
pub(super) struct Topic {
    pub name: &'static str,
    pub entries: &'static [Entry],
}

/// A defect that breaks these requirements.
pub(super) const fn fault(
    name: &'static str,
    testees: Testees,
    requirements: &'static [&'static str],
    description: &'static str,
    bend: fn(&mut Conduct),
) -> Entry {
    Entry { name, gravity: Gravity::Fault, testees, requirements, description, bend }
}

/// Another legal choice.
pub(super) const fn choice(
    name: &'static str,
    testees: Testees,
    description: &'static str,
    bend: fn(&mut Conduct),
) -> Entry {
    Entry { name, gravity: Gravity::Choice, testees, requirements: &[], description, bend }
}

/// Something legal that may be held against an echo endpoint all the same.
pub(super) const fn oddity(
    name: &'static str,
    testees: Testees,
    description: &'static str,
    bend: fn(&mut Conduct),
) -> Entry {
    Entry { name, gravity: Gravity::Oddity, testees, requirements: &[], description, bend }
}

impl Defect {
    /// All defects, by topic.
    pub fn all() -> impl Iterator<Item = Self> {
        TOPICS.iter().flat_map(|topic| {
            let name = topic.name;
            topic.entries.iter().map(move |entry| Self { topic: name, entry })
        })
    }

    /// What it is about, in a word.
    #[must_use]
    pub const fn topic(self) -> &'static str {
        self.topic
    }

    /// Its name, as a command line has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry.name
    }

    /// Whether an RFC forbids it.
    #[must_use]
    pub const fn gravity(self) -> Gravity {
        self.entry.gravity
    }

    /// Whether a testee on this side can have it.
    #[must_use]
    pub const fn is_for(self, testee: Role) -> bool {
        matches!(
            (self.entry.testees, testee),
            (Testees::Both, _) | (Testees::Server, Role::Server) | (Testees::Client, Role::Client)
        )
    }

    /// The requirements that it breaks, by their ids in `cases/requirements.toml`.
    #[must_use]
    pub const fn requirements(self) -> &'static [&'static str] {
        self.entry.requirements
    }

    /// What the endpoint does: the end of a sentence that begins with "The endpoint".
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.entry.description
    }

    /// Gives it to an endpoint.
    pub(in crate::testee) fn bend(self, conduct: &mut Conduct) {
        (self.entry.bend)(conduct);
    }
}

impl PartialEq for Defect {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Defect {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fault_breaks_a_requirement() {
        for defect in Defect::all() {
            let breaks = !defect.requirements().is_empty();
            assert_eq!(breaks, defect.gravity() == Gravity::Fault, "{defect}");
            assert!(!defect.description().ends_with('.'), "{defect}");
        }
    }
}
