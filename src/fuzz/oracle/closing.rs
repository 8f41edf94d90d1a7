//! How the connection may end, in the words of the case language.

use crate::{
    case::{CloseExpectation, CloseGrade, Closer, OutcomeVerdict},
    protocol::{CloseBody, CloseCodeKind},
};

use super::course::{Course, Fate};

/// Codes that blame the other side, or say that its data is not what it should be.
const BLAMES: [u16; 3] = [1002, 1003, 1007];

impl Course {
    /// How the connection should end.
    #[must_use]
    pub fn close(&self) -> CloseExpectation {
        match &self.fate {
            Fate::Open => self.in_order(vec![1000]),
            Fate::Closing { body, in_order } => self.answered(body, *in_order),
            Fate::Failing { codes, regular, .. } => failing(codes, regular),
            Fate::Doubtful => CloseExpectation {
                codes: vec![1000, 1002, 1007, 1009],
                dropped: OutcomeVerdict::Informational,
                wrong_code: OutcomeVerdict::Informational,
                ..CloseExpectation::NONE
            },
            Fate::Left | Fate::Lost => CloseExpectation {
                dropped: OutcomeVerdict::Pass,
                wrong_code: OutcomeVerdict::Pass,
                ..CloseExpectation::NONE
            },
        }
    }

    /// A closing handshake that we begin, on a connection on which nothing is wrong.
    fn in_order(&self, mut codes: Vec<u16>) -> CloseExpectation {
        // A message that a Close cuts short may be called an error, and so may what follows it.
        if self.message_open || self.goes_on_after_close {
            codes.push(1002);
        }
        codes.sort_unstable();
        codes.dedup();
        CloseExpectation {
            by: Closer::Us,
            grades: vec![CloseGrade {
                verdict: OutcomeVerdict::Fail,
                codes: BLAMES.map(|code| code..=code).to_vec(),
                no_code: false,
                by: Closer::Peer,
                breaks: Vec::new(),
            }],
            codes,
            clean: true,
            // What we send behind our Close may make TCP lose the answer.
            dropped: match self.goes_on_after_close {
                true => OutcomeVerdict::NonStrict,
                false => OutcomeVerdict::Fail,
            },
            // The reply "typically" echoes the code (RFC 6455 §5.5.1).
            wrong_code: OutcomeVerdict::NonStrict,
            ..CloseExpectation::NONE
        }
    }

    fn answered(&self, body: &CloseBody, in_order: bool) -> CloseExpectation {
        let code = body.code().map(|code| code.0);
        let kind = body.code().map(crate::protocol::CloseCode::kind);
        let strict = self.in_order(with(code, &[1000]));
        let expected = match (body, kind) {
            (CloseBody::OneOctet(_), _) | (_, Some(CloseCodeKind::Forbidden)) => CloseExpectation {
                codes: vec![1002],
                clean: false,
                dropped: OutcomeVerdict::Pass,
                wrong_code: OutcomeVerdict::NonStrict,
                ..strict
            },
            (_, Some(CloseCodeKind::Undefined)) => CloseExpectation {
                codes: with(code, &[1000, 1002]),
                clean: false,
                dropped: OutcomeVerdict::Informational,
                wrong_code: OutcomeVerdict::Informational,
                ..strict
            },
            // Registered after RFC 6455, so that a receiver may not know them (§7.4.2).
            (_, Some(_)) if matches!(code, Some(1012..=1014)) => CloseExpectation {
                codes: with(code, &[1000, 1002]),
                dropped: OutcomeVerdict::NonStrict,
                ..strict
            },
            // Only clients use it, so one that gets it may object (RFC 6455 §7.4.1).
            (_, Some(_)) if code == Some(1010) => {
                CloseExpectation { codes: vec![1000, 1002, 1010], ..strict }
            }
            _ => strict,
        };
        let by = if in_order { Closer::Us } else { Closer::Peer };
        let grades = Vec::new();
        CloseExpectation { by, grades, ..expected }
    }
}

/// These codes and the one that we sent.
fn with(ours: Option<u16>, codes: &[u16]) -> Vec<u16> {
    let other = ours.filter(|code| !codes.contains(code));
    codes.iter().copied().chain(other).collect()
}

/// The testee had to fail the connection (RFC 6455 §7.1.7): a Close is a SHOULD, and its code, too.
fn failing(codes: &[u16], regular: &[u16]) -> CloseExpectation {
    let regular = regular.iter().filter(|code| !codes.contains(code));
    let grade = CloseGrade {
        verdict: OutcomeVerdict::Fail,
        codes: regular.map(|code| *code..=*code).collect(),
        no_code: false,
        by: Closer::Either,
        breaks: Vec::new(),
    };
    let grades = [grade].into_iter();
    CloseExpectation {
        by: Closer::Peer,
        grades: grades.filter(|grade| !grade.codes.is_empty()).collect(),
        codes: codes.to_vec(),
        ..CloseExpectation::NONE
    }
}
