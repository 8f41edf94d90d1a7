//! The generator and the oracle, in memory: no false alarm about a correct endpoint, the same
//! opinion as the scripted cases, and how many defects are seen.

mod simulation;

use std::sync::Arc;

use arbitrary::Unstructured;
use simulation::Connection;
use wspec::{
    case::{Case, Company, Outcome, OutcomeVerdict, Profile, Step, embedded_cases},
    fuzz::{
        generate::{Guide, Ingredient, generate, mutate, octets_of_seed, splice},
        oracle::{Course, Deviation, Fate, Oracle, Reaction},
    },
    judge::{Verdict, judge},
    play::Patience,
    protocol::{
        Role,
        handshake::{Asked, HandshakeViolation, check_request, check_response},
    },
    testee::{Conduct, Defect, Gravity},
    transcript::Transcript,
    words,
};

const TESTEES: [Role; 2] = [Role::Server, Role::Client];

const ECHO: Oracle = Oracle { echo: true };

fn generated(seed: u64, testee: Role) -> Arc<Case> {
    let octets = octets_of_seed(seed);
    let plan = generate(&mut Unstructured::new(&octets), &Guide::new(testee, true));
    Arc::new(plan.case)
}

/// What the oracle says of this case with an endpoint of this conduct.
fn deviations(case: &Arc<Case>, testee: Role, conduct: &Conduct, number: u64) -> Vec<Deviation> {
    let patience = Patience::default();
    simulation::play_on(
        Connection { number, ..Connection::default() },
        case,
        testee.peer(),
        conduct,
        patience,
    )
    .map_or_else(Vec::new, |transcript| ECHO.opinion(case, &transcript))
}

/// How many cases are generated for each check, unless the environment says otherwise.
fn count(usual: u64) -> u64 {
    std::env::var("WSPEC_FUZZ_CASES").map_or(usual, |count| count.parse().unwrap())
}

/// What the oracle holds against endpoints of this conduct.
fn alarms(testee: Role, conduct: &Conduct, seeds: std::ops::Range<u64>) -> Vec<String> {
    let alarm = |seed| {
        let case = generated(seed, testee);
        let found = deviations(&case, testee, conduct, seed);
        let found = found.into_iter().next()?;
        let steps = wspec::case::explain(&case);
        let steps = steps.split("Outcomes").next().unwrap_or_default();
        Some(format!(
            "seed {seed}, {testee}: {} ({}): {}\n{steps}",
            found.reaction, found.requirement, found.sentence
        ))
    };
    seeds.filter_map(alarm).collect()
}

#[test]
fn a_correct_endpoint_gives_no_alarm() {
    for testee in TESTEES {
        let found = alarms(testee, &Conduct::default(), 0..count(600));
        let shown = found.iter().take(8).cloned().collect::<Vec<_>>();
        assert!(found.is_empty(), "{}: {}", found.len(), shown.join("\n"));
    }
}

/// Why a scripted case and the oracle may well be of two minds about the same conversation.
fn why_they_may_differ(
    case: &Case,
    transcript: &Transcript,
    opinion: &[Deviation],
) -> Option<&'static str> {
    if transcript.entries_dropped > 0 {
        return Some("the transcript is cut, so that the oracle has not seen all");
    }
    let deflate = transcript.handshake.deflate();
    if Course::of(case, transcript.role, deflate).fate == Fate::Lost {
        return Some("not every receiver reads these octets in the same way");
    }
    let first = opinion.first()?;
    let of_closing = matches!(
        first.reaction,
        Reaction::CloseUnanswered | Reaction::CloseCodeWrong | Reaction::ConnectionLost
    );
    let takes_any = |outcome: &Outcome| {
        let events = outcome.saw.iter().flatten();
        outcome.saw.is_none() || events.clone().any(|event| event.optional)
    };
    if !first.is_grave() {
        // RFC 6455 §5.5.1: the code of an answer is "typically" that of the Close; §7.1.7: the one
        // that fails a connection is "appropriate".
        Some("the case is about the close code, to the oracle it is a SHOULD")
    } else if case.informational {
        Some("the case never fails")
    } else if of_closing && case.close.dropped != OutcomeVerdict::Fail {
        Some("the case is not about the closing handshake, which is a MUST all the same")
    } else if case.outcomes.iter().any(takes_any) || case.outcomes.len() > 1 {
        Some("the case takes several reactions, some of which only its purpose excuses")
    } else {
        None
    }
}

/// Disagreements between a scripted case and the oracle about these transcripts, by case.
fn disagreements(conducts: &[(String, Conduct)], every: usize) -> Vec<String> {
    let mut found = std::collections::BTreeMap::<String, (usize, String)>::new();
    for testee in TESTEES {
        let cases: Vec<Arc<Case>> = embedded_cases()
            .cases
            .iter()
            .filter(|case| case.is_for(testee) && case.profile == Profile::Quick)
            .cloned()
            .map(Arc::new)
            .collect();
        for (index, (name, conduct)) in conducts.iter().enumerate() {
            for case in cases.iter().skip(index % every).step_by(every) {
                let patience = Patience::default();
                let Some(transcript) = simulation::play(case, testee.peer(), conduct, patience)
                else {
                    continue;
                };
                let judgement = judge(case, &transcript);
                let opinion = ECHO.opinion(case, &transcript);
                let grave = opinion.iter().find(|it| it.is_grave());
                let fails = judgement.verdict == Verdict::Fail;
                let differ = fails != grave.is_some();
                if differ && why_they_may_differ(case, &transcript, &opinion).is_none() {
                    let direction = if grave.is_some() { "oracle blames" } else { "case blames" };
                    let entry =
                        found.entry(format!("{} {direction}", case.id)).or_insert_with(|| {
                            let said = grave.map(|it| format!("{}: {}", it.reaction, it.sentence));
                            (
                                0,
                                format!(
                                    "{testee} {name}: {}; {said:?}",
                                    words::message(&judgement, testee)
                                ),
                            )
                        });
                    entry.0 += 1;
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(case, (count, example))| format!("{case} ({count}): {example}"))
        .collect()
}

#[test]
fn scripted_cases_and_the_oracle_agree() {
    let every = std::env::var("WSPEC_FUZZ_EVERY").map_or(200, |every| every.parse().unwrap());
    let defects = Defect::all().map(|it| (it.to_string(), Conduct::with(&[it])));
    let correct = ("correct".to_owned(), Conduct::default());
    let mut found = disagreements(&[correct], 1);
    found.extend(disagreements(&defects.collect::<Vec<_>>(), every));
    assert!(found.is_empty(), "{}\n{}", found.len(), found.join("\n"));
}

/// All defects of this gravity, and the sides that can have them.
fn defects(gravity: Gravity) -> Vec<(Defect, Role)> {
    Defect::all()
        .filter(|it| it.gravity() == gravity)
        .flat_map(|defect| TESTEES.map(|testee| (defect, testee)))
        .filter(|(defect, testee)| defect.is_for(*testee))
        .collect()
}

#[test]
fn no_other_choice_is_held_against_an_endpoint() {
    let seeds = count(30);
    let mut found = Vec::new();
    for (defect, testee) in defects(Gravity::Choice) {
        let conduct = Conduct::with(&[defect]);
        for seed in 0..seeds {
            let case = generated(seed, testee);
            let deviations = deviations(&case, testee, &conduct, seed);
            if let Some(it) = deviations.into_iter().find(Deviation::is_grave) {
                let steps = wspec::case::explain(&case);
                let steps = steps.split("Outcomes").next().unwrap_or_default();
                found.push(format!(
                    "{defect} as {testee}, seed {seed}: {}: {}\n{steps}",
                    it.reaction, it.sentence
                ));
                break;
            }
        }
    }
    assert!(found.is_empty(), "{}: {}", found.len(), found.join("\n"));
}

/// A fifth of the defects, unless the environment asks for more cases, which is for all.
#[test]
fn most_defects_are_seen() {
    let seeds = count(150);
    let every = if seeds > 150 { 1 } else { 5 };
    let (mut seen, mut missed) = (0, Vec::new());
    for (defect, testee) in defects(Gravity::Fault).into_iter().step_by(every) {
        let conduct = Conduct::with(&[defect]);
        let first = (0..seeds).find(|seed| {
            let case = generated(*seed, testee);
            let patience = Patience::default();
            simulation::play_on(
                Connection { number: *seed, ..Connection::default() },
                &case,
                testee.peer(),
                &conduct,
                patience,
            )
            .is_none_or(|transcript| !ECHO.opinion(&case, &transcript).is_empty())
        });
        match first {
            Some(_) => seen += 1,
            None => missed.push(format!("{} {defect} as {testee}", defect.topic())),
        }
    }
    let all = seen + missed.len();
    println!("{seen} of {all} within {seeds} cases; missed:\n{}", missed.join("\n"));
    assert!(seen * 10 >= all * 8, "{seen} of {all}");
}

/// Cases to begin with: those that are small.
fn corpus(testee: Role) -> Vec<&'static Case> {
    let is_small = |case: &&Case| {
        let octets = case.steps.iter().map(|step| match step {
            Step::Frame(frame) | Step::Repeat(_, frame) => frame.payload.len(),
            Step::Message(message) => message.payload.len(),
            Step::More(payload) | Step::Octets(payload, _) => payload.len(),
            _ => 0,
        });
        octets.sum::<u64>() < 100_000 && case.company == Company::Any
    };
    let cases = embedded_cases().cases.iter();
    cases
        .filter(|case| case.is_for(testee) && case.profile == Profile::Quick)
        .filter(is_small)
        .collect()
}

#[test]
fn mutants_and_splices_give_no_alarm() {
    for testee in TESTEES {
        let corpus = corpus(testee);
        let guide = Guide::new(testee, true);
        for seed in 0..count(500) {
            let octets = octets_of_seed(seed);
            let mut source = Unstructured::new(&octets);
            let at = |number: u64| corpus[number as usize % corpus.len()];
            let one = at(seed * 7919);
            let plan = match seed % 2 {
                0 => mutate(one, &mut source, &guide),
                _ => splice(one, at(seed * 104_729), &mut source, &guide),
            };
            let case = Arc::new(plan.case);
            let found = deviations(&case, testee, &Conduct::default(), seed);
            let grave = found.iter().find(|it| it.is_grave());
            assert!(
                grave.is_none(),
                "seed {seed}, {testee}, {}: {found:#?}\n{}",
                one.id,
                wspec::case::explain(&case)
            );
        }
    }
}

/// A testee that need not echo is judged by its Pongs and its closing.
#[test]
fn an_endpoint_that_is_not_to_echo_gives_no_alarm() {
    let oracle = Oracle { echo: false };
    for testee in TESTEES {
        for seed in 0..count(300) {
            let octets = octets_of_seed(seed);
            let guide = Guide::new(testee, false);
            let case = Arc::new(generate(&mut Unstructured::new(&octets), &guide).case);
            let (conduct, patience) = (Conduct::default(), Patience::default());
            let transcript = simulation::play_on(
                Connection { number: seed, ..Connection::default() },
                &case,
                testee.peer(),
                &conduct,
                patience,
            )
            .unwrap();
            let found = oracle.opinion(&case, &transcript);
            assert!(
                found.is_empty(),
                "seed {seed}, {testee}: {found:#?}\n{}",
                wspec::case::explain(&case)
            );
        }
    }
}

/// A finding is written as a case with its expectation: that case has to fail as well.
#[test]
fn what_the_oracle_holds_against_an_endpoint_fails_the_case() {
    let mut differ = Vec::new();
    for (number, (defect, testee)) in (0_u64..).zip(defects(Gravity::Fault)) {
        let conduct = Conduct::with(&[defect]);
        let seeds = count(2);
        for seed in number * seeds..(number + 1) * seeds {
            let case = generated(seed, testee);
            let patience = Patience::default();
            let transcript = simulation::play_on(
                Connection { number: seed, ..Connection::default() },
                &case,
                testee.peer(),
                &conduct,
                patience,
            );
            let Some(transcript) = transcript else {
                continue;
            };
            let opinion = ECHO.opinion(&case, &transcript);
            let judgement = judge(&case, &transcript);
            let grave = opinion.first().filter(|it| it.is_grave());
            if grave.is_some() != (judgement.verdict == Verdict::Fail) {
                differ.push(format!(
                    "{defect} as {testee}, seed {seed}: {:?}; {}: {}",
                    opinion.first().map(|it| (it.reaction.to_string(), it.sentence.clone())),
                    judgement.verdict,
                    words::message(&judgement, testee)
                ));
            }
        }
    }
    assert!(differ.is_empty(), "{}: {}", differ.len(), differ.join("\n"));
}

/// Unusual heads are right, and wrong ones wrong, in the eyes of those who check a testee's.
#[test]
fn openings_are_what_they_say() {
    for testee in TESTEES {
        let mut guide = Guide::new(testee, true);
        guide.weights.set(Ingredient::PlainOpening, 0);
        for seed in 0..count(500) {
            let octets = octets_of_seed(seed);
            let plan = generate(&mut Unstructured::new(&octets), &guide);
            let case = Arc::new(plan.case);
            let (conduct, patience) = (Conduct::default(), Patience::default());
            let transcript = simulation::play_on(
                Connection { number: seed, ..Connection::default() },
                &case,
                testee.peer(),
                &conduct,
                patience,
            )
            .unwrap();
            let handshake = &transcript.handshake;
            let request = handshake.request.as_bytes();
            let is_wrong = match testee {
                Role::Server => {
                    let violations = check_request(request).violations;
                    HandshakeViolation::first_lethal(&violations).is_some()
                }
                Role::Client => {
                    let response = handshake.response.as_bytes();
                    let check = check_response(&Asked::by(request), response);
                    check.refusal().is_some()
                }
            };
            if plan.ingredients.contains(&Ingredient::OddOpening) {
                assert!(!is_wrong, "seed {seed}, {testee}: {handshake:#?}");
            } else if plan.ingredients.contains(&Ingredient::WrongOpening) {
                assert!(is_wrong, "seed {seed}, {testee}: {handshake:#?}");
            }
        }
    }
}
