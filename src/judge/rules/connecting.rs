//! Connections of one client that are being opened at the same time.
//!
//! While a connection is CONNECTING a client opens no further one to the same address
//! (RFC 6455 §4.1 step 2). That shows only where our response has no end, as some cases have it:
//! in all others it comes at once. Hardly any client but browsers keeps to it, and one that is
//! driven from several threads may be several clients, so it is only told.

use std::ops::Range;

use crate::{
    case::RequirementId,
    protocol::Role,
    transcript::{HandshakeOutcome, Transcript},
};

use super::{BrokenRule, Rule, Verdict};

/// A connection was begun while another one was still being opened.
pub(super) const TWO_AT_ONCE: Rule = Rule {
    name: "connecting-twice-at-once",
    requirements: &["rfc6455-4.1-5"],
    testee: Some(Role::Client),
};

/// Connections that are remembered; later ones are only compared with them.
const REMEMBERED: usize = 100_000;

/// When the connections of a client began, and while which of them it had no response.
#[derive(Clone, Debug, Default)]
pub(super) struct Connecting {
    /// In milliseconds since 1970.
    begun: Vec<u64>,
    /// From the beginning to the end of those that never got a whole response, likewise.
    unanswered: Vec<Range<u64>>,
}

impl Connecting {
    /// Takes the next connection, in any order; says whether it and another one were being opened
    /// at once.
    pub(super) fn note(&mut self, transcript: &Transcript) -> Option<BrokenRule> {
        let begun = transcript.started_unix_ms;
        let mut at_once = self.unanswered.iter().any(|connecting| is_within(begun, connecting));
        if is_unanswered(transcript) {
            let connecting = begun..begun + transcript.duration_us / 1000;
            at_once |= self.begun.iter().any(|other| is_within(*other, &connecting));
            if self.unanswered.len() < REMEMBERED {
                self.unanswered.push(connecting);
            }
        }
        if self.begun.len() < REMEMBERED {
            self.begun.push(begun);
        }
        at_once.then(|| BrokenRule {
            rule: TWO_AT_ONCE.name.to_owned(),
            requirement: RequirementId(TWO_AT_ONCE.requirements[0].to_owned()),
            verdict: Verdict::Informational,
            message: "a connection was begun while another one had no response yet".to_owned(),
            violation: None,
            frame: None,
        })
    }
}

/// What began in the same millisecond as it began or ended may have been before or behind it.
fn is_within(time: u64, span: &Range<u64>) -> bool {
    time > span.start && time < span.end
}

/// Whether the client never got our whole response, because the case wants it so.
fn is_unanswered(transcript: &Transcript) -> bool {
    let handshake = &transcript.handshake;
    matches!(handshake.outcome, HandshakeOutcome::Spoiled { .. })
        && !["\r\n\r\n", "\n\n"].iter().any(|end| handshake.response.contains(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(begun: u64, milliseconds: u64, response: &str) -> Transcript {
        let mut transcript = Transcript::never_connected(Role::Server, begun);
        transcript.duration_us = milliseconds * 1000;
        transcript.handshake.outcome = HandshakeOutcome::Spoiled { deflate: None };
        response.clone_into(&mut transcript.handshake.response);
        transcript
    }

    fn endless(begun: u64, milliseconds: u64) -> Transcript {
        connection(begun, milliseconds, "HTTP/1.1 101 Switching Protocols\r\n")
    }

    fn whole(begun: u64, milliseconds: u64) -> Transcript {
        connection(begun, milliseconds, "HTTP/1.1 400 Bad Request\r\n\r\n")
    }

    #[track_caller]
    fn found(connections: &[Transcript]) -> Vec<bool> {
        let mut connecting = Connecting::default();
        let connections = connections.iter();
        connections.map(|connection| connecting.note(connection).is_some()).collect()
    }

    #[test]
    fn one_after_the_other_is_as_it_should_be() {
        assert_eq!(found(&[endless(0, 50), whole(50, 10), endless(60, 5)]), [false; 3]);
    }

    #[test]
    fn two_at_once_are_found_in_either_order() {
        assert_eq!(found(&[endless(0, 50), whole(20, 50)]), [false, true]);
        assert_eq!(found(&[whole(20, 10), endless(0, 50)]), [false, true]);
    }

    #[test]
    fn who_has_a_response_is_not_being_opened() {
        assert_eq!(found(&[whole(0, 50), whole(20, 50)]), [false, false]);
    }
}
