//! One side of one connection, from the first octet to the end of TCP.

use std::time::Duration;

use crate::protocol::{Opcode, Receiver, Role};

use super::{
    conduct::{Conduct, SendingConduct},
    conversation::{Conversation, Phase},
    opening::{ClientOpening, Opened, Opening, ServerOpening, Target},
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
    /// Reset it, at once; octets that have not been written are lost.
    Reset,
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
    /// Until when what is to be written lies around.
    lies_until: Option<Duration>,
    /// When it talks by itself.
    talks_at: Option<Duration>,
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
        let out = Outgoing::new(false, conduct.sending.clone(), seed);
        let opening = Opening::Server(Box::new(ServerOpening::new(conduct.opening.clone())));
        Self::new(Role::Server, opening, conduct, out)
    }

    /// A client that has just connected to `target`. Random octets follow from `seed`.
    #[must_use]
    pub fn client(target: Target, conduct: Conduct, seed: u64) -> Self {
        let mut out = Outgoing::new(true, conduct.sending.clone(), seed);
        let (opening, request) = ClientOpening::new(&target, out.nonce(), conduct.opening.clone());
        out.octets(&request);
        Self::new(Role::Client, Opening::Client(Box::new(opening)), conduct, out)
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
            lies_until: None,
            talks_at: None,
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
                if receiver.is_within_header() {
                    conversation.read_ends_within_header();
                }
                self.conversation_went_on(now);
            }
        }
    }

    /// The peer ended TCP, with FIN or RST.
    pub fn peer_closed(&mut self) {
        if self.lies_until.take().is_some() && self.forgets_at_half_close() {
            self.out().truncate(0);
        }
        self.end.get_or_insert(TcpEnd::PeerIsGone);
    }

    /// Appends the octets to write to `out`.
    pub fn transmit(&mut self, out: &mut Vec<u8>) {
        if self.lies_until.is_none() {
            self.out().move_to(out);
        }
    }

    /// How many octets [`Self::transmit`] would give.
    #[must_use]
    pub const fn unsent(&self) -> usize {
        match &self.stage {
            _ if self.lies_until.is_some() => 0,
            Stage::Opening { out, .. } => out.len(),
            Stage::Open { conversation, .. } => conversation.out.len(),
        }
    }

    /// When [`Self::wake`] wants to be called, if nothing happens before.
    #[must_use]
    pub fn next_wake(&self) -> Option<Duration> {
        [self.deadline, self.lies_until, self.talks_at].into_iter().flatten().min()
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Duration) {
        if self.lies_until.is_some_and(|until| until <= now) {
            self.lies_until = None;
        }
        if self.talks_at.is_some_and(|due| due <= now) {
            self.talk(now);
        }
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.end_with(TcpEnd::Fin);
        }
    }

    /// How TCP has to be ended, once the endpoint is done with the connection.
    #[must_use]
    pub const fn finished(&self) -> Option<TcpEnd> {
        self.end
    }

    const fn forgets_at_half_close(&self) -> bool {
        match &self.stage {
            Stage::Opening { .. } => false,
            Stage::Open { conversation, .. } => conversation.conduct().tcp.forgets_at_half_close,
        }
    }

    const fn out(&mut self) -> &mut Outgoing {
        match &mut self.stage {
            Stage::Opening { out, .. } => out,
            Stage::Open { conversation, .. } => &mut conversation.out,
        }
    }

    fn opened(&mut self, opened: Opened, now: Duration) {
        let Stage::Opening { opening, conduct, out } = &mut self.stage else {
            return;
        };
        match opened {
            Opened::Stuck(response) => {
                **opening = Opening::Over;
                out.octets(&response);
                self.deadline = None;
            }
            Opened::Refused(response) => {
                out.octets(&response);
                self.end_with(TcpEnd::Fin);
            }
            Opened::RefusedWithClose => {
                out.control(Opcode::CLOSE, b"\x03\xEA");
                self.end_with(TcpEnd::Fin);
            }
            Opened::Open { response, deflate, mut early_octets } => {
                out.octets(&response);
                let nothing = Outgoing::new(false, SendingConduct::default(), 0);
                let out = std::mem::replace(&mut **out, nothing);
                let inflates_by =
                    deflate.filter(|_| conduct.deflate.inflates).map(conduct.deflate.inflates_by);
                let conversation = Conversation::new(self.role, (**conduct).clone(), deflate, out);
                self.stage = Stage::Open {
                    receiver: Box::new(Receiver::new(self.role.peer(), inflates_by)),
                    conversation: Box::new(conversation),
                };
                self.talk(now);
                self.conversation_went_on(now);
                if !early_octets.is_empty() {
                    self.receive(&mut early_octets, now);
                }
            }
        }
    }

    /// Talks by itself, if that is its way.
    fn talk(&mut self, now: Duration) {
        if let Stage::Open { conversation, .. } = &mut self.stage
            && let Some(gap) = conversation.conduct().talks_every
        {
            conversation.talk();
            let goes_on = conversation.phase() == Phase::Talking;
            self.talks_at = goes_on.then_some(now + gap);
        }
    }

    fn conversation_went_on(&mut self, now: Duration) {
        let Stage::Open { conversation, .. } = &self.stage else {
            return;
        };
        let tcp = conversation.conduct().tcp;
        if let Some(after) = tcp.sends_after
            && conversation.out.len() > 0
        {
            self.lies_until.get_or_insert(now + after);
        }
        match conversation.phase() {
            Phase::Talking | Phase::PlayingDead => self.deadline = None,
            Phase::AwaitingClose | Phase::Discarding | Phase::AwaitingTcpEnd => {
                self.deadline.get_or_insert(now + CLOSING_PATIENCE);
            }
            Phase::Over if conversation.resets() => self.end_with(TcpEnd::Reset),
            Phase::Over if tcp.hesitates.is_zero() => self.end_with(TcpEnd::Fin),
            Phase::Over => {
                self.deadline.get_or_insert(now + tcp.hesitates);
            }
        }
    }

    fn end_with(&mut self, end: TcpEnd) {
        self.deadline = None;
        self.lies_until = None;
        self.talks_at = None;
        self.end.get_or_insert(end);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        protocol::{
            CloseBody, CloseCode, FrameHeader, MessageKind, Opcode, Received,
            deflate::DeflateParameters, encode_frame,
        },
        testee::Defect,
    };

    const NOW: Duration = Duration::ZERO;

    /// Two endpoints, and somebody who reads along what they send.
    struct Pair {
        client: Endpoint,
        server: Endpoint,
        listener: [Receiver; 2],
    }

    impl Pair {
        fn connected(defects: &[&str]) -> Self {
            let defects: Vec<Defect> = defects.iter().map(|name| name.parse().unwrap()).collect();
            let conduct = Conduct::with(&defects);
            let target = Target { host: "localhost".to_owned(), resource: "/".to_owned() };
            let listener = [Role::Client, Role::Server]
                .map(|sender| Receiver::new(sender, Some(DeflateParameters::default())));
            let client = Endpoint::client(target, conduct.clone(), 1);
            let mut pair = Self { client, server: Endpoint::server(conduct, 2), listener };
            let mut octets = Vec::new();
            pair.client.transmit(&mut octets);
            pair.server.receive(&mut octets, NOW);
            octets.clear();
            pair.server.transmit(&mut octets);
            pair.client.receive(&mut octets, NOW);
            pair
        }

        /// Carries what one side has to say to the other, in pieces of at most `step` octets, and
        /// returns the message and the Close in it.
        fn carry(&mut self, from: Role, step: usize) -> Heard {
            let (from, to, listener) = match from {
                Role::Client => (&mut self.client, &mut self.server, &mut self.listener[0]),
                Role::Server => (&mut self.server, &mut self.client, &mut self.listener[1]),
            };
            let mut octets = Vec::new();
            from.transmit(&mut octets);
            for piece in octets.clone().chunks_mut(step) {
                to.receive(piece, NOW);
            }
            let mut heard = Heard::default();
            listener.receive(&mut octets, &mut |received| match received {
                Received::Violation(violation) => panic!("{violation:?}"),
                Received::MessageStart(kind) => heard.kind = Some(kind),
                Received::MessageData(octets) => heard.message.extend_from_slice(octets),
                Received::Close(body) => heard.close = Some(body),
                _ => {}
            });
            heard
        }
    }

    #[derive(Debug, Default, PartialEq, Eq)]
    struct Heard {
        kind: Option<MessageKind>,
        message: Vec<u8>,
        close: Option<CloseBody>,
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
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_message_goes_back_and_forth_unchanged(
            (kind, message) in any_message(),
            step in 1_usize..5000,
        ) {
            let mut pair = Pair::connected(&[]);
            send(&mut pair.client, kind, &message);
            for from in [Role::Client, Role::Server, Role::Client, Role::Server] {
                let heard = pair.carry(from, step);
                let expected = Heard { kind: Some(kind), message: message.clone(), close: None };
                prop_assert!(heard == expected, "{kind:?} of {} octets", message.len());
            }
            prop_assert_eq!((pair.client.finished(), pair.server.finished()), (None, None));
        }

        #[test]
        fn any_octets_are_survived_with_any_defect(
            mut octets in prop::collection::vec(any::<u8>(), 0..300),
            defect in prop::sample::select(Defect::all().collect::<Vec<_>>()),
            step in 1_usize..50,
        ) {
            let mut pair = Pair::connected(&[defect.name()]);
            let mut out = Vec::new();
            for piece in octets.chunks_mut(step) {
                pair.server.receive(piece, NOW);
                pair.server.transmit(&mut out);
            }
            prop_assert!(out.len() < 10_000_000);
        }
    }

    fn masked(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
        let header = FrameHeader {
            fin,
            mask: Some([1, 2, 3, 4]),
            ..FrameHeader::new(opcode, payload.len() as u64)
        };
        let mut octets = Vec::new();
        encode_frame(&header, payload, &mut octets);
        octets
    }

    #[test]
    fn a_long_message_goes_back_while_it_comes_in() {
        let mut pair = Pair::connected(&[]);
        let mut message = masked(true, Opcode::BINARY, &[7; 1_000_000]);
        let mut echoed = 0;
        for piece in message.chunks_mut(10_000) {
            pair.server.receive(piece, NOW);
            let mut out = Vec::new();
            pair.server.transmit(&mut out);
            echoed += usize::from(!out.is_empty());
        }
        assert!(echoed > 10, "the echo left in {echoed} parts");
    }

    #[test]
    fn the_server_ends_tcp_after_the_closing_handshake() {
        let mut pair = Pair::connected(&["close-after-echo"]);
        send(&mut pair.client, MessageKind::Text, b"the last word");
        let first = pair.carry(Role::Client, usize::MAX).close;
        let reply = pair.carry(Role::Server, usize::MAX).close;
        assert_eq!(first.and_then(|body| body.code()), Some(CloseCode::NORMAL));
        assert_eq!(reply.and_then(|body| body.code()), Some(CloseCode::NORMAL));
        assert_eq!(pair.server.finished(), Some(TcpEnd::Fin));
        assert_eq!(pair.client.finished(), None);
        pair.client.peer_closed();
        assert_eq!(pair.client.finished(), Some(TcpEnd::PeerIsGone));
    }

    #[test]
    fn a_broken_rule_fails_the_connection() {
        for (octets, code) in [
            (masked(true, Opcode::CONTINUATION, b""), 1002),
            (masked(false, Opcode::PING, b""), 1002),
            (masked(false, Opcode::TEXT, b"\xFF"), 1007),
            (masked(true, Opcode::CLOSE, b"\x03"), 1002),
            (masked(true, Opcode::CLOSE, b"\x03\xE8\xFF"), 1007),
        ] {
            let mut pair = Pair::connected(&[]);
            pair.server.receive(&mut octets.clone(), NOW);
            let close = pair.carry(Role::Server, usize::MAX).close;
            assert_eq!(close.and_then(|body| body.code()), Some(CloseCode(code)), "{octets:02x?}");
            assert_eq!(pair.server.finished(), Some(TcpEnd::Fin));
        }
    }

    #[test]
    fn nobody_waits_for_ever_for_a_peer_that_owes_something() {
        let mut server = Endpoint::server(Conduct::default(), 0);
        server.wake(OPENING_PATIENCE);
        assert_eq!(server.finished(), Some(TcpEnd::Fin));

        let mut pair = Pair::connected(&["close-at-once"]);
        assert_eq!(pair.server.next_wake(), Some(CLOSING_PATIENCE));
        pair.server.wake(CLOSING_PATIENCE);
        assert_eq!(pair.server.finished(), Some(TcpEnd::Fin));

        assert_eq!(Pair::connected(&[]).server.next_wake(), None);
    }

    #[test]
    fn one_that_talks_by_itself_does_so_until_the_connection_closes() {
        let gap = Duration::from_millis(20);
        let mut server = Endpoint::server(Conduct::default().talking(gap), 0);
        let request = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        server.receive(&mut request.to_vec(), NOW);
        let mut octets = Vec::new();
        server.transmit(&mut octets);
        let end = octets.windows(4).position(|four| four == b"\r\n\r\n");
        octets.drain(..end.unwrap() + 4);
        let mut now = NOW;
        for _ in 0..3 {
            now += gap;
            assert_eq!(server.next_wake(), Some(now));
            server.wake(now);
        }
        server.receive(&mut masked(true, Opcode::TEXT, b"not echoed"), now);
        server.receive(&mut masked(true, Opcode::CLOSE, b"\x03\xE8"), now);
        server.transmit(&mut octets);
        let mut heard = Vec::new();
        Receiver::new(Role::Server, None).receive(&mut octets, &mut |received| {
            heard.push(match received {
                Received::MessageStart(kind) => format!("{kind:?}"),
                Received::Ping(_) => "Ping".to_owned(),
                Received::Pong(_) => "Pong".to_owned(),
                Received::Close(_) => "Close".to_owned(),
                Received::Violation(violation) => panic!("{violation:?}"),
                _ => return,
            });
        });
        assert_eq!(heard, ["Text", "Text", "Ping", "Binary", "Pong", "Close"]);
        assert_eq!(server.finished(), Some(TcpEnd::Fin));
    }
}
