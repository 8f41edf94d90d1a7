//! Whether another parser's answer can stand beside the reference.
//!
//! The RFC leaves a parser some freedom, which is no disagreement: to notice a fault at its first
//! octet or when the frame (for text, the message) is complete; to keep what it read of a frame
//! that it refuses to itself; to put up with what only the sender must not do; to have a limit for
//! payloads; to read on behind a Close, or not.

use std::fmt;

use super::{
    Answer, Fault, Reading,
    reading::{Due, Unfinished},
};
use crate::{
    judge::{requirements_broken_by, rule_broken_by},
    protocol::Violation,
};

/// Where an answer cannot be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Disagreement {
    /// What kind of wrong.
    pub kind: DisagreementKind,
    /// What the parser does, and what would be right.
    pub sentence: String,
}

/// Kinds of disagreement; those of one kind are likely of one cause.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DisagreementKind {
    /// A frame or message has another content than was sent.
    Wrong(&'static str),
    /// A complete frame or message is not there.
    Missing(&'static str),
    /// A frame or message is there that was not sent.
    Invented(&'static str),
    /// Octets that break no rule are refused.
    RightRefused,
    /// Octets that break a rule are taken; the requirement that this breaks.
    WrongTaken(&'static str),
}

impl fmt::Display for DisagreementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(what) => write!(f, "wrong-{what}"),
            Self::Missing(what) => write!(f, "missing-{what}"),
            Self::Invented(what) => write!(f, "invented-{what}"),
            Self::RightRefused => f.write_str("right-refused"),
            Self::WrongTaken(requirement) => write!(f, "wrong-taken-{requirement}"),
        }
    }
}

/// Whose affair it is to notice a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// Whoever reads frames.
    Frames,
    /// Whoever puts messages together.
    Messages,
    /// It is the sender's affair, or anybody's choice.
    Nobody,
}

impl Reading {
    /// Finds where the answer cannot be right.
    ///
    /// # Errors
    /// The first disagreement.
    pub fn compare(&self, answer: &Answer) -> Result<(), Disagreement> {
        if let Some(frames) = &answer.frames {
            let due: Vec<_> = self.frames_due().iter().map(Into::into).collect();
            self.compare_list("frame", &due, frames, answer, |due| due.frames)?;
        }
        if let Some(messages) = &answer.messages {
            let due: Vec<_> = self.found_due().iter().map(Into::into).collect();
            self.compare_list("message", &due, messages, answer, |due| due.found)?;
        }
        self.compare_refusal(answer)
    }

    /// `taken_at`: so many elements may be there at most when a fault is noticed.
    fn compare_list<T: PartialEq + fmt::Debug>(
        &self,
        what: &'static str,
        due: &[T],
        found: &[T],
        answer: &Answer,
        taken_at: impl Fn(Due) -> usize,
    ) -> Result<(), Disagreement> {
        let fault = self.to_be_noticed(answer);
        if let Some((fault, due)) = fault
            && found.len() > taken_at(due)
        {
            return Err(wrong_taken(fault));
        }
        let pairs = due.iter().zip(found).enumerate();
        for (number, (due, found)) in pairs {
            if due != found {
                return Err(Disagreement {
                    kind: DisagreementKind::Wrong(what),
                    sentence: format!("{what} {number} is {found:?}, and was sent as {due:?}"),
                });
            }
        }
        if found.len() > due.len() && self.frames_to_close.is_none() {
            return Err(Disagreement {
                kind: DisagreementKind::Invented(what),
                sentence: format!(
                    "the parser found a {what} {} that was not sent: {:?}",
                    due.len(),
                    found[due.len()]
                ),
            });
        }
        if found.len() < due.len() && answer.error.is_none() && fault.is_none() {
            return Err(Disagreement {
                kind: DisagreementKind::Missing(what),
                sentence: format!(
                    "the parser waits for more, and did not tell {what} {}, which is complete: {:?}",
                    found.len(),
                    due[found.len()]
                ),
            });
        }
        Ok(())
    }

    fn compare_refusal(&self, answer: &Answer) -> Result<(), Disagreement> {
        match &answer.error {
            Some(error) if !self.may_be_refused() => Err(Disagreement {
                kind: DisagreementKind::RightRefused,
                sentence: format!("the parser refuses what breaks no rule: {error}"),
            }),
            None => match self.to_be_noticed(answer) {
                Some((fault, _)) => Err(wrong_taken(fault)),
                None => Ok(()),
            },
            Some(_) => Ok(()),
        }
    }

    /// The first fault that a parser has to notice which tells as much as this answer.
    fn to_be_noticed(&self, answer: &Answer) -> Option<(&Fault, Due)> {
        let level = match answer {
            Answer { messages: Some(_), .. } => Whose::Messages,
            Answer { frames: Some(_), .. } => Whose::Frames,
            // It only says yes or no, to all that the octets are.
            _ => Whose::Messages,
        };
        let last_frame = self.frames_to_close.unwrap_or(usize::MAX);
        self.faults
            .iter()
            .filter(|fault| whose(&fault.violation) <= level)
            .filter_map(|fault| Some((fault, fault.due?)))
            .filter(|(_, due)| due.frames <= last_frame)
            .min_by_key(|(_, due)| due.frames)
    }

    /// Whether there is any reason to refuse the octets.
    fn may_be_refused(&self) -> bool {
        if !self.faults.is_empty() || self.frames_to_close.is_some() {
            return true;
        }
        let Some(unfinished) = &self.unfinished else {
            return false;
        };
        // What is wrong with a header can be seen in its first octets, whatever follows.
        unfinished.may_be_refused()
            || [0x00, 0xFF].iter().any(|&octet| self.would_be_wrong(unfinished, octet))
    }

    /// Whether a header that has begun is wrong, if the rest of it is this.
    fn would_be_wrong(&self, unfinished: &Unfinished, octet: u8) -> bool {
        let Some(header) = unfinished.completed_with(octet) else {
            return false;
        };
        let mut octets = Vec::new();
        for frame in &self.frames {
            frame.encode(&mut octets);
        }
        header.encode(&mut octets);
        let whole = Self::of(self.sender, self.deflate, &octets);
        !whole.faults.is_empty()
            || whole.unfinished.as_ref().is_some_and(Unfinished::may_be_refused)
    }
}

fn wrong_taken(fault: &Fault) -> Disagreement {
    let requirement = requirements_broken_by(&fault.violation)[0];
    Disagreement {
        kind: DisagreementKind::WrongTaken(requirement),
        sentence: format!(
            "the parser takes frame {}, which it has to refuse ({requirement}): {}",
            fault.frame,
            rule_broken_by(&fault.violation)
        ),
    }
}

const fn whose(violation: &Violation) -> Whose {
    match violation {
        Violation::ReservedBits(_)
        | Violation::ReservedOpcode(_)
        | Violation::UnmaskedClientFrame
        | Violation::MaskedServerFrame
        | Violation::FragmentedControl(_)
        | Violation::OversizedControl(_)
        | Violation::CompressedControl(_)
        | Violation::CompressedContinuation => Whose::Frames,
        Violation::ContinuationWithoutStart
        | Violation::DataInsideMessage
        | Violation::InvalidUtf8(_)
        | Violation::IncompleteUtf8
        | Violation::CloseBodyOfOneOctet
        | Violation::CloseCodeForbidden(_)
        | Violation::CloseReasonNotUtf8
        | Violation::InvalidDeflate => Whose::Messages,
        Violation::LengthNotMinimal(_)
        | Violation::LengthTopBit
        | Violation::CloseCodeUndefined(_)
        | Violation::CloseCodeOfClients
        | Violation::FrameAfterClose(_)
        | Violation::BackReferenceBeyondWindow(_)
        | Violation::ContextTakenOver
        | Violation::DeflateTailNotRemoved
        | Violation::FinalBlockPadding
        | Violation::InflatedTooLarge => Whose::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Role;

    fn compare(octets: &[u8], answer: &str) -> Result<(), String> {
        let answer = Answer::from_json(answer).expect("the test's own answer");
        let reading = Reading::of(Role::Server, None, octets);
        reading.compare(&answer).map_err(|it| it.kind.to_string())
    }

    #[test]
    fn each_kind_of_disagreement() {
        let frame = r#"{"frames": [{"fin": true, "opcode": 1, "payload": "6869"}]}"#;
        let twice = r#"{"messages": [{"kind": "text", "payload": "6869"}, {"kind": "ping", "payload": ""}]}"#;
        let refused = r#"{"error": "no"}"#;
        let said = |octets: &[u8], answer| compare(octets, answer).unwrap_err();
        assert_eq!(compare(b"\x81\x02hi", frame), Ok(()));
        assert_eq!(said(b"\x81\x02ho", frame), "wrong-frame");
        assert_eq!(said(b"\x81\x02hi\x89\x00", frame), "missing-frame");
        assert_eq!(said(b"\x81\x02hi", twice), "invented-message");
        assert_eq!(said(b"\x81\x02hi", refused), "right-refused");
        assert_eq!(said(b"\x91\x02hi", "{}"), "wrong-taken-rfc6455-5.2-2");
        assert_eq!(said(b"\x81\x01\xff", "{}"), "wrong-taken-rfc6455-5.6-1");
    }

    #[test]
    fn what_the_rfc_leaves_to_a_parser() {
        let refused = r#"{"error": "no"}"#;
        for octets in [
            // A mistake that its first octet shows; a length that is not the shortest, or too long
            // to take; a Close that cannot become right, or that is over.
            &b"\x91"[..],
            b"\x81\x7e\x00\x01a",
            b"\x82\x7f\x00\x00\x00\x01",
            b"\x88\x01",
            b"\x88\x00\x81",
            b"\x81\x05\xff",
        ] {
            assert_eq!(compare(octets, refused), Ok(()), "{octets:x?}");
        }
        // The same is no must, and neither is what needs messages from a parser of frames.
        assert_eq!(compare(b"\x91", "{}"), Ok(()));
        assert_eq!(compare(b"\x88\x00\x81", "{}"), Ok(()));
        let frame = r#"{"frames": [{"fin": true, "opcode": 0, "payload": ""}]}"#;
        assert_eq!(compare(b"\x80\x00", frame), Ok(()));
    }

    /// Found by the fuzz target `receiver`.
    #[test]
    fn what_is_noticed_first_may_be_due_last() {
        let octets = b"\x01\x01\xff\x89\x00\xb9\x00\x89\x00\x80\x00";
        let reading = Reading::of(Role::Server, None, octets);
        assert_eq!(reading.compare(&Answer::agreeing_with(&reading)), Ok(()));
    }
}
