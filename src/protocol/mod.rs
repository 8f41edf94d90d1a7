//! The WebSocket protocol as pure data and functions, right and wrong. No I/O, no clock.

pub mod deflate;
pub mod hex;
pub mod mask;

mod decode;
mod frame;
mod role;
mod violation;

pub use decode::{FrameDecoder, Piece};
pub use frame::{
    CONTROL_PAYLOAD_MAX, FrameHeader, LengthForm, MaskingKey, Opcode, Rsv, encode_frame,
};
pub use role::Role;
pub use violation::Violation;
