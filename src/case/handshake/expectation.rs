//! What may come of the opening handshake, and the verdict on it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{case::OutcomeVerdict, protocol::Role, requirement::RequirementId};

/// One thing that may come of the opening handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandshakeExpectation {
    /// The verdict on it.
    pub verdict: OutcomeVerdict,
    /// What the peer does.
    pub reaction: Reaction,
    /// Fields that the peer's head has.
    pub has: Vec<FieldCondition>,
    /// Fields that it has not.
    pub lacks: Vec<FieldCondition>,
    /// The status of an interim response that a server sends before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interim: Option<u16>,
    /// What a testee that does it breaks, if it fails.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<RequirementId>,
}

impl HandshakeExpectation {
    /// What the testee does, in a clause: `it answers with 4xx`.
    #[must_use]
    pub fn in_words(&self, testee: Option<Role>) -> String {
        let client = testee == Some(Role::Client);
        let mut words = match &self.reaction {
            Reaction::Opened if client => {
                "it takes the connection for open, and sends a frame that is no Close".to_owned()
            }
            Reaction::Opened => "it opens the connection".to_owned(),
            Reaction::Status(patterns) => {
                let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
                format!("it answers with status {}", patterns.join(" or "))
            }
            Reaction::Dropped if client => "it ends TCP without a frame".to_owned(),
            Reaction::Dropped => "it ends TCP without a whole response".to_owned(),
            Reaction::Closed => "it sends a Close and nothing else".to_owned(),
            Reaction::Silent => "it stays silent".to_owned(),
        };
        let head = if client { "request" } else { "response" };
        for (verb, conditions) in [("has", &self.has), ("lacks", &self.lacks)] {
            let quoted: Vec<String> = conditions.iter().map(|one| format!("`{one}`")).collect();
            if !quoted.is_empty() {
                words += &format!(", and its {head} {verb} {}", quoted.join(" and "));
            }
        }
        if let Some(status) = self.interim {
            words += &format!(", after an interim response {status}");
        }
        words
    }
}

/// What a peer can do about our part of the opening handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// It takes the connection for open: a server by a right 101, a client by a frame that is no
    /// Close.
    Opened,
    /// A server answers with one of these statuses, none of which is 101.
    Status(Vec<StatusPattern>),
    /// It ends TCP: a server without a complete response, a client without a frame.
    Dropped,
    /// A client fails the connection as if it were open: it sends a Close and nothing else.
    Closed,
    /// Nothing, within the waiting time.
    Silent,
}

/// HTTP statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusPattern {
    /// This one.
    Exactly(u16),
    /// All whose first digit is this one, 2 to 5.
    Class(u8),
}

impl StatusPattern {
    /// Whether the status is one of them.
    #[must_use]
    pub const fn matches(self, status: u16) -> bool {
        match self {
            Self::Exactly(only) => status == only,
            Self::Class(digit) => status / 100 == digit as u16,
        }
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(status) => write!(f, "{status}"),
            Self::Class(digit) => write!(f, "{digit}xx"),
        }
    }
}

/// A field, or an element of its list, that a head may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldCondition {
    /// The field's name.
    pub name: String,
    /// What its list has to hold; `None`: it has to be there.
    pub element: Option<String>,
}

impl FieldCondition {
    /// Reads `Name` or `Name: element`; `None` if the name is none (RFC 9110 §5.1).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, element) = match text.split_once(':') {
            Some((name, element)) => (name, Some(element.trim().to_owned())),
            None => (text, None),
        };
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let right = !name.is_empty()
            && name.bytes().all(is_token)
            && element.as_ref().is_none_or(|element| !element.is_empty());
        right.then(|| Self { name: name.to_owned(), element })
    }
}

impl fmt::Display for FieldCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.element {
            Some(element) => write!(f, "{}: {element}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_a_name_and_perhaps_an_element() {
        for text in ["Upgrade", "Sec-WebSocket-Version: 13", "X: a:b"] {
            assert_eq!(FieldCondition::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ": 13", "A B", "Upgrade:", "A B: c"] {
            assert_eq!(FieldCondition::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_class_is_a_first_digit() {
        assert!(StatusPattern::Class(4).matches(426));
        assert!(!StatusPattern::Class(4).matches(500));
        assert!(!StatusPattern::Exactly(400).matches(401));
        assert_eq!(StatusPattern::Class(4).to_string(), "4xx");
    }
}
