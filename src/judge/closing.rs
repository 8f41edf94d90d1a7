//! How a connection ended, and what to think of it (RFC 6455 §7).

use crate::{
    case::{CloseExpectation, Closer},
    protocol::{Opcode, Role},
    transcript::{Blame, End, Entry, FrameRecord, Happening, Transcript},
};

use super::{
    Verdict,
    observe::{Eyes, Observer},
    reason::{CloseCause, Ended, OurClose},
};

/// Beyond this the server "MUST close the connection immediately" (RFC 6455 §5.5.1) is broken
/// for certain; before it, the server may just be slow.
const TCP_OPEN_TOO_LONG_US: u64 = 10_000_000;

/// What the transcript says about the end of the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// The code of the peer's first Close: `None` without a Close, `Some(None)` without a code.
    pub peer_close: Option<Option<u16>>,
    /// The peer's Close came before we sent one.
    pub peer_closed_first: bool,
    /// The Close with which we started the closing handshake.
    pub our_close: Option<OurClose>,
    /// Something came from the peer after the opening handshake.
    pub has_reacted: bool,
    /// We ended the connection because the peer broke a rule.
    pub rule_broken: bool,
    /// We gave up waiting for a reaction.
    pub gave_up: bool,
    /// What came after that all the same, and can only be the peer's own reaction.
    pub late: Option<Late>,
    /// Our Close was not answered in time.
    pub close_timeout: bool,
    /// How long the peer left TCP open after the closing handshake, if it did.
    pub tcp_left_open_us: Option<u64>,
    /// The peer ended TCP.
    pub peer_ended_tcp: bool,
    /// It did so with RST.
    pub reset: bool,
}

/// A reaction that came after we had given up waiting for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// How long after we gave up it came, in microseconds.
    pub by_us: u64,
    /// What it was.
    pub what: LateReaction,
}

/// What came late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateReaction {
    /// A Close with a code with which nobody answers ours.
    Close,
    /// A message or a Pong. The Close behind it answers ours, which has this code.
    Event {
        /// The code of our Close.
        our_code: Option<u16>,
    },
}

impl Ending {
    /// Reads it off a transcript.
    #[must_use]
    pub fn of(transcript: &Transcript) -> Self {
        let mut ending = Self {
            peer_ended_tcp: matches!(transcript.end, End::PeerClosed | End::PeerReset),
            reset: transcript.end == End::PeerReset,
            ..Self::default()
        };
        let mut violated = false;
        let mut given_up = GivenUp::new(transcript);
        for Entry { at_us, what } in &transcript.entries {
            given_up.note(*at_us, what);
            match what {
                Happening::Sent { by, frame } if starts_closing(*by, frame) => {
                    let ours = OurClose { code: close_code(frame), cause: cause(*by) };
                    ending.rule_broken |= ours.cause == CloseCause::RuleBroken;
                    ending.our_close.get_or_insert(ours);
                }
                Happening::Received(frame) => {
                    ending.has_reacted |= !ending.gave_up;
                    if frame.header.opcode == Opcode::CLOSE && ending.peer_close.is_none() {
                        ending.peer_close = Some(close_code(frame));
                        let is_late =
                            given_up.late.is_some_and(|late| late.what == LateReaction::Close);
                        ending.peer_closed_first = ending.our_close.is_none() || is_late;
                    }
                }
                Happening::Violated(violation) => {
                    violated |= !violation.leaves_the_message_readable();
                }
                Happening::WeDropTcp if !ending.gave_up && !ending.has_closed() => {
                    ending.rule_broken |= violated;
                }
                Happening::GaveUp => ending.gave_up = true,
                Happening::CloseTimeout => ending.close_timeout = true,
                Happening::TcpLeftOpen { waited_us } => ending.tcp_left_open_us = Some(*waited_us),
                _ => {}
            }
        }
        ending.late = given_up.late;
        ending
    }

    /// Whether the closing handshake is over, or its time.
    const fn has_closed(&self) -> bool {
        self.peer_close.is_some() || self.close_timeout || self.tcp_left_open_us.is_some()
    }

    /// We gave up, and nothing came that shows that the peer was only late.
    fn is_without_reaction(&self) -> bool {
        self.gave_up && self.late.is_none()
    }

    /// Whether a late peer answers our Close, which has the code of one who gave up, with its code.
    fn repeats_our_code(&self, code: u16) -> bool {
        self.late.is_some_and(|late| late.what == LateReaction::Event { our_code: Some(code) })
    }

    /// What the peer had to react to was answered by its own Close, in time or not.
    fn has_own_close(&self) -> bool {
        matches!(
            self,
            Self { gave_up: false, .. }
                | Self { late: Some(Late { what: LateReaction::Close, .. }), .. }
        )
    }
}

/// Looks for a reaction that comes after we gave up.
struct GivenUp {
    observer: Observer,
    /// When, and the code of our Close.
    at_us: Option<u64>,
    our_code: Option<u16>,
    late: Option<Late>,
}

impl GivenUp {
    const fn new(transcript: &Transcript) -> Self {
        let observer = Observer::new(Eyes::ours(transcript.application));
        Self { observer, at_us: None, our_code: None, late: None }
    }

    fn note(&mut self, at_us: u64, what: &Happening) {
        let is_event = self.observer.note(what);
        let Some(gave_up_us) = self.at_us else {
            if *what == Happening::GaveUp {
                self.at_us = Some(at_us);
            }
            return;
        };
        let what = match what {
            Happening::Sent { by: Blame::GaveUp, frame } => {
                self.our_code = close_code(frame);
                return;
            }
            Happening::Message { .. } if is_event => {
                LateReaction::Event { our_code: self.our_code }
            }
            Happening::Received(frame) if frame.header.opcode == Opcode::CLOSE => {
                match close_code(frame) {
                    Some(code) if self.is_no_answer(code) => LateReaction::Close,
                    _ => return,
                }
            }
            Happening::Received(_) if is_event => LateReaction::Event { our_code: self.our_code },
            _ => return,
        };
        self.late.get_or_insert(Late { by_us: at_us - gave_up_us, what });
    }

    /// Whether nobody answers our Close with this code: a peer repeats ours, or sends 1000.
    fn is_no_answer(&self, code: u16) -> bool {
        self.our_code != Some(code) && code != 1000
    }
}

fn starts_closing(by: Blame, frame: &FrameRecord) -> bool {
    frame.header.opcode == Opcode::CLOSE && !matches!(by, Blame::Reply | Blame::Script)
}

const fn cause(by: Blame) -> CloseCause {
    match by {
        Blame::Violation => CloseCause::RuleBroken,
        Blame::GaveUp => CloseCause::GaveUp,
        _ => CloseCause::Case,
    }
}

fn close_code(frame: &FrameRecord) -> Option<u16> {
    let octets = frame.payload.head.get(..2)?;
    Some(u16::from_be_bytes([octets[0], octets[1]]))
}

/// The verdict on the closing, and how the connection ended.
#[must_use]
pub fn judge(expected: &CloseExpectation, ending: &Ending, testee: Role) -> (Verdict, Ended) {
    let (verdict, ended) = match graded(expected, ending) {
        Some(graded) => graded,
        None => match expected.by {
            Closer::Peer => by_peer(expected, ending),
            Closer::Us => by_us(expected, ending),
            Closer::Either => either(expected, ending),
        },
    };
    match ending.tcp_left_open_us {
        Some(waited_us) if testee == Role::Server && verdict < Verdict::Fail => {
            let is_too_long = waited_us >= TCP_OPEN_TOO_LONG_US;
            let late = if is_too_long { Verdict::Fail } else { Verdict::NonStrict };
            if late > verdict { (late, Ended::LeftOpen { waited_us }) } else { (verdict, ended) }
        }
        _ => (verdict, ended),
    }
}

/// The verdict on a Close that the case has a verdict of its own for.
fn graded(expected: &CloseExpectation, ending: &Ending) -> Option<(Verdict, Ended)> {
    let code = ending.peer_close.filter(|_| ending.has_own_close())?;
    let first = ending.peer_closed_first;
    let grade = expected.grades.iter().find(|grade| grade.fits(code, first))?;
    Some((grade.verdict.into(), closed(code, ending)))
}

/// The peer had to fail the connection (RFC 6455 §7.1.7).
fn by_peer(expected: &CloseExpectation, ending: &Ending) -> (Verdict, Ended) {
    match ending.peer_close {
        Some(code) if ending.has_own_close() => closed_with(expected, code, ending),
        _ if ending.gave_up => (Verdict::Fail, Ended::KeptOpen),
        _ if ending.peer_ended_tcp => dropped(expected, ending),
        _ => (Verdict::Fail, Ended::WeEnded { rule_broken: ending.rule_broken }),
    }
}

/// We closed, the peer had to answer (RFC 6455 §5.5.1).
fn by_us(expected: &CloseExpectation, ending: &Ending) -> (Verdict, Ended) {
    match ending.peer_close {
        Some(code) if ending.peer_closed_first => (Verdict::NonStrict, closed(code, ending)),
        _ if ending.is_without_reaction() && ending.has_reacted => {
            (Verdict::Fail, Ended::NothingMore)
        }
        _ if ending.is_without_reaction() => (Verdict::Fail, Ended::NothingCame),
        Some(Some(code)) if ending.repeats_our_code(code) => {
            (Verdict::Pass, closed(Some(code), ending))
        }
        Some(code) => closed_with(expected, code, ending),
        None if ending.close_timeout => (Verdict::Fail, Ended::Unanswered),
        None => dropped(expected, ending),
    }
}

fn either(expected: &CloseExpectation, ending: &Ending) -> (Verdict, Ended) {
    if ending.peer_close.is_some() && ending.peer_closed_first {
        by_peer(expected, ending)
    } else {
        by_us(expected, ending)
    }
}

fn closed_with(
    expected: &CloseExpectation,
    code: Option<u16>,
    ending: &Ending,
) -> (Verdict, Ended) {
    let is_right = code.is_none_or(|code| expected.codes.contains(&code));
    let verdict = if is_right { Verdict::Pass } else { expected.wrong_code.into() };
    (verdict, closed(code, ending))
}

/// How a connection ended on which the peer sent a Close with this code.
const fn closed(code: Option<u16>, ending: &Ending) -> Ended {
    match ending.our_close {
        Some(ours) if !ending.peer_closed_first => Ended::Answered { code, ours },
        _ => Ended::Closed { code },
    }
}

fn dropped(expected: &CloseExpectation, ending: &Ending) -> (Verdict, Ended) {
    let ended = match ending.peer_ended_tcp {
        true => Ended::Dropped { reset: ending.reset },
        false => Ended::WeEnded { rule_broken: ending.rule_broken },
    };
    (expected.dropped.into(), ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{CloseGrade, OutcomeVerdict},
        protocol::FrameHeader,
        transcript::{MessageKind, PayloadRecord},
    };

    fn expected() -> CloseExpectation {
        let grade = |verdict, codes, no_code, by| CloseGrade {
            verdict,
            codes,
            no_code,
            by,
            breaks: vec![],
        };
        CloseExpectation {
            by: Closer::Us,
            grades: vec![
                grade(OutcomeVerdict::Fail, vec![1000..=1000], false, Closer::Peer),
                grade(
                    OutcomeVerdict::Informational,
                    vec![1007..=1007, 3000..=4999],
                    true,
                    Closer::Either,
                ),
            ],
            codes: vec![1000],
            ..CloseExpectation::NONE
        }
    }

    fn verdict(peer_close: Option<Option<u16>>, peer_closed_first: bool) -> Verdict {
        let ending =
            Ending { peer_close, peer_closed_first, peer_ended_tcp: true, ..Ending::default() };
        judge(&expected(), &ending, Role::Client).0
    }

    #[test]
    fn grades_come_before_all_else() {
        assert_eq!(verdict(Some(Some(1000)), false), Verdict::Pass);
        assert_eq!(verdict(Some(Some(1000)), true), Verdict::Fail);
        for code in [Some(1007), Some(3000), Some(4999), None] {
            assert_eq!(verdict(Some(code), false), Verdict::Informational);
            assert_eq!(verdict(Some(code), true), Verdict::Informational);
        }
        assert_eq!(verdict(Some(Some(2999)), false), Verdict::NonStrict);
        assert_eq!(verdict(None, false), Verdict::NonStrict, "TCP closed");
    }

    #[test]
    fn who_had_to_be_closed_is_not_graded() {
        let ending = Ending { peer_close: Some(Some(1007)), gave_up: true, ..Ending::default() };
        assert_eq!(judge(&expected(), &ending, Role::Client).0, Verdict::Fail);
    }

    /// A transcript of these happenings, one each 10 ms.
    fn transcript(happenings: Vec<Happening>) -> Transcript {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        let entry = |(number, what)| Entry { at_us: number as u64 * 10_000, what };
        transcript.entries = happenings.into_iter().enumerate().map(entry).collect();
        transcript
    }

    fn close(code: u16) -> FrameRecord {
        let payload = PayloadRecord::of(&code.to_be_bytes());
        FrameRecord { header: FrameHeader::new(Opcode::CLOSE, 2), payload }
    }

    fn after_giving_up(then: Vec<Happening>) -> Ending {
        let ours = Happening::Sent { by: Blame::GaveUp, frame: close(1001) };
        Ending::of(&transcript([vec![Happening::GaveUp, ours], then].concat()))
    }

    fn message() -> Happening {
        Happening::Message { kind: MessageKind::Text, payload: PayloadRecord::of(b"late") }
    }

    #[test]
    fn a_close_that_is_no_answer_to_ours_counts_however_late() {
        let by_peer =
            CloseExpectation { by: Closer::Peer, codes: vec![1002], ..CloseExpectation::NONE };
        let ending = after_giving_up(vec![Happening::Received(close(1002))]);
        let judged = judge(&by_peer, &ending, Role::Server);
        assert_eq!(judged, (Verdict::Pass, Ended::Closed { code: Some(1002) }));
        assert_eq!(ending.late.map(|late| late.by_us), Some(20_000));
        for answer in [1000, 1001] {
            let ending = after_giving_up(vec![Happening::Received(close(answer))]);
            assert_eq!(judge(&by_peer, &ending, Role::Server).0, Verdict::Fail, "{answer}");
        }
    }

    #[test]
    fn a_late_event_was_a_reaction_and_the_close_behind_it_answers_ours() {
        let by_us =
            CloseExpectation { by: Closer::Us, codes: vec![1000], ..CloseExpectation::NONE };
        let ending = after_giving_up(vec![message(), Happening::Received(close(1001))]);
        assert_eq!(judge(&by_us, &ending, Role::Server).0, Verdict::Pass);
        let by_peer = CloseExpectation { by: Closer::Peer, ..by_us.clone() };
        assert_eq!(judge(&by_peer, &ending, Role::Server).0, Verdict::Fail);
        let ending = after_giving_up(vec![Happening::Received(close(1001))]);
        assert_eq!(judge(&by_us, &ending, Role::Server).0, Verdict::Fail);
    }
}
