//! From a case as written to a [`Case`].

use std::collections::BTreeSet;

use super::{
    Mistake,
    at::{At, Span},
    bounds::in_range_or_zero,
    check_breaks::{check_breaks, known},
    check_close::close_expectation,
    check_handshake::HandshakeChecker,
    check_needs::needs,
    check_outcomes::OutcomesChecker,
    check_steps::StepsChecker,
    entry::{AutobahnEntry, CaseEntry, DeflateEntry, FileEntry},
    payload_entry::Seeds,
    problems::{Problem, Problems},
};
use crate::{
    case::{
        AutobahnView, Case, CloseExpectation, Company, DeflateScript, GiveUp, Outcome,
        RequirementId, Step,
    },
    protocol::Role,
};

/// What a case inherits from its file and its surroundings.
pub struct CaseChecker<'a> {
    /// The head of its file.
    pub file: &'a FileEntry,
    /// The requirements that there are.
    pub known: &'a BTreeSet<RequirementId>,
    /// What is wrong so far.
    pub problems: &'a mut Problems,
}

impl CaseChecker<'_> {
    /// The case that stands at `span`; `None` if something essential is missing, which is then
    /// among the problems. A case with problems is good for nothing but finding more of them.
    pub fn case(&mut self, entry: &CaseEntry, span: Span) -> Option<Case> {
        let id = self.required(entry.id.as_ref(), "id", &span);
        let title = self.required(entry.title.clone(), "title", &span);
        let requirements = self.required(entry.requirements.as_ref(), "requirements", &span);
        let mut seeds = Seeds::of(id.map_or("", |id| id.value().as_str()));
        let testee = self.testee(entry);
        let handshake = HandshakeChecker::new(testee, &mut seeds, self.problems).handshake(entry);
        check_breaks(entry, self.known, self.problems);
        // As written: a mistake in it must not look like another one elsewhere.
        let may_open = entry.may_open();
        let step_entries = match &entry.steps {
            None if entry.scripts_the_handshake() => Some(&[][..]),
            steps => self.required(steps.as_deref(), "steps", &span),
        };
        let close = match &entry.close {
            None if !may_open => Some(None),
            close => self.required(close.as_ref(), "close", &span).map(Some),
        };
        // Nothing that is wrong here hides what is wrong elsewhere.
        let requirements = requirements.map(|entries| self.requirements(entries));
        let company = self.company(entry);
        let deflate = entry.deflate.as_ref().map(|deflate| self.deflate(deflate));
        let mut checker =
            StepsChecker { deflate: deflate.is_some(), seeds: &mut seeds, problems: self.problems };
        let steps = step_entries.and_then(|entries| checker.steps(entries));
        let close = close.map(|close| {
            close.map_or(CloseExpectation::NONE, |close| close_expectation(close, self.problems))
        });
        let informational = is_set(entry.informational.as_ref());
        if entry.outcomes.is_none() && may_open && !informational {
            self.problems.push(Problem::new(span, Mistake::NoOutcomes));
        }
        let id = id?.value().clone();
        let (title, requirements, steps, close) = (title?, requirements?, steps?, close?);
        let outcomes = OutcomesChecker::new(&steps, &mut seeds, self.problems)
            .outcomes(entry.outcomes.as_deref().unwrap_or_default());
        Some(Case {
            chapter: self.file.chapter.clone(),
            title,
            description: entry.description.clone().unwrap_or_default(),
            requirements,
            autobahn: self.autobahn(entry, &steps, &outcomes, &close, &mut seeds),
            company,
            give_up: entry.give_up.as_ref().map_or_else(GiveUp::default, |how| *how.value()),
            profile: self.file.profile,
            id,
            bugs: entry.bugs.clone(),
            testee,
            needs: needs(self.file, entry, &steps, &outcomes),
            hostile: self.is_hostile(entry),
            handshake,
            deflate,
            steps,
            outcomes,
            close,
            informational,
        })
    }

    fn is_hostile(&self, entry: &CaseEntry) -> bool {
        let own = entry.hostile.as_ref().map(|hostile| *hostile.value());
        own.unwrap_or(self.file.hostile)
    }

    fn testee(&self, entry: &CaseEntry) -> Option<Role> {
        let own = entry.testee.as_ref().map(|testee| *testee.value());
        own.or(self.file.testee)
    }

    fn required<T>(&mut self, value: Option<T>, key: &'static str, span: &Span) -> Option<T> {
        if value.is_none() {
            let missing = Mistake::Missing { place: "this case", key };
            self.problems.push(Problem::new(span.clone(), missing));
        }
        value
    }

    fn requirements(&mut self, entries: &[At<String>]) -> Vec<RequirementId> {
        entries.iter().filter_map(|entry| known(entry, self.known, self.problems)).collect()
    }

    fn deflate(&mut self, at: &At<DeflateEntry>) -> DeflateScript {
        let DeflateEntry { offer, accept } = at.value();
        if offer.is_empty() && accept.is_empty() {
            self.problems.push(Problem::new(at.span(), Mistake::EmptyDeflate));
        }
        for rule in accept {
            let window = u64::from(rule.value().client_window);
            let checked =
                in_range_or_zero("client-window", window, rule.span(), 8..=15, "8 to 15, or 0");
            self.problems.extend(checked.err());
        }
        let accept = accept.iter().map(|rule| *rule.value()).collect();
        DeflateScript { offers: offer.clone(), accept }
    }

    fn company(&mut self, entry: &CaseEntry) -> Company {
        let [alone, delicate] = [&entry.alone, &entry.delicate].map(|flag| is_set(flag.as_ref()));
        if let (true, true, Some(delicate)) = (alone, delicate, &entry.delicate) {
            let both = Mistake::Exclusive("alone", "delicate");
            self.problems.push(Problem::new(delicate.span(), both));
        }
        match (alone, delicate) {
            (true, _) => Company::Alone,
            (false, true) => Company::Delicate,
            (false, false) => Company::Any,
        }
    }

    fn autobahn(
        &mut self,
        entry: &CaseEntry,
        steps: &[Step],
        outcomes: &[Outcome],
        close: &CloseExpectation,
        seeds: &mut Seeds,
    ) -> Option<AutobahnView> {
        let mut view = AutobahnView {
            outcomes: outcomes.to_vec(),
            close: close.clone(),
            compare: crate::case::Compare::default(),
            because: None,
        };
        if let Some(at) = &entry.autobahn {
            let AutobahnEntry { outcomes, close, compare, because } = at.value();
            if !self.file.autobahn {
                self.problems.push(Problem::new(at.span(), Mistake::NotAutobahns));
            }
            if because.is_none() {
                self.problems.push(Problem::new(at.span(), Mistake::NoReason));
            }
            if let Some(outcomes) = outcomes {
                view.outcomes =
                    OutcomesChecker::new(steps, seeds, self.problems).outcomes(outcomes);
            }
            if let Some(close) = close {
                view.close = close_expectation(close, self.problems);
            }
            view.compare = compare.as_ref().map(|compare| *compare.value()).unwrap_or_default();
            view.because.clone_from(because);
        }
        self.file.autobahn.then_some(view)
    }
}

fn is_set(flag: Option<&At<bool>>) -> bool {
    flag.is_some_and(|set| *set.value())
}
