//! What a testee makes of the opening handshake, in cases that have a say in it.

use std::time::Duration;

use crate::{
    case::{Case, DropHow},
    judge,
    protocol::{Opcode, Role},
};

use super::player::Player;

/// Whether a client's reaction to our part of the opening handshake, in which the case has a say,
/// has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reacts {
    /// No octet has come.
    NotYet,
    /// Octets, but no frame that would show that it took the connection for open.
    Somehow,
    /// It has, or nobody asks.
    Yes,
}

impl Reacts {
    /// Whether this side's case has to see first what the client makes of our response.
    pub(super) const fn to(case: &Case, role: Role) -> Self {
        match role {
            Role::Server if !case.handshake.outcomes.is_empty() => Self::NotYet,
            _ => Self::Yes,
        }
    }
}

impl Player {
    /// Whether there is more to the case, now that the testee has shown that the connection is open
    /// to it.
    pub(super) fn goes_on_when_open(&mut self) -> bool {
        judge::goes_on_when_open(&self.case, self.recorder.handshake(), self.role.peer())
    }

    /// Our part of the opening handshake is on its way, and the case has a say in it: from now on
    /// silence counts.
    pub(super) fn await_anything(&mut self, now: Duration) {
        let patience = self.patience.silence_for(&self.case, self.role.peer());
        self.timers.silence.get_or_insert(now + patience);
    }

    /// A frame begins, whatever it is: the client has reacted.
    pub(super) fn reacted(&mut self, opcode: Opcode) {
        self.timers.silence = None;
        if opcode == Opcode::CLOSE {
            self.reacts = Reacts::Somehow;
            return;
        }
        self.reacts = Reacts::Yes;
        if !self.goes_on_when_open() {
            self.closing.drop_after_frame = true;
        }
    }

    /// Takes what a client sends that asks once more instead of going on. Says whether it does.
    pub(super) fn is_asked_again(&mut self, octets: &[u8], now: Duration) -> bool {
        let again = self.reacts == Reacts::NotYet && asks_by_http(octets);
        if again {
            self.recorder.handshake().asked_again = true;
            self.drop_tcp(DropHow::Fin, now);
        }
        again
    }
}

/// Whether the octets begin a further HTTP request: a client that was refused may ask once more on
/// the same connection. No frame of a client begins so, as it would have reserved bits set.
fn asks_by_http(octets: &[u8]) -> bool {
    octets.starts_with(b"GET ")
}
