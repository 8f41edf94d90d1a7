//! What follows from what comes in, and from what does not.

use std::time::Duration;

use crate::{
    case::{Closer, DropHow, GiveUp, Outcome, Payload},
    judge::{Fit, Observed, fit, matches, record_of},
    protocol::{CloseBody, Opcode, Received, Role, Violation},
    transcript::{Blame, FrameRecord, Happening, PayloadDigest},
};

use super::{
    our_close::{failing_code, going_away, normal_close},
    player::{Player, Stage, Wait},
    reaction::Reacts,
    round_trips::AfterEcho,
};

impl Player {
    /// Takes octets of an open connection.
    pub(super) fn receive_frames(&mut self, octets: &mut [u8], now: Duration) {
        let Stage::Open(receiver) = &mut self.stage else {
            return;
        };
        // The receiver is lent to itself while it calls back.
        let mut receiver = std::mem::replace(
            receiver,
            Box::new(crate::protocol::Receiver::new(Role::Server, None)),
        );
        receiver.receive(octets, &mut |received| self.received(received, now));
        if let Stage::Open(place) = &mut self.stage {
            *place = receiver;
        }
        if self.is_open() {
            self.something_passed(now);
        }
    }

    fn received(&mut self, received: Received<'_>, now: Duration) {
        if !self.is_open() {
            return;
        }
        match received {
            Received::FrameStart(header) => {
                self.recorder.count_received(&header);
                if self.reacts != Reacts::Yes {
                    self.reacted(header.opcode);
                }
                self.incoming.header = Some(header);
                self.incoming.frame = PayloadDigest::default();
            }
            Received::FramePayload(octets) => self.frame_octets(octets),
            Received::FrameEnd => {
                self.frame_ends(now);
                self.finish_if_all_was_seen();
            }
            Received::Violation(violation) => self.violated(&violation, now),
            Received::MessageStart(kind) => match &mut self.wait {
                Some(Wait::RoundTrips(trips)) => trips.echo_begins(kind),
                _ => {
                    self.incoming.kind = Some(kind);
                    self.incoming.message = PayloadDigest::default();
                }
            },
            Received::MessageData(octets) => match &mut self.wait {
                Some(Wait::RoundTrips(trips)) => trips.echo_goes_on(octets),
                _ => self.incoming.message.push(octets),
            },
            Received::MessageEnd => {
                self.message_ends(now);
                self.finish_if_all_was_seen();
            }
            Received::Ping(payload) => self.ping(payload),
            Received::Pong(_) => {}
            Received::Close(body) => self.close_came(&body, now),
        }
    }

    fn frame_octets(&mut self, octets: &[u8]) {
        let control = self.incoming.header.is_some_and(|header| header.opcode.is_control());
        if control || self.recorder.keeps_data_frames() {
            self.incoming.frame.push(octets);
        }
        if let Some(Wait::RoundTrips(trips)) = &mut self.wait
            && self.deflater.is_some()
            && !control
        {
            trips.count_compressed(0, octets.len() as u64);
        }
    }

    fn frame_ends(&mut self, now: Duration) {
        let Some(header) = self.incoming.header.take() else {
            return;
        };
        let digest = std::mem::take(&mut self.incoming.frame);
        if header.opcode.is_control() {
            let payload = digest.finish();
            self.note(now, Happening::Received(FrameRecord { header, payload }));
        } else if self.recorder.keeps_data_frames() {
            let payload = digest.finish();
            self.recorder.data_frame(now, Happening::Received(FrameRecord { header, payload }));
        } else {
            self.recorder.skip_data_frame();
        }
        if self.closing.drop_after_frame {
            self.drop_tcp(DropHow::Fin, now);
        } else {
            self.wait_may_be_over(now);
        }
    }

    fn message_ends(&mut self, now: Duration) {
        if let Some(Wait::RoundTrips(trips)) = &mut self.wait {
            match trips.echo_ends(now) {
                AfterEcho::SendNext => {
                    // The next round trip has a bound of its own.
                    self.timers.wait = None;
                    self.send_next_round_trip(now);
                }
                AfterEcho::Complete => {
                    self.keep_round_trips(now);
                    self.play_steps(now);
                }
                AfterEcho::Wrong => {
                    self.keep_round_trips(now);
                    self.start_closing(Blame::Finished, normal_close());
                }
            }
        } else if let Some(kind) = self.incoming.kind.take() {
            let payload = std::mem::take(&mut self.incoming.message).finish();
            self.note(now, Happening::Message { kind, payload });
            self.wait_may_be_over(now);
        }
    }

    /// A Ping is answered while the connection is open, but not into the middle of a frame.
    ///
    /// While very many answers wait to be read, no more are added (RFC 6455 §5.5.3 lets us leave
    /// some out).
    fn ping(&mut self, payload: &[u8]) {
        let open = !self.closing.sent && !self.closing.received;
        let misplaced = self.outbox.is_inside_frame() || self.outbox.is_loose();
        if open && !misplaced && !self.outbox.is_crowded() {
            self.outbox.frame(Blame::Reply, Opcode::PONG, Payload::from(payload));
        }
    }

    fn close_came(&mut self, body: &CloseBody, now: Duration) {
        self.closing.received = true;
        self.timers.reaction = None;
        self.timers.close = None;
        if matches!(self.wait, Some(Wait::Pause(_) | Wait::Fence(_))) {
            self.skip_the_rest();
        }
        // The peer waits for our Close, which it would take for payload inside a frame.
        if !self.closing.sent && self.outbox.complete_frame() {
            self.closing.sent = true;
            let code: u16 = if body.is_legal() { 1000 } else { 1002 };
            self.outbox.frame(Blame::Reply, Opcode::CLOSE, Payload::from(&code.to_be_bytes()[..]));
        }
        self.timers.tcp_close = Some((now + self.patience.tcp_close, now));
    }

    /// The peer broke the protocol: fail the connection, and drop TCP if it does so again.
    fn violated(&mut self, violation: &Violation, now: Duration) {
        self.note(now, Happening::Violated(violation.clone()));
        let Some(code) = failing_code(violation) else {
            return;
        };
        if self.closing.sent || self.closing.received {
            self.closing.drop_after_frame = true;
        } else {
            self.keep_round_trips(now);
            self.skip_the_rest();
            self.start_closing(Blame::Violation, Payload::from(&code.to_be_bytes()[..]));
        }
    }

    /// Ends the script: what it waited for will not come.
    fn skip_the_rest(&mut self) {
        self.wait = None;
        self.timers.wait = None;
        self.next_step = self.case.steps.len();
    }

    /// Whether the last event ends what the script waits for.
    fn wait_may_be_over(&mut self, now: Duration) {
        let over = match &self.wait {
            Some(Wait::Await(event)) => {
                self.seen.autobahn.events().last().is_some_and(|seen| matches(event, seen))
            }
            Some(Wait::Fence(payload)) => self.recorder.entries().last().is_some_and(|entry| {
                matches!(&entry.what, Happening::Received(frame)
                    if frame.header.opcode == Opcode::PONG && frame.payload == record_of(payload))
            }),
            _ => false,
        };
        if over {
            self.wait = None;
            self.timers.wait = None;
            self.play_steps(now);
        }
    }

    pub(super) fn wait_ran_out(&mut self, now: Duration) {
        match self.wait.take() {
            Some(Wait::Pause(name)) => {
                self.note(now, Happening::Silence(name));
            }
            Some(Wait::Await(_) | Wait::Fence(_)) => {
                self.note(now, Happening::AwaitedInVain);
            }
            Some(Wait::RoundTrips(trips)) => {
                self.wait = Some(Wait::RoundTrips(trips));
                return self.give_up(now);
            }
            Some(Wait::Written(then)) => self.do_now(then, now),
            None => return,
        }
        self.play_steps(now);
    }

    /// Starts the closing handshake once what the best outcome wants was seen, whatever else may
    /// have come in the same read.
    fn finish_if_all_was_seen(&mut self) {
        if !self.is_open() {
            return;
        }
        let busy = self.wait.is_some() || self.next_step < self.case.steps.len();
        if busy || self.closing.sent || self.closing.received {
            return;
        }
        let seen = self.seen.ours.events();
        let mut outcomes = self.case.outcomes.iter();
        let Some(best) = outcomes.find(|outcome| fit(outcome, seen) != Fit::Never) else {
            return;
        };
        let is_ours_to_close = self.case.close_after(Some(best)).by != Closer::Peer;
        if is_ours_to_close && fit(best, seen) == Fit::Fully {
            self.timers.reaction = None;
            self.start_closing(Blame::Finished, normal_close());
        }
    }

    /// All that was queued is on its way: now waiting begins.
    pub(super) fn all_is_written(&mut self, now: Duration) {
        self.timers.stuck = None;
        if !self.is_open() {
            if matches!(self.stage, Stage::Opening(_)) && !self.case.handshake.is_empty() {
                self.await_anything(now);
            }
            return;
        }
        if self.closing.sent && self.closing.received {
            if self.role == Role::Server {
                // The server closes TCP first (RFC 6455 §7.1.1).
                self.drop_tcp(DropHow::Fin, now);
            }
            return;
        }
        if self.reacts != Reacts::Yes && !self.closing.received {
            self.await_anything(now);
            return;
        }
        if self.closing.received {
            // Our last frame is unfinished, so we cannot answer; the timer for TCP is running.
            return;
        }
        self.finish_if_all_was_seen();
        if self.closing.sent {
            let patience = self.patience.close_for(&self.case);
            self.timers.close.get_or_insert(now + patience);
        } else if self.wait.is_some() {
            self.timers.wait.get_or_insert(now + self.patience_of_wait());
        } else {
            self.timers.reaction.get_or_insert(now + self.patience_for_reaction());
        }
    }

    /// Octets went one way or the other: the waits that count from the last octet begin anew.
    pub(super) fn something_passed(&mut self, now: Duration) {
        self.timers.stuck = Some(now + self.patience.late_reaction);
        self.timers.silence = None;
        if !self.is_open() {
            self.timers.handshake = Some(now + self.patience.handshake);
            return;
        }
        self.wait_for_writing(now);
        if let Some(reaction) = self.timers.reaction {
            self.timers.reaction = Some(if self.is_hopeless() {
                // Nothing can mend the verdict on the conduct; see how the testee closes, briefly.
                reaction.min(now + self.patience.pause)
            } else {
                self.wait_anew(reaction, now, self.patience.reaction_for(&self.case))
            });
        }
        if let Some(close) = self.timers.close {
            let patience = self.patience.close_for(&self.case);
            self.timers.close = Some(self.wait_anew(close, now, patience));
        }
    }

    fn patience_of_wait(&self) -> Duration {
        match &self.wait {
            Some(Wait::Pause(_)) => self.patience.pause,
            Some(Wait::RoundTrips(_)) => self.patience.reaction_for(&self.case),
            _ => self.patience.reaction,
        }
    }

    fn patience_for_reaction(&self) -> Duration {
        if self.is_hopeless() {
            self.patience.pause
        } else {
            self.patience.reaction_for(&self.case)
        }
    }

    /// Whether no outcome can be reached any more, in our eyes or in Autobahn's.
    fn is_hopeless(&self) -> bool {
        let lost = |outcomes: &[Outcome], seen: &[Observed]| {
            outcomes.iter().all(|outcome| fit(outcome, seen) == Fit::Never)
        };
        lost(&self.case.outcomes, self.seen.ours.events())
            && self
                .case
                .autobahn
                .as_ref()
                .is_none_or(|view| lost(&view.outcomes, self.seen.autobahn.events()))
    }

    /// No reaction came.
    pub(super) fn give_up(&mut self, now: Duration) {
        self.note(now, Happening::GaveUp);
        self.keep_round_trips(now);
        self.skip_the_rest();
        if self.outbox.is_inside_frame() || self.outbox.has_ended() {
            // A Close would be taken for payload of the unfinished frame, or can't be sent at all.
            return self.drop_tcp(DropHow::Fin, now);
        }
        let payload = match self.case.give_up {
            GiveUp::FailSoon | GiveUp::FailLate => going_away(),
            GiveUp::CloseSoon | GiveUp::CloseLate => Payload::default(),
        };
        self.start_closing(Blame::GaveUp, payload);
    }
}
