//! One suspicion: is it so, and what is the least that shows it?

use std::sync::Arc;

use super::{Finding, Group, Played, Symptom, settle};
use crate::{
    case::{Case, CaseId},
    fuzz::{
        generate::Guide,
        oracle::Oracle,
        shrink::{Shrinker, Weight},
    },
    judge::{self, Verdict},
    transcript::Transcript,
};

/// How often a case is repeated at most, and how often it has to show the same again.
const REPEATED_MAX: u32 = 4;
const AGAIN: u32 = 2;

/// How many candidates are played, and how long that may take in all, in microseconds.
const CANDIDATES_MAX: u32 = 1500;
const SHRINKING_US_MAX: u64 = 20_000_000;

/// A case that showed a deviation.
#[derive(Clone, Debug)]
pub(super) struct Suspicion {
    pub(super) group: Group,
    pub(super) case: Arc<Case>,
    /// The number of the generated case.
    pub(super) number: u64,
}

/// A suspicion that is looked into.
#[derive(Debug)]
pub(super) struct Investigation {
    suspicion: Suspicion,
    guide: Guide,
    oracle: Oracle,
    phase: Phase,
    /// The case that was seen to show it again.
    proven: Option<Proof>,
    /// What is being played.
    out: Option<Arc<Case>>,
    /// Microseconds that shrinking took.
    spent_us: u64,
    candidates: u32,
}

#[derive(Debug)]
enum Phase {
    /// Is it so?
    Repeating(Repeating),
    /// What is the least?
    Shrinking(Box<Shrinker>),
    /// Is that so?
    Verifying(Repeating),
    Over,
}

/// Repetitions of a case.
#[derive(Debug)]
struct Repeating {
    case: Arc<Case>,
    again: u32,
    repeated: u32,
    shown: Option<(String, Transcript)>,
}

/// A case that shows it, and what was seen of that.
#[derive(Clone, Debug)]
struct Proof {
    case: Arc<Case>,
    sentence: String,
    transcript: Transcript,
    repeated: (u32, u32),
    /// Our verdict on it, by its outcomes alone, is that it fails.
    fails: bool,
}

impl Repeating {
    const fn of(case: Arc<Case>) -> Self {
        Self { case, again: 0, repeated: 0, shown: None }
    }

    const fn is_decided(&self) -> bool {
        let hopeless = REPEATED_MAX - self.repeated + self.again < AGAIN;
        self.again >= AGAIN || hopeless
    }

    fn proof(self) -> Option<Proof> {
        let (sentence, transcript) = self.shown.filter(|_| self.again >= AGAIN)?;
        let verdict = judge::judge(&self.case, &transcript).verdict;
        Some(Proof {
            case: self.case,
            sentence,
            transcript,
            repeated: (self.again, self.repeated),
            fails: verdict >= Verdict::Fail,
        })
    }
}

impl Investigation {
    pub(super) fn of(suspicion: Suspicion, guide: &Guide) -> Self {
        // What cannot be written as it is, is repeated as it is.
        let settled = settle(&suspicion.case, id_of(&suspicion.group), guide);
        let case = settled.map_or_else(|| Arc::clone(&suspicion.case), Arc::new);
        Self {
            oracle: Oracle { echo: guide.echo },
            guide: guide.clone(),
            phase: Phase::Repeating(Repeating::of(case)),
            suspicion,
            proven: None,
            out: None,
            spent_us: 0,
            candidates: 0,
        }
    }

    /// The next case to play, and whether patience is needed; `None` if nothing more is.
    pub(super) fn next(&mut self) -> Option<(Arc<Case>, bool)> {
        loop {
            let (case, patient) = match &mut self.phase {
                Phase::Repeating(repeating) | Phase::Verifying(repeating)
                    if !repeating.is_decided() =>
                {
                    (Arc::clone(&repeating.case), true)
                }
                Phase::Shrinking(_) => match self.candidate() {
                    Some(case) => (case, false),
                    None => {
                        self.go_on();
                        continue;
                    }
                },
                Phase::Over => return None,
                _ => {
                    self.go_on();
                    continue;
                }
            };
            self.out = Some(Arc::clone(&case));
            return Some((case, patient));
        }
    }

    /// The next lighter case that the language allows.
    fn candidate(&mut self) -> Option<Arc<Case>> {
        let Phase::Shrinking(shrinker) = &mut self.phase else {
            return None;
        };
        while self.candidates < CANDIDATES_MAX && self.spent_us < SHRINKING_US_MAX {
            let lighter = shrinker.candidate()?;
            let settled = settle(&lighter, id_of(&self.suspicion.group), &self.guide);
            if let Some(settled) = settled {
                self.candidates += 1;
                return Some(Arc::new(settled));
            }
            shrinker.answer(false);
        }
        None
    }

    /// What came of the case that [`Self::next`] gave.
    pub(super) fn take(&mut self, played: Played) {
        let Some(case) = self.out.take() else {
            return;
        };
        let shown = shows(&self.suspicion.group, self.oracle, &case, &played);
        match &mut self.phase {
            Phase::Repeating(repeating) | Phase::Verifying(repeating) => {
                repeating.repeated += 1;
                if let Some(sentence) = shown {
                    repeating.again += 1;
                    repeating.shown = Some((sentence, played.transcript));
                }
            }
            Phase::Shrinking(shrinker) => {
                self.spent_us += played.transcript.duration_us + played.looked_us;
                let must_fail = self.proven.as_ref().is_some_and(|proof| proof.fails);
                let still = shown.is_some()
                    && (!must_fail
                        || judge::judge(&case, &played.transcript).verdict >= Verdict::Fail);
                shrinker.answer(still);
            }
            Phase::Over => {}
        }
    }

    fn go_on(&mut self) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Repeating(repeating) => match repeating.proof() {
                Some(proof) => {
                    let shrinker = Shrinker::new((*proof.case).clone());
                    self.proven = Some(proof);
                    Phase::Shrinking(Box::new(shrinker))
                }
                None => Phase::Over,
            },
            Phase::Shrinking(shrinker) => {
                let best = shrinker.best();
                let before = self.proven.as_ref().map(|proof| Weight::of(&proof.case));
                let settled = settle(best, id_of(&self.suspicion.group), &self.guide);
                match settled.filter(|_| before.is_some_and(|before| Weight::of(best) < before)) {
                    Some(case) => Phase::Verifying(Repeating::of(Arc::new(case))),
                    None => Phase::Over,
                }
            }
            Phase::Verifying(repeating) => {
                self.proven = repeating.proof().or(self.proven.take());
                Phase::Over
            }
            Phase::Over => Phase::Over,
        };
    }

    pub(super) const fn group(&self) -> &Group {
        &self.suspicion.group
    }

    /// What it came to so far; `None` if it is not so.
    pub(super) fn finding(self) -> Option<Finding> {
        let proof = self.proven?;
        Some(Finding {
            group: self.suspicion.group,
            sentence: proof.sentence,
            case: Some((*proof.case).clone()),
            transcript: Some(proof.transcript),
            number: self.suspicion.number,
            repeated: proof.repeated,
            seen: 0,
        })
    }
}

/// What was seen of this group, in a sentence; `None` if nothing was.
pub(super) fn shows(group: &Group, oracle: Oracle, case: &Case, played: &Played) -> Option<String> {
    match group.symptom {
        Symptom::Died => {
            played.died.as_ref().map(|how| format!("the process of the testee ended ({how})"))
        }
        Symptom::Reaction(_) => oracle
            .opinion(case, &played.transcript)
            .into_iter()
            .find(|deviation| Group::of(deviation) == *group)
            .map(|deviation| deviation.sentence),
        Symptom::Spoiled | Symptom::Grew => None,
    }
}

fn id_of(group: &Group) -> CaseId {
    format!("fuzz.{}", group.name())
        .parse()
        .unwrap_or_else(|_| unreachable!("names of groups are letters, digits, dots and `-`"))
}
