//! How a connection ended, and what to think of it (RFC 6455 §7).

use crate::{
    case::{CloseExpectation, Closer},
    protocol::{Opcode, Role},
    transcript::{Blame, End, FrameRecord, Happening, Transcript},
};

use super::Verdict;

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
    /// We gave up waiting for a reaction.
    pub gave_up: bool,
    /// Our Close was not answered in time.
    pub close_timeout: bool,
    /// How long the peer left TCP open after the closing handshake, if it did.
    pub tcp_left_open_us: Option<u64>,
    /// The peer ended TCP.
    pub peer_ended_tcp: bool,
    /// It did so with RST.
    pub reset: bool,
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
        let mut we_closed = false;
        for happening in transcript.happenings() {
            match happening {
                Happening::Sent { by, frame } if starts_closing(*by, frame) => we_closed = true,
                Happening::Received(frame)
                    if frame.header.opcode == Opcode::CLOSE && ending.peer_close.is_none() =>
                {
                    ending.peer_close = Some(close_code(frame));
                    ending.peer_closed_first = !we_closed;
                }
                Happening::GaveUp => ending.gave_up = true,
                Happening::CloseTimeout => ending.close_timeout = true,
                Happening::TcpLeftOpen { waited_us } => ending.tcp_left_open_us = Some(*waited_us),
                _ => {}
            }
        }
        ending
    }
}

fn starts_closing(by: Blame, frame: &FrameRecord) -> bool {
    frame.header.opcode == Opcode::CLOSE && !matches!(by, Blame::Reply | Blame::Script)
}

fn close_code(frame: &FrameRecord) -> Option<u16> {
    let octets = frame.payload.head.get(..2)?;
    Some(u16::from_be_bytes([octets[0], octets[1]]))
}

/// The verdict on the closing, with what came in a clause.
#[must_use]
pub fn judge(expected: &CloseExpectation, ending: &Ending, testee: Role) -> (Verdict, String) {
    let (verdict, clause) = match graded(expected, ending) {
        Some(graded) => graded,
        None => match expected.by {
            Closer::Peer => by_peer(expected, ending),
            Closer::Us => by_us(expected, ending),
            Closer::Either => either(expected, ending),
        },
    };
    match ending.tcp_left_open_us {
        Some(waited) if testee == Role::Server && verdict < Verdict::Fail => {
            let late =
                if waited >= TCP_OPEN_TOO_LONG_US { Verdict::Fail } else { Verdict::NonStrict };
            let seconds = waited as f64 / 1e6;
            let open = format!("it left TCP open for {seconds:.1} s after the closing handshake");
            if late > verdict { (late, open) } else { (verdict, clause) }
        }
        _ => (verdict, clause),
    }
}

/// The verdict on a Close that the case has a verdict of its own for.
fn graded(expected: &CloseExpectation, ending: &Ending) -> Option<(Verdict, String)> {
    let code = ending.peer_close.filter(|_| !ending.gave_up)?;
    let first = ending.peer_closed_first;
    let grade = expected.grades.iter().find(|grade| grade.fits(code, first))?;
    let code = code.map_or("no code".to_owned(), |code| format!("code {code}"));
    let clause = if first {
        format!("it started the closing handshake itself, with {code}")
    } else {
        format!("it closed with {code}")
    };
    Some((grade.verdict.into(), clause))
}

/// The peer had to fail the connection (RFC 6455 §7.1.7).
fn by_peer(expected: &CloseExpectation, ending: &Ending) -> (Verdict, String) {
    match ending.peer_close {
        Some(code) if !ending.gave_up => closed_with(expected, code),
        _ if ending.gave_up => (Verdict::Fail, "it kept the connection open".to_owned()),
        _ if ending.peer_ended_tcp => dropped(expected, ending),
        _ => (Verdict::Fail, "it did not close the connection".to_owned()),
    }
}

/// We closed, the peer had to answer (RFC 6455 §5.5.1).
fn by_us(expected: &CloseExpectation, ending: &Ending) -> (Verdict, String) {
    match ending.peer_close {
        Some(code) if ending.peer_closed_first => {
            let code = code.map_or("no code".to_owned(), |code| format!("code {code}"));
            (Verdict::NonStrict, format!("it started the closing handshake itself, with {code}"))
        }
        _ if ending.gave_up => (Verdict::Fail, "it did not react in time".to_owned()),
        Some(code) => closed_with(expected, code),
        None if ending.close_timeout => {
            (Verdict::Fail, "it did not answer our Close in time".to_owned())
        }
        None => dropped(expected, ending),
    }
}

fn either(expected: &CloseExpectation, ending: &Ending) -> (Verdict, String) {
    if ending.peer_close.is_some() && ending.peer_closed_first {
        by_peer(expected, ending)
    } else {
        by_us(expected, ending)
    }
}

fn closed_with(expected: &CloseExpectation, code: Option<u16>) -> (Verdict, String) {
    match code {
        None => (Verdict::Pass, "it closed without a code".to_owned()),
        Some(code) if expected.codes.contains(&code) => {
            (Verdict::Pass, format!("it closed with {code}"))
        }
        Some(code) => (expected.wrong_code.into(), format!("it closed with {code}")),
    }
}

fn dropped(expected: &CloseExpectation, ending: &Ending) -> (Verdict, String) {
    let how = if ending.reset { "reset" } else { "closed" };
    (expected.dropped.into(), format!("it {how} TCP without sending a Close"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CloseGrade, OutcomeVerdict};

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
}
