//! What came of the opening handshake.

use crate::{
    case::{Case, OurHead, RequestEdits, RequirementId, ResponseEdits},
    judge::{self, AfterHandshake, Reason, Verdict},
    protocol::{
        Opcode, Role,
        handshake::{Asked, HandshakeViolation, check_request, check_response},
    },
    transcript::{End, HandshakeOutcome, HandshakeRecord, Happening, Transcript},
    words,
};

use super::deviation::{Deviation, Reaction};

/// The base-2 logarithm of the smallest window that can be agreed on (RFC 7692 §7.1.2).
const SMALLEST_WINDOW: u8 = 8;

/// What came of the opening handshake.
#[derive(Debug, PartialEq)]
pub(super) enum Opening {
    /// An open connection, with the compression that the case is about.
    Open,
    /// Nothing that there is more to say about.
    Over,
    /// What the testee must not make of it.
    Wrong(Deviation),
}

impl Opening {
    pub(super) fn of(case: &Case, transcript: &Transcript) -> Self {
        let is_open = matches!(
            transcript.handshake.outcome,
            HandshakeOutcome::Opened { .. } | HandshakeOutcome::Spoiled { .. }
        );
        let lacks_deflate = case.deflate.is_some() && transcript.handshake.deflate().is_none();
        // Whether a testee takes octets behind our head for frames is its affair.
        let says_nothing = lacks_deflate || case.handshake.has_body() || lacks_window(transcript);
        if is_open && says_nothing {
            return Self::Over;
        }
        let must_open = case.handshake.outcomes.is_empty();
        // Where the head is not what the case takes it for, what it expects means nothing.
        let is_as_meant = match &case.handshake.ours {
            Some(_) if must_open => !has_mistakes(&transcript.handshake, transcript.role),
            Some(ours) if !case.handshake.may_open() => !changes_nothing(ours),
            _ => true,
        };
        if !is_as_meant {
            return Self::Over;
        }
        let testee = transcript.role.peer();
        let (verdict, sentence) = if !must_open {
            match judge::judge_handshake(case, transcript) {
                AfterHandshake::GoesOn(..) => return Self::Open,
                AfterHandshake::Over(opening) => {
                    (opening.verdict, words::sentence(&[Reason::Opening(opening)], &[], testee))
                }
            }
        } else if is_open {
            return Self::Open;
        } else {
            let judgement = judge::judge(case, transcript);
            (judgement.verdict, words::message(&judgement, testee))
        };
        if verdict < Verdict::NonStrict {
            return Self::Over;
        }
        let exercised = case.requirements.first().filter(|_| !must_open).cloned();
        let requirement = exercised.unwrap_or_else(|| match transcript.role {
            Role::Client => RequirementId("rfc6455-4.2.2-1".to_owned()),
            Role::Server => RequirementId("rfc6455-4.1-59".to_owned()),
        });
        Self::Wrong(Deviation {
            requirement,
            reaction: Reaction::HandshakeWrong,
            verdict,
            sentence,
        })
    }
}

/// Whether our own head, as it was sent, has to be refused.
fn has_mistakes(handshake: &HandshakeRecord, role: Role) -> bool {
    let request = handshake.request.as_bytes();
    match role {
        Role::Client => {
            HandshakeViolation::first_lethal(&check_request(request).violations).is_some()
        }
        Role::Server => {
            let response = handshake.response.as_bytes();
            let check = check_response(&Asked::by(request), response);
            check.refusal().is_some()
        }
    }
}

/// Whether a client may have failed the connection since it does not support what we agreed to (RFC
/// 7692 §7): zlib has no window of 2^8 octets, so that who leaves the choice to us may not have one.
fn lacks_window(transcript: &Transcript) -> bool {
    let agreed = transcript.handshake.deflate();
    let is_smallest = agreed.is_some_and(|agreed| agreed.client_max_window_bits == SMALLEST_WINDOW);
    let mut happenings = transcript.happenings();
    transcript.role == Role::Server
        && is_smallest
        && matches!(transcript.end, End::PeerClosed | End::PeerReset)
        && !happenings.any(|happening| {
            matches!(happening, Happening::Received(frame) if frame.header.opcode != Opcode::CLOSE)
        })
}

fn changes_nothing(ours: &OurHead) -> bool {
    match ours {
        OurHead::Request(edits) => **edits == RequestEdits::default(),
        OurHead::Response(edits) => **edits == ResponseEdits::default(),
    }
}
