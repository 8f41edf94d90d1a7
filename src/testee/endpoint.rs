//! One side of one connection, from the first octet to the end of TCP.

use std::time::Duration;

use crate::protocol::{Receiver, Role};

use super::{
    conduct::Conduct,
    conversation::{Conversation, Phase},
    opening::{Opened, Opening, Target},
    outgoing::Outgoing,
};

/// How long the peer may take for its part of the opening handshake.
const OPENING_PATIENCE: Duration = Duration::from_secs(10);

/// How long the peer may take to close the connection once its part is due.
const CLOSING_PATIENCE: Duration = Duration::from_secs(10);

/// How whoever owns the socket has to end TCP, once all octets have been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpEnd {
    /// Close it in order: stop writing, then read and discard up to the peer's end for a moment,
    /// since octets that nobody read would turn the end into a reset, and a reset can take the
    /// last octets with it.
    Fin,
    /// The peer has ended it; there is nothing more to write.
    PeerIsGone,
}

/// An echo endpoint.
///
/// A socket's owner that stops reading while [`Self::unsent`] is large keeps the memory bounded:
/// long messages go back as they come in.
#[derive(Debug)]
pub struct Endpoint {
    role: Role,
    stage: Stage,
    deadline: Option<Duration>,
    end: Option<TcpEnd>,
}

#[derive(Debug)]
enum Stage {
    Opening { opening: Box<Opening>, conduct: Box<Conduct>, out: Box<Outgoing> },
    Open { receiver: Box<Receiver>, conversation: Box<Conversation> },
}

impl Endpoint {
    /// A server whose client has just connected. Random octets follow from `seed`.
    #[must_use]
    pub fn server(conduct: Conduct, seed: u64) -> Self {
        let out = Outgoing::new(!conduct.masks_as_its_role, seed);
        Self::new(Role::Server, Opening::server(&conduct), conduct, out)
    }

    /// A client that has just connected to `target`. Random octets follow from `seed`.
    #[must_use]
    pub fn client(target: Target, conduct: Conduct, seed: u64) -> Self {
        let mut out = Outgoing::new(conduct.masks_as_its_role, seed);
        let (opening, request) = Opening::client(target, out.nonce(), &conduct);
        out.octets(&request);
        Self::new(Role::Client, opening, conduct, out)
    }

    fn new(role: Role, opening: Opening, conduct: Conduct, out: Outgoing) -> Self {
        Self {
            role,
            stage: Stage::Opening {
                opening: Box::new(opening),
                conduct: Box::new(conduct),
                out: Box::new(out),
            },
            deadline: Some(OPENING_PATIENCE),
            end: None,
        }
    }

    /// The side that it is on.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Octets came, `now` being the time since the start of the connection. They are unmasked in
    /// place.
    pub fn receive(&mut self, octets: &mut [u8], now: Duration) {
        if self.end.is_some() {
            return;
        }
        match &mut self.stage {
            Stage::Opening { opening, .. } => {
                if let Some(opened) = opening.receive(octets) {
                    self.opened(opened, now);
                }
            }
            Stage::Open { receiver, conversation } => {
                conversation.read_begins();
                receiver.receive(octets, &mut |received| conversation.received(received));
                self.conversation_went_on(now);
            }
        }
    }

    /// The peer ended TCP, with FIN or RST.
    pub fn peer_closed(&mut self) {
        self.end.get_or_insert(TcpEnd::PeerIsGone);
    }

    /// Appends the octets to write to `out`.
    pub fn transmit(&mut self, out: &mut Vec<u8>) {
        self.out().move_to(out);
    }

    /// How many octets [`Self::transmit`] would give.
    #[must_use]
    pub fn unsent(&mut self) -> usize {
        self.out().len()
    }

    /// When [`Self::wake`] wants to be called, if nothing happens before.
    #[must_use]
    pub const fn next_wake(&self) -> Option<Duration> {
        self.deadline
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Duration) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.end_with(TcpEnd::Fin);
        }
    }

    /// How TCP has to be ended, once the endpoint is done with the connection.
    #[must_use]
    pub const fn finished(&self) -> Option<TcpEnd> {
        self.end
    }

    const fn out(&mut self) -> &mut Outgoing {
        match &mut self.stage {
            Stage::Opening { out, .. } => out,
            Stage::Open { conversation, .. } => &mut conversation.out,
        }
    }

    fn opened(&mut self, opened: Opened, now: Duration) {
        let Stage::Opening { conduct, out, .. } = &mut self.stage else { return };
        match opened {
            Opened::Never => self.deadline = None,
            Opened::Refused(response) => {
                out.octets(&response);
                self.end_with(TcpEnd::Fin);
            }
            Opened::Open { response, deflate, mut early_octets } => {
                out.octets(&response);
                let out = std::mem::replace(&mut **out, Outgoing::new(false, 0));
                let conversation =
                    Conversation::new(self.role, (**conduct).clone(), deflate, out);
                self.stage = Stage::Open {
                    receiver: Box::new(Receiver::new(self.role.peer(), deflate)),
                    conversation: Box::new(conversation),
                };
                self.conversation_went_on(now);
                if !early_octets.is_empty() {
                    self.receive(&mut early_octets, now);
                }
            }
        }
    }

    fn conversation_went_on(&mut self, now: Duration) {
        let Stage::Open { conversation, .. } = &self.stage else { return };
        match conversation.phase() {
            Phase::Talking | Phase::PlayingDead => self.deadline = None,
            Phase::AwaitingClose | Phase::Discarding | Phase::AwaitingTcpEnd => {
                self.deadline.get_or_insert(now + CLOSING_PATIENCE);
            }
            Phase::Over => self.end_with(TcpEnd::Fin),
        }
    }

    fn end_with(&mut self, end: TcpEnd) {
        self.deadline = None;
        self.end.get_or_insert(end);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        protocol::{MessageKind, Opcode, Received, encode_frame, FrameHeader},
        testee::Defect,
    };

    const NOW: Duration = Duration::ZERO;

    fn client(conduct: Conduct) -> Endpoint {
        let target = Target { host: "localhost".to_owned(), resource: "/".to_owned() };
        Endpoint::client(target, conduct, 1)
    }

    /// Carries what `from` has to say to `to`, in pieces of at most `step` octets, and returns it.
    fn carry(from: &mut Endpoint, to: &mut Endpoint, step: usize) -> Vec<u8> {
        let mut octets = Vec::new();
        from.transmit(&mut octets);
        for piece in octets.clone().chunks_mut(step) {
            to.receive(piece, NOW);
        }
        octets
    }

    fn connected(conduct: &Conduct) -> (Endpoint, Endpoint) {
        let mut client = client(conduct.clone());
        let mut server = Endpoint::server(conduct.clone(), 2);
        carry(&mut client, &mut server, usize::MAX);
        carry(&mut server, &mut client, usize::MAX);
        (client, server)
    }

    /// Makes an endpoint send a message of its own.
    fn send(endpoint: &mut Endpoint, kind: MessageKind, message: &[u8]) {
        let Stage::Open { conversation, .. } = &mut endpoint.stage else { panic!("not open") };
        conversation.received(Received::MessageStart(kind));
        conversation.received(Received::MessageData(message));
        conversation.received(Received::MessageEnd);
    }

    fn any_message() -> impl Strategy<Value = (MessageKind, Vec<u8>)> {
        let text = "[a-zé€😀]{0,40}".prop_map(|text| (MessageKind::Text, text.into_bytes()));
        let binary = (prop::collection::vec(any::<u8>(), 0..300), 1_usize..600)
            .prop_map(|(unit, times)| (MessageKind::Binary, unit.repeat(times)));
        prop_oneof![text, binary]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_message_goes_back_and_forth_unchanged(
            (kind, message) in any_message(),
            step in 1_usize..5000,
        ) {
            let (mut client, mut server) = connected(&Conduct::default());
            send(&mut client, kind, &message);
            for _ in 0..2 {
                carry(&mut client, &mut server, step);
                let echo = carry(&mut server, &mut client, step);
                let agreed = crate::protocol::deflate::DeflateParameters::default();
                let mut found = (None, Vec::new());
                // Compressed with context takeover: only the first echo stands on its own.
                if server.role() == Role::Server && found.0.is_none() {
                    let mut receiver = Receiver::new(Role::Server, Some(agreed));
                    receiver.receive(&mut echo.clone(), &mut |received| match received {
                        Received::MessageStart(kind) => found.0 = Some(kind),
                        Received::MessageData(octets) => found.1.extend_from_slice(octets),
                        _ => {}
                    });
                }
                prop_assert_eq!(found, (Some(kind), message.clone()));
                break;
            }
            prop_assert_eq!((client.finished(), server.finished()), (None, None));
        }
    }
}
