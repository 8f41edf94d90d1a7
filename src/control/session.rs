//! A connection of the control protocol after its opening handshake.

use std::collections::VecDeque;

use super::Command;
use crate::{
    case::Payload,
    protocol::{
        CloseBody, FrameHeader, MessageKind, Opcode, Received, Receiver, Role, encode_frame,
    },
};

/// Octets of a message that are taken as a command.
const COMMAND_MAX: usize = 1024 * 1024;

/// Octets that are to be written at once. A few octets can ask for any number of them.
const PIECE: usize = 64 * 1024;

/// What becomes of a client's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// Nothing.
    Telling,
    /// They are commands.
    Commanded,
}

/// Our side of such a connection: octets in, octets out. Pings and Closes are answered, and a
/// client that breaks the protocol is left, without a word, as Autobahn leaves it.
#[derive(Debug)]
pub struct Session {
    kind: SessionKind,
    receiver: Receiver,
    peer: Peer,
}

/// What there is to do with what the peer sends.
#[derive(Debug, Default)]
struct Peer {
    out: Vec<u8>,
    message: Option<(MessageKind, Vec<u8>)>,
    /// Commands that wait until the one before them is done.
    commands: VecDeque<Vec<u8>>,
    /// What a command asked for, and how much of it has been written.
    asked: Payload,
    written: u64,
    close_sent: bool,
    over: bool,
}

impl Session {
    /// A session whose response to the opening handshake is `response`.
    #[must_use]
    pub fn new(kind: SessionKind, response: Vec<u8>) -> Self {
        Self {
            kind,
            receiver: Receiver::new(Role::Client, None),
            peer: Peer { out: response, ..Peer::default() },
        }
    }

    /// Sends a text message.
    pub fn say(&mut self, text: &str) {
        if !self.peer.close_sent {
            self.peer.frame(Opcode::TEXT, text.as_bytes());
        }
    }

    /// Starts the closing handshake, without a code.
    pub fn close(&mut self) {
        self.peer.close(&[]);
    }

    /// Octets came.
    pub fn receive(&mut self, octets: &mut [u8]) {
        if self.peer.over {
            return;
        }
        let (peer, kind) = (&mut self.peer, self.kind);
        self.receiver.receive(octets, &mut |received| peer.note(kind, received));
    }

    /// Takes what is to be written next, a piece at a time; nothing once all is written. Octets
    /// that come are best received only then.
    pub fn take_unwritten(&mut self) -> Vec<u8> {
        self.peer.next_piece()
    }

    /// Whether our Close is on its way.
    #[must_use]
    pub const fn is_closing(&self) -> bool {
        self.peer.close_sent
    }

    /// Whether TCP is to be closed, once all is written.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.peer.over
    }
}

impl Peer {
    fn note(&mut self, kind: SessionKind, received: Received<'_>) {
        if self.over {
            return;
        }
        match received {
            Received::Violation(violation) => {
                self.over |= !violation.leaves_the_message_readable();
            }
            Received::Ping(payload) if !self.close_sent => self.frame(Opcode::PONG, payload),
            Received::Close(body) => {
                match body {
                    CloseBody::Code { code, .. } => self.close(&code.0.to_be_bytes()),
                    _ => self.close(&[]),
                }
                self.over = true;
            }
            Received::MessageStart(message) if kind == SessionKind::Commanded => {
                self.message = Some((message, Vec::new()));
            }
            Received::MessageData(octets) => {
                if let Some((_, message)) = &mut self.message {
                    message.extend_from_slice(octets);
                    self.over |= message.len() > COMMAND_MAX;
                }
            }
            Received::MessageEnd => match self.message.take() {
                Some((MessageKind::Text, message)) => self.commands.push_back(message),
                Some((MessageKind::Binary, _)) => self.over = true,
                None => {}
            },
            _ => {}
        }
    }

    fn next_piece(&mut self) -> Vec<u8> {
        loop {
            // Frames of ours are whole, and stand between those that were asked for.
            if self.written == self.asked.len() && !self.out.is_empty() {
                return std::mem::take(&mut self.out);
            }
            if self.written < self.asked.len() {
                return self.piece_of_asked();
            }
            match self.commands.pop_front() {
                Some(command) => self.obey(&command),
                None => return Vec::new(),
            }
        }
    }

    fn piece_of_asked(&mut self) -> Vec<u8> {
        let left = self.asked.len() - self.written;
        let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
        let count = self.asked.read(self.written, &mut piece);
        piece.truncate(count);
        self.written += count as u64;
        piece
    }

    fn obey(&mut self, message: &[u8]) {
        if self.close_sent || self.over {
            return;
        }
        match Command::read(message) {
            Ok(command) => {
                (self.asked, self.written) = (command.octets, 0);
                self.close_sent = command.closes;
            }
            Err(_) => self.over = true,
        }
    }

    fn close(&mut self, body: &[u8]) {
        if !self.close_sent {
            self.frame(Opcode::CLOSE, body);
            self.close_sent = true;
        }
    }

    fn frame(&mut self, opcode: Opcode, payload: &[u8]) {
        let header = FrameHeader::new(opcode, payload.len() as u64);
        encode_frame(&header, payload, &mut self.out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
        let mut header = FrameHeader::new(opcode, payload.len() as u64);
        header.mask = Some([1, 2, 3, 4]);
        let mut octets = Vec::new();
        encode_frame(&header, payload, &mut octets);
        octets
    }

    fn answer(session: &mut Session, mut octets: Vec<u8>) -> Vec<u8> {
        session.receive(&mut octets);
        let pieces =
            std::iter::from_fn(|| Some(session.take_unwritten()).filter(|piece| !piece.is_empty()));
        pieces.flatten().collect()
    }

    #[test]
    fn commands_of_one_packet_are_done_one_after_the_other_in_pieces() {
        let mut session = Session::new(SessionKind::Commanded, Vec::new());
        let command = br#"["sendframe",{"opcode":2,"payload":"x","payload_len":16777000}]"#;
        let mut packet: Vec<u8> = (0..30).flat_map(|_| masked(Opcode::TEXT, command)).collect();
        packet.extend(masked(Opcode::PING, b"p"));
        session.receive(&mut packet);
        let (mut pieces, mut octets, mut last) = (0, 0, Vec::new());
        loop {
            let piece = session.take_unwritten();
            assert!(piece.len() <= PIECE);
            if piece.is_empty() {
                break;
            }
            (pieces, octets, last) = (pieces + 1, octets + piece.len(), piece);
        }
        assert_eq!(octets, 30 * (16_777_000 + 10) + 3);
        assert!(pieces > 30 * 256, "{pieces}");
        assert_eq!(last.len(), 16_777_010 % PIECE);
    }

    #[test]
    fn an_answer_leaves_in_one_piece() {
        let mut session = Session::new(SessionKind::Telling, b"101".to_vec());
        session.say("7");
        session.close();
        assert_eq!(session.take_unwritten(), b"101\x81\x017\x88\0");
        assert!(session.is_closing() && !session.is_over());
        assert_eq!(answer(&mut session, masked(Opcode::CLOSE, b"")), b"");
        assert!(session.is_over());
    }

    #[test]
    fn pings_and_closes_are_answered_and_messages_are_not() {
        let mut session = Session::new(SessionKind::Telling, Vec::new());
        assert_eq!(answer(&mut session, masked(Opcode::PING, b"p")), b"\x8A\x01p");
        assert_eq!(answer(&mut session, masked(Opcode::TEXT, b"[]")), b"");
        let close = masked(Opcode::CLOSE, b"\x03\xE8bye");
        assert_eq!(answer(&mut session, close), b"\x88\x02\x03\xE8");
        assert!(session.is_over());
    }

    #[test]
    fn commands_are_obeyed_until_one_is_none() {
        let mut session = Session::new(SessionKind::Commanded, Vec::new());
        let command = masked(Opcode::TEXT, br#"["sendframe", {"opcode": 10}]"#);
        assert_eq!(answer(&mut session, command), b"\x8A\0");
        assert_eq!(answer(&mut session, masked(Opcode::TEXT, b"{")), b"");
        assert!(session.is_over());
        let mut session = Session::new(SessionKind::Commanded, Vec::new());
        answer(&mut session, masked(Opcode::BINARY, b"x"));
        assert!(session.is_over());
    }

    #[test]
    fn an_unmasked_frame_ends_it() {
        let mut session = Session::new(SessionKind::Commanded, Vec::new());
        assert_eq!(answer(&mut session, vec![0x89, 0]), b"");
        assert!(session.is_over());
    }
}
