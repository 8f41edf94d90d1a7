//! Whether a verdict rests on time: on something that did not come while we waited for it, or that
//! another machine, or a quieter one, would have done in another order.

use crate::{
    case::{Case, Closer},
    protocol::Role,
    transcript::{End, HandshakeOutcome, Happening, Transcript},
};

use super::{
    Behavior, Judgement, Verdict,
    closing::Ending,
    observe::{Eyes, Observed, Observer},
    outcome::{Fit, fit},
    rules,
};

/// What a verdict that rests on time rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestsOn {
    /// The opening handshake did not come to its end in time.
    IncompleteHandshake,
    /// TCP ended before the opening handshake did, as happens when a server has too many connections.
    DroppedHandshake,
    /// What had to come did not come in time.
    NoReaction,
    /// The connection was not closed, or our Close not answered, in time.
    NotClosed,
    /// TCP was left open after the closing handshake.
    TcpLeftOpen,
    /// A reset, which destroys what we had not read by then.
    Reset,
    /// Nothing came in a pause of the case, and might have come after it.
    Pause,
}

/// What the judgement on a case rests on, if it says something against the testee and would perhaps
/// not, had there been more time. What the testee did and should not have done does not rest on time.
#[must_use]
pub fn rests_on_time(
    case: &Case,
    transcript: &Transcript,
    judgement: &Judgement,
) -> Option<RestsOn> {
    let is_bad = matches!(judgement.verdict, Verdict::NonStrict | Verdict::Fail);
    if !is_bad && !is_bad_for_autobahn(judgement) {
        return None;
    }
    if let Some(opening) = opening(case, transcript) {
        return opening;
    }
    let broken = rules::counting_in(case, transcript, &judgement.broken);
    let ours = is_bad
        && !broken.iter().any(|rule| rule.verdict >= judgement.verdict)
        && !is_wrong_anyway(case, transcript, Eyes::ours(transcript.application));
    let autobahns =
        is_bad_for_autobahn(judgement) && !is_wrong_anyway(case, transcript, Eyes::Autobahn);
    (ours || autobahns).then(|| conversation(case, transcript)).flatten()
}

fn is_bad_for_autobahn(judgement: &Judgement) -> bool {
    judgement
        .autobahn
        .as_ref()
        .is_some_and(|autobahn| !is_good(autobahn.behavior) || !is_good(autobahn.behavior_close))
}

/// Whether the judgement fails the case, by our verdict or by Autobahn's.
#[must_use]
pub fn fails(judgement: &Judgement) -> bool {
    judgement.verdict >= Verdict::Fail
        || judgement.autobahn.as_ref().is_some_and(|autobahn| {
            [autobahn.behavior, autobahn.behavior_close]
                .iter()
                .any(|word| !is_good(*word) && *word != Behavior::NonStrict)
        })
}

const fn is_good(word: Behavior) -> bool {
    matches!(word, Behavior::Ok | Behavior::Informational | Behavior::Unimplemented)
}

/// What the opening handshake came to, if it ended the case; `None` if it did not.
fn opening(case: &Case, transcript: &Transcript) -> Option<Option<RestsOn>> {
    let is_incomplete = match (&transcript.handshake.outcome, rules::testee(transcript)) {
        (HandshakeOutcome::Refused { .. }, _) => return Some(None),
        (HandshakeOutcome::Incomplete, _) => true,
        (_, Role::Server) => false,
        (_, Role::Client) => {
            !case.handshake.outcomes.is_empty() && transcript.traffic.frames_in.is_empty()
        }
    };
    is_incomplete.then_some(match transcript.end {
        End::PeerClosed | End::PeerReset => Some(RestsOn::DroppedHandshake),
        End::WeClosed => Some(RestsOn::IncompleteHandshake),
        End::NeverConnected | End::Interrupted => None,
    })
}

/// Whether what was seen in time fits no outcome, whatever would have come later.
fn is_wrong_anyway(case: &Case, transcript: &Transcript, eyes: Eyes) -> bool {
    let outcomes = match (&case.autobahn, eyes) {
        (Some(view), Eyes::Autobahn) => &view.outcomes,
        _ => &case.outcomes,
    };
    let seen = Observer::of(eyes, transcript.happenings());
    let in_time: Vec<Observed> =
        seen.iter().filter(|event| !matches!(event, Observed::Silence(_))).cloned().collect();
    let never = |seen: &[Observed]| outcomes.iter().all(|one| fit(one, seen) == Fit::Never);
    let has_trips = seen.iter().any(|event| matches!(event, Observed::Echoes(_)));
    !has_trips && never(&seen) && never(&in_time)
}

/// What the verdict on an open connection rests on.
fn conversation(case: &Case, transcript: &Transcript) -> Option<RestsOn> {
    let ending = Ending::of(transcript);
    let has = |is: fn(&Happening) -> bool| transcript.happenings().any(is);
    if ending.close_timeout {
        Some(RestsOn::NotClosed)
    } else if ending.gave_up {
        Some(match case.close.by {
            Closer::Peer => RestsOn::NotClosed,
            Closer::Us | Closer::Either => RestsOn::NoReaction,
        })
    } else if ending.tcp_left_open_us.is_some() {
        Some(RestsOn::TcpLeftOpen)
    } else if has(|what| matches!(what, Happening::AwaitedInVain)) {
        Some(RestsOn::NoReaction)
    } else if has(|what| matches!(what, Happening::Silence(_))) {
        Some(RestsOn::Pause)
    } else if ending.reset && ending.peer_close.is_none() {
        Some(RestsOn::Reset)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::embedded_cases,
        judge::judge,
        protocol::{FrameHeader, Opcode},
        transcript::{Blame, Entry, FrameRecord, HandshakeRecord, MessageKind, PayloadRecord},
    };

    fn case(id: &str) -> Case {
        let cases = &embedded_cases().cases;
        cases.iter().find(|case| case.id.to_string() == id).unwrap().clone()
    }

    fn opened(happenings: Vec<Happening>, end: End) -> Transcript {
        let mut transcript = Transcript::never_connected(Role::Client, 0);
        transcript.handshake = HandshakeRecord {
            outcome: HandshakeOutcome::Opened { deflate: None },
            ..HandshakeRecord::default()
        };
        let entry = |what| Entry { at_us: 0, what };
        transcript.entries = happenings.into_iter().map(entry).collect();
        transcript.end = end;
        transcript
    }

    fn frame(opcode: Opcode, payload: &[u8]) -> FrameRecord {
        let header = FrameHeader::new(opcode, payload.len() as u64);
        FrameRecord { header, payload: PayloadRecord::of(payload) }
    }

    fn our_close(by: Blame) -> Happening {
        Happening::Sent { by, frame: frame(Opcode::CLOSE, &1001_u16.to_be_bytes()) }
    }

    fn its_close(code: u16) -> Happening {
        Happening::Received(frame(Opcode::CLOSE, &code.to_be_bytes()))
    }

    fn text(payload: &[u8]) -> Happening {
        Happening::Message { kind: MessageKind::Text, payload: PayloadRecord::of(payload) }
    }

    #[track_caller]
    fn rests_on(id: &str, transcript: &Transcript) -> Option<RestsOn> {
        let case = case(id);
        rests_on_time(&case, transcript, &judge(&case, transcript))
    }

    #[test]
    fn silence_rests_on_time() {
        let none = opened(vec![Happening::GaveUp, our_close(Blame::GaveUp)], End::WeClosed);
        assert_eq!(rests_on("2.2", &none), Some(RestsOn::NoReaction));
        assert_eq!(rests_on("3.1", &none), Some(RestsOn::NotClosed));
        let unanswered =
            opened(vec![our_close(Blame::ScriptedClose), Happening::CloseTimeout], End::WeClosed);
        assert_eq!(rests_on("7.1.1", &unanswered), Some(RestsOn::NotClosed));
        let reset = opened(Vec::new(), End::PeerReset);
        assert_eq!(rests_on("2.2", &reset), Some(RestsOn::Reset));
    }

    #[test]
    fn what_was_done_does_not_rest_on_time() {
        let wrong_echo = vec![text(b"not what was sent"), Happening::GaveUp];
        assert_eq!(rests_on("1.1.2", &opened(wrong_echo, End::WeClosed)), None);
        let wrong_code = opened(vec![its_close(1003)], End::PeerClosed);
        assert_eq!(rests_on("3.1", &wrong_code), None);
        let dropped = opened(Vec::new(), End::PeerClosed);
        assert_eq!(rests_on("2.2", &dropped), None);
    }

    #[test]
    fn an_opening_that_did_not_come_to_its_end_rests_on_time() {
        let ended = |end| {
            let mut transcript = Transcript::never_connected(Role::Client, 0);
            transcript.end = end;
            rests_on("1.1.1", &transcript)
        };
        assert_eq!(ended(End::WeClosed), Some(RestsOn::IncompleteHandshake));
        assert_eq!(ended(End::PeerClosed), Some(RestsOn::DroppedHandshake));
        assert_eq!(ended(End::NeverConnected), None);
        assert_eq!(ended(End::Interrupted), None);
    }

    #[test]
    fn what_is_right_rests_on_nothing() {
        let right = opened(vec![its_close(1002)], End::PeerClosed);
        assert_eq!(rests_on("3.1", &right), None);
    }

    #[test]
    fn a_case_fails_by_either_verdict() {
        let (case, right) = (case("3.1"), opened(vec![its_close(1002)], End::PeerClosed));
        let mut judgement = judge(&case, &right);
        assert!(!fails(&judgement));
        judgement.verdict = Verdict::NonStrict;
        let of_close = |judgement: &mut Judgement, word| {
            judgement.autobahn.as_mut().expect("3.1 is Autobahn's").behavior_close = word;
        };
        of_close(&mut judgement, Behavior::NonStrict);
        assert!(!fails(&judgement));
        of_close(&mut judgement, Behavior::Unclean);
        assert!(fails(&judgement));
        of_close(&mut judgement, Behavior::Ok);
        judgement.verdict = Verdict::Fail;
        assert!(fails(&judgement));
    }
}
