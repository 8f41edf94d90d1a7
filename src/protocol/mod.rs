//! The WebSocket protocol as pure data and functions, right and wrong. No I/O, no clock.
//!
//! Encoding never refuses and decoding never gives up: [`FrameHeader`] can say every wrong thing,
//! [`FrameDecoder`] reads any octets, and [`Receiver`] reports what was wrong with them.

pub mod deflate;
pub mod handshake;
pub mod hex;
pub mod mask;

mod close;
mod decode;
mod frame;
mod message;
mod receive;
mod role;
mod utf8;
mod violation;

pub use close::{CloseBody, CloseCode, CloseCodeKind};
pub use decode::{FrameDecoder, Piece};
pub use frame::{
    CONTROL_PAYLOAD_MAX, FrameHeader, LengthForm, MaskingKey, Opcode, Rsv, encode_frame,
};
pub use message::MessageKind;
pub use receive::{INFLATED_MAX, Received, Receiver, Sink};
pub use role::Role;
pub use utf8::Utf8Checker;
pub use violation::Violation;
