//! Matching names with patterns. Most have no more than a few `*`, and take no more memory than
//! their text; a list of known failures can have thousands.

use globset::{GlobBuilder, GlobMatcher};

/// What matches: `*` stands for anything.
#[derive(Clone, Debug)]
pub enum Wildcard {
    /// The pattern has no other special character.
    Stars(String),
    /// It has.
    Glob(Box<GlobMatcher>),
}

impl Wildcard {
    /// Reads a pattern. Where `escapes` is set, `\` takes the meaning from the next character.
    ///
    /// # Errors
    /// Text that is none.
    pub fn new(text: &str, escapes: bool) -> Result<Self, globset::Error> {
        let is_special = |character| "?[]{}\\".contains(character);
        if !text.contains(is_special) && !text.contains("**") {
            return Ok(Self::Stars(text.to_owned()));
        }
        let glob = GlobBuilder::new(text).backslash_escape(escapes).build()?;
        Ok(Self::Glob(Box::new(glob.compile_matcher())))
    }

    /// Whether a name matches.
    #[must_use]
    pub fn is_match(&self, name: &str) -> bool {
        match self {
            Self::Stars(pattern) => matches_stars(pattern, name),
            Self::Glob(matcher) => matcher.is_match(name),
        }
    }

    /// Whether it is more than a text with stars.
    #[must_use]
    pub const fn is_elaborate(&self) -> bool {
        matches!(self, Self::Glob(_))
    }
}

fn matches_stars(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*');
    let last = parts.next_back().unwrap_or_default();
    // The earliest place of each part leaves the most for those after it.
    for part in parts {
        match name.find(part) {
            Some(place) => name = &name[place + part.len()..],
            None => return false,
        }
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn globs(text: &str) -> GlobMatcher {
        GlobBuilder::new(text).backslash_escape(true).build().unwrap().compile_matcher()
    }

    #[test]
    fn elaborate_patterns_are_left_to_globset() {
        for text in ["a?", "[ab]", "{a,b}", "a**", "\\*"] {
            assert!(Wildcard::new(text, true).unwrap().is_elaborate(), "{text}");
        }
        for text in ["", "1.2.3", "*", "1.*.3*", "a/b", "!a"] {
            assert!(!Wildcard::new(text, true).unwrap().is_elaborate(), "{text}");
        }
        assert!(Wildcard::new("{", true).is_err());
        assert!(Wildcard::new("a[bc]", true).unwrap().is_match("ac"));
    }

    proptest! {
        #[test]
        fn stars_match_as_globset_has_them(
            pattern in "(\\*?[ab./]{0,2}){0,4}\\*?",
            name in "[ab./]{0,6}",
        ) {
            prop_assume!(!pattern.contains("**"));
            let wildcard = Wildcard::new(&pattern, true).unwrap();
            prop_assert_eq!(wildcard.is_match(&name), globs(&pattern).is_match(&name));
        }
    }
}
