//! Frames as the wire says them, also when the wire is wrong (RFC 6455 §5.2).
//!
//! [`FrameHeader`] holds whatever two to fourteen octets can express. Encoding never refuses;
//! what is illegal about a header that was received is the business of [`super::decode`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// The largest payload of a control frame (RFC 6455 §5.5).
pub const CONTROL_PAYLOAD_MAX: u64 = 125;

/// A frame's 4-bit opcode, defined or reserved (RFC 6455 §5.2).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct Opcode(u8);

impl Opcode {
    /// Continues a fragmented message.
    pub const CONTINUATION: Self = Self(0x0);
    /// Begins a text message.
    pub const TEXT: Self = Self(0x1);
    /// Begins a binary message.
    pub const BINARY: Self = Self(0x2);
    /// Starts or answers the closing handshake.
    pub const CLOSE: Self = Self(0x8);
    /// Asks for a Pong.
    pub const PING: Self = Self(0x9);
    /// Answers a Ping, or is sent unasked.
    pub const PONG: Self = Self(0xA);

    /// The opcode with this number; `None` above 15.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 0xF { Some(Self(number)) } else { None }
    }

    /// The opcode in the low four bits of a frame's first octet.
    #[must_use]
    pub const fn from_first_octet(octet: u8) -> Self {
        Self(octet & 0x0F)
    }

    /// The number, 0 to 15.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether the most significant bit marks it as a control frame, reserved ones included.
    #[must_use]
    pub const fn is_control(self) -> bool {
        self.0 & 0x8 != 0
    }

    /// Whether RFC 6455 leaves the meaning to later versions (3-7, B-F).
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        matches!(self.0, 0x3..=0x7 | 0xB..=0xF)
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CONTINUATION => f.write_str("continuation"),
            Self::TEXT => f.write_str("text"),
            Self::BINARY => f.write_str("binary"),
            Self::CLOSE => f.write_str("Close"),
            Self::PING => f.write_str("Ping"),
            Self::PONG => f.write_str("Pong"),
            Self(number) => write!(f, "reserved opcode 0x{number:X}"),
        }
    }
}

impl fmt::Debug for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The three reserved bits as a number: 4 is RSV1, 2 is RSV2, 1 is RSV3.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct Rsv(u8);

impl Rsv {
    /// No bit set.
    pub const NONE: Self = Self(0);
    /// The bit that permessage-deflate uses (RFC 7692 §6).
    pub const RSV1: Self = Self(4);

    /// The bits of this number; `None` above 7.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        if bits <= 7 { Some(Self(bits)) } else { None }
    }

    /// The number, 0 to 7.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether RSV1 is set.
    #[must_use]
    pub const fn rsv1(self) -> bool {
        self.0 & 4 != 0
    }
}

/// How many octets carry the payload length. Only the shortest that fits is legal (RFC 6455 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LengthForm {
    /// In the second octet itself: 0 to 125.
    Bits7,
    /// 126, then two octets.
    Bits16,
    /// 127, then eight octets; the most significant bit must be 0.
    Bits64,
}

impl LengthForm {
    /// The only legal form for a payload of this many octets.
    #[must_use]
    pub const fn shortest(length: u64) -> Self {
        match length {
            0..=125 => Self::Bits7,
            126..=0xFFFF => Self::Bits16,
            _ => Self::Bits64,
        }
    }
}

/// A masking key (RFC 6455 §5.3).
pub type MaskingKey = [u8; 4];

/// Everything in a frame before its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FrameHeader {
    /// Whether this is the last frame of its message.
    pub fin: bool,
    /// The reserved bits.
    pub rsv: Rsv,
    /// What the frame is.
    pub opcode: Opcode,
    /// The masking key, if the MASK bit is set.
    pub mask: Option<MaskingKey>,
    /// The declared payload length in octets; may be a lie.
    pub length: u64,
    /// How the length is written.
    pub form: LengthForm,
}

impl FrameHeader {
    /// A final, unmasked frame without reserved bits that declares `length` in the shortest form.
    #[must_use]
    pub const fn new(opcode: Opcode, length: u64) -> Self {
        Self {
            fin: true,
            rsv: Rsv::NONE,
            opcode,
            mask: None,
            length,
            form: LengthForm::shortest(length),
        }
    }

    /// Appends the header's octets to `out`. A length that does not fit its form is cut to it,
    /// as the wire would.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mask_bit = if self.mask.is_some() { 0x80 } else { 0 };
        out.push((u8::from(self.fin) << 7) | (self.rsv.bits() << 4) | self.opcode.number());
        match self.form {
            LengthForm::Bits7 => out.push(mask_bit | (self.length & 0x7F) as u8),
            LengthForm::Bits16 => {
                out.push(mask_bit | 126);
                out.extend_from_slice(&(self.length as u16).to_be_bytes());
            }
            LengthForm::Bits64 => {
                out.push(mask_bit | 127);
                out.extend_from_slice(&self.length.to_be_bytes());
            }
        }
        if let Some(key) = self.mask {
            out.extend_from_slice(&key);
        }
    }

    /// How many octets [`Self::encode`] appends.
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        let length = match self.form {
            LengthForm::Bits7 => 0,
            LengthForm::Bits16 => 2,
            LengthForm::Bits64 => 8,
        };
        let mask = if self.mask.is_some() { 4 } else { 0 };
        2 + length + mask
    }
}

/// Appends a whole frame to `out`: the header, then `payload`, masked if the header has a key.
/// The declared length need not be the payload's.
pub fn encode_frame(header: &FrameHeader, payload: &[u8], out: &mut Vec<u8>) {
    header.encode(out);
    let start = out.len();
    out.extend_from_slice(payload);
    if let Some(key) = header.mask {
        super::mask::apply(&mut out[start..], key, 0);
    }
}
