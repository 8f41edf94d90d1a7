//! From steps to what our decoder reads in their octets.

use crate::{
    case::{Payload, Step},
    protocol::{Opcode, Receiver, Role, deflate::DeflateParameters},
};

use super::{
    course::{Course, Reply},
    road::Road,
    wire::Wire,
};

/// Takes the steps, one after the other.
pub(super) struct Traveller {
    wire: Wire,
    receiver: Receiver,
    road: Road,
    fences: u32,
    /// We have begun the closing handshake. A mere frame with the opcode of a Close does not.
    closing: bool,
    /// Nothing more is sent.
    gone: bool,
}

impl Traveller {
    pub(super) fn new(role: Role, deflate: Option<DeflateParameters>) -> Self {
        Self {
            wire: Wire::new(role, deflate),
            receiver: Receiver::new(role, deflate),
            road: Road::new(role, deflate),
            fences: 0,
            closing: false,
            gone: false,
        }
    }

    pub(super) fn take(&mut self, index: usize, step: &Step) {
        if self.gone {
            return;
        }
        self.road.step = index;
        match step {
            Step::HalfClose | Step::Drop(_) => self.gone = true,
            Step::Pause(name) => {
                self.road.owes(Reply::Silence(name.clone()));
                self.road.all_is_awaited();
            }
            Step::Await(event) => self.road.is_awaited(event),
            Step::RoundTrips(trips) => {
                self.road.owes(Reply::Echoes(trips.count));
                self.road.all_is_awaited();
            }
            Step::Fence => self.fence(),
            Step::Reading(_) => {}
            // An application sends nothing once the closing handshake has begun.
            Step::Message(_) | Step::Close(_) if self.closing => {}
            Step::Close(_) if self.wire.is_inside_frame() => {}
            Step::Close(_) => {
                self.closing = true;
                self.road.closing_in_order = true;
                self.send(step);
                self.road.closing_in_order = false;
            }
            Step::Frame(_) | Step::Repeat(..) | Step::Message(_) => self.send(step),
            Step::More(_) | Step::Octets(..) => {
                // Of a Ping that is not a whole frame of its own nobody knows that it was sent.
                self.road.unseen = true;
                self.send(step);
                self.road.unseen = false;
            }
        }
    }

    fn send(&mut self, step: &Step) {
        // Nobody knows beforehand what a frame is, with its masking key, as payload of another one.
        let continues = matches!(step, Step::More(_) | Step::Octets(..));
        self.road.is_lost |= !continues && self.cannot_be_read();
        self.road.is_lost |= self.wire.depends_on_key(step) && !self.road.has_closed();
        let Self { wire, receiver, road, .. } = self;
        wire.step(step, &mut |mut octets| {
            receiver.receive(&mut octets, &mut |received| road.pass(received));
        });
    }

    /// Whether our octets so far end inside a frame.
    fn is_unfinished(&self) -> bool {
        self.road.is_inside_frame() || self.receiver.is_within_header()
    }

    /// Whether a frame that follows would be taken for payload. Behind our Close that is all the same.
    fn cannot_be_read(&self) -> bool {
        self.is_unfinished() && !self.road.has_closed()
    }

    fn fence(&mut self) {
        self.road.is_lost |= self.cannot_be_read();
        self.fences += 1;
        let payload = Payload::from(format!("wspec fence {}", self.fences).as_bytes());
        let mut octets = self.wire.frame(Opcode::PING, &payload);
        self.road.unseen = true;
        let road = &mut self.road;
        self.receiver.receive(&mut octets, &mut |received| road.pass(received));
        self.road.unseen = false;
        self.road.is_fenced();
    }

    /// The course, if no step follows.
    pub(super) fn arrive(&self) -> Course {
        let unfinished = self.is_unfinished();
        self.road.clone().end(self.gone, unfinished)
    }
}
