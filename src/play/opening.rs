//! The opening handshake as a player sees it: a request to send and a response to check, or a
//! request that has been read and a response to send.

use crate::{
    protocol::{
        Role,
        deflate::{self, Acceptance, DeflateParameters, Offer},
        handshake::{
            Asked, ClientRequest, HandshakeViolation, HeadReader, HeadState, ServerRequest,
            ServerResponse, check_response,
        },
    },
    transcript::{HandshakeOutcome, HandshakeRecord, Limits},
};

/// An opening handshake under way.
#[derive(Debug)]
pub struct Opening {
    role: Role,
    /// What we have to write, and have not yet given away.
    unwritten: Vec<u8>,
    /// As client: what the response is checked against.
    awaiting: Option<(Asked, HeadReader)>,
    record: HandshakeRecord,
    /// Octets of the open connection that came with the peer's part.
    early_octets: Vec<u8>,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Opened {
    /// No connection.
    Refused,
    /// A connection.
    Open {
        deflate: Option<DeflateParameters>,
        early_octets: Vec<u8>,
    },
}

impl Opening {
    /// As client, with this request.
    #[must_use]
    pub fn client(request: &ClientRequest) -> Self {
        let octets = request.encode();
        Self {
            role: Role::Client,
            record: HandshakeRecord {
                request: text(&octets),
                ..HandshakeRecord::default()
            },
            awaiting: Some((Asked::by(&octets), HeadReader::default())),
            unwritten: octets,
            early_octets: Vec::new(),
        }
    }

    /// As server, in answer to a request that has been read: `head` is its octets, `early_octets`
    /// those that came after it. `wishes` are what to ask for when compression is offered;
    /// without any, offers are ignored. An offer that breaks RFC 7692 is declined.
    #[must_use]
    pub fn server(
        request: &ServerRequest,
        head: &[u8],
        early_octets: Vec<u8>,
        wishes: &[Acceptance],
    ) -> Self {
        let (deflate, extensions) = match answer_offers(request, wishes) {
            Some((parameters, element)) => (Some(parameters), vec![element]),
            None => (None, Vec::new()),
        };
        let response = ServerResponse {
            key: request.key.clone(),
            extensions,
        }
        .encode();
        let mut violations = request.violations.clone();
        if !early_octets.is_empty() {
            let count = early_octets.len() as u64;
            violations.push(HandshakeViolation::DataBeforeResponse(count));
        }
        Self {
            role: Role::Server,
            record: HandshakeRecord {
                request: text(head),
                response: text(&response),
                outcome: HandshakeOutcome::Opened { deflate },
                violations,
            },
            unwritten: response,
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
        let reason = HandshakeViolation::first_lethal(&violations).map_or_else(
            || "the request cannot be answered".to_owned(),
            ToString::to_string,
        );
        HandshakeRecord {
            request: text(head),
            response: text(response),
            outcome: HandshakeOutcome::Refused {
                status: None,
                reason,
            },
            violations,
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
    pub(super) fn take_unwritten(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unwritten)
    }

    /// Takes octets of the peer's part, and perhaps some that follow it.
    pub(super) fn receive(&mut self, octets: &[u8]) {
        let Some((asked, reader)) = &mut self.awaiting else {
            return;
        };
        let state = reader.push(octets);
        let so_far = reader.octets();
        let refused = |status, reason: &str| HandshakeOutcome::Refused {
            status,
            reason: reason.to_owned(),
        };
        let (response, outcome) = match state {
            HeadState::Complete(end) => {
                let (head, rest) = so_far.split_at(end);
                let check = check_response(asked, head);
                let outcome = match check.refusal() {
                    None => {
                        self.early_octets = rest.to_vec();
                        HandshakeOutcome::Opened {
                            deflate: check.accepted.deflate,
                        }
                    }
                    Some(reason) => refused(check.status, &reason),
                };
                self.record.violations = check.violations;
                (head, outcome)
            }
            HeadState::TooLong => (so_far, refused(None, "the response's head does not end")),
            HeadState::Incomplete if !may_be_http(so_far) => {
                (so_far, refused(None, "the response is not HTTP"))
            }
            HeadState::Incomplete => (so_far, HandshakeOutcome::Incomplete),
        };
        self.record.response = text(response);
        self.record.outcome = outcome;
    }

    /// What came of it, once it is over.
    pub(super) fn outcome(&mut self) -> Option<Opened> {
        match self.record.outcome {
            HandshakeOutcome::Incomplete => None,
            HandshakeOutcome::Refused { .. } => Some(Opened::Refused),
            HandshakeOutcome::Opened { deflate } => {
                let early_octets = std::mem::take(&mut self.early_octets);
                Some(Opened::Open {
                    deflate,
                    early_octets,
                })
            }
        }
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

fn may_be_http(octets: &[u8]) -> bool {
    let start = b"HTTP/";
    octets.starts_with(start) || start.starts_with(octets)
}

/// A head as a record keeps it.
fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(&octets[..octets.len().min(Limits::HANDSHAKE)]).into_owned()
}
