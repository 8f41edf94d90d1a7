//! What a client under test calls itself.

use std::fmt;

/// The name under which a client's results are kept. Any text but the empty one, of at most
/// [`Self::CHARACTERS_MAX`] characters; it is not fit to be printed or to be a path as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentName(String);

impl AgentName {
    /// Characters that are kept of a name.
    pub const CHARACTERS_MAX: usize = 200;

    /// The name, cut if it is too long; a cut name ends in `…`. `None` for the empty one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        if name.is_empty() {
            return None;
        }
        Some(Self(match name.char_indices().nth(Self::CHARACTERS_MAX) {
            None => name.to_owned(),
            Some((end, _)) => format!("{}…", &name[..end]),
        }))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(AgentName::new(""), None);
        assert_eq!(AgentName::new("../../x\n").unwrap().as_str(), "../../x\n");
        let just = "é".repeat(AgentName::CHARACTERS_MAX);
        assert_eq!(AgentName::new(&just).unwrap().as_str(), just);
        let cut = AgentName::new(&"é".repeat(10_000)).unwrap();
        assert_eq!(cut.as_str(), format!("{just}…"));
    }
}
