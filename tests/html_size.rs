//! `report.html` stays small: a full run of three agents fits into two megabytes.

mod simulation;

use std::sync::Arc;

use wspec::{
    case::{Case, Profile, RunProfile, embedded_cases},
    coverage,
    judge::judge,
    play::Patience,
    protocol::Role,
    report::{AgentReport, Bar, CaseReport, Report, Run, html},
    testee::Conduct,
};

/// Octets of a page with all cases and three agents.
const WHOLE: usize = 2_000_000;

/// An agent that played these cases in memory.
fn agent(name: &str, conduct: &Conduct, cases: &[Arc<Case>]) -> AgentReport {
    let cases = cases.iter().filter_map(|case| {
        let transcript = simulation::play(case, Role::Client, conduct, Patience::default())?;
        Some(CaseReport::new(case, judge(case, &transcript), transcript))
    });
    AgentReport {
        agent: name.to_owned(),
        url: "ws://127.0.0.1:9001/".to_owned(),
        cases: cases.collect(),
    }
}

/// Plays the quick cases, which do not take minutes; their page may have their share of the octets.
#[test]
fn three_agents_fit_into_two_megabytes() {
    let all = embedded_cases().cases.iter();
    let all: Vec<&Case> = all.filter(|case| case.is_for(Role::Server)).collect();
    let quick = all
        .iter()
        .filter(|case| case.profile == Profile::Quick && !case.handshake.is_in_clear_text());
    let quick: Vec<Arc<Case>> = quick.map(|case| Arc::new((*case).clone())).collect();
    let defect = |name: &str| Conduct::with(&[name.parse().unwrap()]);
    let run = Run {
        started_unix_ms: 0,
        duration_ms: 1,
        role: Role::Client,
        profile: RunProfile::Quick,
        seed: 1,
        interrupted: false,
        left_out: None,
        insecure: false,
    };
    let agents = vec![
        agent("right", &Conduct::default(), &quick),
        agent("without Pongs", &defect("no-pong"), &quick),
        agent("with RSV2", &defect("rsv2-on-data"), &quick),
    ];
    let report = Report::new(run, agents);
    let mut page = Vec::new();
    html::write_to(&mut page, &report, &Bar::default(), &coverage::rows(&report)).unwrap();
    let most = WHOLE * quick.len() / all.len();
    assert!(page.len() < most, "{} octets for {most}", page.len());
}
