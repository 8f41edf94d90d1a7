//! The opening handshake as a player sees it: a request to send and a response to check, or a
//! request that has been read and a response to send. Either of ours may be edited by the case.

use std::num::NonZeroUsize;

use crate::{
    case::{MadeHead, RequestEdits, ResponseEdits, as_sent},
    protocol::{
        Role,
        deflate::{self, Acceptance, DeflateParameters, EXTENSION_NAME, Offer},
        handshake::{
            ClientRequest, HeaderFields, SecWebSocketKey, ServerRequest, ServerResponse,
            parse_extensions,
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
    Open {
        deflate: Option<DeflateParameters>,
        early_octets: Vec<u8>,
    },
}

impl Opening {
    /// As client, with this request, edited.
    #[must_use]
    pub fn client(request: ClientRequest, edits: Option<&RequestEdits>) -> Self {
        let (made, requests) = match edits {
            None => (unedited(request.encode()), vec![request]),
            Some(edits) => {
                let made = edits.apply(request.clone());
                let requests = as_sent(&made.head, &request);
                (made, requests)
            }
        };
        let ours = OurPart {
            octets: made.octets(),
            chop: edits.and_then(|edits| edits.head.chop),
            eager: edits.is_some_and(|edits| edits.eager),
        };
        Self {
            role: Role::Client,
            record: HandshakeRecord {
                request: text(&ours.octets),
                ..HandshakeRecord::default()
            },
            ours,
            awaiting: Some(ResponseReader::new(requests)),
            early_octets: Vec::new(),
        }
    }

    /// As server, in answer to a request that has been read: `head` is its octets, `early_octets`
    /// those that came after it. `wishes` are what to ask for when compression is offered;
    /// without any, offers are ignored. The response is edited.
    ///
    /// # Errors
    /// An offer of permessage-deflate that breaks RFC 7692, in a sentence.
    pub fn server(
        request: &ServerRequest,
        head: &[u8],
        early_octets: Vec<u8>,
        wishes: &[Acceptance],
        edits: Option<&ResponseEdits>,
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
        let right = ServerResponse {
            key: request.key.clone(),
            extensions,
        };
        let (made, outcome) = match edits {
            None => (
                unedited(right.encode()),
                HandshakeOutcome::Opened { deflate },
            ),
            Some(edits) => {
                let made = edits.apply(&right, request);
                let outcome = seen_by_client(&made, request, head);
                (made, outcome)
            }
        };
        let ours = OurPart {
            octets: made.octets(),
            chop: edits.and_then(|edits| edits.head.chop),
            eager: true,
        };
        Ok(Self {
            role: Role::Server,
            record: HandshakeRecord {
                request: text(head),
                response: text(&ours.octets),
                outcome,
                asked_again: false,
            },
            ours,
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
    pub(super) fn take_ours(&mut self) -> OurPart {
        std::mem::take(&mut self.ours)
    }

    /// Takes octets of the peer's part, and perhaps some that follow it.
    pub(super) fn receive(&mut self, octets: &[u8]) {
        let Some(reader) = &mut self.awaiting else {
            return;
        };
        let state = reader.push(octets);
        self.early_octets = state.early_octets;
        self.record.response = text(&state.heads);
        self.record.outcome = state.outcome;
    }

    /// What came of it, once it is over.
    pub(super) fn outcome(&mut self) -> Option<Opened> {
        match self.record.outcome {
            HandshakeOutcome::Incomplete => None,
            HandshakeOutcome::Refused { .. } => Some(Opened::Refused),
            HandshakeOutcome::Opened { deflate } | HandshakeOutcome::Spoiled { deflate } => {
                let early_octets = std::mem::take(&mut self.early_octets);
                Some(Opened::Open {
                    deflate,
                    early_octets,
                })
            }
        }
    }
}

const fn unedited(head: Vec<u8>) -> MadeHead {
    MadeHead {
        before: Vec::new(),
        head,
        body: Vec::new(),
    }
}

/// What our edited response is to a client that plays by the rules, and the compression that one
/// which overlooks its mistakes would use.
fn seen_by_client(made: &MadeHead, request: &ServerRequest, head: &[u8]) -> HandshakeOutcome {
    let as_read = ClientRequest {
        target: request.target.clone(),
        host: String::new(),
        key: SecWebSocketKey::as_sent(request.key.as_str()),
        origin: None,
        subprotocols: Vec::new(),
        extensions: Vec::new(),
        fields: Vec::new(),
    };
    let mut reader = ResponseReader::new(as_sent(head, &as_read));
    let octets = [&made.before[..], &made.head].concat();
    match reader.push(&octets).outcome {
        opened @ HandshakeOutcome::Opened { .. } => opened,
        _ => HandshakeOutcome::Spoiled {
            deflate: agreed_in(&made.head),
        },
    }
}

/// The compression that a response's head agrees to.
fn agreed_in(head: &[u8]) -> Option<DeflateParameters> {
    let text = String::from_utf8_lossy(head);
    let fields: Vec<httparse::Header<'_>> = text
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some(httparse::Header {
                name,
                value: value.as_bytes(),
            })
        })
        .collect();
    let value = HeaderFields::new(&fields).joined("Sec-WebSocket-Extensions")?;
    let answer = parse_extensions(&value).ok()?;
    deflate::agree(true, &answer).ok().flatten()
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

/// A head as a record keeps it.
fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(&octets[..octets.len().min(Limits::HANDSHAKE)]).into_owned()
}
