//! The state of Autobahn's connection object, as a case's file shows it.

use crate::{
    judge::Ending,
    protocol::Opcode,
    report::CaseReport,
    transcript::{Blame, HandshakeOutcome, Happening},
};

/// What Autobahn's connection object knows when TCP is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flags {
    /// Our Close went first.
    pub closed_by_me: bool,
    /// We failed the connection.
    pub failed_by_me: bool,
    /// We closed TCP.
    pub dropped_by_me: bool,
    /// The closing handshake was complete.
    pub was_clean: bool,
    /// Our Close was not answered in time.
    pub close_handshake_timeout: bool,
    /// The server did not close TCP in time.
    pub server_drop_timeout: bool,
    /// The opening handshake did not end in time.
    pub open_handshake_timeout: bool,
    /// The code of our Close.
    pub local_close_code: Option<u16>,
    /// Its reason.
    pub local_close_reason: Option<String>,
    /// The code of the testee's Close.
    pub remote_close_code: Option<u16>,
    /// Its reason.
    pub remote_close_reason: Option<String>,
}

impl Flags {
    /// Autobahn's own where it has the case, else read off the transcript.
    pub fn of(case: &CaseReport) -> Self {
        let seen = Self::seen(case);
        match &case.autobahn {
            None => seen,
            Some(autobahn) => Self {
                closed_by_me: autobahn.closed_by_me,
                failed_by_me: autobahn.failed_by_me,
                dropped_by_me: autobahn.dropped_by_me,
                was_clean: autobahn.was_clean,
                close_handshake_timeout: autobahn.close_handshake_timeout,
                server_drop_timeout: autobahn.server_drop_timeout,
                open_handshake_timeout: autobahn.open_handshake_timeout,
                local_close_code: autobahn.local_close_code,
                local_close_reason: seen.local_close_reason,
                remote_close_code: autobahn.remote_close_code,
                remote_close_reason: autobahn.remote_close_reason.clone().and_then(not_empty),
            },
        }
    }

    fn seen(case: &CaseReport) -> Self {
        let transcript = &case.transcript;
        let ending = Ending::of(transcript);
        let (mut ours, mut theirs) = (None, None);
        let mut flags = Self {
            closed_by_me: false,
            failed_by_me: false,
            dropped_by_me: false,
            was_clean: false,
            close_handshake_timeout: ending.close_timeout,
            server_drop_timeout: ending.tcp_left_open_us.is_some(),
            open_handshake_timeout: transcript.handshake.outcome == HandshakeOutcome::Incomplete,
            local_close_code: None,
            local_close_reason: None,
            remote_close_code: None,
            remote_close_reason: None,
        };
        for happening in transcript.happenings() {
            match happening {
                Happening::Sent { by, frame } if frame.header.opcode == Opcode::CLOSE => {
                    if *by != Blame::Script && ours.is_none() {
                        ours = Some(close_body(&frame.payload.head));
                        flags.closed_by_me = *by != Blame::Reply;
                    }
                    flags.failed_by_me |= matches!(by, Blame::GaveUp | Blame::Violation);
                }
                Happening::Received(frame) if frame.header.opcode == Opcode::CLOSE => {
                    theirs.get_or_insert_with(|| close_body(&frame.payload.head));
                }
                Happening::WeDropTcp => flags.dropped_by_me = true,
                _ => {}
            }
        }
        flags.was_clean = ours.is_some() && theirs.is_some() && !flags.server_drop_timeout;
        (flags.local_close_code, flags.local_close_reason) = ours.unwrap_or_default();
        (flags.remote_close_code, flags.remote_close_reason) = theirs.unwrap_or_default();
        flags
    }

    /// Why the closing was not clean; `None` if it was.
    pub fn unclean_because(&self) -> Option<&'static str> {
        if self.was_clean {
            None
        } else if self.open_handshake_timeout {
            Some("the opening handshake was not completed")
        } else if self.close_handshake_timeout {
            Some("the Close was not answered in time")
        } else if self.server_drop_timeout {
            Some("the server did not close TCP in time")
        } else if self.dropped_by_me {
            Some("wspec closed TCP before the closing handshake was complete")
        } else {
            Some("the testee closed TCP before the closing handshake was complete")
        }
    }
}

/// Autobahn says null of a reason that is empty.
fn not_empty(reason: String) -> Option<String> {
    Some(reason).filter(|reason| !reason.is_empty())
}

/// Code and reason of a Close.
fn close_body(body: &[u8]) -> (Option<u16>, Option<String>) {
    match body {
        [high, low, reason @ ..] => (
            Some(u16::from_be_bytes([*high, *low])),
            not_empty(String::from_utf8_lossy(reason).into_owned()),
        ),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn what_the_transcript_shows_is_what_autobahn_would_know() {
        for case in [example::passed(), example::wrong_echo()] {
            let autobahns = Flags::of(&case);
            assert_eq!(Flags::seen(&case), autobahns, "{}", case.id);
        }
    }
}
