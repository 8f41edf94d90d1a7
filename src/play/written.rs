//! What is done when all before it has been written.

use std::time::Duration;

use crate::{case::DropHow, transcript::Happening};

use super::player::{Player, Wait};

/// What a step does that has to wait for the octets before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Go on taking in what the peer sends.
    Read,
    /// End our direction of TCP.
    HalfClose,
    /// Close TCP.
    Drop(DropHow),
}

impl Player {
    /// Whether octets of the peer may be taken in. Otherwise they have to stay where they are.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        self.reading
    }

    /// Whether our direction of TCP has to be ended now; says so once.
    pub const fn take_half_close(&mut self) -> bool {
        std::mem::replace(&mut self.half_close_is_due, false)
    }

    /// Does it once all is written, or once the peer takes nothing more.
    pub(super) fn when_written(&mut self, then: Then, now: Duration) {
        self.wait = Some(Wait::Written(then));
        self.wait_for_writing(now);
    }

    /// A peer that waits for us to read may not read itself, which is its right: then waiting for
    /// it would take for ever.
    pub(super) fn wait_for_writing(&mut self, now: Duration) {
        if matches!(self.wait, Some(Wait::Written(_))) {
            self.timers.wait = Some(now + self.patience.pause);
        }
    }

    /// All is written: goes on with the script if that was what it waited for, and says whether
    /// it was.
    pub(super) fn go_on_when_written(&mut self, now: Duration) -> bool {
        let Some(Wait::Written(then)) = self.wait.take_if(|wait| matches!(wait, Wait::Written(_)))
        else {
            return false;
        };
        self.timers.wait = None;
        self.do_now(then, now);
        self.play_steps(now);
        true
    }

    pub(super) fn do_now(&mut self, then: Then, now: Duration) {
        match then {
            Then::Read => self.reading = true,
            Then::HalfClose => {
                self.note(now, Happening::WeHalfClose);
                self.outbox.end();
                self.half_close_is_due = true;
            }
            Then::Drop(how) => self.drop_tcp(how, now),
        }
    }
}
