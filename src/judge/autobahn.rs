//! What Autobahn|Testsuite would have said: its own algorithm, run over a transcript.
//!
//! Autobahn judges by the state of its own connection object, so this replays the transcript on a
//! model of that object: who closed first, who failed whom, who dropped TCP. Where our driver
//! behaves better than Autobahn's would (it has a timer where Autobahn hangs, it accepts close
//! codes registered since 2011), the model does what Autobahn would have done.

use crate::{
    case::{AutobahnView, Case, Closer, Compare, Event, GiveUp, OutcomeVerdict, Step},
    protocol::{Opcode, Role, Violation},
    transcript::{Blame, End, FrameRecord, Happening, HandshakeOutcome, MessageKind, Transcript},
};

use super::{
    AutobahnVerdict, Behavior,
    observe::{Eyes, Observed, Observer},
    outcome::{self, Fit},
};

/// Autobahn's verdict; `None` for a case that Autobahn lacks, or a connection that never was.
#[must_use]
pub fn judge(case: &Case, transcript: &Transcript) -> Option<AutobahnVerdict> {
    let view = case.autobahn.as_ref()?;
    if !transcript.handshake.opened() {
        let timeout = matches!(transcript.handshake.outcome, HandshakeOutcome::Incomplete);
        let mut connection = Connection::new(transcript.role, case);
        connection.dropped_by_me = transcript.end == End::WeClosed;
        let word = if case.informational { Behavior::Informational } else { Behavior::Failed };
        return Some(connection.with(word, word, timeout));
    }
    let mut connection = Connection::new(transcript.role, case);
    for happening in as_decided(transcript) {
        connection.replay(happening, view);
        if connection.state == State::Closed {
            break;
        }
    }
    Some(connection.verdict(case, view, transcript))
}

/// The happenings with our Close where we decided on it: there Autobahn counts it as sent, while
/// the transcript has it where it was written. What ends our choice (the peer's Close, a violation)
/// was then read after the decision.
fn as_decided(transcript: &Transcript) -> Vec<&Happening> {
    let mut happenings: Vec<&Happening> = transcript.happenings().collect();
    let first = |is: fn(&Happening) -> bool| happenings.iter().position(|happening| is(happening));
    let ours = first(|happening| {
        matches!(happening, Happening::Sent {
            by: Blame::ScriptedClose | Blame::Finished | Blame::GaveUp,
            frame,
        } if frame.header.opcode == Opcode::CLOSE)
    });
    let too_late = first(|happening| match happening {
        Happening::Violated(_) => true,
        Happening::Received(frame) => frame.header.opcode == Opcode::CLOSE,
        _ => false,
    });
    if let (Some(ours), Some(too_late)) = (ours, too_late)
        && too_late < ours
    {
        happenings[too_late..=ours].rotate_right(1);
    }
    happenings
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Closing,
    Closed,
}

/// The flags of Autobahn's protocol object.
#[derive(Debug)]
struct Connection {
    role: Role,
    give_up: GiveUp,
    state: State,
    observer: Observer,
    /// An invalid text message counts a second time at its end.
    text_invalid: bool,
    closed_by_me: bool,
    failed_by_me: bool,
    dropped_by_me: bool,
    was_clean: bool,
    close_handshake_timeout: bool,
    server_drop_timeout: bool,
    local_close_code: Option<u16>,
    /// The code that we sent, where Autobahn would have sent another.
    code_on_the_wire: Option<Option<u16>>,
    remote_close_code: Option<u16>,
    remote_close_reason: Option<String>,
    /// Autobahn has seen all that it waits for.
    finished: bool,
    gave_up: bool,
    close_scripted: bool,
    round_trips: Option<RoundTripsSeen>,
    unasked_pong_first: bool,
}

#[derive(Clone, Copy, Debug)]
struct RoundTripsSeen {
    complete: bool,
}

impl Connection {
    const fn new(role: Role, case: &Case) -> Self {
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
            round_trips: None,
            unasked_pong_first: false,
        }
    }

    fn replay(&mut self, happening: &Happening, view: &AutobahnView) {
        match happening {
            Happening::Sent { by, frame } if frame.header.opcode == Opcode::CLOSE => {
                self.close_sent(*by, frame, view);
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
                self.round_trips = Some(RoundTripsSeen { complete: trips.echoed == trips.wanted });
                self.observer.note(happening);
                // Its handler closes after a wrong echo, too.
                self.finished = trips.echoed == trips.wanted || trips.wrong.is_some();
            }
            Happening::CloseTimeout => self.close_timed_out(),
            Happening::TcpLeftOpen { .. } => self.tcp_left_open(),
            Happening::WeDropTcp => self.drop_tcp(),
            _ => {
                if self.observer.note(happening) && self.round_trips.is_none() {
                    let last = self.observer.events().last();
                    self.unasked_pong_first |= matches!(last, Some(Observed::Pong(_)));
                    self.finished |= self.has_seen_all(view);
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
                view.outcomes.iter().all(|outcome| outcome::fit(&outcome.saw, seen) == Fit::Fully)
            }
        }
    }

    fn close_sent(&mut self, by: Blame, frame: &FrameRecord, view: &AutobahnView) {
        let code = close_code(frame);
        match by {
            Blame::Reply => {
                self.local_close_code = code;
                if self.role == Role::Server {
                    self.drop_tcp();
                }
            }
            Blame::ScriptedClose | Blame::Finished | Blame::GaveUp if self.state == State::Open => {
                self.gave_up = match by {
                    Blame::ScriptedClose => false,
                    // Where we see what we want, Autobahn may see something else, and wait.
                    _ => !self.finished && !view.outcomes.is_empty(),
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
            // A violation has been replayed already; raw frames change nothing.
            _ => {}
        }
    }

    fn violated(&mut self, violation: &Violation) {
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

    fn verdict(
        self,
        case: &Case,
        view: &AutobahnView,
        transcript: &Transcript,
    ) -> AutobahnVerdict {
        let mut behavior = self.behavior(case, view, transcript);
        let wrong_side = self.closed_by_me != (view.close.by == Closer::Us);
        let behavior_close = if wrong_side {
            Behavior::Failed
        } else if view.close.clean && !self.was_clean {
            Behavior::Unclean
        } else if self.remote_close_code.is_some_and(|code| !view.close.codes.contains(&code)) {
            Behavior::WrongCode
        } else if self.role == Role::Client && self.dropped_by_me {
            Behavior::FailedByClient
        } else {
            Behavior::Ok
        };
        if (wrong_side && view.close.wrong_side_fails)
            || (behavior_close == Behavior::WrongCode && view.close.wrong_code_fails)
        {
            behavior = Behavior::Failed;
        }
        if case.informational {
            return self.with(Behavior::Informational, Behavior::Informational, false);
        }
        self.with(behavior, behavior_close, false)
    }

    fn behavior(&self, case: &Case, view: &AutobahnView, transcript: &Transcript) -> Behavior {
        if case.deflate.is_some() && transcript.handshake.deflate().is_none() {
            return Behavior::Unimplemented;
        }
        if case.steps.iter().any(|step| matches!(step, Step::RoundTrips(_))) {
            let complete = self.round_trips.is_some_and(|trips| trips.complete);
            let behaved = complete && !self.unasked_pong_first;
            return if behaved { Behavior::Ok } else { Behavior::Failed };
        }
        if view.compare == Compare::Length {
            return self.echo_of_right_length(view);
        }
        match outcome::first_match(&view.outcomes, self.observer.events()) {
            Some(outcome) => match outcome.verdict {
                OutcomeVerdict::Pass => Behavior::Ok,
                OutcomeVerdict::NonStrict => Behavior::NonStrict,
                OutcomeVerdict::Informational => Behavior::Informational,
                OutcomeVerdict::Fail => Behavior::Failed,
            },
            None => Behavior::Failed,
        }
    }

    /// Any message of the right kind and length will do, unless a Pong closed the connection
    /// before it came.
    fn echo_of_right_length(&self, view: &AutobahnView) -> Behavior {
        let wanted: Option<(MessageKind, u64)> =
            view.outcomes.iter().flat_map(|outcome| &outcome.saw).find_map(|expected| {
                match &expected.event {
                    Event::Message(kind, payload) => Some((*kind, payload.len())),
                    _ => None,
                }
            });
        let came = self.observer.events().iter().any(|event| match event {
            Observed::Message(kind, payload) => Some((*kind, payload.length)) == wanted,
            _ => false,
        });
        if came { Behavior::Ok } else { Behavior::Failed }
    }

    fn with(
        self,
        behavior: Behavior,
        behavior_close: Behavior,
        open_handshake_timeout: bool,
    ) -> AutobahnVerdict {
        AutobahnVerdict {
            behavior,
            behavior_close,
            closed_by_me: self.closed_by_me,
            failed_by_me: self.failed_by_me,
            dropped_by_me: self.dropped_by_me,
            was_clean: self.was_clean,
            close_handshake_timeout: self.close_handshake_timeout,
            server_drop_timeout: self.server_drop_timeout,
            open_handshake_timeout,
            local_close_code: self.local_close_code,
            remote_close_code: self.remote_close_code,
            remote_close_reason: self.remote_close_reason,
        }
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
