//! The opening handshake as a player sees it: a request to send and a response to check, or a
//! request that has been read and a response to send.

use crate::{
    protocol::{
        Role,
        deflate::{self, Acceptance, DeflateParameters, EXTENSION_NAME, Offer},
        handshake::{
            ClientRequest, HeadReader, HeadState, ServerRequest, ServerResponse, check_response,
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
    awaiting: Option<(ClientRequest, HeadReader)>,
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
    pub fn client(request: ClientRequest) -> Self {
        let octets = request.encode();
        Self {
            role: Role::Client,
            record: HandshakeRecord {
                request: text(&octets),
                ..HandshakeRecord::default()
            },
            unwritten: octets,
            awaiting: Some((request, HeadReader::default())),
            early_octets: Vec::new(),
        }
    }

    /// As server, in answer to a request that has been read: `head` is its octets, `early_octets`
    /// those that came after it. `wishes` are what to ask for when compression is offered;
    /// without any, offers are ignored.
    ///
    /// # Errors
    /// An offer of permessage-deflate that breaks RFC 7692, in a sentence.
    pub fn server(
        request: &ServerRequest,
        head: &[u8],
        early_octets: Vec<u8>,
        wishes: &[Acceptance],
    ) -> Result<Self, String> {
        let agreed = if wishes.is_empty() {
            None
        } else {
            answer_offers(request, wishes)?
        };
        let (deflate, extensions) = match agreed {
            Some((parameters, element)) => (Some(parameters), vec![element]),
            None => (None, Vec::new()),
        };
        let response = ServerResponse {
            key: request.key.clone(),
            extensions,
        }
        .encode();
        Ok(Self {
            role: Role::Server,
            record: HandshakeRecord {
                request: text(head),
                response: text(&response),
                outcome: HandshakeOutcome::Opened { deflate },
            },
            unwritten: response,
            awaiting: None,
            early_octets,
        })
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
        let Some((request, reader)) = &mut self.awaiting else {
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
                let outcome = match check_response(request, head) {
                    Ok(accepted) => {
                        self.early_octets = rest.to_vec();
                        HandshakeOutcome::Opened {
                            deflate: accepted.deflate,
                        }
                    }
                    Err(refusal) => refused(refusal.status, &refusal.reason),
                };
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
) -> Result<Option<(DeflateParameters, String)>, String> {
    let offers = request
        .extensions
        .iter()
        .filter(|extension| extension.name.eq_ignore_ascii_case(EXTENSION_NAME))
        .map(Offer::read)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    Ok(deflate::accept(wishes, &offers))
}

fn may_be_http(octets: &[u8]) -> bool {
    let start = b"HTTP/";
    octets.starts_with(start) || start.starts_with(octets)
}

/// A head as a record keeps it.
fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(&octets[..octets.len().min(Limits::HANDSHAKE)]).into_owned()
}
