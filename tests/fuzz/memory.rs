//! Campaigns against endpoints in memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use wspec::{
    case::{Case, SourceFile, Step, known_requirements, read_cases, write},
    fuzz::{
        campaign::{Assignment, Campaign, Finding, Next, Plan, Played},
        duel::Duel,
        generate::Guide,
    },
    judge::{Verdict, judge},
    play::Patience,
    protocol::{Opcode, Role},
    testee::{Conduct, Defect},
    transcript::Transcript,
};

use crate::simulation::{Connection, play_on};

fn conduct(defects: &[&str]) -> Conduct {
    let defects: Vec<Defect> = defects.iter().map(|name| name.parse().unwrap()).collect();
    Conduct::with(&defects)
}

/// Plays a case on a connection of its own: no two have the same number.
fn played(case: &Arc<Case>, testee: Role, conduct: &Conduct) -> Transcript {
    static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
    let number = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
    let patience = Patience::for_round_trip(Duration::ZERO, Some(Duration::from_millis(300)));
    play_on(Connection { number, ..Connection::default() }, case, testee.peer(), conduct, patience)
        .unwrap_or_else(|| Transcript::never_connected(testee.peer(), 0))
}

fn campaign(testee: Role, cases: u64) -> Campaign {
    let plan = Plan {
        guide: Guide::new(testee, true),
        seed: 1,
        cases: Some(cases),
        findings: None,
        should: false,
        restarts: true,
    };
    Campaign::new(plan, [])
}

/// Runs a campaign to its end, with so many assignments at once, whose results come in an order
/// that `shuffle` says. Gives the ids and steps of the generated cases.
fn run(
    campaign: &mut Campaign,
    at_once: usize,
    mut play: impl FnMut(&Assignment) -> Played,
) -> Vec<String> {
    let mut out: Vec<Assignment> = Vec::new();
    let mut cases = Vec::new();
    loop {
        match campaign.assign() {
            Next::Play(assignment) => {
                if assignment.ticket.number().is_some() {
                    cases.push(format!("{:?}", assignment.case));
                }
                out.push(assignment);
                if out.len() < at_once {
                    continue;
                }
            }
            Next::Wait => {}
            Next::Over => return cases,
        }
        // The last one to begin is the first to end.
        let assignment = out.pop().expect("nobody waits for nothing");
        let played = play(&assignment);
        campaign.done(&assignment, played);
    }
}

fn alive(transcript: Transcript) -> Played {
    Played { transcript, looked_us: 0, died: None }
}

#[test]
fn a_correct_endpoint_gives_no_finding() {
    for testee in [Role::Server, Role::Client] {
        let mut campaign = campaign(testee, 1500);
        let conduct = conduct(&[]);
        run(&mut campaign, 1, |assignment| alive(played(&assignment.case, testee, &conduct)));
        let statistics = campaign.statistics();
        assert_eq!(statistics.cases, 1500);
        assert!(statistics.states > 100, "{statistics:?}");
        let findings = campaign.findings();
        let files: Vec<String> = findings.iter().map(|one| one.file("a test")).collect();
        assert!(files.is_empty(), "{}", files.join("\n"));
    }
}

#[test]
fn the_cases_follow_from_the_seed_whatever_the_pace() {
    let conduct = conduct(&[]);
    let all = [1, 8, 40].map(|at_once| {
        let mut campaign = campaign(Role::Server, 400);
        run(&mut campaign, at_once, |assignment| {
            alive(played(&assignment.case, Role::Server, &conduct))
        })
    });
    let sorted = all.map(|mut cases| {
        cases.sort();
        cases
    });
    assert_eq!(sorted[0], sorted[1]);
    assert_eq!(sorted[0], sorted[2]);
}

#[test]
fn a_finding_is_a_small_case_that_fails_for_the_same_reason() {
    for (defect, name, steps) in [
        ("no-pong", "pong-missing.rfc6455-5.5.2-2", 1),
        ("no-rsv-check", "went-on-after-violation.rfc6455-5.2-3", 1),
        ("echo-as-binary", "echo-wrong.rfc6455-6.2-1", 1),
    ] {
        let defective = conduct(&[defect]);
        let mut campaign = campaign(Role::Server, 300);
        run(&mut campaign, 8, |assignment| {
            alive(played(&assignment.case, Role::Server, &defective))
        });
        let findings = campaign.findings();
        let finding = findings
            .iter()
            .find(|finding| finding.group.name() == name)
            .unwrap_or_else(|| panic!("{defect}: {findings:#?}"));
        let case = finding.case.as_ref().unwrap();
        assert!(case.steps.len() <= steps, "{}", finding.file("a test"));

        let text = finding.file("a test");
        let file = SourceFile { name: "finding.toml", text: &text };
        let set = read_cases(&[file], known_requirements()).unwrap_or_else(|e| panic!("{e}"));
        let case = Arc::new(set.cases[0].clone());
        let verdict = |conduct| judge(&case, &played(&case, Role::Server, conduct)).verdict;
        assert_eq!(verdict(&defective), Verdict::Fail, "{text}");
        assert_eq!(verdict(&conduct(&[])), Verdict::Pass, "{text}");
    }
}

/// A process that goes down some cases after the one that kills it.
#[derive(Default)]
struct Doomed {
    cases_left: Option<u32>,
}

impl Doomed {
    /// How many cases the process outlives its killer by.
    const OUTLIVED: u32 = 5;

    /// Plays on. Gives how it ended, if it did; then it is started again.
    fn play(&mut self, kills: bool, assignment: &Assignment) -> Option<String> {
        if assignment.fresh {
            self.cases_left = None;
        }
        if let Some(left) = &mut self.cases_left {
            *left -= 1;
        } else if kills {
            self.cases_left = Some(Self::OUTLIVED);
        }
        let ends = self.cases_left.is_some_and(|left| left == 0 || assignment.mortal);
        if ends {
            self.cases_left = None;
        }
        ends.then(|| "signal: 11".to_owned())
    }
}

/// Plays a campaign against a server that dies of what `kills` says, at once or later.
fn findings_about_the_dying(
    at_once: bool,
    mut kills: impl FnMut(&Assignment) -> bool,
) -> Vec<Finding> {
    let conduct = conduct(&[]);
    let mut campaign = campaign(Role::Server, 500);
    let mut doomed = Doomed::default();
    run(&mut campaign, 4, |assignment| {
        let mut played = alive(played(&assignment.case, Role::Server, &conduct));
        let kills = kills(assignment);
        let later = doomed.play(kills, assignment);
        played.died = if at_once { kills.then(|| "signal: 11".to_owned()) } else { later };
        played
    });
    campaign.findings()
}

fn has_long_ping(case: &Case) -> bool {
    case.steps.iter().any(|step| match step {
        Step::Frame(frame) => frame.opcode == Opcode::PING && frame.payload.len() > 100,
        _ => false,
    })
}

#[test]
fn who_dies_of_a_case_is_found_out() {
    for at_once in [true, false] {
        let findings =
            findings_about_the_dying(at_once, |assignment| has_long_ping(&assignment.case));
        let [finding] = &findings[..] else {
            panic!("{findings:#?}");
        };
        assert_eq!(finding.group.name(), "died");
        let case = finding.case.as_ref().unwrap();
        assert!(has_long_ping(case) && case.steps.len() == 1, "{}", write(case, "t"));
        assert!(finding.sentence.contains("signal: 11"));
    }
}

#[test]
fn a_death_is_told_though_nothing_kills_again() {
    let mut killed = false;
    let findings = findings_about_the_dying(true, |assignment| {
        has_long_ping(&assignment.case) && !std::mem::replace(&mut killed, true)
    });
    let [finding] = &findings[..] else {
        panic!("{findings:#?}");
    };
    assert_eq!(finding.group.name(), "died");
    assert!(finding.case.is_none() && finding.seen == 1, "{finding:#?}");
}

#[test]
fn what_does_not_come_again_is_no_finding() {
    let [correct, defective] = [conduct(&[]), conduct(&["no-pong"])];
    let mut campaign = campaign(Role::Server, 200);
    run(&mut campaign, 4, |assignment| {
        let is_first = assignment.ticket.number().is_some();
        let conduct = if is_first { &defective } else { &correct };
        alive(played(&assignment.case, Role::Server, conduct))
    });
    assert_eq!(campaign.findings().len(), 0);
    assert!(campaign.statistics().unconfirmed > 0);
}

#[test]
fn what_a_stopped_campaign_had_no_time_for_is_counted() {
    let defective = conduct(&["no-pong"]);
    let mut campaign = campaign(Role::Server, 200);
    while let Next::Play(assignment) = campaign.assign() {
        if assignment.ticket.number().is_none() {
            // The first inquiry has just begun.
            break;
        }
        campaign.done(&assignment, alive(played(&assignment.case, Role::Server, &defective)));
    }
    campaign.stop();
    assert_eq!(campaign.findings().len(), 0);
    assert!(campaign.statistics().unfinished > 0);
}

#[test]
fn a_duel_tells_where_two_differ_and_who_is_wrong() {
    let both = [conduct(&[]), conduct(&["fail-with-1000"])];
    let mut duel = Duel::new(Guide::new(Role::Server, true), 1, []);
    while duel.statistics().cases < 100 {
        let case = duel.next_case();
        let transcripts = both.each_ref().map(|conduct| played(&case, Role::Server, conduct));
        duel.done(&case, &transcripts);
    }
    duel.finish();
    let differences = duel.differences();
    let wrong = ["closed with 1002".to_owned(), "closed with 1000".to_owned()];
    let difference = differences
        .iter()
        .find(|difference| difference.did == wrong)
        .unwrap_or_else(|| panic!("{differences:#?}"));
    assert!(difference.opinions[0].is_empty());
    assert_eq!(difference.opinions[1][0].requirement.0, "rfc6455-7.1.7-6");
    assert_eq!(difference.case.steps.len(), 1);
}

#[test]
fn who_is_spoiled_by_a_case_is_found_out() {
    let [correct, spoiled] = [conduct(&[]), conduct(&["no-pong"])];
    let spoils = |case: &Case| {
        let number = case.id.parts().nth(1).and_then(|part| part.parse().ok());
        let late = number.is_some_and(|number: u64| number > 300);
        late && case.steps.iter().any(|step| {
            matches!(step, Step::Frame(frame)
                if frame.opcode == Opcode::PING && frame.payload.len() > 100)
        })
    };
    let mut campaign = campaign(Role::Server, 2000);
    let mut is_spoiled = false;
    run(&mut campaign, 4, |assignment| {
        is_spoiled &= !assignment.fresh;
        // Only the correct connections show it.
        let is_check = assignment.case.id.as_str() == "fuzz.correct";
        let conduct = if is_spoiled && is_check { &spoiled } else { &correct };
        is_spoiled |= spoils(&assignment.case);
        alive(played(&assignment.case, Role::Server, conduct))
    });
    let [finding] = &campaign.findings()[..] else {
        panic!("{:#?}", campaign.findings());
    };
    assert_eq!(finding.group.name(), "spoiled");
    assert!(spoils(finding.case.as_ref().unwrap()));
    assert!(finding.sentence.contains("Pong"), "{}", finding.sentence);
}
