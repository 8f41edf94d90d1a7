//! The opening handshake as case files write it: edits of our head, and what may come of it.

use std::{borrow::Cow, fmt, num::NonZeroUsize};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Unexpected, Visitor},
};

use super::{at::At, payload_entry::PayloadEntry};
use crate::case::{AcceptMistake, OutcomeVerdict, StatusPattern};

/// Edits of the right request. `{target}`, `{host}`, `{key}`, `{accept}`, `{subprotocol}` and
/// `{origin}` in its texts are filled when the case is played.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
#[schemars(rename = "Request")]
pub struct RequestEntry {
    /// Another method than GET.
    pub method: Option<At<PayloadEntry>>,
    /// Another request target.
    pub target: Option<At<PayloadEntry>>,
    /// Another version, such as `HTTP/1.0`.
    pub version: Option<At<PayloadEntry>>,
    /// The whole request line.
    pub line: Option<At<PayloadEntry>>,
    /// Fields that are left out.
    #[serde(default)]
    pub without: Vec<At<String>>,
    /// Field lines, each in the place of the field of its name, or at the end.
    #[serde(default)]
    pub with: Vec<At<PayloadEntry>>,
    /// Field lines at the end, whatever is there.
    #[serde(default)]
    pub also: Vec<At<PayloadEntry>>,
    /// Field lines right after the first line.
    #[serde(default)]
    pub first: Vec<At<PayloadEntry>>,
    /// Subprotocols to ask for.
    #[serde(default)]
    pub subprotocols: Vec<String>,
    /// What ends each line instead of CRLF.
    pub line_end: Option<At<PayloadEntry>>,
    /// What stands in the place of the empty line.
    pub end: Option<At<PayloadEntry>>,
    /// Octets before the head.
    pub before: Option<At<PayloadEntry>>,
    /// Octets right behind the head.
    pub body: Option<At<PayloadEntry>>,
    /// Head, body and what leaves with them are written in pieces of this many octets.
    pub chop: Option<At<NonZeroUsize>>,
    /// `true`: the steps are played at once, without waiting for the response.
    pub eager: Option<At<bool>>,
    /// `true`: it goes without TLS to a `wss:` target; with a `ws:` target the case is left out.
    pub clear_text: Option<At<bool>>,
}

/// Edits of the right response. `{target}`, `{host}`, `{key}`, `{accept}`, `{subprotocol}` and
/// `{origin}` in its texts are filled from the client's request.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
#[schemars(rename = "Response")]
pub struct ResponseEntry {
    /// The whole status line.
    pub line: Option<At<PayloadEntry>>,
    /// Fields that are left out.
    #[serde(default)]
    pub without: Vec<At<String>>,
    /// Field lines, each in the place of the field of its name, or at the end.
    #[serde(default)]
    pub with: Vec<At<PayloadEntry>>,
    /// Field lines at the end, whatever is there.
    #[serde(default)]
    pub also: Vec<At<PayloadEntry>>,
    /// Field lines right after the first line.
    #[serde(default)]
    pub first: Vec<At<PayloadEntry>>,
    /// A wrong `Sec-WebSocket-Accept`.
    pub accept: Option<At<AcceptMistake>>,
    /// What ends each line instead of CRLF.
    pub line_end: Option<At<PayloadEntry>>,
    /// What stands in the place of the empty line.
    pub end: Option<At<PayloadEntry>>,
    /// Octets before the head.
    pub before: Option<At<PayloadEntry>>,
    /// Octets right behind the head.
    pub body: Option<At<PayloadEntry>>,
    /// Head, body and what leaves with them are written in pieces of this many octets.
    pub chop: Option<At<NonZeroUsize>>,
}

/// What both have, lent.
pub struct HeadEntry<'a> {
    pub line: Option<&'a At<PayloadEntry>>,
    pub without: &'a [At<String>],
    pub with: &'a [At<PayloadEntry>],
    pub also: &'a [At<PayloadEntry>],
    pub first: &'a [At<PayloadEntry>],
    pub line_end: Option<&'a At<PayloadEntry>>,
    pub end: Option<&'a At<PayloadEntry>>,
    pub before: Option<&'a At<PayloadEntry>>,
    pub body: Option<&'a At<PayloadEntry>>,
    pub chop: Option<&'a At<NonZeroUsize>>,
}

/// Takes from a request or a response what both have.
macro_rules! head_of {
    ($entry:expr) => {
        HeadEntry {
            line: $entry.line.as_ref(),
            without: &$entry.without,
            with: &$entry.with,
            also: &$entry.also,
            first: &$entry.first,
            line_end: $entry.line_end.as_ref(),
            end: $entry.end.as_ref(),
            before: $entry.before.as_ref(),
            body: $entry.body.as_ref(),
            chop: $entry.chop.as_ref(),
        }
    };
}

impl RequestEntry {
    /// What a response may have, too.
    pub fn head(&self) -> HeadEntry<'_> {
        head_of!(self)
    }
}

impl ResponseEntry {
    /// What a request may have, too.
    pub fn head(&self) -> HeadEntry<'_> {
        head_of!(self)
    }
}

/// What may come of the opening handshake: one kind, its verdict, and perhaps conditions.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "an outcome of the handshake")]
#[schemars(rename = "HandshakeOutcome")]
pub struct ReactionEntry {
    /// The verdict.
    pub verdict: At<OutcomeVerdict>,
    /// `true`: it takes the connection for open.
    pub opened: Option<At<bool>>,
    /// A server answers with one of these statuses: numbers, or `"4xx"` and the like.
    pub status: Option<At<Vec<StatusPattern>>>,
    /// `true`: it ends TCP, a server without a complete response, a client without a frame.
    pub dropped: Option<At<bool>>,
    /// `true`: a client sends a Close and nothing else.
    pub closed: Option<At<bool>>,
    /// `true`: nothing comes within the waiting time.
    pub silent: Option<At<bool>>,
    /// Fields of its head: `"Name"`, or `"Name: element of its list"`.
    #[serde(default)]
    pub has: Vec<At<String>>,
    /// Fields, or elements of their lists, that its head does not have.
    #[serde(default)]
    pub lacks: Vec<At<String>>,
    /// A server sends an interim response of this status, 100 to 199, before its response.
    pub interim: Option<At<u64>>,
    /// With `fail`: the ids of the requirements that a testee breaks by it.
    #[serde(default)]
    pub breaks: Vec<At<String>>,
}

impl<'de> Deserialize<'de> for StatusPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusVisitor)
    }
}

struct StatusVisitor;

impl Visitor<'_> for StatusVisitor {
    type Value = StatusPattern;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a status from 200 to 599, or \"2xx\", \"3xx\", \"4xx\" or \"5xx\" \
             (a 101 is `opened = true`)",
        )
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<StatusPattern, E> {
        match word.as_bytes() {
            [digit @ b'2'..=b'5', b'x', b'x'] => Ok(StatusPattern::Class(digit - b'0')),
            _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }

    fn visit_i64<E: Error>(self, status: i64) -> Result<StatusPattern, E> {
        match u16::try_from(status) {
            Ok(status @ 200..=599) => Ok(StatusPattern::Exactly(status)),
            _ => Err(E::invalid_value(Unexpected::Signed(status), &self)),
        }
    }

    fn visit_u64<E: Error>(self, status: u64) -> Result<StatusPattern, E> {
        i64::try_from(status)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(status), &self))
            .and_then(|status| self.visit_i64(status))
    }
}

impl Serialize for StatusPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exactly(status) => serializer.serialize_u16(*status),
            Self::Class(_) => serializer.collect_str(self),
        }
    }
}

impl JsonSchema for StatusPattern {
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 200, "maximum": 599 },
                { "type": "string", "pattern": "^[2-5]xx$" },
                { "type": "string", "pattern": "^\\{[A-Za-z0-9_-]+\\}$" }
            ]
        })
    }
}
