//! What a run tells those who listen to it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::{
    case::{Case, CaseId},
    judge::{Judgement, Verdict},
    protocol::{Opcode, Role},
    transcript::{End, Entry, HandshakeRecord, Happening, Transcript},
};

/// Something happened in a run.
#[derive(Debug)]
pub enum RunEvent {
    /// A case is about to be played.
    CaseStarted(CaseId),
    /// Its opening handshake is over: the side that we play, and what was seen. Only when the run
    /// traces.
    Handshake(CaseId, Role, Box<HandshakeRecord>),
    /// Something happened on its connection. Only when the run traces.
    Entry(CaseId, Box<Entry>),
    /// A case is over.
    CaseFinished(Box<CaseResult>),
    /// The verdicts on so many cases rest on time. They are played again before these are told.
    Confirming(usize),
    /// So many of them are not played again after all: there are too many.
    LeftUnconfirmed(usize),
    /// The target went away in the middle of the run, as this says, and is there again. The cases
    /// that it took with it are played once more.
    TargetCameBack(String),
}

/// All there is to know of a case that was played.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub case: Arc<Case>,
    /// What happened.
    pub transcript: Transcript,
    /// What to think of it.
    pub judgement: Judgement,
    /// What load the testee had from us while it was played.
    pub load: CaseLoad,
    /// How long this process did not run while the case was played. That is not counted against
    /// the testee, but it may have had no time either.
    pub not_running: Duration,
    /// An earlier play of the case, which came to something else: the case is flaky.
    pub earlier: Option<Box<Play>>,
}

/// The load that a testee had from us while a case was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseLoad {
    /// The most connections that were open at once while the case was played, its own included.
    pub open: usize,
    /// The testee showed that it could not carry this load: another connection was answered late or
    /// dropped meanwhile, or this one was. What rests on time is then no evidence.
    pub is_strained: bool,
}

impl CaseLoad {
    /// The load of a connection that has no company of ours.
    pub const ALONE: Self = Self { open: 1, is_strained: false };
}

/// What came of one play of a case.
#[derive(Clone, Debug)]
pub struct Play {
    /// What happened.
    pub transcript: Transcript,
    /// What to think of it.
    pub judgement: Judgement,
}

impl CaseResult {
    /// What is said of the case.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.earlier {
            Some(_) => Verdict::Flaky,
            None => self.judgement.verdict,
        }
    }

    /// Whether what did not come may be missed by the testee: it had no more load from us than it
    /// could carry, and we were running all the time.
    #[must_use]
    pub const fn is_evidence(&self) -> bool {
        !self.load.is_strained && self.not_running.is_zero()
    }

    /// Whether the peer ended the connection without a Close.
    pub(super) fn is_cut_off(&self) -> bool {
        let by_peer = matches!(self.transcript.end, End::PeerClosed | End::PeerReset);
        let is_close = |what: &Happening| match what {
            Happening::Received(frame) => frame.header.opcode == Opcode::CLOSE,
            _ => false,
        };
        by_peer && !self.transcript.happenings().any(is_close)
    }
}

/// How a run went, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cases by verdict.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// How long it took.
    pub duration: Duration,
    /// It was stopped before its end.
    pub interrupted: bool,
    /// How often the target went away and no case did it again when it was played alone.
    pub unexplained: usize,
    /// How many cases were not played again alone after the target had gone away, as there was no more
    /// time for that.
    pub unexamined: usize,
    /// How many connections at a time the target carried, if that bounded the run.
    pub served: Option<usize>,
    /// At the end the target was down, which is told as the failure of a case or as unexplained.
    pub left_down: bool,
}

impl Summary {
    /// How many cases got this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }
}
