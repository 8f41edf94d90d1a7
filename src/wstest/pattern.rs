//! Case and agent patterns, as Autobahn reads them.

use regex::Regex;

/// A pattern of case ids or agent names.
///
/// With a `*` in it the text is a regular expression in which `.` stands for itself and `*` for
/// anything; all else means what it means in regular expressions. Without `*` it is the very text.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    /// `None`: only the text itself matches.
    regex: Option<Regex>,
}

/// Text that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no pattern: {reason}")]
pub struct PatternError {
    /// The text.
    pub pattern: String,
    /// Why not.
    pub reason: String,
}

impl Pattern {
    /// A pattern that matches what *begins* so, as in `cases`: `1*` matches 1.1.1 and 10.1.1.
    ///
    /// # Errors
    /// A `*`, and around it no regular expression.
    pub fn of_beginning(text: &str) -> Result<Self, PatternError> {
        Self::new(text, "")
    }

    /// A pattern that matches what is so as a whole, as in `exclude-agent-cases`.
    ///
    /// # Errors
    /// A `*`, and around it no regular expression.
    pub fn of_whole(text: &str) -> Result<Self, PatternError> {
        Self::new(text, "$")
    }

    fn new(text: &str, end: &str) -> Result<Self, PatternError> {
        let regex = if text.contains('*') {
            let translated = text.replace('.', r"\.").replace('*', ".*");
            let regex = Regex::new(&format!("^(?:{translated}){end}"));
            Some(regex.map_err(|error| PatternError {
                pattern: text.to_owned(),
                reason: last_line(&error.to_string()),
            })?)
        } else {
            None
        };
        Ok(Self { text: text.to_owned(), regex })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match &self.regex {
            None => self.text == name,
            Some(regex) => regex.is_match(name),
        }
    }
}

/// The reason alone: what stands before it is a picture of the expression.
fn last_line(text: &str) -> String {
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_makes_it_a_beginning() {
        let matches = |pattern: &str, id: &str| Pattern::of_beginning(pattern).unwrap().matches(id);
        assert!(matches("*", "1.1.1"));
        assert!(matches("1.*", "1.1.1") && !matches("1.*", "10.1.1"));
        assert!(matches("1*", "10.1.1") && matches("9.7*", "9.7.6"));
        assert!(matches("12.*.1", "12.1.10"));
        assert!(matches("[67].*", "6.1.1"));
        assert!(matches("1|2.*", "2.1"));
    }

    #[test]
    fn without_a_star_it_is_an_id() {
        let pattern = Pattern::of_beginning("1.1").unwrap();
        assert!(pattern.matches("1.1") && !pattern.matches("1.1.1"));
        assert!(!Pattern::of_beginning("").unwrap().matches("1.1"));
    }

    #[test]
    fn agents_match_as_a_whole() {
        let pattern = Pattern::of_whole("Chrome/*.0").unwrap();
        assert!(pattern.matches("Chrome/99.0") && !pattern.matches("Chrome/99.01"));
        assert!(!Pattern::of_whole("ws").unwrap().matches("wss"));
    }

    #[test]
    fn what_is_no_expression_is_said() {
        insta::assert_snapshot!(
            Pattern::of_beginning("1.(*").unwrap_err(),
            @"`1.(*` is no pattern: unclosed group"
        );
    }
}
