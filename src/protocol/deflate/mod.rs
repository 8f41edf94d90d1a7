//! permessage-deflate (RFC 7692 §7): its negotiation, and messages in and out of it.

mod codec;
mod negotiation;
mod parameters;

pub use codec::{Deflater, InflateError, Inflater};
pub use negotiation::{Acceptance, Offer, accept, agree};
pub use parameters::DeflateParameters;

/// The extension's name in `Sec-WebSocket-Extensions`.
pub const EXTENSION_NAME: &str = "permessage-deflate";
