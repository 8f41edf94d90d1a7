//! Our reading beside that of sockudo-ws, which unmasks and checks UTF-8 with SIMD and has short
//! ways for common frames.

use bytes::BytesMut;
use sockudo_ws::{
    error::CloseReason,
    frame::FrameParser,
    protocol::{Message, Protocol, Role as Side},
};
use wspec::{
    protocol::{CloseBody, CloseCode, Role},
    reference::{Answer, AnsweredFrame, AnsweredMessage, Disagreement, MessageType, Reading},
};

use super::split;

/// Octets of an input that are looked at.
const OCTETS_MAX: usize = 4096;

/// The greatest length that it is to take.
const LENGTH_MAX: usize = 1 << 20;

/// Reads the octets as frames and as messages, whole and in pieces.
pub fn run(octets: &[u8]) {
    let octets = &octets[..octets.len().min(OCTETS_MAX)];
    for sender in [Role::Client, Role::Server] {
        let reading = Reading::of(sender, None, octets);
        for sizes in [&[octets.len().max(1)][..], &split::sizes(octets)] {
            for answer in [frames(sender, octets, sizes), messages(sender, octets, sizes)] {
                if let Err(disagreement) = reading.compare(&answer)
                    && !is_known(&disagreement)
                {
                    panic!("{}: {disagreement}", disagreement.kind);
                }
            }
        }
    }
}

/// What sockudo-ws 3.1.0 is known to do against the RFC.
fn is_known(_: &Disagreement) -> bool {
    false
}

fn frames(sender: Role, octets: &[u8], sizes: &[usize]) -> Answer {
    let mut parser = FrameParser::new(LENGTH_MAX, sender == Role::Client);
    let mut frames = Vec::new();
    let error = feed(octets, sizes, &mut |buffer| {
        while let Some(frame) = parser.parse(buffer).map_err(|error| error.to_string())? {
            let header = &frame.header;
            let bits = [header.rsv1, header.rsv2, header.rsv3];
            frames.push(AnsweredFrame {
                fin: header.fin,
                rsv: bits.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)),
                opcode: header.opcode as u8,
                payload: frame.payload.to_vec(),
            });
        }
        Ok(())
    });
    Answer { frames: Some(frames), error, ..Answer::default() }
}

fn messages(sender: Role, octets: &[u8], sizes: &[usize]) -> Answer {
    let side = match sender {
        Role::Client => Side::Server,
        Role::Server => Side::Client,
    };
    let mut protocol = Protocol::new(side, LENGTH_MAX, LENGTH_MAX);
    let mut messages = Vec::new();
    let mut some = Vec::new();
    let error = feed(octets, sizes, &mut |buffer| {
        let result = protocol.process_into(buffer, &mut some);
        messages.extend(some.drain(..).map(answered));
        result.map_err(|error| error.to_string())
    });
    Answer { messages: Some(messages), error, ..Answer::default() }
}

/// Gives the pieces, as a reader would; what is not taken stays in the buffer.
fn feed(
    octets: &[u8],
    sizes: &[usize],
    take: &mut dyn FnMut(&mut BytesMut) -> Result<(), String>,
) -> Option<String> {
    let mut buffer = BytesMut::new();
    let mut rest = octets;
    for size in sizes.iter().cycle() {
        let (piece, behind) = rest.split_at(rest.len().min(*size));
        buffer.extend_from_slice(piece);
        if let Err(error) = take(&mut buffer) {
            return Some(error);
        }
        if behind.is_empty() {
            return None;
        }
        rest = behind;
    }
    None
}

fn answered(message: Message) -> AnsweredMessage {
    let (kind, payload) = match message {
        Message::Text(text) => (MessageType::Text, text.to_vec()),
        Message::Binary(octets) => (MessageType::Binary, octets.to_vec()),
        Message::Ping(payload) => (MessageType::Ping, payload.to_vec()),
        Message::Pong(payload) => (MessageType::Pong, payload.to_vec()),
        Message::Close(None) => (MessageType::Close, Vec::new()),
        Message::Close(Some(CloseReason { code, reason })) => {
            (MessageType::Close, CloseBody::encode(CloseCode(code), reason.as_bytes()))
        }
    };
    AnsweredMessage { kind, payload }
}
