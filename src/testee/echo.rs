//! A message on its way back.

use crate::protocol::{
    MessageKind, Opcode, Role, Rsv,
    deflate::{DeflateParameters, Deflater},
};

use super::{
    conduct::{Conduct, EchoStyle},
    outgoing::Outgoing,
};

/// An echo that grows beyond this leaves in fragments of this many octets, while its message is
/// still coming in.
const FRAGMENT: usize = 64 * 1024;

/// What separates two sync-flushed parts of a DEFLATE stream (RFC 7692 §7.2.1).
const FLUSHED: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// The longest message that is held whole, for an echo that cannot begin before its end.
pub const HELD_MAX: usize = 64 * 1024 * 1024;

/// Echoes one message at a time.
#[derive(Debug)]
pub struct Echo {
    style: EchoStyle,
    rsv: Rsv,
    deflater: Option<Deflater>,
    message: Option<Message>,
}

#[derive(Debug)]
struct Message {
    kind: MessageKind,
    /// What came in and has not gone out.
    held: Vec<u8>,
    /// Some fragments have gone out.
    begun: bool,
}

impl Echo {
    /// For an endpoint of this conduct.
    pub fn new(role: Role, conduct: &Conduct, deflate: Option<DeflateParameters>) -> Self {
        let rsv1 = deflate.is_some() || conduct.echo_has_rsv1;
        Self {
            style: conduct.echo,
            rsv: if rsv1 { Rsv::RSV1 } else { Rsv::NONE },
            deflater: deflate.map(|agreed| Deflater::new(role, agreed)),
            message: None,
        }
    }

    /// Whether a message is coming in.
    pub const fn is_open(&self) -> bool {
        self.message.is_some()
    }

    /// A message begins; one that was open is forgotten.
    pub fn begin(&mut self, kind: MessageKind) {
        let kind = if self.style == EchoStyle::AsBinary {
            MessageKind::Binary
        } else {
            kind
        };
        self.message = Some(Message {
            kind,
            held: Vec::new(),
            begun: false,
        });
    }

    /// Some of its octets came. Says whether they could be taken.
    pub fn push(&mut self, octets: &[u8], out: &mut Outgoing) -> bool {
        let Some(mut message) = self.message.take() else {
            return true;
        };
        if self.style != EchoStyle::Never {
            message.held.extend_from_slice(octets);
        }
        let mut done = 0;
        while self.style.may_stream() && message.held.len() - done > FRAGMENT {
            let part = &message.held[done..done + FRAGMENT];
            self.fragment(message.kind, message.begun, false, part, out);
            message.begun = true;
            done += FRAGMENT;
        }
        message.held.drain(..done);
        let fits = message.held.len() <= HELD_MAX;
        self.message = Some(message);
        fits
    }

    /// It is complete. Says whether something was echoed.
    pub fn end(&mut self, out: &mut Outgoing) -> bool {
        let Some(Message { kind, held, begun }) = self.message.take() else {
            return false;
        };
        match self.style {
            EchoStyle::Never => return false,
            EchoStyle::Plain | EchoStyle::AsBinary => self.fragment(kind, begun, true, &held, out),
            EchoStyle::Twice => {
                self.fragment(kind, false, true, &held, out);
                self.fragment(kind, false, true, &held, out);
            }
            EchoStyle::InTwoFragments => {
                let (first, second) = held.split_at(held.len() / 2);
                self.fragment(kind, false, false, first, out);
                self.fragment(kind, true, true, second, out);
            }
        }
        true
    }

    /// Sends a part of a message as one frame.
    fn fragment(
        &mut self,
        kind: MessageKind,
        begun: bool,
        last: bool,
        part: &[u8],
        out: &mut Outgoing,
    ) {
        let (opcode, rsv) = if begun {
            (Opcode::CONTINUATION, Rsv::NONE)
        } else {
            (kind.opcode(), self.rsv)
        };
        match &mut self.deflater {
            None => out.frame(last, rsv, opcode, part),
            Some(deflater) => {
                let mut compressed = Vec::new();
                deflater.compress_message(part, &mut compressed);
                if !last {
                    // What is cut from the end of a message has to stand inside of it.
                    compressed.extend_from_slice(&FLUSHED);
                }
                out.frame(last, rsv, opcode, &compressed);
            }
        }
    }
}
