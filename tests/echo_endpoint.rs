//! Our echo endpoint and our own verdicts: a correct endpoint passes, a defective one is caught.

mod simulation;

use std::{sync::Arc, thread};

use simulation::Connection;
use wspec::{
    case::{Case, Profile, embedded_cases},
    judge::{Across, Behavior, Verdict, judge, judge_in_run},
    play::Patience,
    protocol::Role,
    testee::{Conduct, Defect, Gravity},
    words,
};

/// One case of each offer.
const COMPRESSION: [&str; 7] =
    ["13.1.3", "13.2.3", "13.3.3", "13.4.3", "13.5.3", "13.6.3", "13.7.3"];

/// The sides that a testee can be on.
const TESTEES: [Role; 2] = [Role::Server, Role::Client];

fn quick_cases() -> Vec<Arc<Case>> {
    let cases = embedded_cases().cases.iter();
    cases
        .filter(|case| case.profile == Profile::Quick && !case.handshake.is_in_clear_text())
        .cloned()
        .map(Arc::new)
        .collect()
}

/// Topics of defects that may need the cases with many compressed messages.
const OF_COMPRESSION: [&str; 5] = ["deflate", "framing", "inflating", "negotiation", "offers"];

fn case(id: &str) -> Arc<Case> {
    Arc::new(embedded_cases().get(&id.parse().unwrap()).unwrap().clone())
}

fn conduct(defect: &str) -> Conduct {
    Conduct::with(&[defect.parse().unwrap()])
}

const fn is_finding(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::NonStrict | Verdict::Fail)
}

/// What the cases find in a run with this testee, a sentence each.
fn findings<'a>(
    cases: &'a [Arc<Case>],
    testee: Role,
    conduct: &'a Conduct,
) -> impl Iterator<Item = String> + 'a {
    let mut across = Across::default();
    let cases = cases.iter().filter(move |case| case.is_for(testee));
    cases.zip(0..).filter_map(move |(case, number)| {
        let role = testee.peer();
        let patience = Patience::default();
        let connection = Connection { number, ..Connection::default() };
        let Some(transcript) = simulation::play_on(connection, case, role, conduct, patience)
        else {
            return Some(format!("{testee}: it never asked for a connection"));
        };
        let judgement = judge_in_run(case, &transcript, &mut across);
        let verdict = judgement.verdict;
        let message = words::message(&judgement, testee);
        is_finding(verdict).then(|| format!("{} as {testee}: {verdict}: {message}", case.id))
    })
}

/// Legal choices are played with one case of so many, each with others; `scripts/sensitivity` plays
/// all.
const SAMPLE: usize = 6;

/// Runs this for each defect and each side that can have it, on all cores; returns what it says.
fn for_each_defect(
    gravity: Gravity,
    examine: impl Fn(Defect, Role, &[Arc<Case>]) -> Option<String> + Sync,
) -> Vec<String> {
    let defects: Vec<Defect> = Defect::all().filter(|it| it.gravity() == gravity).collect();
    let pairs: Vec<(Defect, Role)> = defects
        .into_iter()
        .flat_map(|defect| TESTEES.map(|testee| (defect, testee)))
        .filter(|(defect, testee)| defect.is_for(*testee))
        .collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let quick = quick_cases();
    let all = [&quick[..], &COMPRESSION.map(case)].concat();
    let cases = |defect: Defect| match OF_COMPRESSION.contains(&defect.topic()) {
        true => &all[..],
        false => &quick[..],
    };
    let (pairs, examine, cases) = (&pairs, &examine, &cases);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                scope.spawn(move || {
                    let own = pairs.iter().skip(worker).step_by(cores);
                    own.filter_map(|(defect, testee)| examine(*defect, *testee, cases(*defect)))
                        .collect::<Vec<String>>()
                })
            })
            .collect();
        let said = workers.into_iter().map(|worker| worker.join().unwrap());
        said.flatten().collect()
    })
}

#[track_caller]
fn assert_none(what: &str, troubles: &[String]) {
    assert!(troubles.is_empty(), "{what}:\n{}", troubles.join("\n"));
}

#[test]
fn a_correct_endpoint_passes_every_quick_case() {
    let (cases, conduct) = (quick_cases(), Conduct::default());
    for testee in TESTEES {
        let found: Vec<String> = findings(&cases, testee, &conduct).collect();
        assert_none("a correct endpoint", &found);
    }
}

/// One case of each kind that takes long, the shortest.
#[test]
fn a_correct_endpoint_passes_compression_and_limits() {
    let ids =
        ["9.1.2", "9.2.2", "9.3.4", "9.4.5", "12.1.1", "12.2.3", "12.3.3", "12.4.5", "12.5.3"];
    let cases: Vec<Arc<Case>> = ids.into_iter().chain(COMPRESSION).map(case).collect();
    for testee in TESTEES {
        let found: Vec<String> = findings(&cases, testee, &Conduct::default()).collect();
        assert_none("a correct endpoint", &found);
    }
}

/// Those first that exercise a requirement that the defect breaks: one of them finds it soon.
fn by_relevance(cases: &[Arc<Case>], defect: Defect) -> Vec<Arc<Case>> {
    let breaks = |case: &Arc<Case>| {
        let mut exercised = case.requirements.iter();
        exercised.any(|it| defect.requirements().contains(&it.0.as_str()))
    };
    let (relevant, others): (Vec<_>, Vec<_>) = cases.iter().cloned().partition(breaks);
    [relevant, others].concat()
}

#[test]
fn every_fault_is_found() {
    let missed = for_each_defect(Gravity::Fault, |defect, testee, cases| {
        let cases = by_relevance(cases, defect);
        let found = findings(&cases, testee, &Conduct::with(&[defect])).next();
        found.is_none().then(|| format!("{defect} as {testee}"))
    });
    assert_none("no case finds", &missed);
}

#[test]
fn no_other_choice_is_held_against_an_endpoint() {
    let blamed = for_each_defect(Gravity::Choice, |defect, testee, cases| {
        let conduct = Conduct::with(&[defect]);
        let offset = defect.to_string().bytes().map(usize::from).sum::<usize>() % SAMPLE;
        let cases: Vec<_> = cases.iter().skip(offset).step_by(SAMPLE).cloned().collect();
        let found = findings(&cases, testee, &conduct).next();
        found.map(|found| format!("{defect}: {found}"))
    });
    assert_none("a legal choice is held against an endpoint", &blamed);
}

#[test]
fn who_does_not_compress_has_not_implemented_the_cases_of_compression() {
    for (testee, defect) in [(Role::Server, "declines-offers"), (Role::Client, "no-offer")] {
        let case = case("12.1.1");
        let role = testee.peer();
        let transcript =
            simulation::play(&case, role, &conduct(defect), Patience::default()).unwrap();
        let judgement = judge(&case, &transcript);
        assert_eq!(judgement.verdict, Verdict::Unimplemented, "{:?}", judgement.reasons);
        let autobahn = judgement.autobahn.unwrap();
        assert_eq!(autobahn.behavior, Behavior::Unimplemented);
        assert_eq!(autobahn.behavior_close, Behavior::Ok);
        assert_eq!(autobahn.local_close_code, Some(1000));
        assert!(!autobahn.failed_by_me);
    }
}

/// The peer waits for our Close, which we cannot send from inside a frame.
#[test]
fn who_waits_for_a_close_that_we_owe_is_not_to_blame() {
    let cases = ["6.4.3", "6.4.4"].map(case);
    let found: Vec<String> =
        findings(&cases, Role::Server, &conduct("linger-after-failing")).collect();
    assert_none("who waits for our Close", &found);
}
