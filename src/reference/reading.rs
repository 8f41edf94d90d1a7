//! The reference: what octets say, and every rule that they break.

use super::Frame;
use crate::protocol::{
    FrameHeader, MessageKind, Opcode, Received, Receiver, Role, Violation,
    deflate::DeflateParameters,
};

/// All that octets say which one side sent after the opening handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Who sent them.
    pub sender: Role,
    /// The compression that was agreed.
    pub deflate: Option<DeflateParameters>,
    /// The complete frames, legal or not, their payloads unmasked but not inflated.
    pub frames: Vec<Frame>,
    /// What stands behind them.
    pub unfinished: Option<Unfinished>,
    /// Complete messages and control frames, in the order of their ends.
    pub found: Vec<Found>,
    /// The rules that they break, in the order in which a decoder notices.
    pub faults: Vec<Fault>,
    /// The number of frames up to the first Close, with it. What stands behind it need not be read
    /// (RFC 6455 §5.5.1).
    pub frames_to_close: Option<usize>,
}

/// The beginning of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// Octets of its header.
    Header(Vec<u8>),
    /// Its header, and the payload so far, unmasked.
    Payload(Frame),
}

/// What an application sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: MessageType,
    /// Its payload, inflated.
    pub payload: Vec<u8>,
}

/// The kinds of what an application sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageType {
    /// A text message.
    Text,
    /// A binary message.
    Binary,
    /// A Ping.
    Ping,
    /// A Pong.
    Pong,
    /// A Close; its payload is code and reason as on the wire.
    Close,
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The frame in which it is noticed, from 0.
    pub frame: usize,
    /// What is wrong.
    pub violation: Violation,
    /// Where also a parser that looks late has to have noticed; `None` where it need not yet.
    pub due: Option<Due>,
}

/// How much stands before a fault has to be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// So many frames, with the one that it is noticed in.
    pub frames: usize,
    /// So many messages and control frames.
    pub found: usize,
}

impl Reading {
    /// Reads what `sender` sent on a connection with this compression.
    #[must_use]
    pub fn of(sender: Role, deflate: Option<DeflateParameters>, octets: &[u8]) -> Self {
        Self::of_pieces(sender, deflate, octets, &[octets.len()])
    }

    /// The same, from octets that come in pieces of these sizes, in turn. It must make no
    /// difference.
    #[must_use]
    pub fn of_pieces(
        sender: Role,
        deflate: Option<DeflateParameters>,
        octets: &[u8],
        sizes: &[usize],
    ) -> Self {
        let mut reader = Reader::new(sender, deflate);
        let mut receiver = Receiver::new(sender, deflate);
        let mut copy = octets.to_vec();
        let mut rest = &mut copy[..];
        for size in sizes.iter().cycle() {
            let (piece, behind) = rest.split_at_mut(rest.len().min(*size.max(&1)));
            receiver.receive(piece, &mut |received| reader.take(received));
            if behind.is_empty() {
                break;
            }
            rest = behind;
        }
        reader.finish(octets)
    }

    /// The frames that have to be read: those up to the first Close.
    #[must_use]
    pub fn frames_due(&self) -> &[Frame] {
        &self.frames[..self.frames_to_close.unwrap_or(self.frames.len())]
    }

    /// Messages and control frames up to the first Close.
    #[must_use]
    pub fn found_due(&self) -> &[Found] {
        let close = self.found.iter().position(|it| it.kind == MessageType::Close);
        &self.found[..close.map_or(self.found.len(), |at| at + 1)]
    }
}

impl From<MessageKind> for MessageType {
    fn from(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Text => Self::Text,
            MessageKind::Binary => Self::Binary,
        }
    }
}

/// Collects what a receiver says.
struct Reader {
    reading: Reading,
    frame: Option<Frame>,
    message: Option<Found>,
    /// Octets of complete frames.
    consumed: usize,
}

impl Reader {
    fn new(sender: Role, deflate: Option<DeflateParameters>) -> Self {
        Self {
            reading: Reading {
                sender,
                deflate,
                frames: Vec::new(),
                unfinished: None,
                found: Vec::new(),
                faults: Vec::new(),
                frames_to_close: None,
            },
            frame: None,
            message: None,
            consumed: 0,
        }
    }

    fn take(&mut self, received: Received<'_>) {
        match received {
            Received::FrameStart(header) => {
                self.frame = Some(Frame { header, payload: Vec::new() });
            }
            Received::FramePayload(payload) => {
                if let Some(frame) = &mut self.frame {
                    frame.payload.extend_from_slice(payload);
                }
            }
            Received::FrameEnd => self.frame_ends(),
            Received::Violation(violation) => self.reading.faults.push(Fault {
                frame: self.reading.frames.len(),
                violation,
                due: None,
            }),
            Received::MessageStart(kind) => {
                self.message = Some(Found { kind: kind.into(), payload: Vec::new() });
            }
            Received::MessageData(data) => {
                if let Some(message) = &mut self.message {
                    message.payload.extend_from_slice(data);
                }
            }
            Received::MessageEnd => {
                let message = self.message.take();
                self.become_due(|fault| is_of_message(&fault.violation));
                self.reading.found.extend(message);
            }
            // The frame stands complete in the list already, with its whole payload.
            Received::Ping(_) => self.control_frame_found(MessageType::Ping),
            Received::Pong(_) => self.control_frame_found(MessageType::Pong),
            Received::Close(_) => {
                self.control_frame_found(MessageType::Close);
                let count = self.reading.frames.len();
                self.reading.frames_to_close.get_or_insert(count);
            }
        }
    }

    fn frame_ends(&mut self) {
        let Some(frame) = self.frame.take() else {
            return;
        };
        self.consumed += frame.header.encoded_len() + frame.payload.len();
        self.reading.frames.push(frame);
        self.become_due(|fault| !is_of_message(&fault.violation));
    }

    fn become_due(&mut self, are_due: impl Fn(&Fault) -> bool) {
        let due = Due { frames: self.reading.frames.len(), found: self.reading.found.len() };
        for fault in &mut self.reading.faults {
            if fault.due.is_none() && are_due(fault) {
                fault.due = Some(due);
            }
        }
    }

    fn control_frame_found(&mut self, kind: MessageType) {
        let payload = self.reading.frames.last().map(|frame| frame.payload.clone());
        self.reading.found.push(Found { kind, payload: payload.unwrap_or_default() });
    }

    fn finish(mut self, octets: &[u8]) -> Reading {
        let rest = &octets[self.consumed..];
        self.reading.unfinished = match self.frame {
            Some(frame) => Some(Unfinished::Payload(frame)),
            None if rest.is_empty() => None,
            None => Some(Unfinished::Header(rest.to_vec())),
        };
        self.reading
    }
}

/// Whether the whole message may be waited for before it is noticed.
const fn is_of_message(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::InvalidUtf8(_)
            | Violation::IncompleteUtf8
            | Violation::InvalidDeflate
            | Violation::InflatedTooLarge
    )
}

impl Unfinished {
    /// Whether a parser may refuse it for what is not there yet: a payload longer than any parser
    /// has to take, a Close whose code it can see, or that has no room for one.
    pub(super) fn may_be_refused(&self) -> bool {
        match self {
            Self::Header(_) => false,
            Self::Payload(Frame { header, payload }) => {
                let is_close = header.opcode == Opcode::CLOSE;
                header.length > LENGTH_THAT_ALL_TAKE
                    || (is_close && (header.length == 1 || !payload.is_empty()))
            }
        }
    }

    /// The octets of a header that begins like this, the rest of it filled with `octet`.
    pub(super) fn completed_with(&self, octet: u8) -> Option<FrameHeader> {
        let Self::Header(begun) = self else {
            return None;
        };
        let mut octets = begun.clone();
        let mut header = None;
        let mut decoder = crate::protocol::FrameDecoder::default();
        while header.is_none() {
            let mut input = &mut octets[..];
            if let Some(crate::protocol::Piece::Header(found)) = decoder.next(&mut input) {
                header = Some(found);
            }
            octets = vec![octet];
        }
        header
    }
}

/// A payload that no parser may refuse for its length alone. RFC 6455 sets no limit (§10.4 lets
/// implementations have theirs); no fuzzer's input is longer than this.
const LENGTH_THAT_ALL_TAKE: u64 = 0xFFFF;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(octets: &[u8]) -> Reading {
        Reading::of(Role::Server, None, octets)
    }

    #[test]
    fn frames_and_messages() {
        let reading = read(b"\x01\x02he\x89\x01!\x80\x01y\x88\x02\x03\xe8\x81\x05lo");
        let frames: Vec<_> = reading.frames.iter().map(|it| it.header.opcode).collect();
        assert_eq!(frames, [Opcode::TEXT, Opcode::PING, Opcode::CONTINUATION, Opcode::CLOSE]);
        let found: Vec<_> = reading.found.iter().map(|it| (it.kind, &it.payload[..])).collect();
        assert_eq!(
            found,
            [
                (MessageType::Ping, &b"!"[..]),
                (MessageType::Text, b"hey"),
                (MessageType::Close, b"\x03\xe8"),
            ]
        );
        assert_eq!(reading.frames_to_close, Some(4));
        assert!(matches!(
            &reading.unfinished,
            Some(Unfinished::Payload(frame)) if frame.payload == b"lo"
        ));
        assert_eq!(
            reading.faults,
            [Fault { frame: 4, violation: Violation::FrameAfterClose(Opcode::TEXT), due: None }]
        );
    }

    #[test]
    fn a_text_may_be_checked_at_its_end() {
        let reading = read(b"\x01\x01\xff\x89\x00\x80\x00");
        assert_eq!(reading.faults[0].due, Some(Due { frames: 3, found: 1 }));
        assert_eq!(read(b"\x01\x01\xff\x89\x00").faults[0].due, None);
    }

    #[test]
    fn a_begun_header() {
        let reading = read(b"\x81\x00\x81\x7e\x01");
        let unfinished = reading.unfinished.unwrap();
        assert_eq!(unfinished, Unfinished::Header(b"\x81\x7e\x01".to_vec()));
        let completed = |octet| unfinished.completed_with(octet).unwrap().length;
        assert_eq!((completed(0), completed(0xFF)), (0x100, 0x1FF));
    }
}
