//! permessage-deflate (RFC 7692 §7): its negotiation, messages in and out of it, and
//! whether the peer keeps to what was agreed.

mod bits;
mod codec;
mod codes;
mod huffman;
mod inspect;
mod negotiation;
mod parameters;

pub use codec::{Deflater, InflateError, Inflater};
pub use inspect::Inspector;
pub use negotiation::{Acceptance, Offer, accept, agree};
pub use parameters::DeflateParameters;

/// The extension's name in `Sec-WebSocket-Extensions`.
pub const EXTENSION_NAME: &str = "permessage-deflate";
