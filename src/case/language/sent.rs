//! The messages that the steps of a case send, put together from their frames: what an echo is an
//! echo of.

use crate::{
    case::{FrameScript, Part, Payload, Step},
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
    steps.iter().for_each(|step| assembly.follow(step));
    assembly.whole
}

/// Messages that are put together, step by step.
#[derive(Default)]
pub struct Assembly {
    whole: Vec<Sent>,
    /// The message whose last fragment was not sent yet.
    open: Option<Sent>,
    /// The frame that waits for `more`: whether it is its message's last, and octets to come.
    unfinished: Option<(bool, u64)>,
}

impl Assembly {
    /// Takes the next step.
    pub fn follow(&mut self, step: &Step) {
        match step {
            Step::Frame(frame) => self.frame(frame),
            Step::Repeat(times, frame) => self.repeated(times.get(), frame),
            Step::More(payload) => self.more(payload),
            Step::Message(message) => self.whole.push((message.kind, message.payload.clone())),
            _ => {}
        }
    }

    /// The message that was whole last.
    pub fn last(&self) -> Option<&Sent> {
        self.whole.last()
    }

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

    /// A whole frame so many times.
    fn repeated(&mut self, times: u32, frame: &FrameScript) {
        let again = times.saturating_sub(1);
        if frame.opcode == Opcode::CONTINUATION && !frame.fin {
            let unit = frame.payload.to_vec();
            if !unit.is_empty() {
                let length = unit.len() as u64 * u64::from(times);
                self.append(&Payload::new(vec![Part::Fill { unit, length }]));
            }
            return;
        }
        self.frame(frame);
        // What is no whole message begins it anew, or continues nothing.
        let is_message = frame.fin && matches!(frame.opcode, Opcode::TEXT | Opcode::BINARY);
        if let (true, Some(last)) = (is_message, self.whole.last().cloned()) {
            self.whole.extend(std::iter::repeat_n(last, again as usize));
        }
    }

    fn more(&mut self, payload: &Payload) {
        let Some((fin, missing)) = self.unfinished.take() else {
            return;
        };
        self.append(payload);
        match missing.saturating_sub(payload.len()) {
            0 if fin => self.whole.extend(self.open.take()),
            0 => {}
            missing => self.unfinished = Some((fin, missing)),
        }
    }

    fn append(&mut self, payload: &Payload) {
        if let Some((_, so_far)) = &mut self.open {
            so_far.append(payload);
        }
    }
}

/// How many octets a frame declares beyond those that its step sends.
pub fn missing_octets(frame: &FrameScript) -> u64 {
    frame.length.map_or(0, |declared| declared.saturating_sub(frame.payload.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{SourceFile, read_cases};

    /// The messages of a case with these steps, as text: kind and octets.
    fn sent(steps: &str) -> Vec<String> {
        let text = format!(
            "chapter = \"1\"\ntitle = \"t\"\n[[case]]\nid = \"1\"\ntitle = \"t\"\n\
             requirements = []\nsteps = [{steps}]\noutcomes = []\nclose = {{ by = \"us\" }}\n"
        );
        let file = SourceFile { name: "test.toml", text: &text };
        let cases = read_cases(&[file], &[].into()).unwrap_or_else(|e| panic!("\n{e}")).cases;
        messages_of(&cases[0].steps)
            .iter()
            .map(|(kind, payload)| {
                format!("{kind:?} {}", String::from_utf8_lossy(&payload.to_vec()))
            })
            .collect()
    }

    #[test]
    fn fragments_are_joined_around_control_frames() {
        let steps = r#"{ text = "a", fin = false }, { ping = "p" }, { cont = "b", fin = false },
            { pong = "" }, { cont = "c" }, { binary = "d" }"#;
        assert_eq!(sent(steps), ["Text abc", "Binary d"]);
    }

    #[test]
    fn a_frame_may_come_in_pieces() {
        let steps = r#"{ text = "a", length = 3, fin = false }, { pause = "p" }, { more = "b" },
            { more = "c" }, { cont = "d", length = 2, chop = 1 }, { more = "e" }"#;
        assert_eq!(sent(steps), ["Text abcde"]);
    }

    #[test]
    fn messages_in_fragments_are_whole() {
        assert_eq!(
            sent(r#"{ text = "abc", fragment = 2 }, { text = "d" }"#),
            ["Text abc", "Text d"]
        );
    }

    #[test]
    fn what_is_unfinished_or_continues_nothing_is_no_message() {
        assert!(sent(r#"{ cont = "a" }, { text = "b", fin = false }"#).is_empty());
        assert!(sent(r#"{ text = "a", length = 3 }, { more = "b" }"#).is_empty());
        assert!(
            sent(r#"{ frame = 3, payload = "a" }, { round-trips = 2, text = "b" }"#).is_empty()
        );
    }
}
