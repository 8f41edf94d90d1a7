//! A message on its way back.

use std::borrow::Cow;

use crate::protocol::{
    MessageKind, Opcode, Role, Rsv,
    deflate::{DeflateParameters, Deflater},
};

use super::{
    conduct::{Conduct, DeflateStyle, EchoStyle},
    outgoing::Outgoing,
};

/// An echo that grows beyond this leaves in fragments of this many octets, while its message is
/// still coming in.
const FRAGMENT: usize = 64 * 1024;

/// What separates two sync-flushed parts of a DEFLATE stream (RFC 7692 §7.2.1).
const FLUSHED: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// The first octet of a DEFLATE block of the type that is reserved (RFC 1951 §3.2.3).
const RESERVED_BLOCK: u8 = 0b0000_0111;

/// An opcode without a meaning.
const RESERVED: Opcode = Opcode::from_first_octet(0x3);

/// The longest message that is held whole, for an echo that cannot begin before its end.
pub const HELD_MAX: usize = 64 * 1024 * 1024;

/// Echoes one message at a time.
#[derive(Debug)]
pub struct Echo {
    style: EchoStyle,
    rsv: Rsv,
    deflates: DeflateStyle,
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
            deflates: conduct.deflate,
            deflater: deflate.map(|agreed| Deflater::new(role, bent(agreed, conduct.deflate))),
            message: None,
        }
    }

    /// Whether a message is coming in.
    pub const fn is_open(&self) -> bool {
        self.message.is_some()
    }

    /// A message begins; one that was open is forgotten.
    pub fn begin(&mut self, kind: MessageKind) {
        let kind = match self.style {
            EchoStyle::AsBinary => MessageKind::Binary,
            EchoStyle::AsText => MessageKind::Text,
            _ => kind,
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
        if self.style == EchoStyle::Never {
            return false;
        }
        self.echo(kind, begun, held, out);
        true
    }

    /// Sends what is left of a message.
    fn echo(&mut self, kind: MessageKind, begun: bool, mut held: Vec<u8>, out: &mut Outgoing) {
        let middle = held.len() / 2;
        match self.style {
            EchoStyle::Twice => self.fragment(kind, false, true, &held, out),
            EchoStyle::CutShort => {
                held.pop();
            }
            EchoStyle::Followed(octets) => held.extend_from_slice(octets),
            EchoStyle::InTwoFragments => {
                self.fragment(kind, false, false, &held[..middle], out);
                return self.fragment(kind, true, true, &held[middle..], out);
            }
            EchoStyle::InTwoBeginnings => {
                self.fragment(kind, false, false, &held[..middle], out);
                return self.fragment(kind, false, true, &held[middle..], out);
            }
            EchoStyle::InTwoCompressedFragments => {
                self.fragment(kind, false, false, &held[..middle], out);
                let rest = self.compressed(&held[middle..], true);
                return out.frame(true, self.rsv, Opcode::CONTINUATION, &rest);
            }
            EchoStyle::AsReserved => {
                let payload = self.compressed(&held, true);
                return out.frame(true, self.rsv, RESERVED, &payload);
            }
            EchoStyle::ThenContinuation => {
                self.fragment(kind, false, true, &held, out);
                return out.frame(true, Rsv::NONE, Opcode::CONTINUATION, b"");
            }
            EchoStyle::Never | EchoStyle::Plain | EchoStyle::AsBinary | EchoStyle::AsText => {}
        }
        self.fragment(kind, begun, true, &held, out);
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
        let payload = self.compressed(part, last);
        out.frame(last, rsv, opcode, &payload);
    }

    /// A part of a message as it stands in a frame.
    fn compressed<'a>(&mut self, part: &'a [u8], last: bool) -> Cow<'a, [u8]> {
        let Some(deflater) = &mut self.deflater else {
            return Cow::Borrowed(part);
        };
        let mut compressed = Vec::new();
        deflater.compress_message(part, &mut compressed);
        if self.deflates == DeflateStyle::Broken {
            compressed.insert(0, RESERVED_BLOCK);
        }
        if !last {
            // What is cut from the end of a message has to stand inside of it.
            compressed.extend_from_slice(&FLUSHED);
        }
        Cow::Owned(compressed)
    }
}

/// The parameters by which an endpoint of this style compresses.
fn bent(agreed: DeflateParameters, style: DeflateStyle) -> DeflateParameters {
    match style {
        DeflateStyle::AsAgreed | DeflateStyle::Broken => agreed,
        DeflateStyle::KeepingContext => DeflateParameters {
            server_no_context_takeover: false,
            client_no_context_takeover: false,
            ..agreed
        },
    }
}
