//! An outcome may say how the connection should end if it is the one that fits.

mod simulation;

use std::sync::Arc;

use wspec::{
    case::{Case, SourceFile, read_cases},
    judge::{Judgement, Verdict, judge},
    play::Patience,
    protocol::Role,
    testee::Conduct,
    words,
};

/// A Ping that may be answered, and then we close; or passed over, and then the peer has to.
const EITHER: &str = r#"
chapter = "x"
title = "x"
[[case]]
id = "x.1"
title = "A Ping"
requirements = []
steps = [{ ping = "there?" }]
outcomes = [
  { verdict = "pass", saw = [{ pong = "there?" }], close = { by = "us", code = [1000] } },
  { verdict = "pass", saw = [] },
]
close = { by = "peer", code = [1002] }
"#;

fn case() -> Arc<Case> {
    let file = SourceFile { name: "x.toml", text: EITHER };
    let mut set = read_cases(&[file], &[].into()).unwrap_or_else(|error| panic!("\n{error}"));
    Arc::new(set.cases.remove(0))
}

fn judged(conduct: &Conduct) -> Judgement {
    let case = case();
    let transcript =
        simulation::play(&case, Role::Client, conduct, Patience::default()).expect("a connection");
    judge(&case, &transcript)
}

#[test]
fn the_closing_is_that_of_the_outcome_that_fits() {
    let judgement = judged(&Conduct::default());
    assert_eq!(judgement.verdict, Verdict::Pass, "{:?}", judgement.reasons);
}

#[test]
fn where_another_fits_the_case_has_the_last_word() {
    let silent = Conduct::with(&["no-pong".parse().unwrap()]);
    let judgement = judged(&silent);
    assert_eq!(judgement.verdict, Verdict::Fail);
    let message = words::message(&judgement, Role::Server);
    assert!(message.contains("it kept the connection open"), "{message}");
}
