//! The messages that the steps of a case send, put together from their frames: what an echo is an
//! echo of.

use crate::{
    case::{FrameScript, Payload, Step},
    protocol::Opcode,
    transcript::MessageKind,
};

/// A message: its kind and its octets.
pub type Sent = (MessageKind, Payload);

/// The whole messages that `steps` send, in order. Control frames between fragments do no harm, a
/// continuation of nothing is no message, and an unfinished frame is finished by `more`.
/// Round trips are not among them: their echoes are an event of their own.
pub fn messages_of(steps: &[Step]) -> Vec<Sent> {
    let mut assembly = Assembly::default();
    for step in steps {
        match step {
            Step::Frame(frame) => assembly.frame(frame),
            Step::More(payload) => assembly.more(payload),
            Step::Message(message) => {
                assembly.whole.push((message.kind, message.payload.clone()));
            }
            _ => {}
        }
    }
    assembly.whole
}

#[derive(Default)]
struct Assembly {
    whole: Vec<Sent>,
    /// The message whose last fragment was not sent yet.
    open: Option<Sent>,
    /// The frame that waits for `more`: whether it is its message's last, and octets to come.
    unfinished: Option<(bool, u64)>,
}

impl Assembly {
    fn frame(&mut self, frame: &FrameScript) {
        self.unfinished = None;
        match frame.opcode {
            Opcode::TEXT => self.open = Some((MessageKind::Text, frame.payload.clone())),
            Opcode::BINARY => self.open = Some((MessageKind::Binary, frame.payload.clone())),
            Opcode::CONTINUATION => self.append(&frame.payload),
            _ => return,
        }
        match missing_octets(frame) {
            0 if frame.fin => self.whole.extend(self.open.take()),
            0 => {}
            missing => self.unfinished = Some((frame.fin, missing)),
        }
    }

    fn more(&mut self, payload: &Payload) {
        let Some((fin, missing)) = self.unfinished.take() else { return };
        self.append(payload);
        match missing.saturating_sub(payload.len()) {
            0 if fin => self.whole.extend(self.open.take()),
            0 => {}
            missing => self.unfinished = Some((fin, missing)),
        }
    }

    fn append(&mut self, payload: &Payload) {
        if let Some((_, so_far)) = &mut self.open {
            *so_far = so_far.join(payload);
        }
    }
}

/// How many octets a frame declares beyond those that its step sends.
pub fn missing_octets(frame: &FrameScript) -> u64 {
    frame.length.map_or(0, |declared| declared.saturating_sub(frame.payload.len()))
}
