//! Autobahn's connection object, as far as its verdicts depend on it.

use crate::{
    case::{AutobahnView, Case, Compare, GiveUp},
    judge::{
        observe::{Eyes, Observed, Observer},
        outcome::{self, Fit},
    },
    protocol::{Opcode, Role, Violation},
    transcript::{Blame, FrameRecord, Happening},
};

/// How far the connection is, in Autobahn's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Closing,
    Closed,
}

/// The flags of Autobahn's protocol object.
#[derive(Debug)]
pub struct Connection {
    pub(super) role: Role,
    pub(super) give_up: GiveUp,
    pub(super) state: State,
    pub(super) observer: Observer,
    /// An invalid text message counts a second time at its end.
    pub(super) text_invalid: bool,
    pub(super) closed_by_me: bool,
    pub(super) failed_by_me: bool,
    pub(super) dropped_by_me: bool,
    pub(super) was_clean: bool,
    pub(super) close_handshake_timeout: bool,
    pub(super) server_drop_timeout: bool,
    pub(super) local_close_code: Option<u16>,
    /// The code that we sent, where Autobahn would have sent another.
    pub(super) code_on_the_wire: Option<Option<u16>>,
    pub(super) remote_close_code: Option<u16>,
    pub(super) remote_close_reason: Option<String>,
    /// Autobahn has seen all that it waits for.
    pub(super) finished: bool,
    /// Its kill timer has fired.
    pub(super) gave_up: bool,
    /// A step of the case closed.
    pub(super) close_scripted: bool,
    /// A run of round trips is over; whether all echoes were right.
    pub(super) round_trips_complete: Option<bool>,
    /// A Pong came before the run of round trips was over.
    pub(super) unasked_pong_first: bool,
}

impl Connection {
    /// One that has just been opened.
    pub const fn new(role: Role, case: &Case) -> Self {
        Self {
            role,
            give_up: case.give_up,
            state: State::Open,
            observer: Observer::new(Eyes::Autobahn),
            text_invalid: false,
            closed_by_me: false,
            failed_by_me: false,
            dropped_by_me: false,
            was_clean: false,
            close_handshake_timeout: false,
            server_drop_timeout: false,
            local_close_code: None,
            code_on_the_wire: None,
            remote_close_code: None,
            remote_close_reason: None,
            finished: false,
            gave_up: false,
            close_scripted: false,
            round_trips_complete: None,
            unasked_pong_first: false,
        }
    }

    /// Lets the next thing happen to it.
    pub fn replay(&mut self, happening: &Happening, view: &AutobahnView) {
        match happening {
            Happening::Sent { by, frame } if frame.header.opcode == Opcode::CLOSE => {
                self.close_sent(*by, frame);
            }
            Happening::Violated(violation) => self.violated(violation),
            Happening::Received(frame) if frame.header.opcode == Opcode::CLOSE => {
                self.close_received(frame);
            }
            Happening::Message { .. } if self.text_invalid => {
                // The octets were one violation, the unfinished sequence at the end is another.
                self.text_invalid = false;
                self.violation(1007);
            }
            Happening::Message { .. } if self.failed_by_me => {}
            Happening::Silence(_) if self.state != State::Open => {}
            Happening::RoundTrips(trips) => {
                let good = match view.compare {
                    Compare::Octets => trips.echoed,
                    Compare::Length => trips.alike,
                };
                self.round_trips_complete = Some(good == trips.wanted);
                self.observer.note(happening);
                // Its handler closes after a wrong echo, too.
                if good == trips.wanted || trips.wrong.is_some() {
                    self.finish();
                }
            }
            Happening::CloseTimeout => self.close_timed_out(),
            Happening::TcpLeftOpen { .. } => self.tcp_left_open(),
            Happening::WeDropTcp => self.drop_tcp(),
            _ => {
                if self.observer.note(happening) && self.round_trips_complete.is_none() {
                    let last = self.observer.events().last();
                    self.unasked_pong_first |= matches!(last, Some(Observed::Pong(_)));
                    if self.has_seen_all(view) {
                        self.finish();
                    }
                }
            }
        }
    }

    /// Autobahn's check after each event: every alternative must have been seen.
    fn has_seen_all(&self, view: &AutobahnView) -> bool {
        let seen = self.observer.events();
        match view.compare {
            // Its handler closes after any message.
            Compare::Length => true,
            Compare::Octets => {
                view.outcomes.iter().all(|outcome| outcome::fit(outcome, seen) == Fit::Fully)
            }
        }
    }

    /// Its handler has seen all that it waits for, and closes before it looks at what came in the
    /// same read, a Close or FIN of the peer included.
    pub fn finish(&mut self) {
        self.finished = true;
        if self.state == State::Open {
            self.state = State::Closing;
            self.closed_by_me = true;
            self.local_close_code = Some(1000);
        }
    }

    fn close_sent(&mut self, by: Blame, frame: &FrameRecord) {
        let code = close_code(frame);
        match by {
            Blame::Reply => {
                // Where the peer broke the protocol, its Close went first.
                if !self.failed_by_me {
                    self.local_close_code = code;
                }
                if self.role == Role::Server {
                    self.drop_tcp();
                }
            }
            Blame::ScriptedClose | Blame::Finished | Blame::GaveUp if self.state == State::Open => {
                self.gave_up = match by {
                    Blame::ScriptedClose => false,
                    // Where we see what we want, Autobahn may see something else, and wait.
                    _ => !self.finished,
                };
                self.state = State::Closing;
                self.closed_by_me = true;
                self.close_scripted = by == Blame::ScriptedClose;
                self.failed_by_me |= self.gave_up && self.give_up_fails();
                self.local_close_code = match by {
                    Blame::ScriptedClose => code,
                    _ if !self.gave_up => Some(1000),
                    _ => self.give_up_fails().then_some(1001),
                };
                self.code_on_the_wire = (self.local_close_code != code).then_some(code);
            }
            // Its own Close has been on its way since it finished.
            Blame::Finished | Blame::GaveUp if self.finished && !self.failed_by_me => {
                self.code_on_the_wire = (self.local_close_code != code).then_some(code);
            }
            // A violation has been replayed already; raw frames change nothing.
            _ => {}
        }
    }

    fn violated(&mut self, violation: &Violation) {
        if violation.leaves_the_message_readable() {
            // Autobahn does not notice.
            return;
        }
        match violation {
            Violation::InvalidUtf8(_) => {
                self.text_invalid = true;
                self.violation(1007);
            }
            Violation::IncompleteUtf8 => self.violation(1007),
            // Judged from the Close frame itself, by Autobahn's own list of codes.
            Violation::CloseBodyOfOneOctet
            | Violation::CloseCodeForbidden(_)
            | Violation::CloseCodeUndefined(_)
            | Violation::CloseReasonNotUtf8
            // Autobahn does not notice.
            | Violation::FrameAfterClose(_) => {}
            Violation::InvalidDeflate | Violation::InflatedTooLarge => {
                self.failed_by_me = true;
                self.drop_tcp();
            }
            _ => self.violation(1002),
        }
    }

    /// The peer broke the protocol: Close once, drop TCP the second time.
    fn violation(&mut self, code: u16) {
        match self.state {
            State::Open => {
                self.state = State::Closing;
                self.failed_by_me = true;
                self.closed_by_me = true;
                self.local_close_code = Some(code);
            }
            State::Closing => {
                self.failed_by_me = true;
                self.drop_tcp();
            }
            State::Closed => {}
        }
    }

    fn close_received(&mut self, frame: &FrameRecord) {
        let octets = frame.payload.whole().unwrap_or(&frame.payload.head);
        let code = match close_code(frame) {
            // What echoed our code would have echoed Autobahn's.
            code if self.code_on_the_wire == Some(code) => self.local_close_code,
            code => code,
        };
        let reason = octets.get(2..).unwrap_or_default();
        self.remote_close_code = code;
        self.remote_close_reason =
            code.is_some().then(|| String::from_utf8_lossy(reason).into_owned());
        if octets.len() == 1 || code.is_some_and(|code| !is_known_to_autobahn(code)) {
            self.violation(1002);
        } else if std::str::from_utf8(reason).is_err() {
            // The decoding error escapes and ends TCP before any reply.
            self.violation(1007);
            self.drop_tcp();
        }
        match self.state {
            State::Open => {
                self.was_clean = true;
                self.closed_by_me = false;
                self.state = State::Closing;
                // What it always answers.
                self.local_close_code = Some(1000);
            }
            State::Closing => {
                self.was_clean = true;
                if self.role == Role::Server {
                    self.drop_tcp();
                }
            }
            State::Closed => {}
        }
    }

    /// Whether a kill timer of a second or less has yet to fire.
    const fn kill_is_due(&self) -> bool {
        matches!(self.give_up, GiveUp::FailSoon) && !self.gave_up
    }

    /// Our Close was not answered. A kill timer fires before the timer for the answer, unless the
    /// script's Close had started that one first.
    const fn close_timed_out(&mut self) {
        self.was_clean = false;
        if self.kill_is_due() && !self.close_scripted {
            self.failed_by_me = true;
        } else {
            self.close_handshake_timeout = true;
        }
        self.drop_tcp();
    }

    /// The server did not close TCP. A kill timer fires before the timer for that, and drops TCP
    /// without a word about cleanness; where the peer closed first, a kill timer is the only one.
    const fn tcp_left_open(&mut self) {
        if self.kill_is_due() || !self.closed_by_me && self.give_up_fails() {
            self.failed_by_me = true;
        } else if self.closed_by_me {
            self.was_clean = false;
            self.server_drop_timeout = true;
        }
        self.drop_tcp();
    }

    const fn drop_tcp(&mut self) {
        self.dropped_by_me = true;
        self.state = State::Closed;
    }

    const fn give_up_fails(&self) -> bool {
        matches!(self.give_up, GiveUp::FailSoon | GiveUp::FailLate)
    }
}

fn close_code(frame: &FrameRecord) -> Option<u16> {
    let octets = frame.payload.head.get(..2)?;
    Some(u16::from_be_bytes([octets[0], octets[1]]))
}

/// The codes that autobahn 0.10.9 takes for legal on the wire.
const fn is_known_to_autobahn(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1011 | 3000..=4999)
}
