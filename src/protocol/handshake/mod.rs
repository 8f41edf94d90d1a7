//! The opening handshake (RFC 6455 §4), from both sides.
//!
//! Reading never gives up: [`check_request`] and [`check_response`] give what can be used, with
//! every [`HandshakeViolation`] besides. [`ServerRequest`] is what a correct server takes.

mod check_request;
mod check_response;
mod extensions;
mod fields;
mod head;
mod key;
mod lines;
mod request;
mod response;
mod server_request;
mod violation;

pub use check_request::{RequestCheck, check_request};
pub use check_response::{Accepted, Asked, ResponseCheck, check_response};
pub use extensions::{Extension, Parameter, parse_extensions};
pub use fields::HeaderFields;
pub use head::{HEAD_MAX, HeadReader, HeadState, is_interim};
pub use key::{ACCEPT_GUID, SecWebSocketKey};
pub use request::ClientRequest;
pub use response::ServerResponse;
pub use server_request::{Rejection, ServerRequest};
pub use violation::HandshakeViolation;
pub(in crate::protocol) use violation::clip;
