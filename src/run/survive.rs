//! The course of a run with a target that may go away in the middle of it.
//!
//! A case that is over is told once something came from the target on a connection that was begun
//! later: until then it may be what the target died of. When the target is gone, all cases that
//! are not told yet are suspects. Once it is back they are played again, one at a time, and the
//! one during which it goes away again is the culprit. That has a bound in time: the suspects that are
//! left then keep what came of them at first.
//!
//! A case that did not do well while the target had more connections than it carries is played again,
//! too, once nothing else is played.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::{Id, JoinError, JoinSet};

use super::{
    CaseLoad, CaseResult, ConnectError, Keeper, RunError, RunEvent, Shortage, Summary, TargetGone,
    order::Cases,
    server::{Attempt, Played, Shared},
};
use crate::{
    case::{Case, CaseId},
    judge::{self, NotPlayed},
    protocol::Role,
    transcript::Transcript,
};

/// How long cases may be played again in all, one at a time, to find out what the target died of, and
/// what it does without company.
const AGAIN_PATIENCE: Duration = Duration::from_secs(60);

/// How often in a row there may be no connection before the company that these attempts had is not
/// taken for the reason.
const REFUSALS_MAX: usize = 8;

/// How far a run has come.
pub(super) struct Course<'a> {
    shared: Arc<Shared>,
    keeper: &'a mut Keeper,
    started: Instant,
    summary: Summary,
    /// Cases that are over, of which it is not known yet whether the target outlived them.
    held: Vec<Played>,
    /// Cases that have to be played again without company.
    again: VecDeque<Played>,
    /// Those of them and of earlier ones, none of which is played again twice.
    played_again: HashSet<CaseId>,
    /// How long there still is for that.
    again_left: Duration,
    /// Why this machine could not make a single connection.
    shortage: Option<Shortage>,
    target: State,
    /// Why a case got no connection the last time that one got none.
    no_connection: Option<ConnectError>,
}

/// What is known of the target.
enum State {
    /// It is there, as far as we know.
    Up,
    /// It went away, in this way.
    Down(String),
    /// It will not come back.
    Gone,
}

/// Cases that are played together.
#[derive(Default)]
struct Together {
    waiting: VecDeque<Arc<Case>>,
    tasks: JoinSet<Attempt>,
    playing: HashMap<Id, Arc<Case>>,
    target_is_gone: bool,
    /// A connection was not made, perhaps because of the others: until one is, there is one at a time.
    is_crowded: bool,
    /// How often that was so in a row.
    refusals: usize,
}

impl<'a> Course<'a> {
    /// Of a run that was started then.
    pub(super) fn new(shared: Arc<Shared>, keeper: &'a mut Keeper, started: Instant) -> Self {
        Self {
            shared,
            keeper,
            started,
            summary: Summary::default(),
            held: Vec::new(),
            again: VecDeque::new(),
            played_again: HashSet::new(),
            again_left: AGAIN_PATIENCE,
            shortage: None,
            target: State::Up,
            no_connection: None,
        }
    }

    /// Plays these cases together. Those with which the target goes away, and those that did not do well
    /// because it had too many connections, are played once more, one at a time.
    pub(super) async fn play(&mut self, cases: Cases) {
        self.play_all(VecDeque::from(cases)).await;
        while let Some(earlier) = self.again.pop_front() {
            if self.again_left.is_zero() || self.shared.stop.is_stopped() {
                self.hold(earlier);
                continue;
            }
            let began = Instant::now();
            self.shared.places.are_free().await;
            self.play_all(VecDeque::from([earlier.result.case])).await;
            self.again_left = self.again_left.saturating_sub(began.elapsed());
        }
    }

    async fn play_all(&mut self, mut left: VecDeque<Arc<Case>>) {
        while !left.is_empty() && !self.shared.stop.is_stopped() {
            if self.shortage.is_some() || !self.is_up().await {
                return self.lose(left);
            }
            left = self.play_together(left).await;
            if matches!(self.target, State::Down(_)) {
                self.examine().await;
            }
        }
    }

    /// How the run went, now that there is nothing more to play.
    ///
    /// # Errors
    /// The target went away for good, or this machine cannot make connections.
    pub(super) async fn finish(mut self) -> Result<Summary, RunError> {
        let is_doubtful = match self.keeper.is_ours() {
            true => !self.held.is_empty(),
            // (A connection more than the cases need is not for others' servers without a reason.)
            false => self.held.iter().any(|held| held.result.is_cut_off()),
        };
        let asks = is_doubtful && !self.shared.stop.is_stopped();
        if asks && !self.sees_target().await {
            self.examine().await;
        }
        for played in std::mem::take(&mut self.held) {
            self.tell(played.result);
        }
        self.summary.duration = self.started.elapsed();
        self.summary.interrupted = self.shared.stop.is_stopped();
        self.summary.left_down = matches!(self.target, State::Down(_));
        self.summary.served = self.shared.places.found();
        match (self.shortage, self.target) {
            (Some(shortage), _) => Err(shortage.into()),
            (None, State::Gone) => Err(TargetGone.into()),
            (None, State::Up | State::Down(_)) => Ok(self.summary),
        }
    }

    /// Gives back the cases that were not played: the target was gone, or the run was stopped.
    async fn play_together(&mut self, cases: VecDeque<Arc<Case>>) -> VecDeque<Arc<Case>> {
        let shared = Arc::clone(&self.shared);
        let mut together = Together { waiting: cases, ..Together::default() };
        let mut place = pin!(shared.places.take());
        while together.goes_on(&shared) {
            let may_begin = together.may_begin(&shared);
            tokio::select! {
                biased;
                Some(ended) = together.tasks.join_next_with_id() => self.note(ended, &mut together),
                () = self.keeper.ended(), if !together.target_is_gone => {
                    together.target_is_gone = true;
                }
                taken = &mut place, if may_begin => {
                    place.set(shared.places.take());
                    if let Some(case) = together.waiting.pop_front() {
                        let play = Arc::clone(&shared).play(Arc::clone(&case), taken);
                        together.playing.insert(together.tasks.spawn(play).id(), case);
                    }
                }
            }
        }
        if together.target_is_gone {
            self.target = State::Down(self.keeper.says_how().await);
        }
        together.waiting
    }

    fn note(&mut self, ended: Result<(Id, Attempt), JoinError>, together: &mut Together) {
        match ended {
            Ok((id, attempt)) => {
                together.playing.remove(&id);
                match attempt {
                    Attempt::Played(played) => {
                        together.refusals = 0;
                        together.is_crowded = false;
                        self.take(*played);
                    }
                    Attempt::NotConnected(case, error, load) => {
                        together.target_is_gone |= together.is_refused(case, load);
                        self.no_connection = Some(error);
                    }
                    Attempt::Short(case, shortage, load) => {
                        if together.is_refused(case, load) {
                            self.shortage = Some(shortage);
                        }
                    }
                }
            }
            // A defect of ours must not leave a hole in the report.
            Err(error) => {
                let reason = "wspec broke down while it played the case; please report that";
                if let Some(case) = together.playing.remove(&error.id()) {
                    self.tell_not_played(case, reason.to_owned());
                }
            }
        }
    }

    /// Puts a case aside that is to be played again, and keeps any other.
    fn take(&mut self, played: Played) {
        let again = played.is_overloaded() && !self.shared.stop.is_stopped();
        if again && self.played_again.insert(played.result.case.id.clone()) {
            self.again.push_back(played);
        } else {
            self.hold(played);
        }
    }

    /// Keeps a case until its successors show that the target outlived it, and tells those of
    /// which it shows that.
    fn hold(&mut self, played: Played) {
        if played.is_answered() {
            let outlived = |earlier: &mut Played| earlier.over <= played.began;
            let told: Vec<Played> = self.held.extract_if(.., outlived).collect();
            for earlier in told {
                self.tell(earlier.result);
            }
        }
        self.held.push(played);
    }

    /// Finds out which of the cases that are held the target went away with.
    async fn examine(&mut self) {
        let mut suspects = std::mem::take(&mut self.held);
        suspects.extend(self.again.drain(..));
        suspects.sort_by_key(|suspect| suspect.over);
        let has_company = suspects.len() > 1;
        let most_open = suspects.iter().map(|suspect| suspect.result.load.open).max();
        let mut is_explained = false;
        // The last ones are the likely ones.
        while let Some(suspect) = suspects.pop() {
            let began = Instant::now();
            if self.again_left.is_zero() {
                self.summary.unexamined += 1;
                self.tell_suspect(suspect, has_company);
                continue;
            }
            let goes_on =
                !self.shared.stop.is_stopped() && self.shortage.is_none() && self.is_up().await;
            if !goes_on {
                self.tell_suspect(suspect, has_company);
                continue;
            }
            let case = Arc::clone(&suspect.result.case);
            let not_played = self.play_together(VecDeque::from([case])).await;
            if !not_played.is_empty() {
                // It got no connection, so it is not to blame.
                suspects.push(suspect);
                continue;
            }
            if matches!(self.target, State::Up) && !self.shared.stop.is_stopped() {
                // Otherwise the next one would be blamed for what this one did.
                self.sees_target().await;
            }
            self.again_left = self.again_left.saturating_sub(began.elapsed());
            for again in std::mem::take(&mut self.held) {
                match &self.target {
                    State::Down(how) => {
                        let how = how.clone();
                        is_explained = true;
                        self.tell_culprit(again.result, &how);
                    }
                    _ => self.tell(again.result),
                }
            }
        }
        if !is_explained && !matches!(self.target, State::Gone) {
            self.summary.unexplained += 1;
            // Perhaps it was all of them together, and it would be again.
            if let Some(most_open) = most_open.filter(|most_open| *most_open > 1) {
                self.shared.places.limit_to(most_open / 2);
            }
        }
    }

    /// Looks whether the target is still there, and stays. Who stops the run does not wait for that.
    async fn sees_target(&mut self) -> bool {
        let mut stop = self.shared.stop.clone();
        let (target, route) = (&self.shared.run.target, &self.shared.route);
        let is_alive = tokio::select! {
            biased;
            () = stop.stopped() => return true,
            is_alive = self.keeper.sees_it_live_on(target, route) => is_alive,
        };
        if !is_alive {
            self.target = State::Down(self.keeper.says_how().await);
        }
        is_alive
    }

    /// Whether the target is there, perhaps again.
    async fn is_up(&mut self) -> bool {
        let how = match &self.target {
            State::Up => return true,
            State::Gone => return false,
            State::Down(how) => how.clone(),
        };
        let mut stop = self.shared.stop.clone();
        let (target, route) = (&self.shared.run.target, &self.shared.route);
        let is_back = tokio::select! {
            biased;
            () = stop.stopped() => return false,
            is_back = self.keeper.brings_back(target, route) => is_back,
        };
        if is_back {
            self.target = State::Up;
            self.shared.tell(RunEvent::TargetCameBack(how));
        } else {
            self.target = State::Gone;
        }
        is_back
    }

    /// The target is gone for good, and these cases with it.
    fn lose(&mut self, cases: VecDeque<Arc<Case>>) {
        if !self.shared.stop.is_stopped() {
            let reason = match (&self.shortage, &self.no_connection) {
                (Some(shortage), _) => shortage.to_string(),
                (None, Some(error)) => error.to_string(),
                (None, None) => TargetGone.to_string(),
            };
            for case in cases {
                self.tell_not_played(case, reason.clone());
            }
        }
    }

    /// What came of a suspect at first has to do, as it cannot be played again.
    fn tell_suspect(&mut self, suspect: Played, has_company: bool) {
        let is_gone = matches!(self.target, State::Gone);
        let mut result = suspect.result;
        if is_gone && has_company && result.is_cut_off() {
            // The target may have died of any of them.
            result.judgement = judge::not_played(NotPlayed::Error(TargetGone.to_string()));
        }
        self.tell(result);
    }

    fn tell_culprit(&mut self, result: CaseResult, how: &str) {
        let judgement = judge::ended_testee(&result.case, &result.transcript, how);
        self.tell(CaseResult { judgement, ..result });
    }

    fn tell_not_played(&mut self, case: Arc<Case>, reason: String) {
        self.tell(CaseResult {
            case,
            transcript: Transcript::never_connected(Role::Client, 0),
            judgement: judge::not_played(NotPlayed::Error(reason)),
            load: CaseLoad::ALONE,
            not_running: Duration::ZERO,
            earlier: None,
        });
    }

    fn tell(&mut self, result: CaseResult) {
        let verdict = result.judgement.verdict;
        *self.summary.verdicts.entry(verdict).or_default() += 1;
        self.shared.tell(RunEvent::CaseFinished(Box::new(result)));
    }
}

impl Together {
    fn may_begin(&self, shared: &Shared) -> bool {
        let is_over = self.target_is_gone || shared.stop.is_stopped();
        let is_crowded = self.is_crowded && !self.tasks.is_empty();
        !self.waiting.is_empty() && !is_over && !is_crowded
    }

    fn goes_on(&self, shared: &Shared) -> bool {
        !self.tasks.is_empty() || self.may_begin(shared)
    }

    /// There was no connection for a case, with this load. Says whether others of ours cannot be the
    /// reason.
    fn is_refused(&mut self, case: Arc<Case>, load: CaseLoad) -> bool {
        self.waiting.push_front(case);
        self.refusals += 1;
        self.is_crowded = true;
        load.open == 1 || self.refusals >= REFUSALS_MAX
    }
}
