//! From the state of Autobahn's connection object to its two words.

use crate::{
    case::{AutobahnView, Case, Closer, Compare, Event, OutcomeVerdict, Step},
    judge::{AutobahnVerdict, Behavior, observe::Observed, outcome},
    protocol::{Opcode, Role, handshake::HandshakeViolation},
    transcript::{
        Blame, End, HandshakeOutcome, HandshakeRecord, Happening, MessageKind, Transcript,
    },
};

use super::connection::{Connection, State};

/// Autobahn's verdict; `None` for a case that Autobahn lacks, a connection that never was, or a
/// testee that is no echo server, of which it knows nothing.
#[must_use]
pub fn judge(case: &Case, transcript: &Transcript) -> Option<AutobahnVerdict> {
    let view = case.autobahn.as_ref()?;
    if !transcript.application.is_echo() {
        return None;
    }
    if !is_open_to_it(&transcript.handshake) {
        let timeout = matches!(transcript.handshake.outcome, HandshakeOutcome::Incomplete);
        let mut connection = Connection::new(transcript.role, case);
        connection.dropped_by_me = transcript.end == End::WeClosed;
        let word = if case.informational { Behavior::Informational } else { Behavior::Failed };
        return Some(connection.with(word, word, timeout));
    }
    let mut connection = Connection::new(transcript.role, case);
    // Without the extension that the case is about, it closes at once.
    connection.finished = lacks_deflate(case, transcript);
    for happening in as_decided(transcript) {
        connection.replay(happening, view);
        if connection.state == State::Closed {
            break;
        }
    }
    Some(connection.verdict(case, view, transcript))
}

/// Whether its library would have taken the connection for open, too: it wants extensions in one
/// field, which an erratum (3433) no longer demands of a response.
fn is_open_to_it(handshake: &HandshakeRecord) -> bool {
    handshake.opened()
        && !handshake.violations.contains(&HandshakeViolation::ExtensionsFieldDoubled)
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
        // (What Autobahn cannot notice does not end its choice.)
        Happening::Violated(violation) => !violation.leaves_the_message_readable(),
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

const fn lacks_deflate(case: &Case, transcript: &Transcript) -> bool {
    case.deflate.is_some() && transcript.handshake.deflate().is_none()
}

impl Connection {
    fn verdict(self, case: &Case, view: &AutobahnView, transcript: &Transcript) -> AutobahnVerdict {
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
        if lacks_deflate(case, transcript) {
            return Behavior::Unimplemented;
        }
        if case.steps.iter().any(|step| matches!(step, Step::RoundTrips(_))) {
            let behaved = self.round_trips_complete == Some(true) && !self.unasked_pong_first;
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
            view.outcomes.iter().flat_map(|outcome| outcome.saw.iter().flatten()).find_map(
                |expected| match &expected.event {
                    Event::Message(kind, payload) => Some((*kind, payload.len())),
                    _ => None,
                },
            );
        let came = self.observer.events().iter().any(|event| match event {
            Observed::Message { kind, payload } => Some((*kind, payload.length)) == wanted,
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
