//! The opening handshake (RFC 6455 §4), from both sides.

mod extensions;
mod fields;
mod head;
mod key;
mod request;
mod response;

pub use extensions::{Extension, Parameter, parse_extensions};
pub use fields::HeaderFields;
pub use head::{HEAD_MAX, HeadReader, HeadState, is_interim};
pub use key::{ACCEPT_GUID, SecWebSocketKey};
pub use request::{ClientRequest, HttpRequest, Rejection, ServerRequest};
pub use response::{Accepted, Refusal, ServerResponse, check_response};
