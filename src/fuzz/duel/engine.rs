//! The duel: one case at a time, played with both.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{Aspect, Conduct};
use crate::{
    case::{Case, CaseId},
    fuzz::{
        campaign::{Cases, Statistics, settle},
        generate::Guide,
        oracle::{Deviation, Oracle, StateId, states},
        shrink::Shrinker,
    },
    transcript::Transcript,
};

/// How many lighter cases are played for each difference.
const CANDIDATES_MAX: u32 = 400;

/// In which aspect, and what either did.
type Kind = (Aspect, [String; 2]);

/// A case that two testees treat in different ways.
#[derive(Clone, Debug)]
pub struct Difference {
    /// In what they differ.
    pub aspect: Aspect,
    /// What either did.
    pub did: [String; 2],
    /// What the oracle says of either: nothing, if that is allowed.
    pub opinions: [Vec<Deviation>; 2],
    /// The smallest case that shows it.
    pub case: Case,
    /// The number of the generated case that showed it first.
    pub number: u64,
    /// How many generated cases showed it.
    pub seen: u64,
}

/// Plays the same cases with two testees.
#[derive(Debug)]
pub struct Duel {
    guide: Guide,
    oracle: Oracle,
    cases: Cases,
    next: u64,
    reached: HashSet<StateId>,
    seen: BTreeMap<Kind, u64>,
    differences: Vec<Difference>,
    investigation: Option<Investigation>,
    statistics: Statistics,
}

/// A difference that is looked into.
#[derive(Debug)]
struct Investigation {
    kind: Kind,
    number: u64,
    shrinker: Shrinker,
    proven: Option<(Case, [Vec<Deviation>; 2])>,
    candidates: u32,
}

impl Duel {
    /// A duel with cases that follow from a seed, and are made of these, too.
    #[must_use]
    pub fn new(guide: Guide, seed: u64, parents: impl IntoIterator<Item = Arc<Case>>) -> Self {
        Self {
            oracle: Oracle { echo: guide.echo },
            cases: Cases::new(guide.clone(), seed, parents),
            guide,
            next: 0,
            reached: HashSet::new(),
            seen: BTreeMap::new(),
            differences: Vec::new(),
            investigation: None,
            statistics: Statistics::default(),
        }
    }

    /// The next case for both.
    pub fn next_case(&mut self) -> Arc<Case> {
        while let Some(investigation) = &mut self.investigation {
            if let Some(case) = investigation.next(&self.guide) {
                return Arc::new(case);
            }
            self.conclude();
        }
        self.next += 1;
        Arc::new(self.cases.choose(self.next - 1).0)
    }

    /// Takes what both made of the last case.
    pub fn done(&mut self, case: &Arc<Case>, transcripts: &[Transcript; 2]) {
        let [one, other] = transcripts.each_ref().map(Conduct::of);
        let kind = one.difference(&other);
        if let Some(investigation) = &mut self.investigation {
            self.statistics.investigated += 1;
            let still = kind.as_ref() == Some(&investigation.kind);
            if still {
                let opinions =
                    transcripts.each_ref().map(|transcript| self.oracle.opinion(case, transcript));
                investigation.proven = Some(((**case).clone(), opinions));
            }
            investigation.shrinker.answer(still);
            return;
        }
        self.statistics.cases += 1;
        self.learn(case, transcripts);
        let Some(kind) = kind else {
            return;
        };
        let seen = self.seen.entry(kind.clone()).or_default();
        *seen += 1;
        if *seen == 1 {
            self.investigation = Some(Investigation {
                kind,
                number: self.next - 1,
                shrinker: Shrinker::new((**case).clone()),
                proven: None,
                candidates: 0,
            });
        }
    }

    fn learn(&mut self, case: &Arc<Case>, transcripts: &[Transcript; 2]) {
        let reached = transcripts.iter().flat_map(|one| states(case, one));
        let news = reached.filter(|state| self.reached.insert(*state)).count();
        if news > 0 {
            self.statistics.last_new = self.next - 1;
            self.cases.keep(Arc::clone(case), news);
        }
    }

    fn conclude(&mut self) {
        let Some(investigation) = self.investigation.take() else {
            return;
        };
        let (aspect, did) = investigation.kind;
        match investigation.proven {
            Some((case, opinions)) => self.differences.push(Difference {
                aspect,
                did,
                opinions,
                case,
                number: investigation.number,
                seen: 0,
            }),
            None => self.statistics.unconfirmed += 1,
        }
    }

    /// Ends what is being looked into.
    pub fn finish(&mut self) {
        self.conclude();
    }

    /// The differences so far.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let differences = self.differences.iter().cloned();
        differences
            .map(|difference| Difference {
                seen: *self.seen.get(&(difference.aspect, difference.did.clone())).unwrap_or(&0),
                ..difference
            })
            .collect()
    }

    /// How far it has come.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            states: self.reached.len(),
            corpus: self.cases.len(),
            findings: self.differences.len(),
            ..self.statistics
        }
    }
}

impl Investigation {
    /// The case itself, again, and then lighter ones.
    fn next(&mut self, guide: &Guide) -> Option<Case> {
        if self.candidates > 0 && self.proven.is_none() {
            return None;
        }
        while self.candidates < CANDIDATES_MAX {
            let case = if self.candidates == 0 {
                self.shrinker.best().clone()
            } else {
                self.shrinker.candidate()?
            };
            self.candidates += 1;
            if let Some(settled) = settle(&case, self.id(), guide) {
                return Some(settled);
            }
            self.shrinker.answer(false);
        }
        None
    }

    fn id(&self) -> CaseId {
        format!("diff.{}.{}", self.kind.0, self.number)
            .parse()
            .expect("words and a number are an id")
    }
}
