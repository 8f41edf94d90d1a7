//! An endpoint's part of the opening handshake (RFC 6455 §4).
//!
//! Nothing of it is shared with what judges a testee's handshake, so that neither hides a mistake
//! of the other.

mod client;
mod head;
mod negotiation;
mod parameters;
mod received;
mod request;
mod response;
mod server;

pub use client::{ClientOpening, Target};
pub use head::Head;
pub use negotiation::Answer;
pub use parameters::ParameterFlaw;
pub use received::{LineFlaw, ReceivedHead, elements};
pub use request::RequestFlaw;
pub use response::ResponseFlaw;
pub use server::ServerOpening;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

use crate::protocol::deflate::DeflateParameters;

/// An opening handshake under way.
#[derive(Debug)]
pub enum Opening {
    /// Ours is the response.
    Server(Box<ServerOpening>),
    /// Ours is the request.
    Client(Box<ClientOpening>),
    /// Nothing will come of it.
    Over,
}

/// What came of it.
#[derive(Debug)]
pub enum Opened {
    /// No connection, after these octets have been written.
    Refused(Vec<u8>),
    /// No connection either, but after these octets TCP stays open.
    Stuck(Vec<u8>),
    /// As client: no connection, after a Close.
    RefusedWithClose,
    /// A connection, after these octets have been written.
    Open {
        /// The response, as server.
        response: Vec<u8>,
        /// The agreed compression.
        deflate: Option<DeflateParameters>,
        /// What came behind the peer's head.
        early_octets: Vec<u8>,
    },
}

impl Opening {
    /// Takes octets of the peer's part, and perhaps some that follow it.
    pub fn receive(&mut self, octets: &[u8]) -> Option<Opened> {
        match self {
            Self::Server(opening) => opening.receive(octets),
            Self::Client(opening) => opening.receive(octets),
            Self::Over => None,
        }
    }
}

/// The value of Sec-WebSocket-Accept for a key, whatever it is (RFC 6455 §4.2.2).
fn accept_value(key: &str) -> String {
    const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}
