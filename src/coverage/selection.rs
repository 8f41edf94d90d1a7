//! Which requirements somebody asked for.

use globset::{GlobBuilder, GlobMatcher};

use super::{Line, Matrix};
use crate::{
    protocol::Role,
    requirement::{Binds, Level, RequirementId},
};

/// What somebody asked for. Whatever is empty asks for everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Names of requirements; letter case does not matter, and `*` stands for anything.
    pub patterns: Vec<String>,
    /// How strongly they bind.
    pub levels: Vec<Level>,
    /// Whom they bind.
    pub binds: Vec<Binds>,
    /// Sections, with those within them: `5.1`, or `rfc7692-7.1` where the RFC matters.
    pub sections: Vec<String>,
    /// The kind of testee on which a violation can be seen.
    pub testee: Option<Role>,
    /// Only those that could be seen on some kind of testee (on `testee`, if that is given), where
    /// nothing exercises them.
    pub unexercised: bool,
}

/// Why a selection of requirements cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequirementPatternError {
    /// It is no pattern.
    #[error("`{pattern}` is no pattern of requirements: {reason}")]
    NoPattern {
        /// The pattern.
        pattern: String,
        /// Why not.
        reason: String,
    },
    /// No requirement matches it.
    #[error(
        "`{0}` matches no requirement; `wspec requirements` lists all, such as `rfc6455-5.1-1`"
    )]
    NoMatch(String),
    /// No requirement is in this section.
    #[error("no requirement is in section `{0}`; write it as `5.1`, or as `rfc7692-7.1`")]
    NoSection(String),
}

impl Filter {
    /// The lines that were asked for, in the matrix's order.
    ///
    /// # Errors
    /// Patterns and sections that match nothing: silence would look like an answer.
    pub fn choose<'m, 'a>(
        &self,
        matrix: &'m Matrix<'a>,
    ) -> Result<Vec<&'m Line<'a>>, RequirementPatternError> {
        let mut patterns = Vec::new();
        for pattern in &self.patterns {
            let matcher = compile(pattern)?;
            if !matrix.lines().iter().any(|line| matches(&matcher, line)) {
                return Err(RequirementPatternError::NoMatch(pattern.clone()));
            }
            patterns.push(matcher);
        }
        for section in &self.sections {
            let is_there = |line: &Line| is_in(&line.requirement.id, section);
            if !matrix.lines().iter().any(is_there) {
                return Err(RequirementPatternError::NoSection(section.clone()));
            }
        }
        let takes = |line: &&Line| {
            (patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, line)))
                && self.takes(line)
        };
        Ok(matrix.lines().iter().filter(takes).collect())
    }

    fn takes(&self, line: &Line) -> bool {
        let requirement = line.requirement;
        let is_lacking = || {
            let mut lacks = line.lacks();
            match self.testee {
                Some(testee) => lacks.any(|lacking| lacking == testee),
                None => lacks.next().is_some(),
            }
        };
        is_among(&self.levels, &requirement.level)
            && is_among(&self.binds, &requirement.binds)
            && (self.sections.is_empty()
                || self.sections.iter().any(|section| is_in(&requirement.id, section)))
            && self.testee.is_none_or(|testee| requirement.shows_on(testee))
            && (!self.unexercised || is_lacking())
    }
}

fn is_among<T: PartialEq>(wanted: &[T], value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

fn compile(pattern: &str) -> Result<GlobMatcher, RequirementPatternError> {
    let glob = GlobBuilder::new(pattern).case_insensitive(true).build();
    let glob = glob.map_err(|error| RequirementPatternError::NoPattern {
        pattern: pattern.to_owned(),
        reason: error.kind().to_string(),
    })?;
    Ok(glob.compile_matcher())
}

fn matches(pattern: &GlobMatcher, line: &Line) -> bool {
    pattern.is_match(&line.requirement.id.0)
}

/// Whether the requirement is in this section or one within it.
fn is_in(id: &RequirementId, wanted: &str) -> bool {
    let Some((rfc, section)) = id.place() else {
        return false;
    };
    let wanted = wanted.to_ascii_lowercase();
    let wanted = match wanted.rsplit_once(['-', '§']) {
        None => wanted.as_str(),
        Some((document, within)) => {
            let number = document.trim_start_matches("rfc").trim();
            if number.parse() != Ok(rfc) {
                return false;
            }
            within
        }
    };
    let rest = section.strip_prefix(wanted);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::example;

    #[track_caller]
    fn chosen(filter: &Filter) -> String {
        let (catalogue, cases) = example::catalogue_and_cases();
        let matrix = Matrix::new(&catalogue, &cases);
        match filter.choose(&matrix) {
            Ok(lines) => {
                let ids: Vec<&str> =
                    lines.iter().map(|line| line.requirement.id.0.as_str()).collect();
                ids.join(" ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn patterns_do_not_mind_letter_case() {
        let of = |pattern: &str| {
            chosen(&Filter { patterns: vec![pattern.to_owned()], ..Filter::default() })
        };
        assert_eq!(of("RFC6455-5.1-1"), "rfc6455-5.1-1");
        assert_eq!(of("rfc6455-5.*"), "rfc6455-5.1-1 rfc6455-5.2-2 rfc6455-5.8-1");
        insta::assert_snapshot!(of("rfc6455-99-1"), @"`rfc6455-99-1` matches no requirement; `wspec requirements` lists all, such as `rfc6455-5.1-1`");
        insta::assert_snapshot!(of("["), @"`[` is no pattern of requirements: unclosed character class; missing ']'");
    }

    #[test]
    fn sections_hold_those_within_them() {
        let of = |section: &str| {
            chosen(&Filter { sections: vec![section.to_owned()], ..Filter::default() })
        };
        assert_eq!(of("4.2"), "rfc6455-4.2.2-8");
        assert_eq!(of("5"), "rfc6455-5.1-1 rfc6455-5.2-2 rfc6455-5.8-1 rfc8441-5-2");
        assert_eq!(of("rfc8441-5"), "rfc8441-5-2");
        assert_eq!(of("RFC 8441 §5"), "rfc8441-5-2");
        insta::assert_snapshot!(of("99"), @"no requirement is in section `99`; write it as `5.1`, or as `rfc7692-7.1`");
    }

    #[test]
    fn filters_are_taken_together() {
        let unexercised = Filter { unexercised: true, ..Filter::default() };
        assert_eq!(chosen(&unexercised), "rfc6455-4.2.2-8");
        let on_clients = Filter { testee: Some(Role::Client), ..unexercised };
        assert_eq!(chosen(&on_clients), "");
        let filter = Filter {
            levels: vec![Level::Must],
            binds: vec![Binds::Both, Binds::Client],
            sections: vec!["rfc6455-5".to_owned()],
            ..Filter::default()
        };
        assert_eq!(chosen(&filter), "rfc6455-5.1-1 rfc6455-5.8-1");
    }
}
