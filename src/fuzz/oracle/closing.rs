//! How the connection may end, in the words of the case language.

use crate::{
    case::{CloseExpectation, CloseGrade, Closer, OutcomeVerdict},
    protocol::{CloseBody, CloseCodeKind},
};

use super::course::{Course, Farewell, Fate};

/// Codes that blame the other side, or say that its data is not what it should be.
const BLAMES: [u16; 3] = [1002, 1003, 1007];

impl Course {
    /// How the connection should end.
    #[must_use]
    pub fn close(&self) -> CloseExpectation {
        match &self.fate {
            Fate::Open => self.in_order(vec![1000]),
            Fate::Closing { body, in_order } => self.answered(body, *in_order),
            Fate::Failing { codes, closing, .. } => failing(codes, *closing),
            Fate::Doubtful => CloseExpectation {
                codes: vec![1000, 1002, 1007, 1009],
                dropped: OutcomeVerdict::Informational,
                wrong_code: OutcomeVerdict::Informational,
                ..CloseExpectation::NONE
            },
            Fate::Left => CloseExpectation {
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
        CloseExpectation {
            by: Closer::Us,
            grades: vec![CloseGrade {
                verdict: OutcomeVerdict::Fail,
                codes: BLAMES.map(|code| code..=code).to_vec(),
                no_code: false,
                by: Closer::Peer,
            }],
            codes,
            clean: true,
            dropped: OutcomeVerdict::Fail,
            wrong_code: OutcomeVerdict::Fail,
            ..CloseExpectation::NONE
        }
    }

    fn answered(&self, body: &CloseBody, in_order: bool) -> CloseExpectation {
        let code = body.code().map(|code| code.0);
        let kind = body.code().map(crate::protocol::CloseCode::kind);
        let strict = self.in_order([1000].into_iter().chain(code).collect());
        let expected = match (body, kind) {
            (CloseBody::OneOctet(_), _) | (_, Some(CloseCodeKind::Forbidden)) => CloseExpectation {
                codes: vec![1002],
                clean: false,
                dropped: OutcomeVerdict::Pass,
                wrong_code: OutcomeVerdict::NonStrict,
                ..strict
            },
            (_, Some(CloseCodeKind::Undefined)) => CloseExpectation {
                codes: [1000, 1002].into_iter().chain(code).collect(),
                clean: false,
                dropped: OutcomeVerdict::Informational,
                wrong_code: OutcomeVerdict::Informational,
                ..strict
            },
            // Only clients use it, so one that gets it may object (RFC 6455 §7.4.1).
            (_, Some(_)) if code == Some(1010) => CloseExpectation {
                codes: vec![1000, 1002, 1010],
                ..strict
            },
            _ => strict,
        };
        let by = if in_order { Closer::Us } else { Closer::Peer };
        let grades = Vec::new();
        CloseExpectation {
            by,
            grades,
            ..expected
        }
    }
}

/// The testee had to fail the connection (RFC 6455 §7.1.7): a Close is a SHOULD, and its code, too.
fn failing(codes: &[u16], closing: Option<Farewell>) -> CloseExpectation {
    let (by, wrong_code) = match closing {
        None => (Closer::Peer, OutcomeVerdict::NonStrict),
        Some(Farewell::Late) => (Closer::Either, OutcomeVerdict::NonStrict),
        // An answer as to any other Close shows that it was taken for one.
        Some(Farewell::Wrong) => (Closer::Us, OutcomeVerdict::Fail),
    };
    CloseExpectation {
        by,
        codes: codes.to_vec(),
        wrong_code,
        ..CloseExpectation::NONE
    }
}
