//! An endpoint's part of the opening handshake (RFC 6455 §4).

use crate::protocol::{
    deflate::{self, Acceptance, DeflateParameters, EXTENSION_NAME, Offer},
    handshake::{
        Asked, ClientRequest, HeadReader, HeadState, Rejection, SecWebSocketKey, ServerRequest,
        ServerResponse, check_response, is_interim,
    },
};

use super::conduct::{Conduct, FieldEdit, RequestStyle, ResponseStyle};

/// Where a client connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The `Host` field: name and, if it is not the default one, port.
    pub host: String,
    /// Path and query.
    pub resource: String,
}

/// An opening handshake under way.
#[derive(Debug)]
pub struct Opening {
    head: HeadReader,
    part: Part,
}

#[derive(Debug)]
enum Part {
    Client(Asked),
    Server {
        style: ResponseStyle,
        compresses: bool,
    },
}

/// What came of it.
#[derive(Debug)]
pub enum Opened {
    /// No connection, after these octets have been written.
    Refused(Vec<u8>),
    /// Nothing, for ever.
    Never,
    /// A connection, after these octets have been written.
    Open {
        response: Vec<u8>,
        deflate: Option<DeflateParameters>,
        early_octets: Vec<u8>,
    },
}

impl Opening {
    /// As server.
    pub fn server(conduct: &Conduct) -> Self {
        Self {
            head: HeadReader::default(),
            part: Part::Server {
                style: conduct.response,
                compresses: conduct.compresses,
            },
        }
    }

    /// As client, with the octets of its request.
    pub fn client(target: Target, nonce: [u8; 16], conduct: &Conduct) -> (Self, Vec<u8>) {
        let request = ClientRequest {
            target: target.resource,
            host: target.host,
            key: SecWebSocketKey::new(nonce),
            origin: None,
            subprotocols: Vec::new(),
            extensions: if conduct.compresses {
                vec![offer()]
            } else {
                Vec::new()
            },
            fields: Vec::new(),
        };
        let octets = match conduct.request {
            RequestStyle::Right => request.encode(),
            RequestStyle::Never => Vec::new(),
            RequestStyle::With(edit) => with_field(&request.encode(), edit),
        };
        let opening = Self {
            head: HeadReader::default(),
            part: Part::Client(Asked::by(&octets)),
        };
        (opening, octets)
    }

    /// Takes octets of the peer's part, and perhaps some that follow it.
    pub fn receive(&mut self, octets: &[u8]) -> Option<Opened> {
        let mut state = self.head.push(octets);
        while let (Part::Client(_), HeadState::Complete(end)) = (&self.part, state)
            && is_interim(&self.head.octets()[..end])
        {
            state = self.head.pass_over(end);
        }
        let end = match state {
            HeadState::Incomplete => return None,
            HeadState::TooLong => return Some(self.too_long()),
            HeadState::Complete(end) => end,
        };
        let (head, early_octets) = self.head.octets().split_at(end);
        match &self.part {
            Part::Client(asked) => {
                let check = check_response(asked, head);
                Some(if check.refusal().is_none() {
                    Opened::Open {
                        response: Vec::new(),
                        deflate: check.accepted.deflate,
                        early_octets: early_octets.to_vec(),
                    }
                } else {
                    Opened::Refused(Vec::new())
                })
            }
            Part::Server { style, compresses } => {
                Some(answer(*style, *compresses, head, early_octets))
            }
        }
    }

    fn too_long(&self) -> Opened {
        Opened::Refused(match self.part {
            Part::Client(_) => Vec::new(),
            Part::Server { .. } => refusal(431, "the request's head does not end"),
        })
    }
}

fn answer(style: ResponseStyle, compresses: bool, head: &[u8], early_octets: &[u8]) -> Opened {
    let edit = match style {
        ResponseStyle::Never => return Opened::Never,
        ResponseStyle::BadRequest => {
            return Opened::Refused(refusal(400, "this endpoint refuses every request"));
        }
        ResponseStyle::Right => None,
        ResponseStyle::With(edit) => Some(edit),
    };
    match accept(head, compresses) {
        Ok((response, deflate)) => {
            let response = edit.map_or_else(
                || response.encode(),
                |edit| with_field(&response.encode(), edit),
            );
            Opened::Open {
                response,
                deflate,
                early_octets: early_octets.to_vec(),
            }
        }
        Err(Rejection { status, reason }) => Opened::Refused(refusal(status, &reason)),
    }
}

/// What a client offers: the server may limit our window.
fn offer() -> String {
    format!("{EXTENSION_NAME}; client_max_window_bits")
}

/// A right answer to a request.
fn accept(
    head: &[u8],
    compresses: bool,
) -> Result<(ServerResponse, Option<DeflateParameters>), Rejection> {
    let request = ServerRequest::read(head)?;
    // An offer that cannot be understood is declined (RFC 7692 §5.1).
    let offers: Vec<Offer> = request
        .extensions
        .iter()
        .filter(|extension| extension.is_deflate())
        .filter_map(|extension| Offer::read(extension, &mut Vec::new()))
        .collect();
    let wishes: &[Acceptance] = if compresses {
        &[Acceptance::default()]
    } else {
        &[]
    };
    let (deflate, extensions) = match deflate::accept(wishes, &offers) {
        Some((agreed, element)) => (Some(agreed), vec![element]),
        None => (None, Vec::new()),
    };
    Ok((
        ServerResponse {
            key: request.key,
            extensions,
        },
        deflate,
    ))
}

fn refusal(status: u16, reason: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        .into_bytes()
}

/// A head with another value for one of its fields, or with a further field.
fn with_field(head: &[u8], edit: FieldEdit) -> Vec<u8> {
    let text = String::from_utf8_lossy(head);
    let edited = format!("{}: {}", edit.field, edit.value);
    let is_edited = |line: &&str| line.split_once(':').is_some_and(|(it, _)| it == edit.field);
    let mut lines: Vec<&str> = text.trim_end_matches("\r\n").split("\r\n").collect();
    match lines.iter().position(is_edited) {
        Some(at) => lines[at] = &edited,
        None => lines.push(&edited),
    }
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}
