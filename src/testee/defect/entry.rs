//! A row of the catalogue of defects, and how it is written.

use super::deed::Deed;

/// Whether an RFC forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// An RFC forbids it.
    Fault,
    /// The RFCs leave a choice, and this is another one.
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
    pub deeds: &'static [Deed],
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

/// Writes the `ENTRIES` of a topic, a row a defect: its gravity, who can have it, its name, the
/// requirements that it breaks (a fault's only), what the endpoint does (the end of a sentence that
/// begins with "The endpoint"), and the [`Deed`]s that make it do so.
macro_rules! defects {
    ($(
        $gravity:ident $testees:ident $name:literal $([$($requirement:literal),+])? $description:literal
        => $($deed:expr),+;
    )+) => {
        pub(super) const ENTRIES: &[$crate::testee::defect::entry::Entry] = {
            use $crate::testee::defect::{
                deed::Deed::*,
                entry::{Entry, Gravity, Testees},
            };
            &[$(Entry {
                name: $name,
                gravity: Gravity::$gravity,
                testees: Testees::$testees,
                requirements: &[$($($requirement),+)?],
                description: $description,
                deeds: &[$($deed),+],
            }),+]
        };
    };
}
pub(super) use defects;
