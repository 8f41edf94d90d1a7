//! What a case does to our part of the opening handshake.

use std::num::NonZeroUsize;

use super::{AcceptMistake, HandshakeExpectation, HeadText, Reaction};

/// The opening handshake of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandshakeScript {
    /// Our head, if it is not to be the right one.
    pub ours: Option<OurHead>,
    /// What may come of it; the first that matches counts. Empty: the connection must open.
    pub outcomes: Vec<HandshakeExpectation>,
}

/// Edits of the right head that we would send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OurHead {
    /// Of our request, to a server.
    Request(Box<RequestEdits>),
    /// Of our response, to a client.
    Response(Box<ResponseEdits>),
}

/// Edits of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestEdits {
    /// Another method.
    pub method: Option<HeadText>,
    /// Another request target.
    pub target: Option<HeadText>,
    /// Another version, such as `HTTP/1.0`.
    pub version: Option<HeadText>,
    /// Subprotocols to ask for instead of those of the run; empty: those.
    pub subprotocols: Vec<String>,
    /// The steps are played at once, in the same write, without waiting for the response.
    pub eager: bool,
    /// It goes without TLS to a target that has TLS, and only to such a target.
    pub clear_text: bool,
    /// All the rest.
    pub head: HeadEdits,
}

/// Edits of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseEdits {
    /// A wrong `Sec-WebSocket-Accept`.
    pub accept: Option<AcceptMistake>,
    /// All the rest.
    pub head: HeadEdits,
}

/// Edits of either head, in the order in which they are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadEdits {
    /// The whole request line or status line.
    pub line: Option<HeadText>,
    /// Names of fields that are left out.
    pub without: Vec<String>,
    /// Field lines, each in the place of the field of its name, or at the end.
    pub with: Vec<HeadText>,
    /// Field lines at the end.
    pub also: Vec<HeadText>,
    /// Field lines right after the first line.
    pub first: Vec<HeadText>,
    /// What ends each line, if not CRLF.
    pub line_end: Option<HeadText>,
    /// What stands in the place of the empty line.
    pub end: Option<HeadText>,
    /// Octets before the head.
    pub before: HeadText,
    /// Octets right behind it.
    pub body: HeadText,
    /// Head, body and the steps that leave with them are written in pieces of this many octets.
    pub chop: Option<NonZeroUsize>,
}

impl HandshakeScript {
    /// Whether the case says anything about the opening handshake.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ours.is_none() && self.outcomes.is_empty()
    }

    /// Whether the connection may open, so that steps, outcomes and close count.
    #[must_use]
    pub fn may_open(&self) -> bool {
        self.outcomes.is_empty()
            || self.outcomes.iter().any(|outcome| outcome.reaction == Reaction::Opened)
    }

    /// What is done to our request.
    #[must_use]
    pub fn request(&self) -> Option<&RequestEdits> {
        match &self.ours {
            Some(OurHead::Request(edits)) => Some(edits),
            _ => None,
        }
    }

    /// What is done to our response.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseEdits> {
        match &self.ours {
            Some(OurHead::Response(edits)) => Some(edits),
            _ => None,
        }
    }

    /// Whether the case is only for a target with TLS, to which it speaks without.
    #[must_use]
    pub fn is_in_clear_text(&self) -> bool {
        self.request().is_some_and(|edits| edits.clear_text)
    }

    /// Whether octets of ours follow the request, which a server that refuses it must not take for
    /// frames.
    #[must_use]
    pub fn goes_on_behind_request(&self) -> bool {
        self.request().is_some_and(|edits| edits.eager || !edits.head.body.is_empty())
    }

    /// The pieces in which our head is written, with what leaves in the same write.
    #[must_use]
    pub fn chop(&self) -> Option<NonZeroUsize> {
        self.head_edits()?.chop
    }

    /// Whether octets that are no frames of a step stand right behind our head.
    #[must_use]
    pub fn has_body(&self) -> bool {
        let body = self.head_edits().map(|edits| &edits.body);
        body.is_some_and(|body| *body != HeadText::default())
    }

    fn head_edits(&self) -> Option<&HeadEdits> {
        match &self.ours {
            Some(OurHead::Request(edits)) => Some(&edits.head),
            Some(OurHead::Response(edits)) => Some(&edits.head),
            None => None,
        }
    }
}
