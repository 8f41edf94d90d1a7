//! From a peer's octets to frames and messages, with every rule that they break on the way.
//!
//! A [`Receiver`] never stops at a violation: it reports it and goes on as if the frame had been
//! legal, since what a peer does next is part of what there is to see. It keeps no payload but
//! that of one control frame.

use super::{
    CONTROL_PAYLOAD_MAX, CloseBody, CloseCode, CloseCodeKind, FrameDecoder, FrameHeader,
    LengthForm, MessageKind, Opcode, Piece, Role, Utf8Checker, Violation,
    deflate::{DeflateParameters, Inflater, Inspector},
};

/// A message that inflates to more octets than this is not inflated further.
pub const INFLATED_MAX: u64 = 64 * 1024 * 1024;

/// What the peer's octets say, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A frame's header.
    FrameStart(FrameHeader),
    /// Some of its payload, unmasked.
    FramePayload(&'a [u8]),
    /// Its last octet; all its violations stand before.
    FrameEnd,
    /// The frame breaks a rule.
    Violation(Violation),
    /// A data message begins.
    MessageStart(MessageKind),
    /// Some of what the application would see of it.
    MessageData(&'a [u8]),
    /// It is complete.
    MessageEnd,
    /// A Ping, with the first 125 octets of its payload.
    Ping(&'a [u8]),
    /// A Pong, likewise.
    Pong(&'a [u8]),
    /// A Close.
    Close(CloseBody),
}

/// Where a [`Receiver`] puts what it finds.
pub type Sink<'s> = dyn FnMut(Received<'_>) + 's;

/// Reads all that one side of a connection sends after the opening handshake.
#[derive(Debug)]
pub struct Receiver {
    sender: Role,
    decoder: FrameDecoder,
    frame: Option<FrameHeader>,
    control_payload: Vec<u8>,
    message: Option<OpenMessage>,
    inflater: Option<Inflater>,
    inspector: Option<Inspector>,
    /// What is wrong with the compressed stream in this frame. It is told at the frame's end: whether
    /// a block or what comes out of it was wrong first, the split of the octets would decide.
    wrong_in_stream: Vec<Violation>,
    closed: bool,
}

/// A data message that is coming in.
#[derive(Debug)]
struct OpenMessage {
    utf8: Option<Utf8Checker>,
    compressed: bool,
    inflated: u64,
    /// The rest of it cannot be read.
    broken: bool,
}

impl Receiver {
    /// For what `sender` sends on a connection with this compression.
    #[must_use]
    pub fn new(sender: Role, deflate: Option<DeflateParameters>) -> Self {
        Self {
            sender,
            decoder: FrameDecoder::default(),
            frame: None,
            control_payload: Vec::new(),
            message: None,
            inflater: deflate.map(|agreed| Inflater::new(sender, agreed)),
            inspector: deflate.map(|agreed| Inspector::new(sender, agreed)),
            wrong_in_stream: Vec::new(),
            closed: false,
        }
    }

    /// Takes octets, which it unmasks in place, and tells `sink` what they say.
    pub fn receive(&mut self, mut octets: &mut [u8], sink: &mut Sink<'_>) {
        // The decoder is taken out so that its pieces may borrow from it while `self` works.
        let mut decoder = std::mem::take(&mut self.decoder);
        while let Some(piece) = decoder.next(&mut octets) {
            match piece {
                Piece::Header(header) => self.frame_starts(header, sink),
                Piece::Payload(payload) => self.frame_goes_on(payload, sink),
                Piece::End => self.frame_ends(sink),
            }
        }
        self.decoder = decoder;
    }

    /// Whether the octets so far end within a frame's header.
    #[must_use]
    pub const fn is_within_header(&self) -> bool {
        self.frame.is_none() && !self.decoder.is_at_frame_boundary()
    }

    fn frame_starts(&mut self, header: FrameHeader, sink: &mut Sink<'_>) {
        sink(Received::FrameStart(header));
        self.check_header(&header, &mut |violation| sink(Received::Violation(violation)));
        self.frame = Some(header);
        self.control_payload.clear();
        if let Some(kind) = MessageKind::begun_by(header.opcode) {
            self.message = Some(OpenMessage {
                utf8: (kind == MessageKind::Text).then(Utf8Checker::default),
                compressed: self.inflater.is_some() && header.rsv.rsv1(),
                inflated: 0,
                broken: false,
            });
            sink(Received::MessageStart(kind));
        }
    }

    fn check_header(&self, header: &FrameHeader, violated: &mut dyn FnMut(Violation)) {
        let opcode = header.opcode;
        let compression = self.inflater.is_some();
        if header.rsv.bits() & if compression { 0b011 } else { 0b111 } != 0 {
            violated(Violation::ReservedBits(header.rsv));
        }
        match (self.sender, header.mask) {
            (Role::Client, None) => violated(Violation::UnmaskedClientFrame),
            (Role::Server, Some(_)) => violated(Violation::MaskedServerFrame),
            _ => {}
        }
        if opcode.is_control() {
            if !header.fin {
                violated(Violation::FragmentedControl(opcode));
            }
            if header.length > CONTROL_PAYLOAD_MAX {
                violated(Violation::OversizedControl(opcode));
            }
            if compression && header.rsv.rsv1() {
                violated(Violation::CompressedControl(opcode));
            }
        } else if opcode == Opcode::CONTINUATION {
            if self.message.is_none() {
                violated(Violation::ContinuationWithoutStart);
            }
            if compression && header.rsv.rsv1() {
                violated(Violation::CompressedContinuation);
            }
        } else if !opcode.is_reserved() && self.message.is_some() {
            violated(Violation::DataInsideMessage);
        }
        if opcode.is_reserved() {
            violated(Violation::ReservedOpcode(opcode));
        }
        if header.form == LengthForm::Bits64 && header.length >> 63 != 0 {
            violated(Violation::LengthTopBit);
        } else if header.form != LengthForm::shortest(header.length) {
            violated(Violation::LengthNotMinimal(header.form));
        }
        if self.closed && opcode != Opcode::PONG {
            violated(Violation::FrameAfterClose(opcode));
        }
    }

    fn frame_goes_on(&mut self, payload: &[u8], sink: &mut Sink<'_>) {
        sink(Received::FramePayload(payload));
        let Some(header) = self.frame else { return };
        if header.opcode.is_control() {
            let room = CONTROL_PAYLOAD_MAX as usize - self.control_payload.len();
            self.control_payload.extend_from_slice(&payload[..payload.len().min(room)]);
        } else if !header.opcode.is_reserved() {
            self.message_octets(payload, sink);
        }
    }

    fn message_octets(&mut self, octets: &[u8], sink: &mut Sink<'_>) {
        let Some(message) = &mut self.message else {
            return;
        };
        match &mut self.inflater {
            Some(inflater) if message.compressed => {
                if !message.broken {
                    if let Some(inspector) = &mut self.inspector {
                        inspector.inspect(octets, &mut |it| self.wrong_in_stream.push(it));
                    }
                    let result = inflater.inflate(octets, &mut |data| message.take(data, sink));
                    if result.is_err() {
                        message.give_up(Violation::InvalidDeflate, sink);
                    }
                }
            }
            _ => {
                message.take(octets, sink);
            }
        }
    }

    fn frame_ends(&mut self, sink: &mut Sink<'_>) {
        let Some(header) = self.frame.take() else {
            return;
        };
        for violation in self.wrong_in_stream.drain(..) {
            sink(Received::Violation(violation));
        }
        if header.opcode.is_control() {
            self.control_frame_ends(header.opcode, sink);
        } else if header.fin && !header.opcode.is_reserved() {
            self.message_ends(sink);
        } else {
            sink(Received::FrameEnd);
        }
    }

    fn control_frame_ends(&mut self, opcode: Opcode, sink: &mut Sink<'_>) {
        let payload = std::mem::take(&mut self.control_payload);
        if opcode == Opcode::CLOSE {
            let body = CloseBody::parse(&payload);
            check_close_body(self.sender, &body, &mut |violation| {
                sink(Received::Violation(violation));
            });
            self.closed = true;
            sink(Received::FrameEnd);
            sink(Received::Close(body));
        } else {
            sink(Received::FrameEnd);
            match opcode {
                Opcode::PING => sink(Received::Ping(&payload)),
                Opcode::PONG => sink(Received::Pong(&payload)),
                _ => {}
            }
        }
        self.control_payload = payload;
    }

    fn message_ends(&mut self, sink: &mut Sink<'_>) {
        let Some(mut message) = self.message.take() else {
            return sink(Received::FrameEnd);
        };
        if message.compressed && !message.broken {
            self.compressed_message_ends(&mut message, sink);
        }
        if message.utf8.is_some_and(|utf8| !utf8.is_complete()) && !message.broken {
            sink(Received::Violation(Violation::IncompleteUtf8));
        }
        sink(Received::FrameEnd);
        sink(Received::MessageEnd);
    }
}

impl Receiver {
    fn compressed_message_ends(&mut self, message: &mut OpenMessage, sink: &mut Sink<'_>) {
        if let Some(inspector) = &mut self.inspector {
            inspector.end_message(&mut |it| sink(Received::Violation(it)));
        }
        if let Some(inflater) = &mut self.inflater
            && inflater.end_message(&mut |data| message.take(data, sink)).is_err()
        {
            message.give_up(Violation::InvalidDeflate, sink);
        }
    }
}

impl OpenMessage {
    /// Takes what the application would see; says whether to go on inflating.
    fn take(&mut self, data: &[u8], sink: &mut Sink<'_>) -> bool {
        if self.compressed {
            self.inflated += data.len() as u64;
            if self.inflated > INFLATED_MAX {
                self.give_up(Violation::InflatedTooLarge, sink);
                return false;
            }
        }
        if let Some(checker) = &mut self.utf8
            && let Err(position) = checker.push(data)
        {
            self.utf8 = None;
            sink(Received::Violation(Violation::InvalidUtf8(position)));
        }
        sink(Received::MessageData(data));
        true
    }

    fn give_up(&mut self, violation: Violation, sink: &mut Sink<'_>) {
        self.broken = true;
        sink(Received::Violation(violation));
    }
}

fn check_close_body(sender: Role, body: &CloseBody, violated: &mut dyn FnMut(Violation)) {
    match body {
        CloseBody::Empty => {}
        CloseBody::OneOctet(_) => violated(Violation::CloseBodyOfOneOctet),
        CloseBody::Code { code, reason } => {
            match code.kind() {
                CloseCodeKind::Forbidden => violated(Violation::CloseCodeForbidden(code.0)),
                CloseCodeKind::Undefined => violated(Violation::CloseCodeUndefined(code.0)),
                CloseCodeKind::Defined
                    if *code == CloseCode::MANDATORY_EXTENSION && sender == Role::Server =>
                {
                    violated(Violation::CloseCodeOfClients);
                }
                CloseCodeKind::Defined | CloseCodeKind::Application => {}
            }
            if std::str::from_utf8(reason).is_err() {
                violated(Violation::CloseReasonNotUtf8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(sender: Role, deflate: bool, octets: &[u8]) -> Vec<Violation> {
        let mut found = Vec::new();
        let deflate = deflate.then(DeflateParameters::default);
        Receiver::new(sender, deflate).receive(&mut octets.to_vec(), &mut |received| {
            if let Received::Violation(violation) = received {
                found.push(violation);
            }
        });
        found
    }

    #[test]
    fn each_rule_is_noticed() {
        use Violation as V;
        let server = |octets: &[u8]| violations(Role::Server, false, octets);
        assert_eq!(server(b"\x81\x01a\x01\x01b\x80\x01c\x89\x00\x88\x02\x03\xe8"), []);
        assert_eq!(server(b"\x88\x00\x8a\x00"), []);
        assert_eq!(server(b"\xc1\x00"), [V::ReservedBits(crate::protocol::Rsv::RSV1)]);
        assert_eq!(server(b"\x83\x00"), [V::ReservedOpcode(Opcode::from_first_octet(3))]);
        assert_eq!(server(b"\x81\x80\0\0\0\0"), [V::MaskedServerFrame]);
        assert_eq!(violations(Role::Client, false, b"\x81\x00"), [V::UnmaskedClientFrame]);
        assert_eq!(server(b"\x09\x00"), [V::FragmentedControl(Opcode::PING)]);
        assert_eq!(server(b"\x89\x7e\x00\x7e"), [V::OversizedControl(Opcode::PING)]);
        assert_eq!(
            violations(Role::Server, true, b"\xc9\x00"),
            [V::CompressedControl(Opcode::PING)]
        );
        assert_eq!(
            violations(Role::Server, true, b"\x41\x00\xc0\x00"),
            [V::CompressedContinuation]
        );
        assert_eq!(server(b"\x81\x7e\x00\x01a"), [V::LengthNotMinimal(LengthForm::Bits16)]);
        assert_eq!(server(b"\x82\x7f\x80\0\0\0\0\0\0\0"), [V::LengthTopBit]);
        assert_eq!(server(b"\x80\x00"), [V::ContinuationWithoutStart]);
        assert_eq!(server(b"\x01\x00\x81\x00"), [V::DataInsideMessage]);
        assert_eq!(server(b"\x81\x02a\xff"), [V::InvalidUtf8(1)]);
        assert_eq!(server(b"\x81\x01\xce"), [V::IncompleteUtf8]);
        assert_eq!(server(b"\x88\x01\x03"), [V::CloseBodyOfOneOctet]);
        assert_eq!(server(b"\x88\x02\x03\xed"), [V::CloseCodeForbidden(1005)]);
        assert_eq!(server(b"\x88\x02\x03\xec"), [V::CloseCodeUndefined(1004)]);
        assert_eq!(server(b"\x88\x02\x03\xf2"), [V::CloseCodeOfClients]);
        assert_eq!(server(b"\x88\x03\x03\xe8\xff"), [V::CloseReasonNotUtf8]);
        assert_eq!(server(b"\x88\x00\x89\x00"), [V::FrameAfterClose(Opcode::PING)]);
        assert_eq!(violations(Role::Server, true, b"\xc2\x01\xff"), [V::InvalidDeflate]);
    }

    #[test]
    fn what_is_wrong_comes_in_the_same_order_however_the_octets_come() {
        let octets = *b"\x41\x06\x2b\xfd\x12\x04\x30\x41";
        let mut orders = Vec::new();
        for size in [1, octets.len()] {
            let mut receiver = Receiver::new(Role::Server, Some(DeflateParameters::default()));
            let mut found = Vec::new();
            for piece in octets.chunks(size) {
                receiver.receive(&mut piece.to_vec(), &mut |received| {
                    if let Received::Violation(violation) = received {
                        found.push(violation);
                    }
                });
            }
            orders.push(found);
        }
        assert_eq!(orders[0], orders[1]);
        assert_eq!(orders[0], [Violation::InvalidUtf8(2), Violation::FinalBlockPadding]);
    }

    #[test]
    fn a_bomb_is_not_inflated_to_its_end() {
        let mut bomb = Vec::new();
        crate::protocol::deflate::Deflater::new(Role::Server, DeflateParameters::default())
            .compress_message(&vec![0; INFLATED_MAX as usize + 1], &mut bomb);
        let mut header = FrameHeader::new(Opcode::BINARY, bomb.len() as u64);
        header.rsv = crate::protocol::Rsv::RSV1;
        let mut octets = Vec::new();
        crate::protocol::encode_frame(&header, &bomb, &mut octets);
        assert_eq!(violations(Role::Server, true, &octets), [Violation::InflatedTooLarge]);
    }

    #[test]
    fn control_frames_may_stand_inside_messages() {
        let mut seen = String::new();
        let mut octets = *b"\x01\x02he\x89\x01!\x80\x01y";
        Receiver::new(Role::Server, None).receive(&mut octets, &mut |received| match received {
            Received::MessageData(data) => seen.push_str(&String::from_utf8_lossy(data)),
            Received::Ping(payload) => seen.push_str(&String::from_utf8_lossy(payload)),
            Received::MessageEnd => seen.push('.'),
            _ => {}
        });
        assert_eq!(seen, "he!y.");
    }
}
