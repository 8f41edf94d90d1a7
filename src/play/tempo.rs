//! How slow a testee is: the slowest of its answers so far.

use std::time::Duration;

use crate::{
    case::{Case, GiveUp},
    transcript::{Happening, Transcript},
};

use super::Patience;

/// The slowest answer of a testee so far: to an opening handshake, a message, a Ping or a Close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tempo {
    slowest: Duration,
}

impl Tempo {
    /// Takes what came of a case. What makes much work says nothing about the others.
    pub fn note(&mut self, case: &Case, transcript: &Transcript) {
        if matches!(case.give_up, GiveUp::FailSoon | GiveUp::CloseSoon) {
            self.slowest = self.slowest.max(slowest_answer(transcript));
        }
    }

    /// The waiting times for its next case.
    #[must_use]
    pub fn applied_to(self, patience: Patience) -> Patience {
        patience.for_slowest(self.slowest)
    }
}

/// The longest time from something that we sent to the next thing that came.
fn slowest_answer(transcript: &Transcript) -> Duration {
    let mut slowest = 0;
    // The first thing is sent when the connection opens.
    let mut asked = Some(0);
    for entry in &transcript.entries {
        match &entry.what {
            Happening::Sent { .. } if asked == Some(0) => {
                slowest = slowest.max(entry.at_us);
                asked = Some(entry.at_us);
            }
            Happening::Sent { .. } => asked = Some(entry.at_us),
            Happening::Received(_) => {
                let waited = asked.take().map_or(0, |asked| entry.at_us.saturating_sub(asked));
                slowest = slowest.max(waited);
            }
            // What follows is an answer to nothing that we sent.
            Happening::Silence(_) => asked = None,
            _ => {}
        }
    }
    Duration::from_micros(slowest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{FrameHeader, Opcode, Role},
        transcript::{Blame, Entry, FrameRecord, PayloadRecord},
    };

    fn frame() -> FrameRecord {
        FrameRecord { header: FrameHeader::new(Opcode::PING, 0), payload: PayloadRecord::of(b"") }
    }

    fn sent() -> Happening {
        Happening::Sent { by: Blame::Script, frame: frame() }
    }

    fn slowest(happenings: Vec<(u64, Happening)>) -> Duration {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        let entry = |(ms, what)| Entry { at_us: ms * 1000, what };
        transcript.entries = happenings.into_iter().map(entry).collect();
        slowest_answer(&transcript)
    }

    #[test]
    fn an_answer_is_what_comes_after_something_was_sent() {
        let received = || Happening::Received(frame());
        assert_eq!(slowest(Vec::new()), Duration::ZERO);
        let opening = slowest(vec![(300, sent()), (310, received())]);
        assert_eq!(opening, Duration::from_millis(300));
        let answers = vec![(1, sent()), (21, received()), (90, received()), (95, sent())];
        assert_eq!(slowest(answers), Duration::from_millis(20));
        let silence = Happening::Silence("a pause".to_owned());
        let quiet = vec![(1, sent()), (900, silence), (950, received())];
        assert_eq!(slowest(quiet), Duration::from_millis(1));
    }

    #[test]
    fn patience_grows_with_the_slowest_answer_within_bounds() {
        let usual = Patience::default();
        let after = |ms| usual.for_slowest(Duration::from_millis(ms));
        assert_eq!(after(20), usual);
        assert_eq!(after(500).reaction, Duration::from_secs(2));
        assert_eq!(after(500).pause, Duration::from_secs(1));
        assert_eq!(after(60_000).reaction, Duration::from_secs(10));
        assert_eq!(after(60_000).handshake, Duration::from_secs(30));
    }
}
