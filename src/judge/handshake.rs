//! What came of an opening handshake that the case has a say in.

use crate::{
    case::{Case, FieldCondition, HandshakeExpectation, OutcomeVerdict, Reaction},
    protocol::{Opcode, Role},
    transcript::{End, HandshakeOutcome, HandshakeRecord, Transcript},
};

use super::{Verdict, fields, rules};

/// What the testee did about our part of the opening handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Did {
    /// It opened the connection, or took it for open.
    Open,
    /// It answered with this status.
    Answer(u16),
    /// It ended TCP.
    Drop,
    /// It asked by HTTP once more.
    AskAgain,
    /// It sent a Close and nothing else.
    Close,
    /// Nothing.
    Nothing,
    /// Something that no outcome speaks of, in a clause.
    Else(String),
}

/// What becomes of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterHandshake {
    /// The connection opened, with this verdict and this sentence so far; the rest counts, too.
    GoesOn(Verdict, String),
    /// This is its verdict.
    Over(Verdict, String),
}

/// Judges the opening handshake of a case that says what it may come to.
#[must_use]
pub fn judge(case: &Case, transcript: &Transcript) -> AfterHandshake {
    let testee = rules::testee(transcript);
    let did = Did::of(transcript, testee);
    let matched = matching(case, &did, testee_head(&transcript.handshake, testee));
    let expected = expectation(case, testee);
    let clause = did.in_words(transcript, testee);
    let verdict = matched.map_or(Verdict::Fail, |outcome| outcome.verdict.into());
    let sentence = match verdict {
        Verdict::Pass | Verdict::Informational => clause,
        Verdict::NonStrict => format!("expected that {expected}; but {clause}"),
        _ => format!("expected that {expected}; {clause}"),
    };
    match did {
        Did::Open if matched.is_some() && verdict != Verdict::Fail => {
            AfterHandshake::GoesOn(verdict, sentence)
        }
        _ if case.informational => AfterHandshake::Over(Verdict::Informational, sentence),
        _ => AfterHandshake::Over(verdict, sentence),
    }
}

/// Whether a case goes on whose connection has just opened: with a server by its response, with a
/// client by its first frame that is no Close.
#[must_use]
pub fn goes_on_when_open(case: &Case, handshake: &HandshakeRecord, testee: Role) -> bool {
    case.handshake.outcomes.is_empty()
        || matching(case, &Did::Open, testee_head(handshake, testee))
            .is_some_and(|outcome| outcome.verdict != OutcomeVerdict::Fail)
}

fn matching<'a>(case: &'a Case, did: &Did, head: &str) -> Option<&'a HandshakeExpectation> {
    let holds = |condition: &FieldCondition| fields::holds(condition, head);
    case.handshake.outcomes.iter().find(|outcome| {
        did.is(&outcome.reaction)
            && outcome.has.iter().all(holds)
            && !outcome.lacks.iter().any(holds)
            && outcome.interim.is_none_or(|status| fields::has_interim(status, head))
    })
}

const fn testee_head(handshake: &HandshakeRecord, testee: Role) -> &str {
    match testee {
        Role::Client => handshake.request.as_str(),
        Role::Server => handshake.response.as_str(),
    }
}

/// The best that was hoped for, in a clause.
fn expectation(case: &Case, testee: Role) -> String {
    let outcomes = &case.handshake.outcomes;
    let of = |verdict| outcomes.iter().filter(move |one| one.verdict == verdict);
    let mut best: Vec<String> = of(OutcomeVerdict::Pass)
        .chain(
            of(OutcomeVerdict::NonStrict).take(usize::from(of(OutcomeVerdict::Pass).count() == 0)),
        )
        .map(|outcome| outcome.in_words(Some(testee)))
        .collect();
    best.dedup();
    if best.is_empty() {
        "the handshake comes to something else".to_owned()
    } else {
        best.join(", or ")
    }
}

impl Did {
    fn of(transcript: &Transcript, testee: Role) -> Self {
        match testee {
            Role::Server => Self::of_server(transcript),
            Role::Client => Self::of_client(transcript),
        }
    }

    fn of_server(transcript: &Transcript) -> Self {
        let handshake = &transcript.handshake;
        match &handshake.outcome {
            HandshakeOutcome::Opened { .. } | HandshakeOutcome::Spoiled { .. } => Self::Open,
            HandshakeOutcome::Refused { status: Some(status), .. } if *status != 101 => {
                Self::Answer(*status)
            }
            HandshakeOutcome::Refused { reason, .. } => Self::Else(reason.clone()),
            HandshakeOutcome::Incomplete => match transcript.end {
                End::PeerClosed | End::PeerReset => Self::Drop,
                _ if handshake.response.is_empty() => Self::Nothing,
                _ => Self::Else("its response did not end in time".to_owned()),
            },
        }
    }

    fn of_client(transcript: &Transcript) -> Self {
        if let HandshakeOutcome::Refused { reason, .. } = &transcript.handshake.outcome {
            return Self::Else(reason.clone());
        }
        let frames = &transcript.traffic.frames_in;
        let close = Opcode::CLOSE.number();
        if frames.iter().any(|(opcode, count)| *opcode != close && *count > 0) {
            Self::Open
        } else if transcript.handshake.asked_again {
            Self::AskAgain
        } else if frames.contains_key(&close) {
            Self::Close
        } else if matches!(transcript.end, End::PeerClosed | End::PeerReset) {
            Self::Drop
        } else {
            Self::Nothing
        }
    }

    fn is(&self, reaction: &Reaction) -> bool {
        match (self, reaction) {
            (Self::Open, Reaction::Opened)
            | (Self::Drop | Self::AskAgain, Reaction::Dropped)
            | (Self::Close, Reaction::Closed)
            | (Self::Nothing, Reaction::Silent) => true,
            (Self::Answer(status), Reaction::Status(patterns)) => {
                patterns.iter().any(|pattern| pattern.matches(*status))
            }
            _ => false,
        }
    }

    fn in_words(&self, transcript: &Transcript, testee: Role) -> String {
        let without = match testee {
            Role::Server => "a whole response",
            Role::Client => "sending a frame",
        };
        match self {
            Self::Open if testee == Role::Client => "it took the connection for open".to_owned(),
            Self::Open => "it opened the connection".to_owned(),
            Self::Answer(status) => format!("it answered with status {status}"),
            Self::Drop if transcript.end == End::PeerReset => {
                format!("it reset TCP without {without}")
            }
            Self::Drop => format!("it closed TCP without {without}"),
            Self::AskAgain => "it asked again on the same TCP connection".to_owned(),
            Self::Close => "it sent a Close and nothing else".to_owned(),
            Self::Nothing => "it stayed silent".to_owned(),
            Self::Else(clause) => clause.clone(),
        }
    }
}
