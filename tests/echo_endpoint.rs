//! Our echo endpoint and our own verdicts: a correct endpoint passes, a defective one is caught.

mod simulation;

use std::sync::Arc;

use wspec::{
    case::{Case, Profile, embedded_cases},
    judge::{Behavior, Verdict, judge},
    play::Patience,
    protocol::Role,
    testee::{Conduct, Defect},
};

/// Other conduct that RFC 6455 leaves to the endpoint.
const HARMLESS: [Defect; 13] = [
    Defect::NoCompression,
    Defect::PingAtOnce,
    Defect::PongAtOnce,
    Defect::TwoPongs,
    Defect::Utf8AtFrameEnd,
    Defect::Utf8AtMessageEnd,
    Defect::FailWithoutCode,
    Defect::LingerAfterFailing,
    Defect::ForgetfulError,
    Defect::ReplyWithoutCode,
    Defect::EchoInFragments,
    Defect::ReplyWith1001,
    Defect::CloseAfterEcho,
];

/// What a client cannot do wrong: to close TCP and to agree to anything is for the server.
const ONLY_OF_SERVERS: [Defect; 3] = [
    Defect::NoTcpClose,
    Defect::UnaskedSubprotocol,
    Defect::UnaskedExtension,
];

/// One case of each offer.
const COMPRESSION: [&str; 7] = [
    "13.1.3", "13.2.3", "13.3.3", "13.4.3", "13.5.3", "13.6.3", "13.7.3",
];

const ROLES: [Role; 2] = [Role::Client, Role::Server];

fn quick_cases() -> Vec<Arc<Case>> {
    let cases = embedded_cases().cases.iter();
    cases
        .filter(|case| case.profile == Profile::Quick)
        .cloned()
        .map(Arc::new)
        .collect()
}

fn case(id: &str) -> Arc<Case> {
    Arc::new(embedded_cases().get(&id.parse().unwrap()).unwrap().clone())
}

/// Our verdict and why, if there is a connection to judge.
fn verdict(case: &Arc<Case>, role: Role, conduct: &Conduct) -> (Verdict, String) {
    match simulation::play(case, role, conduct, Patience::default()) {
        Some(transcript) => {
            let judgement = judge(case, &transcript);
            (judgement.verdict, judgement.message)
        }
        None => (Verdict::Fail, "it never asked for a connection".to_owned()),
    }
}

fn assert_flawless(cases: &[Arc<Case>], conduct: &Conduct, what: &str) {
    for role in ROLES {
        for case in cases.iter().filter(|case| case.is_for(role.peer())) {
            let (verdict, message) = verdict(case, role, conduct);
            let good = matches!(verdict, Verdict::Pass | Verdict::Informational);
            assert!(good, "{} as {role}, {what}: {verdict}: {message}", case.id);
        }
    }
}

#[test]
fn a_correct_endpoint_passes_every_quick_case() {
    assert_flawless(&quick_cases(), &Conduct::default(), "correct endpoint");
}

/// One case of each kind that takes long, the shortest.
#[test]
fn a_correct_endpoint_passes_compression_and_limits() {
    let ids = [
        "9.1.2", "9.2.2", "9.3.4", "9.4.5", "12.1.1", "12.2.3", "12.3.3", "12.4.5", "12.5.3",
    ];
    let parameters = (1..=7).map(|offer| format!("13.{offer}.3"));
    let ids = ids.map(str::to_owned).into_iter().chain(parameters);
    let cases: Vec<Arc<Case>> = ids.map(|id| case(&id)).collect();
    assert_flawless(&cases, &Conduct::default(), "correct endpoint");
}

#[test]
fn every_other_defect_is_noticed_in_both_roles() {
    let mut cases = quick_cases();
    // Those that show how the testee compresses, the shortest of each kind.
    cases.extend(COMPRESSION.map(case));
    let mut surprises = Vec::new();
    for defect in Defect::ALL
        .iter()
        .filter(|defect| !HARMLESS.contains(defect))
    {
        let conduct = Conduct::with(&[*defect]);
        for role in ROLES {
            let mut cases = cases.iter().filter(|case| case.is_for(role.peer()));
            let noticed = cases.any(|case| {
                matches!(
                    verdict(case, role, &conduct).0,
                    Verdict::NonStrict | Verdict::Fail
                )
            });
            let possible = role == Role::Client || !ONLY_OF_SERVERS.contains(defect);
            if noticed != possible {
                surprises.push(format!("{defect} as {role}: noticed {noticed}"));
            }
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
}

#[test]
fn who_does_not_compress_has_not_implemented_the_cases_of_compression() {
    for role in ROLES {
        let case = case("12.1.1");
        let conduct = Conduct::with(&[Defect::NoCompression]);
        let transcript = simulation::play(&case, role, &conduct, Patience::default()).unwrap();
        let judgement = judge(&case, &transcript);
        assert_eq!(
            judgement.verdict,
            Verdict::Unimplemented,
            "{}",
            judgement.message
        );
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
    let conduct = Conduct::with(&[Defect::LingerAfterFailing]);
    for id in ["6.4.3", "6.4.4"] {
        let (verdict, message) = verdict(&case(id), Role::Client, &conduct);
        assert_eq!(verdict, Verdict::Pass, "{id}: {message}");
    }
}
