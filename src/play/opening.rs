//! The opening handshake as a player sees it: a request to send and a response to check, or a
//! request that has been read and a response to send. Either of ours may be edited by the case.

use std::num::NonZeroUsize;

use crate::{
    case::{MadeHead, RequestEdits, ResponseEdits},
    protocol::{
        Role,
        deflate::{self, Acceptance, DeflateParameters, Offer},
        handshake::{
            Asked, ClientRequest, HEAD_MAX, HandshakeViolation, ServerRequest, ServerResponse,
            check_response,
        },
    },
    transcript::{HandshakeOutcome, HandshakeRecord, Limits},
};

use super::response::ResponseReader;

/// An opening handshake under way.
#[derive(Debug)]
pub struct Opening {
    role: Role,
    ours: OurPart,
    /// As client: the response.
    awaiting: Option<ResponseReader>,
    record: HandshakeRecord,
    /// Octets of the open connection that came with the peer's part.
    early_octets: Vec<u8>,
}

/// What we have to write.
#[derive(Debug, Default)]
pub(super) struct OurPart {
    pub(super) octets: Vec<u8>,
    /// It is written in pieces of this many octets, with what leaves in the same write.
    pub(super) chop: Option<NonZeroUsize>,
    /// The steps do not wait for the peer's part.
    pub(super) eager: bool,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Opened {
    /// No connection.
    Refused,
    /// A connection.
    Open { deflate: Option<DeflateParameters>, early_octets: Vec<u8> },
}

impl Opening {
    /// As client, with this request, edited.
    #[must_use]
    pub fn client(request: &ClientRequest, edits: Option<&RequestEdits>) -> Self {
        let (made, asked) = match edits {
            None => {
                let made = unedited(request.encode());
                let asked = Asked::by(&made.head);
                (made, asked)
            }
            Some(edits) => {
                (edits.apply(request.clone()), Asked::by(&edits.readable(request.clone())))
            }
        };
        let in_clear_text = edits.is_some_and(|edits| edits.clear_text);
        let ours = OurPart {
            octets: made.octets(),
            chop: edits.and_then(|edits| edits.head.chop),
            eager: edits.is_some_and(|edits| edits.eager),
        };
        Self {
            role: Role::Client,
            record: HandshakeRecord { request: text(&ours.octets), ..HandshakeRecord::default() },
            ours,
            awaiting: Some(ResponseReader::new(asked).in_clear_text(in_clear_text)),
            early_octets: Vec::new(),
        }
    }

    /// As server, in answer to a request that has been read: `head` is its octets, `early_octets`
    /// those that came after it. `wishes` are what to ask for when compression is offered;
    /// without any, offers are ignored. An offer that breaks RFC 7692 is declined. The response is
    /// edited.
    #[must_use]
    pub fn server(
        request: &ServerRequest,
        head: &[u8],
        early_octets: Vec<u8>,
        wishes: &[Acceptance],
        edits: Option<&ResponseEdits>,
    ) -> Self {
        let (deflate, extensions) = match answer_offers(request, wishes) {
            Some((parameters, element)) => (Some(parameters), vec![element]),
            None => (None, Vec::new()),
        };
        let right = ServerResponse { key: request.key.clone(), extensions };
        let (made, outcome) = match edits {
            None => (unedited(right.encode()), HandshakeOutcome::Opened { deflate }),
            Some(edits) => {
                let made = edits.apply(&right, request);
                let outcome = seen_by_client(&made, head);
                (made, outcome)
            }
        };
        let mut violations = request.violations.clone();
        if !early_octets.is_empty() {
            let count = early_octets.len() as u64;
            violations.push(HandshakeViolation::DataBeforeResponse(count));
        }
        let ours = OurPart {
            octets: made.octets(),
            chop: edits.and_then(|edits| edits.head.chop),
            eager: true,
        };
        Self {
            role: Role::Server,
            record: HandshakeRecord {
                request: text(head),
                response: text(&ours.octets),
                outcome,
                violations,
                asked_again: false,
            },
            ours,
            awaiting: None,
            early_octets,
        }
    }

    /// The record of a request, with this head, that nobody could say yes to: it was refused with
    /// `response`.
    #[must_use]
    pub fn refused(
        head: &[u8],
        response: &[u8],
        violations: Vec<HandshakeViolation>,
    ) -> HandshakeRecord {
        let reason = HandshakeViolation::first_lethal(&violations)
            .map_or_else(|| "the request cannot be answered".to_owned(), ToString::to_string);
        HandshakeRecord {
            request: text(head),
            response: text(response),
            outcome: HandshakeOutcome::Refused { status: None, reason },
            violations,
            asked_again: false,
        }
    }

    /// The side that we play.
    pub(super) const fn role(&self) -> Role {
        self.role
    }

    /// What is known so far.
    pub(super) const fn record(&self) -> &HandshakeRecord {
        &self.record
    }

    /// Takes what is to be written.
    pub(super) fn take_ours(&mut self) -> OurPart {
        std::mem::take(&mut self.ours)
    }

    /// Whether the peer has refused the connection, or answered with something else.
    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.record.outcome, HandshakeOutcome::Refused { .. })
    }

    /// Takes octets of the peer's part, and perhaps some that follow it.
    pub(super) fn receive(&mut self, octets: &[u8]) {
        let Some(reader) = &mut self.awaiting else {
            return;
        };
        if self.early_octets.len() > HEAD_MAX {
            return;
        }
        let state = reader.push(octets);
        self.early_octets = state.early_octets;
        self.record.response = text(&state.heads);
        self.record.outcome = state.outcome;
        self.record.violations = state.violations;
    }

    /// What came of it, once it is over.
    pub(super) fn outcome(&mut self) -> Option<Opened> {
        match self.record.outcome {
            HandshakeOutcome::Incomplete => None,
            HandshakeOutcome::Refused { .. } => Some(Opened::Refused),
            HandshakeOutcome::Opened { deflate } | HandshakeOutcome::Spoiled { deflate } => {
                let early_octets = std::mem::take(&mut self.early_octets);
                Some(Opened::Open { deflate, early_octets })
            }
        }
    }
}

const fn unedited(head: Vec<u8>) -> MadeHead {
    MadeHead { before: Vec::new(), head, body: Vec::new() }
}

/// What our edited response is to a client with this request that plays by the rules, and the
/// compression that one which overlooks its mistakes would use.
fn seen_by_client(made: &MadeHead, request: &[u8]) -> HandshakeOutcome {
    let asked = Asked::by(request);
    let deflate = check_response(&asked, &made.head).accepted.deflate;
    let octets = [&made.before[..], &made.head].concat();
    match ResponseReader::new(asked).push(&octets).outcome {
        opened @ HandshakeOutcome::Opened { .. } => opened,
        _ => HandshakeOutcome::Spoiled { deflate },
    }
}

fn answer_offers(
    request: &ServerRequest,
    wishes: &[Acceptance],
) -> Option<(DeflateParameters, String)> {
    let offers: Vec<Offer> = request
        .extensions
        .iter()
        .filter(|extension| extension.is_deflate())
        .filter_map(|extension| Offer::read(extension, &mut Vec::new()))
        .collect();
    deflate::accept(wishes, &offers)
}

/// A head as a record keeps it.
fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(&octets[..octets.len().min(Limits::HANDSHAKE)]).into_owned()
}
