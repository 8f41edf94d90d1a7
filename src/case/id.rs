//! Case ids: dotted names that sort as people count.

use std::{cmp::Ordering, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Octets of an id. Names of files are made of it.
const LENGTH_MAX: usize = 100;

/// The name of a case, such as `6.4.1` or `request.2.7`.
///
/// Ids sort part by part, numbers by value and before words: `1.2` < `1.10` < `request.1`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId(String);

impl CaseId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between the dots.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether `prefix` is this id or the beginning of it up to a dot.
    #[must_use]
    pub fn is_in(&self, prefix: &str) -> bool {
        self.0.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl FromStr for CaseId {
    type Err = CaseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part_is_good = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if text.len() <= LENGTH_MAX && text.split('.').all(part_is_good) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CaseIdError(text.to_owned()))
        }
    }
}

/// Text that is no case id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no case id: ids are at most {LENGTH_MAX} letters, digits and `-`, in parts joined by dots", beginning(.0))]
pub struct CaseIdError(String);

/// As much of a text as it takes to know it again.
fn beginning(text: &str) -> &str {
    text.char_indices().nth(LENGTH_MAX).map_or(text, |(end, _)| &text[..end])
}

impl TryFrom<String> for CaseId {
    type Error = CaseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CaseId> for String {
    fn from(id: CaseId) -> Self {
        id.0
    }
}

impl schemars::JsonSchema for CaseId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CaseId".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$"
        })
    }
}

impl Ord for CaseId {
    fn cmp(&self, other: &Self) -> Ordering {
        let mut left = self.parts();
        let mut right = other.parts();
        loop {
            let order = match (left.next(), right.next()) {
                (None, None) => return self.0.cmp(&other.0),
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (Some(a), Some(b)) => compare_parts(a, b),
            };
            if order.is_ne() {
                return order;
            }
        }
    }
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

impl PartialOrd for CaseId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_people_count() {
        let mut ids: Vec<CaseId> =
            ["10.1", "2.10", "request.1", "2.9", "2", "9.1.1"].map(|id| id.parse().unwrap()).into();
        ids.sort();
        assert_eq!(format!("{ids:?}"), "[2, 2.9, 2.10, 9.1.1, 10.1, request.1]");
    }

    #[test]
    fn refuses_what_could_be_a_path() {
        for text in ["", ".", "..", "1..2", "a/b", "1.2 ", "é"] {
            assert!(text.parse::<CaseId>().is_err(), "{text:?}");
        }
    }
}
