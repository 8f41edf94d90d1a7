//! Frames with their payloads, and any of them by chance.

use arbitrary::{Arbitrary, Result, Unstructured};

use super::payload;
use crate::protocol::{FrameHeader, LengthForm, MaskingKey, Opcode, Rsv, encode_frame};

/// A frame, legal or not, with its payload before masking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// All that stands before the payload.
    pub header: FrameHeader,
    /// The payload that is sent; its length need not be the declared one.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A final, unmasked frame whose header tells the truth.
    #[must_use]
    pub fn new(opcode: Opcode, payload: Vec<u8>) -> Self {
        Self { header: FrameHeader::new(opcode, payload.len() as u64), payload }
    }

    /// The same frame, masked with this key.
    #[must_use]
    pub const fn masked(mut self, key: MaskingKey) -> Self {
        self.header.mask = Some(key);
        self
    }

    /// Appends its octets to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_frame(&self.header, &self.payload, out);
    }
}

/// Any frame that octets can express. Most declare the length that they have, in the shortest
/// form.
impl<'a> Arbitrary<'a> for Frame {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let opcode = Opcode::from_first_octet(u.arbitrary()?);
        let payload = payload::by_chance(u)?;
        let mut frame = Self::new(opcode, payload);
        frame.header.fin = u.ratio(3, 4)?;
        frame.header.mask = u.arbitrary()?;
        if u.ratio(1, 4)? {
            frame.header.rsv = Rsv::new(u.int_in_range(0..=7)?).unwrap_or_default();
        }
        if u.ratio(1, 8)? {
            frame.header.form = form_that_holds(u, frame.header.length)?;
        }
        if u.ratio(1, 16)? {
            lie_about_the_length(&mut frame.header, u)?;
        }
        Ok(frame)
    }
}

/// A form that can say this length.
pub(super) fn form_that_holds(u: &mut Unstructured<'_>, length: u64) -> Result<LengthForm> {
    let wider = match LengthForm::shortest(length) {
        LengthForm::Bits7 => &[LengthForm::Bits16, LengthForm::Bits64][..],
        LengthForm::Bits16 | LengthForm::Bits64 => &[LengthForm::Bits64],
    };
    u.choose(wider).copied()
}

/// Makes the header declare another length than there is, in the shortest form.
pub(super) fn lie_about_the_length(
    header: &mut FrameHeader,
    u: &mut Unstructured<'_>,
) -> Result<()> {
    header.length = *u.choose(&[
        0,
        1,
        125,
        126,
        0xFFFF,
        0x1_0000,
        1 << 31,
        1 << 32,
        (1 << 63) - 1,
        1 << 63,
        u64::MAX,
    ])?;
    header.form = LengthForm::shortest(header.length);
    Ok(())
}
