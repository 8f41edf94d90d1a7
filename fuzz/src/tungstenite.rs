//! Our reading beside tungstenite's: frames without any rules, and messages with all of them.

use std::io::{self, Read, Write};

use tungstenite::{
    Error, Message, WebSocket,
    error::CapacityError,
    protocol::{Role as Side, WebSocketConfig, frame::FrameSocket},
};
use wspec::{
    protocol::{CloseBody, CloseCode, Role},
    reference::{Answer, AnsweredMessage, Disagreement, MessageType, Reading},
};

use super::split;

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 4096;

/// The greatest length that tungstenite is to make room for: it does so as soon as it is declared.
const LENGTH_MAX: usize = 64 * 1024;

/// The reason of the Close that tungstenite answers a wrong one with; it hands its own answer over
/// in the place of what came.
const REFUSED: &str = "Protocol violation";

/// Reads the octets in both ways.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    compare_frames(octets);
    for sender in [Role::Client, Role::Server] {
        let reading = Reading::of(sender, None, octets);
        if let Err(disagreement) = reading.compare(&messages(sender, octets))
            && !is_known(&disagreement)
        {
            panic!("{}: {disagreement}", disagreement.kind);
        }
    }
}

/// What tungstenite 0.30.0 is known to do against the RFC.
fn is_known(_: &Disagreement) -> bool {
    false
}

/// Its frame reader checks nothing but the opcode, and unmasks nothing.
fn compare_frames(octets: &[u8]) {
    let reading = Reading::of(Role::Server, None, octets);
    let mut socket = FrameSocket::new(Wire::new(octets));
    let mut number = 0;
    let error = loop {
        match socket.read(Some(LENGTH_MAX)) {
            Ok(Some(frame)) => {
                let ours = &reading.frames[number];
                let header = frame.header();
                let bits = [header.rsv1, header.rsv2, header.rsv3];
                let rsv = bits.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit));
                assert_eq!(
                    (header.is_final, rsv, u8::from(header.opcode), header.mask),
                    (
                        ours.header.fin,
                        ours.header.rsv.bits(),
                        ours.header.opcode.number(),
                        ours.header.mask
                    ),
                );
                let mut payload = frame.payload().to_vec();
                if let Some(key) = header.mask {
                    wspec::protocol::mask::apply(&mut payload, key, 0);
                }
                assert_eq!(payload, ours.payload);
                number += 1;
            }
            Ok(None) => break None,
            Err(error) if socket.get_ref().is_to_be_read_again(&error) => {}
            Err(error) => break Some(error),
        }
    };
    match error {
        Some(Error::Capacity(CapacityError::MessageTooLong { size, .. })) => {
            assert!(size > LENGTH_MAX);
        }
        Some(Error::Protocol(_)) => {
            let reserved =
                reading.frames.get(number).is_none_or(|it| it.header.opcode.is_reserved());
            assert!(reserved, "{error:?} at frame {number}");
        }
        _ => assert_eq!(number, reading.frames.len(), "{error:?}"),
    }
}

/// What its WebSocket reads, in pieces.
fn messages(sender: Role, octets: &[u8]) -> Answer {
    let side = match sender {
        Role::Client => Side::Server,
        Role::Server => Side::Client,
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(OCTETS_MAX)
        .max_frame_size(Some(LENGTH_MAX))
        .max_message_size(Some(LENGTH_MAX));
    let mut socket = WebSocket::from_raw_socket(Wire::new(octets), side, Some(config));
    let mut messages = Vec::new();
    let error = loop {
        match socket.read() {
            Ok(Message::Close(Some(close))) if close.reason.as_str() == REFUSED => {
                break Some(close.reason.to_string());
            }
            Ok(message) => messages.extend(answered(message)),
            Err(Error::ConnectionClosed | Error::AlreadyClosed) => break None,
            Err(error) if socket.get_ref().is_to_be_read_again(&error) => {}
            Err(Error::Io(_)) => break None,
            Err(error) => break Some(error.to_string()),
        }
    };
    Answer { messages: Some(messages), error, ..Answer::default() }
}

fn answered(message: Message) -> Option<AnsweredMessage> {
    let (kind, payload) = match message {
        Message::Text(text) => (MessageType::Text, text.as_bytes().to_vec()),
        Message::Binary(octets) => (MessageType::Binary, octets.to_vec()),
        Message::Ping(payload) => (MessageType::Ping, payload.to_vec()),
        Message::Pong(payload) => (MessageType::Pong, payload.to_vec()),
        Message::Close(None) => (MessageType::Close, Vec::new()),
        Message::Close(Some(close)) => {
            let code = CloseCode(close.code.into());
            (MessageType::Close, CloseBody::encode(code, close.reason.as_bytes()))
        }
        Message::Frame(_) => return None,
    };
    Some(AnsweredMessage { kind, payload })
}

/// Octets that come in pieces, and a place for the answers.
struct Wire<'a> {
    rest: &'a [u8],
    sizes: [usize; 4],
    /// The last read gave something: the next one has to wait.
    pause: bool,
    reads: usize,
}

impl<'a> Wire<'a> {
    fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets, sizes: split::sizes(octets), pause: false, reads: 0 }
    }

    /// Whether the error is only that the octets come in pieces.
    fn is_to_be_read_again(&self, error: &Error) -> bool {
        let Error::Io(error) = error else {
            return false;
        };
        error.kind() == io::ErrorKind::WouldBlock && !self.rest.is_empty()
    }
}

impl Read for Wire<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.pause = !self.pause;
        if self.rest.is_empty() || !self.pause {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let size = self.sizes[self.reads % 4].min(self.rest.len()).min(out.len());
        self.reads += 1;
        let (piece, rest) = self.rest.split_at(size);
        out[..size].copy_from_slice(piece);
        self.rest = rest;
        Ok(size)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
