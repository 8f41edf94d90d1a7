//! Talking by itself, as an endpoint that is no echo endpoint may at any time.

use crate::protocol::{Opcode, Rsv};

use super::{Conversation, Phase};

impl Conversation {
    /// Says something that nobody asked for, unless the closing handshake has begun: one after the
    /// other text, text in fragments around a Ping, binary and a Pong.
    pub fn talk(&mut self) {
        if self.phase != Phase::Talking {
            return;
        }
        self.said += 1;
        let text = format!("it is {} o'clock", self.said);
        let octets = text.as_bytes();
        let out = &mut self.out;
        match self.said % 4 {
            1 => out.frame(true, Rsv::NONE, Opcode::TEXT, octets),
            2 => {
                let (first, rest) = octets.split_at(octets.len() / 2);
                out.frame(false, Rsv::NONE, Opcode::TEXT, first);
                out.control(Opcode::PING, b"are you there?");
                out.frame(true, Rsv::NONE, Opcode::CONTINUATION, rest);
            }
            3 => out.frame(true, Rsv::NONE, Opcode::BINARY, octets),
            _ => out.control(Opcode::PONG, b"here I am"),
        }
    }
}
