//! The type of text that somebody else wrote.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{printable, quoted};

/// Text that somebody else wrote: a peer, a file that a stranger changed, a child.
///
/// It cannot be printed as it is, for it has no `Display`: whoever puts it into a text chooses one of
/// the safe forms ([`printable`], [`quoted`], [`shell_argument`](super::shell_argument)).
/// [`Foreign::as_written`] is for comparisons, and for formats that have an escape for everything.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Foreign(String);

impl Foreign {
    /// The text, which is not to be printed.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// The text on one line, as it may be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        printable(self)
    }

    /// Adds to the text.
    pub fn push_str(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(&self.0))
    }
}

impl<T: Into<String>> From<T> for Foreign {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Foreign {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl schemars::JsonSchema for Foreign {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}
