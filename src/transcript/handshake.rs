//! How the opening handshake went.

use serde::{Deserialize, Serialize};

use crate::protocol::{deflate::DeflateParameters, handshake::HandshakeViolation};

/// What a violation takes besides its text.
const VIOLATION_OCTETS: usize = size_of::<HandshakeViolation>();

/// The opening handshake as it was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandshakeRecord {
    /// The request's octets up to its empty line, as text; cut at [`super::Limits::HANDSHAKE`].
    /// Octets that are not UTF-8 are replaced. Where the case edits it, what it has around the head
    /// is there, too.
    pub request: String,
    /// The response's, likewise, with interim responses before it.
    pub response: String,
    /// What came of it.
    pub outcome: HandshakeOutcome,
    /// What the peer's part of it breaks, in the order of its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<HandshakeViolation>,
    /// Behind our response the client asked by HTTP once more, on the same TCP connection.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked_again: bool,
}

/// What came of the opening handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandshakeOutcome {
    /// TCP was gone, or time was up, before the peer's part was complete.
    #[default]
    Incomplete,
    /// The connection is open.
    Opened {
        /// The agreed compression, if any.
        deflate: Option<DeflateParameters>,
    },
    /// As server we answered, on purpose, in a way that opens no connection. Whether the client
    /// takes it for open shows in what it sends.
    Spoiled {
        /// The compression that our response agreed to, if any.
        deflate: Option<DeflateParameters>,
    },
    /// The peer's part was complete, but it does not open a WebSocket connection.
    Refused {
        /// The HTTP status of the response, if it is HTTP.
        status: Option<u16>,
        /// What is wrong with it, in a sentence without its full stop.
        reason: String,
    },
}

impl HandshakeRecord {
    /// Whether the connection was opened.
    #[must_use]
    pub const fn opened(&self) -> bool {
        matches!(self.outcome, HandshakeOutcome::Opened { .. })
    }

    /// The agreed compression.
    #[must_use]
    pub const fn deflate(&self) -> Option<DeflateParameters> {
        match self.outcome {
            HandshakeOutcome::Opened { deflate } | HandshakeOutcome::Spoiled { deflate } => deflate,
            _ => None,
        }
    }

    /// The octets that it takes in memory besides itself, roughly.
    #[must_use]
    pub(super) fn octets(&self) -> usize {
        let violations = self.violations.iter().map(|violation| violation.to_string().len());
        let violations: usize = violations.map(|text| text + VIOLATION_OCTETS).sum();
        self.request.len() + self.response.len() + violations
    }

    /// The value of a header field of the response, trimmed.
    #[must_use]
    pub fn response_field(&self, name: &str) -> Option<&str> {
        self.response.lines().skip(1).find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}
