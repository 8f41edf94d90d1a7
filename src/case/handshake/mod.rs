//! The opening handshake of a case: what is wrong with our head, and what may come of it.

mod accept;
mod expectation;
mod head_text;
mod made;
mod script;

pub use accept::AcceptMistake;
pub use expectation::{FieldCondition, HandshakeExpectation, Reaction, StatusPattern};
pub use head_text::{HeadPart, HeadPlace, HeadText, HeadValues};
pub use made::MadeHead;
pub use script::{HandshakeScript, HeadEdits, OurHead, RequestEdits, ResponseEdits};
