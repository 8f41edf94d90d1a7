//! A message on its way back.

use std::borrow::Cow;

use crate::protocol::{MessageKind, Opcode, Role, Rsv, deflate::DeflateParameters};

use super::{
    compressor::Compressor,
    conduct::{Conduct, EchoConduct, EchoStyle},
    outgoing::Outgoing,
};

/// An echo that grows beyond this leaves in fragments of this many octets, while its message is
/// still coming in.
const FRAGMENT: usize = 64 * 1024;

/// The longest message that is held whole, for an echo that cannot begin before its end; Autobahn's
/// longest. A longer one fails the connection with 1009.
pub const HELD_MAX: usize = 16 * 1024 * 1024;

/// Echoes one message at a time.
#[derive(Debug)]
pub struct Echo {
    conduct: EchoConduct,
    /// An echo can begin before its message is complete.
    streams: bool,
    compressor: Compressor,
    message: Option<Message>,
    first_kind: Option<MessageKind>,
    /// How many messages were complete.
    messages: u64,
    /// For who is one behind.
    behind: Option<(MessageKind, Vec<u8>)>,
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
        let echo = conduct.echo.clone();
        let streams = echo.style == EchoStyle::Plain
            && echo.edits.is_empty()
            && echo.leaves_out.is_none()
            && echo.longest.is_none()
            && echo.too_big.is_none()
            && conduct.reading.takes_for_text.is_none();
        Self {
            conduct: echo,
            streams,
            compressor: Compressor::new(role, conduct.deflate, deflate),
            message: None,
            first_kind: None,
            messages: 0,
            behind: None,
        }
    }

    /// Whether a message is coming in.
    pub const fn is_open(&self) -> bool {
        self.message.is_some()
    }

    /// What is held of the message that is coming in.
    pub fn held(&self) -> &[u8] {
        self.message.as_ref().map_or(&[], |message| &message.held)
    }

    /// A message begins; one that was open is forgotten.
    pub fn begin(&mut self, kind: MessageKind) {
        let first = *self.first_kind.get_or_insert(kind);
        self.message = Some(Message {
            kind: self.conduct.kind.map_or(kind, |echoed| echoed(kind, first)),
            held: Vec::new(),
            begun: false,
        });
    }

    /// What has come of the message is forgotten.
    pub fn forget(&mut self) {
        if let Some(message) = &mut self.message {
            message.held.clear();
        }
    }

    /// The message is not echoed.
    pub fn lose(&mut self) {
        self.message = None;
    }

    /// Some of its octets came. Says whether they could be taken.
    pub fn push(&mut self, octets: &[u8], out: &mut Outgoing) -> bool {
        let Some(mut message) = self.message.take() else {
            return true;
        };
        message.held.extend_from_slice(octets);
        message.held.truncate(self.held_max());
        let mut done = 0;
        while self.streams && message.held.len() - done > FRAGMENT {
            let part = &message.held[done..done + FRAGMENT];
            self.fragment(message.kind, message.begun, false, part, out);
            message.begun = true;
            done += FRAGMENT;
        }
        message.held.drain(..done);
        let fits = message.held.len() <= self.conduct.too_big.unwrap_or(HELD_MAX);
        self.message = Some(message);
        fits
    }

    /// Octets of a message that it takes to know what becomes of it.
    fn held_max(&self) -> usize {
        let is_left_out =
            self.conduct.leaves_out.is_some_and(|leaves_out| leaves_out(self.messages));
        match self.conduct.longest {
            _ if is_left_out => 0,
            Some(longest) => longest.saturating_add(1),
            None => usize::MAX,
        }
    }

    /// It is complete. Says whether something was echoed.
    pub fn end(&mut self, out: &mut Outgoing) -> bool {
        let Some(Message { kind, mut held, begun }) = self.message.take() else {
            return false;
        };
        let before = self.messages;
        self.messages += 1;
        let too_long = self.conduct.longest.is_some_and(|longest| held.len() > longest);
        if too_long || self.conduct.leaves_out.is_some_and(|leaves_out| leaves_out(before)) {
            return false;
        }
        for edit in &self.conduct.edits {
            edit(kind, &mut held);
        }
        self.echo(kind, begun, held, out);
        true
    }

    /// Sends what is left of a message.
    fn echo(&mut self, kind: MessageKind, begun: bool, held: Vec<u8>, out: &mut Outgoing) {
        let (first, second) = held.split_at(held.len() / 2);
        match self.conduct.style {
            EchoStyle::Plain => self.fragment(kind, begun, true, &held, out),
            EchoStyle::Twice => {
                self.fragment(kind, false, true, &held, out);
                self.fragment(kind, false, true, &held, out);
            }
            EchoStyle::InTwoFragments => {
                self.fragment(kind, false, false, first, out);
                self.fragment(kind, true, true, second, out);
            }
            EchoStyle::WithoutEnd => {
                self.fragment(kind, false, false, first, out);
                self.fragment(kind, true, false, second, out);
            }
            EchoStyle::InSwappedFragments => {
                self.fragment(kind, false, false, second, out);
                self.fragment(kind, true, true, first, out);
            }
            EchoStyle::InTwoBeginnings => {
                self.fragment(kind, false, false, first, out);
                self.fragment(kind, false, true, second, out);
            }
            EchoStyle::WithMessageInside => {
                self.fragment(kind, false, false, first, out);
                self.fragment(kind, false, true, &held, out);
                self.fragment(kind, true, true, second, out);
            }
            EchoStyle::InTwoCompressedFragments => {
                self.fragment(kind, false, false, first, out);
                let rest = self.compressor.part(second, true);
                out.frame(true, Rsv::RSV1, Opcode::CONTINUATION, &rest);
            }
            EchoStyle::ThenContinuation => {
                self.fragment(kind, false, true, &held, out);
                out.frame(true, Rsv::NONE, Opcode::CONTINUATION, b"");
            }
            EchoStyle::OneBehind => {
                if let Some((kind, held)) = self.behind.replace((kind, held)) {
                    self.fragment(kind, false, true, &held, out);
                }
            }
        }
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
            (kind.opcode(), self.compressor.mark())
        };
        let payload: Cow<'_, [u8]> = self.compressor.part(part, last);
        out.frame(last, rsv, opcode, &payload);
    }
}
