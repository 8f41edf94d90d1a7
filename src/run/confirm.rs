//! A verdict that rests on time is confirmed before it is told: its case is played again alone and
//! with more patience. What a busy machine, or too many connections at once, did to the first play
//! is then no testee's fault.
//!
//! A testee that never does something fails many cases in the same way. Of each kind a few are played
//! again alone; if all of them come to the same, the others that would fail are played again together,
//! a few at a time. All that has a bound in time: what is not played again by then is told as it is, and that is
//! said.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{CaseResult, Keeper, Play, RunError, RunEvent, ServerRun, Stop, Summary};
use crate::{
    case::Case,
    judge::{NotPlayed, RestsOn, Verdict, fails, not_played, rests_on_time},
    play::Patience,
};

/// Cases of a kind that are played again alone before the others are played together.
const SAMPLE: usize = 4;

/// How long cases are played again alone, in all. The rest is played together.
const ALONE_FOR: Duration = Duration::from_secs(120);

/// How long cases are played again together, in all. Verdicts of a kind that has been confirmed all
/// along then stand.
const TOGETHER_FOR: Duration = Duration::from_secs(60);

/// Cases that are played again between two looks at the time: alone, and together.
const ROUND: usize = 8;
const ROUND_TOGETHER: usize = 64;

/// Connections at once where cases are played again together, on this machine and elsewhere.
const TOGETHER_HERE: usize = 16;
const TOGETHER_ELSEWHERE: usize = 4;

/// A result that rests on time.
#[derive(Debug)]
pub struct Doubt {
    /// On what.
    pub rests_on: RestsOn,
    /// What came of the case.
    pub result: CaseResult,
}

impl Doubt {
    /// The doubt about a result; the result back if there is none.
    ///
    /// # Errors
    /// The result, if its verdict does not rest on time.
    pub fn about(result: CaseResult) -> Result<Self, Box<CaseResult>> {
        match rests_on_time(&result.case, &result.transcript, &result.judgement) {
            // Most testees wait for the end of a message before they say that it is invalid, which
            // is right. Only Autobahn says something about it.
            Some(RestsOn::Pause)
                if result.judgement.verdict < Verdict::NonStrict && result.is_evidence() =>
            {
                Err(Box::new(result))
            }
            Some(rests_on) => Ok(Self { rests_on, result }),
            None => Err(Box::new(result)),
        }
    }

    /// A few doubts of each kind, from all over it, and the others.
    #[must_use]
    pub fn sample<T>(doubts: Vec<T>, rests_on: fn(&T) -> RestsOn) -> (Vec<T>, Vec<T>) {
        let mut sizes: BTreeMap<RestsOn, usize> = BTreeMap::new();
        for doubt in &doubts {
            *sizes.entry(rests_on(doubt)).or_default() += 1;
        }
        let mut met: BTreeMap<RestsOn, usize> = BTreeMap::new();
        doubts.into_iter().partition(|doubt| {
            let number = met.entry(rests_on(doubt)).or_default();
            let size = sizes[&rests_on(doubt)];
            let parts = |number: usize| number * SAMPLE.min(size) / size;
            *number += 1;
            parts(*number) > parts(*number - 1)
        })
    }

    /// What to tell of the case, now that it was played again.
    #[must_use]
    pub fn settled_by(self, again: CaseResult) -> CaseResult {
        let first = self.result;
        if !first.is_evidence() || first.judgement.verdict == again.judgement.verdict {
            return again;
        }
        let earlier = Play { transcript: first.transcript, judgement: first.judgement };
        CaseResult { earlier: Some(Box::new(earlier)), ..again }
    }

    /// What to tell of the case if the run was interrupted before it was played again: to go on with
    /// the run later is to play it.
    #[must_use]
    pub fn left_open(self) -> CaseResult {
        CaseResult { judgement: not_played(NotPlayed::Interrupted), ..self.result }
    }
}

impl ServerRun {
    /// Plays the cases, and those once more whose verdict rests on time, before their verdict is told.
    ///
    /// # Errors
    /// The target went away for good; every case that it took with it has been told as an error.
    pub async fn play_confirmed(
        self,
        keeper: &mut Keeper,
        events: UnboundedSender<RunEvent>,
        stop: Stop,
    ) -> Result<Summary, RunError> {
        let mut confirming = Confirming {
            run: self.clone(),
            keeper,
            stop,
            events,
            summary: Summary::default(),
            contradicted: BTreeSet::new(),
        };
        let mut doubts = Vec::new();
        let mut certain = Vec::new();
        let played = confirming
            .play(self, &mut |result| match Doubt::about(result) {
                Ok(doubt) => {
                    doubts.push(doubt);
                    None
                }
                Err(result) => {
                    certain.push(result.judgement.verdict);
                    Some(*result)
                }
            })
            .await;
        for verdict in certain {
            confirming.count(verdict);
        }
        match played {
            Ok(()) => {
                confirming.confirm(doubts).await?;
                Ok(confirming.summary)
            }
            Err(gone) => {
                // There is nobody to play with again.
                doubts.into_iter().for_each(|doubt| confirming.tell(doubt.result));
                Err(gone)
            }
        }
    }
}

/// A run whose doubts are being settled.
struct Confirming<'a> {
    run: ServerRun,
    keeper: &'a mut Keeper,
    stop: Stop,
    events: UnboundedSender<RunEvent>,
    summary: Summary,
    /// Kinds of which a case came to something else when it was played again.
    contradicted: BTreeSet<RestsOn>,
}

/// How cases are played again.
enum Again {
    Alone,
    Together,
}

impl Confirming<'_> {
    async fn confirm(&mut self, doubts: Vec<Doubt>) -> Result<(), RunError> {
        if doubts.is_empty() {
            return Ok(());
        }
        if !self.stop.is_stopped() {
            let _ = self.events.send(RunEvent::Confirming(doubts.len()));
        }
        let began = Instant::now();
        let (sample, rest) = Doubt::sample(doubts, |doubt| doubt.rests_on);
        self.settle(sample, Again::Alone).await?;
        let (mut open, mut likely): (Vec<Doubt>, Vec<Doubt>) =
            rest.into_iter().partition(|doubt| self.contradicted.contains(&doubt.rests_on));
        while !open.is_empty() && began.elapsed() < ALONE_FOR {
            let round = open.drain(..open.len().min(ROUND)).collect();
            self.settle(round, Again::Alone).await?;
        }
        likely.extend(open);
        // What fails nobody stands once its kind has been confirmed, if it is evidence at all.
        let (tolerable, mut likely): (Vec<Doubt>, Vec<Doubt>) =
            likely.into_iter().partition(|it| {
                !fails(&it.result.judgement)
                    && it.result.is_evidence()
                    && !self.contradicted.contains(&it.rests_on)
            });
        tolerable.into_iter().for_each(|doubt| self.tell(doubt.result));
        let began = Instant::now();
        while !likely.is_empty() && (self.stop.is_stopped() || began.elapsed() < TOGETHER_FOR) {
            let round = likely.drain(..likely.len().min(ROUND_TOGETHER)).collect();
            self.settle(round, Again::Together).await?;
        }
        if !likely.is_empty() {
            let _ = self.events.send(RunEvent::LeftUnconfirmed(likely.len()));
            likely.into_iter().for_each(|doubt| self.tell(doubt.result));
        }
        Ok(())
    }

    /// Plays these cases again, and tells what came of them.
    async fn settle(&mut self, doubts: Vec<Doubt>, how: Again) -> Result<(), RunError> {
        if doubts.is_empty() {
            return Ok(());
        }
        let cases = doubts.iter().map(|doubt| doubt.result.case.clone()).collect();
        let mut again = BTreeMap::new();
        let played = match self.stop.is_stopped() {
            true => Ok(()),
            false => {
                let run = self.again(cases, &how);
                self.play(run, &mut |result| {
                    again.insert(result.case.id.clone(), result);
                    None
                })
                .await
            }
        };
        for doubt in doubts {
            let result = match again.remove(&doubt.result.case.id) {
                Some(again) if again.judgement.verdict != Verdict::Error => {
                    let rests_on = doubt.rests_on;
                    let told = doubt.result.judgement.verdict;
                    if again.judgement.verdict != told {
                        self.contradicted.insert(rests_on);
                    }
                    doubt.settled_by(again)
                }
                _ if self.stop.is_stopped() => doubt.left_open(),
                // It is gone, and what it did before stands.
                _ => doubt.result,
            };
            self.tell(result);
        }
        played
    }

    fn again(&self, cases: Vec<Arc<Case>>, how: &Again) -> ServerRun {
        let run = self.run.clone();
        let together = if run.target.is_loopback() { TOGETHER_HERE } else { TOGETHER_ELSEWHERE };
        let (jobs, patience): (usize, Patience) = match how {
            Again::Alone => (1, run.patience.longer()),
            Again::Together => (together, run.patience),
        };
        ServerRun { cases, pace: run.pace.with_jobs(jobs.min(run.pace.open)), patience, ..run }
    }

    /// Plays a run. What `take` gives back of its results is told, as is all else.
    async fn play(
        &mut self,
        run: ServerRun,
        take: &mut dyn FnMut(CaseResult) -> Option<CaseResult>,
    ) -> Result<(), RunError> {
        let (sender, mut heard) = unbounded_channel();
        let events = self.events.clone();
        let listening = async {
            while let Some(event) = heard.recv().await {
                let told = match event {
                    RunEvent::CaseFinished(result) => {
                        take(*result).map(|result| RunEvent::CaseFinished(Box::new(result)))
                    }
                    other => Some(other),
                };
                // Nobody listens any more: then nobody wants to know.
                told.into_iter().for_each(|event| drop(events.send(event)));
            }
        };
        let playing = run.play_kept(self.keeper, sender, self.stop.clone());
        let (played, ()) = tokio::join!(playing, listening);
        let played = played?;
        self.summary.duration += played.duration;
        self.summary.interrupted = played.interrupted;
        self.summary.unexplained += played.unexplained;
        self.summary.unexamined += played.unexamined;
        // (What it carries shows where it has much to carry: at first.)
        self.summary.served = self.summary.served.or(played.served);
        self.summary.left_down = played.left_down;
        Ok(())
    }

    fn tell(&mut self, result: CaseResult) {
        self.count(result.verdict());
        let _ = self.events.send(RunEvent::CaseFinished(Box::new(result)));
    }

    fn count(&mut self, verdict: Verdict) {
        *self.summary.verdicts.entry(verdict).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::CaseLoad, *};
    use crate::{case::embedded_cases, judge::judge, protocol::Role, transcript::Transcript};

    fn result(verdict: Verdict, not_running: Duration) -> CaseResult {
        let case = Arc::new(embedded_cases().cases[0].clone());
        let transcript = Transcript::never_connected(Role::Client, 0);
        let mut judgement = judge(&case, &transcript);
        judgement.verdict = verdict;
        let load = CaseLoad::ALONE;
        CaseResult { case, transcript, judgement, load, not_running, earlier: None }
    }

    #[track_caller]
    fn settled(first: Verdict, not_running: Duration, again: Verdict) -> Verdict {
        let doubt = Doubt { rests_on: RestsOn::NoReaction, result: result(first, not_running) };
        doubt.settled_by(result(again, Duration::ZERO)).verdict()
    }

    #[test]
    fn two_plays_that_differ_are_flaky_but_not_if_the_first_is_no_evidence() {
        let missed = Duration::from_millis(40);
        assert_eq!(settled(Verdict::Fail, Duration::ZERO, Verdict::Fail), Verdict::Fail);
        assert_eq!(settled(Verdict::Fail, Duration::ZERO, Verdict::Pass), Verdict::Flaky);
        assert_eq!(settled(Verdict::Fail, missed, Verdict::Pass), Verdict::Pass);
        assert_eq!(settled(Verdict::Fail, missed, Verdict::Fail), Verdict::Fail);
        let mut strained = result(Verdict::Fail, Duration::ZERO);
        strained.load.is_strained = true;
        let doubt = Doubt { rests_on: RestsOn::DroppedHandshake, result: strained };
        let settled = doubt.settled_by(result(Verdict::Pass, Duration::ZERO));
        assert_eq!(settled.verdict(), Verdict::Pass);
    }

    #[test]
    fn a_sample_has_a_few_of_each_kind_from_all_over_it() {
        let numbers = 0..43;
        let kind = |number: &i32| match number {
            0..3 => RestsOn::Pause,
            _ => RestsOn::NoReaction,
        };
        let (sample, rest) = Doubt::sample(numbers.collect(), kind);
        assert_eq!(sample, [0, 1, 2, 12, 22, 32, 42]);
        assert_eq!(sample.len() + rest.len(), 43);
    }
}
