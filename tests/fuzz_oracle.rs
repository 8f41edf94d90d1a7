//! The generator and the oracle, in memory: no false alarm about a correct endpoint, the same
//! opinion as the scripted cases, and how many defects are seen.

mod simulation;

use std::sync::Arc;

use arbitrary::Unstructured;
use wspec::{
    case::{Case, Profile, embedded_cases},
    fuzz::{
        generate::{Guide, generate, octets_of_seed},
        oracle::{Deviation, Oracle},
    },
    judge::{Verdict, judge},
    play::Patience,
    protocol::Role,
    testee::{Conduct, Defect},
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
    simulation::play_in_run(case, testee.peer(), conduct, patience, number)
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
        let found = alarms(testee, &Conduct::default(), 0..count(2000));
        let shown = found.iter().take(8).cloned().collect::<Vec<_>>();
        assert!(found.is_empty(), "{}: {}", found.len(), shown.join("\n"));
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
                let says_nothing = case.informational && grave.is_some();
                if (judgement.verdict == Verdict::Fail) != grave.is_some() && !says_nothing {
                    let direction = if grave.is_some() {
                        "oracle blames"
                    } else {
                        "case blames"
                    };
                    let entry = found
                        .entry(format!("{} {direction}", case.id))
                        .or_insert_with(|| {
                            let said = grave.map(|it| format!("{}: {}", it.reaction, it.sentence));
                            (
                                0,
                                format!("{testee} {name}: {}; {said:?}", judgement.message),
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
    let every = std::env::var("WSPEC_FUZZ_EVERY").map_or(20, |every| every.parse().unwrap());
    let defects = Defect::all().map(|it| (it.to_string(), Conduct::with(&[it])));
    let correct = ("correct".to_owned(), Conduct::default());
    let mut found = disagreements(&[correct], 1);
    found.extend(disagreements(&defects.collect::<Vec<_>>(), every));
    assert!(found.is_empty(), "{}\n{}", found.len(), found.join("\n"));
}
