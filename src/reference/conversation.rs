//! What one side of a connection sends, by chance: right, or with some mistakes.

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{Frame, frame, payload};
use crate::protocol::{Opcode, Role, Rsv};

/// Frames at most.
const FRAMES_MAX: usize = 24;

/// What one side sends after the opening handshake.
///
/// Half of those that `Arbitrary` makes keep to the RFC, so that a parser has to take them; in the
/// others, some frames have a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Who sends it.
    pub sender: Role,
    /// Its frames, in order.
    pub frames: Vec<Frame>,
}

impl Conversation {
    /// The octets.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for frame in &self.frames {
            frame.encode(&mut octets);
        }
        octets
    }

    /// What `sender` may send: messages, whole and in fragments, control frames between them, and
    /// at times a Close at the end.
    ///
    /// # Errors
    /// None but those of [`Unstructured`].
    pub fn right(sender: Role, u: &mut Unstructured<'_>) -> Result<Self> {
        let mut frames = Vec::new();
        while !u.is_empty() && frames.len() < FRAMES_MAX {
            if u.ratio(1, 3)? {
                frames.push(control(u)?);
            } else {
                message(u, &mut frames)?;
            }
        }
        if u.ratio(1, 2)? {
            frames.push(Frame::new(Opcode::CLOSE, payload::close(u, true)?));
        }
        if sender == Role::Client {
            for frame in &mut frames {
                frame.header.mask = Some(u.arbitrary()?);
            }
        }
        Ok(Self { sender, frames })
    }

    /// Makes a mistake in one frame, or puts any frame among them.
    ///
    /// # Errors
    /// None but those of [`Unstructured`].
    pub fn spoil(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let place = u.int_in_range(0..=self.frames.len())?;
        let Some(frame) = self.frames.get_mut(place) else {
            self.frames.push(u.arbitrary()?);
            return Ok(());
        };
        let header = &mut frame.header;
        match u.int_in_range(0..=8)? {
            0 => header.fin = !header.fin,
            1 => header.rsv = Rsv::new(u.int_in_range(1..=7)?).unwrap_or_default(),
            2 => header.opcode = Opcode::from_first_octet(u.arbitrary()?),
            3 => header.mask = header.mask.xor(Some([1, 2, 3, 4])),
            4 => header.form = frame::form_that_holds(u, header.length)?,
            5 => frame::lie_about_the_length(header, u)?,
            6 => {
                frame.payload = payload::by_chance(u)?;
                header.length = frame.payload.len() as u64;
                header.form = crate::protocol::LengthForm::shortest(header.length);
            }
            7 => self.frames.insert(place, u.arbitrary()?),
            _ => drop(self.frames.remove(place)),
        }
        Ok(())
    }
}

impl<'a> Arbitrary<'a> for Conversation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let sender = *u.choose(&[Role::Client, Role::Server])?;
        let mistakes = u.int_in_range(0_u8..=5)?.saturating_sub(2);
        let mut conversation = Self::right(sender, u)?;
        for _ in 0..mistakes {
            conversation.spoil(u)?;
        }
        Ok(conversation)
    }
}

fn control(u: &mut Unstructured<'_>) -> Result<Frame> {
    let opcode = *u.choose(&[Opcode::PING, Opcode::PONG])?;
    let mut payload = payload::by_chance(u)?;
    payload.truncate(crate::protocol::CONTROL_PAYLOAD_MAX as usize);
    Ok(Frame::new(opcode, payload))
}

/// A message in one to four fragments, which need not end between characters.
fn message(u: &mut Unstructured<'_>, frames: &mut Vec<Frame>) -> Result<()> {
    let text = u.arbitrary()?;
    let (mut opcode, mut rest) = if text {
        (Opcode::TEXT, payload::text(u, true)?)
    } else {
        let long = u.ratio(1, 64)?;
        (Opcode::BINARY, payload::binary(u, long)?)
    };
    for _ in 0..u.int_in_range(0_u8..=5)?.saturating_sub(2) {
        let after = rest.split_off(u.int_in_range(0..=rest.len())?);
        let mut fragment = Frame::new(opcode, std::mem::replace(&mut rest, after));
        fragment.header.fin = false;
        frames.push(fragment);
        if u.ratio(1, 4)? {
            frames.push(control(u)?);
        }
        opcode = Opcode::CONTINUATION;
    }
    frames.push(Frame::new(opcode, rest));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reference::{Answer, Reading};

    proptest! {
        #[test]
        fn right_conversations_break_no_rule(
            octets in prop::collection::vec(any::<u8>(), 0..600),
            server in any::<bool>(),
        ) {
            let sender = if server { Role::Server } else { Role::Client };
            let sent = Conversation::right(sender, &mut Unstructured::new(&octets)).unwrap();
            let reading = Reading::of(sender, None, &sent.encode());
            prop_assert_eq!(&reading.faults, &[]);
            prop_assert_eq!(reading.unfinished, None);
            prop_assert_eq!(&reading.frames, &sent.frames);
        }

        #[test]
        fn any_conversation_is_read_as_it_is(octets in prop::collection::vec(any::<u8>(), 0..600)) {
            let sent: Conversation = Unstructured::new(&octets).arbitrary().unwrap();
            let reading = Reading::of(sent.sender, None, &sent.encode());
            prop_assert_eq!(reading.compare(&Answer::agreeing_with(&reading)), Ok(()));
        }
    }
}
