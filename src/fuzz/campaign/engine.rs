//! The campaign: assignments out, results in.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Arc,
};

use super::{
    Assignment, Finding, Group, Next, Plan, Played, Statistics, Symptom, Ticket,
    assignment::Purpose,
    choice::Cases,
    deaths::Deaths,
    health::Health,
    hunt::{Catch, Hunt},
    inquiry::Inquiry,
    investigation::{Investigation, Suspicion},
    lesson::Lesson,
};
use crate::{
    case::Case,
    fuzz::oracle::{Oracle, Reaction, StateId},
    judge::{Across, Verdict},
};

/// A case is chosen when the results of all but so many before it are known.
const LOOKAHEAD: u64 = 256;

/// Suspicions of one group that wait to be looked into, and that may prove wrong.
const SUSPICIONS_MAX: u32 = 16;

/// A campaign against one testee.
#[derive(Debug)]
pub struct Campaign {
    plan: Plan,
    oracle: Oracle,
    cases: Cases,
    reached: HashSet<StateId>,
    /// The number of the next case.
    next: u64,
    /// All results before this number are known and used.
    used: u64,
    waiting: BTreeMap<u64, Lesson>,
    out: u64,
    finishing: bool,
    suspicions: VecDeque<Suspicion>,
    inquiry: Option<Inquiry>,
    health: Health,
    deaths: Deaths,
    groups: BTreeMap<Group, Seen>,
    findings: Vec<Finding>,
    /// What is known of the testee's connections together.
    across: Across,
    statistics: Statistics,
}

/// How often something was seen, and what became of it.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    times: u64,
    suspected: u32,
    found: bool,
}

impl Campaign {
    /// A campaign that begins with these cases to make others of.
    #[must_use]
    pub fn new(plan: Plan, parents: impl IntoIterator<Item = Arc<Case>>) -> Self {
        Self {
            oracle: Oracle { echo: plan.guide.echo },
            health: Health::of(&plan.guide),
            cases: Cases::new(plan.guide.clone(), plan.seed, parents),
            plan,
            reached: HashSet::new(),
            next: 0,
            used: 0,
            waiting: BTreeMap::new(),
            out: 0,
            finishing: false,
            suspicions: VecDeque::new(),
            inquiry: None,
            deaths: Deaths::default(),
            groups: BTreeMap::new(),
            findings: Vec::new(),
            across: Across::default(),
            statistics: Statistics::default(),
        }
    }

    /// What is to be done next.
    pub fn assign(&mut self) -> Next {
        loop {
            if let Some(inquiry) = &mut self.inquiry {
                // What it shows must not depend on what else goes on.
                if self.out > 0 {
                    return Next::Wait;
                }
                if let Some(assignment) = inquiry.next() {
                    self.out = 1;
                    return Next::Play(assignment);
                }
                self.conclude();
            } else if self.out == 0 && self.hunt_killer() {
                continue;
            } else if let Some(suspicion) = self.suspicions.pop_front() {
                self.investigate(suspicion);
            } else if self.is_done_exploring() {
                if self.use_up_to(self.next) {
                    continue;
                }
                if self.out > 0 {
                    return Next::Wait;
                }
                self.tell_unexplained_death();
                return Next::Over;
            } else if self.next >= LOOKAHEAD && self.used < self.next - LOOKAHEAD + 1 {
                if !self.use_up_to(self.next - LOOKAHEAD + 1) {
                    return Next::Wait;
                }
            } else {
                return Next::Play(self.explore());
            }
        }
    }

    fn explore(&mut self) -> Assignment {
        let number = self.next;
        self.next += 1;
        self.out += 1;
        let check = self.health.check(number).map(|correct| (correct, None));
        let (case, course) = check.unwrap_or_else(|| self.cases.choose(number));
        Assignment {
            ticket: Ticket(Purpose::Explore(number)),
            case: Arc::new(case),
            course: course.map(Box::new),
            patient: false,
            mortal: false,
            fresh: false,
        }
    }

    fn is_done_exploring(&self) -> bool {
        let enough = |found| self.findings.len() >= found;
        self.finishing
            || self.plan.cases.is_some_and(|cases| self.next >= cases)
            || self.plan.findings.is_some_and(enough)
    }

    /// Takes what came of an assignment.
    pub fn done(&mut self, assignment: &Assignment, played: Played) {
        self.out = self.out.saturating_sub(1);
        match assignment.ticket.0 {
            Purpose::Explore(number) => {
                self.deaths.note(number, &assignment.case);
                self.count_death(&played);
                let lesson = self.lesson(assignment, played);
                self.statistics.cases += 1;
                self.waiting.insert(number, lesson);
            }
            Purpose::Investigate => {
                self.statistics.investigated += 1;
                if self.inquiry.as_ref().is_none_or(|it| !it.is_mortal()) {
                    self.deaths.note(self.next, &assignment.case);
                    self.count_death(&played);
                }
                if let Some(inquiry) = &mut self.inquiry {
                    inquiry.take(self.oracle, played);
                }
            }
        }
    }

    fn count_death(&mut self, played: &Played) {
        if played.died.as_ref().is_some_and(|exit| self.deaths.died(exit)) {
            let group = Group::only(Symptom::Died);
            self.groups.entry(group).or_default().times += 1;
        }
    }

    fn lesson(&self, assignment: &Assignment, played: Played) -> Lesson {
        let Assignment { case, course, .. } = assignment;
        let transcript = played.transcript;
        let (deviations, states) = self.oracle.look(case, course.as_deref(), &transcript);
        let least = self.least();
        let mut grave = deviations.iter().filter(|one| one.verdict >= least);
        // Where the testee has died, what is wrong with the connection follows from that.
        let alive = played.died.is_none();
        let group = grave.next().filter(|_| alive).map(Group::of);
        Lesson { case: Arc::clone(case), transcript, states, group }
    }

    /// The least grave verdict that is a finding.
    const fn least(&self) -> Verdict {
        if self.plan.should { Verdict::NonStrict } else { Verdict::Fail }
    }

    /// Uses the results before this number, as far as they are there. Says whether there were any.
    fn use_up_to(&mut self, number: u64) -> bool {
        let before = self.used;
        while self.used < number {
            let Some(lesson) = self.waiting.remove(&self.used) else {
                break;
            };
            self.learn(self.used, lesson);
            self.used += 1;
        }
        self.used > before
    }

    fn learn(&mut self, number: u64, lesson: Lesson) {
        let reached = lesson.states.iter();
        let news = reached.filter(|state| self.reached.insert(**state)).count();
        if news > 0 {
            self.statistics.last_new = number;
            // What takes its time takes it again and again.
            if !lesson.took_its_time() {
                self.cases.keep(Arc::clone(&lesson.case), news);
            }
        }
        self.learn_across(number, &lesson);
        let hunt = self.health.learn(number, &lesson.case, lesson.group.is_some());
        if let Some(hunt) = hunt {
            return self.hunt_spoiler(hunt);
        }
        let Some(group) = lesson.group else {
            return;
        };
        let seen = self.groups.entry(group.clone()).or_default();
        seen.times += 1;
        if !seen.found && seen.suspected < SUSPICIONS_MAX {
            seen.suspected += 1;
            self.suspicions.push_back(Suspicion { group, case: lesson.case, number });
        }
    }

    /// What it breaks together with the connections before it. That is proven by their number, and
    /// to repeat one of them says nothing.
    fn learn_across(&mut self, number: u64, lesson: &Lesson) {
        let least = self.least();
        for broken in self.across.note(&lesson.transcript) {
            if broken.verdict < least {
                continue;
            }
            let group = Group {
                symptom: Symptom::Reaction(Reaction::RuleBroken(broken.rule)),
                requirement: Some(broken.requirement),
            };
            self.groups.entry(group.clone()).or_default().times += 1;
            self.add(Finding {
                group,
                sentence: broken.message,
                case: None,
                transcript: Some(lesson.transcript.clone()),
                number,
                repeated: (0, 0),
                seen: 0,
            });
        }
    }

    fn investigate(&mut self, suspicion: Suspicion) {
        let found = self.has_found(&suspicion.group);
        let enough = self.plan.findings.is_some_and(|enough| self.findings.len() >= enough);
        if !found && !enough {
            let investigation = Investigation::of(suspicion, &self.plan.guide);
            self.inquiry = Some(Inquiry::Deviation(Box::new(investigation)));
        }
    }

    /// Looks for the case that spoiled the testee, unless something else is looked into.
    fn hunt_spoiler(&mut self, hunt: Hunt) {
        let known = self.groups.contains_key(&Group::only(Symptom::Spoiled));
        if !known && self.inquiry.is_none() {
            self.begin(hunt);
        }
    }

    /// Looks for the case that the testee died of, if it did. Says whether there is one to look for.
    fn hunt_killer(&mut self) -> bool {
        let known = self.has_found(&Group::only(Symptom::Died));
        let hunt = self.deaths.hunt(self.health.correct(), !known);
        let hunts = hunt.is_some();
        hunt.into_iter().for_each(|hunt| self.begin(hunt));
        hunts
    }

    fn begin(&mut self, mut hunt: Hunt) {
        hunt.begin(self.plan.restarts);
        self.inquiry = Some(Inquiry::Hunt(hunt));
    }

    fn has_found(&self, group: &Group) -> bool {
        self.groups.get(group).is_some_and(|seen| seen.found)
    }

    /// Ends the investigation, as far as it has come.
    fn conclude(&mut self) {
        let Some(inquiry) = self.inquiry.take() else {
            return;
        };
        match inquiry.end() {
            Some(Catch::Finding(finding)) => self.add(*finding),
            Some(Catch::Killer(suspicion)) => self.suspicions.push_front(suspicion),
            None => self.statistics.unconfirmed += 1,
        }
    }

    /// Adds what was found out about the testee by other means than its connections.
    pub fn add(&mut self, finding: Finding) {
        let seen = self.groups.entry(finding.group.clone()).or_default();
        if !seen.found {
            seen.found = true;
            self.findings.push(finding);
        }
    }

    /// Lets no further case begin; what is suspected is still looked into.
    pub const fn finish(&mut self) {
        self.finishing = true;
    }

    /// Ends at once; what was proven stays, and what was not looked into to the end is counted.
    pub fn stop(&mut self) {
        self.finishing = true;
        let suspicions = std::mem::take(&mut self.suspicions);
        let under_way = self.inquiry.take().map(Inquiry::end);
        let proven = under_way.is_none_or(|end| match end {
            Some(Catch::Finding(finding)) => {
                self.add(*finding);
                true
            }
            Some(Catch::Killer(_)) | None => false,
        });
        let left = suspicions.iter().filter(|one| !self.has_found(&one.group)).count() as u64;
        self.statistics.unfinished += left + u64::from(!proven);
        self.tell_unexplained_death();
    }

    fn tell_unexplained_death(&mut self) {
        if !self.has_found(&Group::only(Symptom::Died)) {
            let unexplained = self.deaths.unexplained();
            unexplained.into_iter().for_each(|death| self.add(death));
        }
    }

    /// The findings so far.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let seen = |finding: &Finding| self.groups.get(&finding.group).map_or(0, |seen| seen.times);
        let findings = self.findings.iter();
        findings.map(|finding| Finding { seen: seen(finding), ..finding.clone() }).collect()
    }

    /// The cases that were the first to show something.
    pub fn corpus(&self) -> impl Iterator<Item = &Arc<Case>> {
        self.cases.kept()
    }

    /// How far it has come.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            states: self.reached.len(),
            corpus: self.cases.len(),
            findings: self.findings.len(),
            ..self.statistics
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }
}
