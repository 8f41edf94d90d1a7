//! What cases declare of themselves for servers in use, `needs` and `hostile`, is what they do; and a
//! server that talks by itself and does not echo is judged as well as one that echoes.

mod simulation;

use std::{sync::Arc, thread, time::Duration};

use simulation::Connection;
use wspec::{
    case::{Case, Company, Event, LiveTarget, Need, Profile, Step, embedded_cases},
    judge::{Verdict, judge},
    play::Patience,
    protocol::Role,
    run::{Pace, Rate},
    testee::{Conduct, Defect, Gravity},
    transcript::{Happening, Transcript},
};

/// What a case may send to a server that others need, in octets, and what a frame may declare, for
/// which some make room at once: no more than a small picture.
const OCTETS_MAX: u64 = 70_000;

/// In how many frames.
const FRAMES_MAX: u64 = 30;

/// The time from the first words of a server that talks by itself to its next: longer than most
/// cases take, and as long as some.
const TALKS_EVERY: Duration = Duration::from_micros(150);

fn server_cases() -> impl Iterator<Item = Arc<Case>> {
    let cases = embedded_cases().cases.iter();
    cases
        .filter(|case| case.is_for(Role::Server) && !case.handshake.is_in_clear_text())
        .cloned()
        .map(Arc::new)
}

fn live_cases() -> Vec<Arc<Case>> {
    let live = LiveTarget { hostile: false };
    server_cases()
        .filter(|case| case.profile == Profile::Quick && live.objection_to(case).is_none())
        .collect()
}

fn play(case: &Arc<Case>, conduct: &Conduct) -> Transcript {
    simulation::play(case, Role::Client, conduct, Patience::default()).unwrap()
}

fn is_finding(case: &Case, transcript: &Transcript) -> bool {
    let verdict = judge(case, transcript).verdict;
    matches!(verdict, Verdict::NonStrict | Verdict::Fail)
}

#[track_caller]
fn assert_none(what: &str, troubles: &[String]) {
    assert!(troubles.is_empty(), "{what}:\n{}", troubles.join("\n"));
}

/// An application may do anything with a message, even close.
#[test]
fn who_sends_a_whole_message_needs_an_echo() {
    let undeclared: Vec<String> = server_cases()
        .filter(|case| !case.needs.contains(&Need::Echo))
        .filter(|case| {
            let transcript = play(case, &Conduct::default());
            let mut happenings = transcript.happenings();
            happenings.any(|it| matches!(it, Happening::Message { .. }))
        })
        .map(|case| format!("{}: {}", case.id, case.title))
        .collect();
    assert_none("these send a whole message and do not say `needs`", &undeclared);
}

#[test]
fn who_needs_an_echo_sends_messages_or_tells_outcomes_apart_by_them() {
    let idle: Vec<String> = server_cases()
        .filter(|case| case.needs.contains(&Need::Echo))
        .filter(|case| !sends_data(case) && !wants_messages(case))
        .map(|case| format!("{}: {}", case.id, case.title))
        .collect();
    assert_none("these have no use for an echo", &idle);
}

fn sends_data(case: &Case) -> bool {
    case.steps.iter().any(|step| match step {
        Step::Frame(frame) | Step::Repeat(_, frame) => !frame.opcode.is_control(),
        Step::Message(_) | Step::RoundTrips(_) | Step::Octets(..) => true,
        _ => false,
    })
}

fn wants_messages(case: &Case) -> bool {
    let mut seen = case.outcomes.iter().flat_map(|outcome| outcome.saw.iter().flatten());
    seen.any(|it| matches!(it.event, Event::Message(..) | Event::Echoes(_)))
}

#[test]
fn who_is_not_hostile_is_gentle() {
    let rough: Vec<String> = live_cases()
        .iter()
        .filter_map(|case| {
            let trouble = roughness(&play(case, &Conduct::default()))?;
            Some(format!("{}: {trouble}: {}", case.id, case.title))
        })
        .collect();
    assert_none("these do not say `hostile`", &rough);
}

fn roughness(transcript: &Transcript) -> Option<String> {
    let traffic = &transcript.traffic;
    let frames: u64 = traffic.frames_out.values().sum();
    let declared = transcript.happenings().filter_map(|it| match it {
        Happening::Sent { frame, .. } => Some(frame.header.length),
        _ => None,
    });
    let declared = declared.max().unwrap_or_default();
    if traffic.octets_out > OCTETS_MAX {
        Some(format!("{} octets", traffic.octets_out))
    } else if frames > FRAMES_MAX {
        Some(format!("{frames} frames"))
    } else {
        (declared > OCTETS_MAX).then(|| format!("a frame of {declared} octets"))
    }
}

/// Plays the whole run on a clock that is a number, as its pace has it. (How many may be at work does
/// not matter: over a distance a case waits most of the time.)
#[test]
fn a_run_over_50_milliseconds_is_over_in_less_than_ten_seconds() {
    let round_trip = Duration::from_millis(50);
    let rate = Pace::LIVE.rate.map(|Rate(rate)| rate.get()).unwrap();
    let gap = Duration::from_secs(1) / rate;
    let mut places = vec![Duration::ZERO; Pace::LIVE.open];
    let mut slot = Duration::ZERO;
    let (together, one_by_one): (Vec<_>, Vec<_>) =
        live_cases().into_iter().partition(|case| case.company == Company::Any);
    for case in &together {
        let place = places.iter_mut().min().unwrap();
        let begins = slot.max(*place);
        slot = begins + gap;
        *place = begins + takes(case, round_trip);
    }
    let mut whole = places.into_iter().max().unwrap();
    for case in &one_by_one {
        whole += takes(case, round_trip);
    }
    println!("a live run over {round_trip:?} takes {whole:?}");
    assert!(whole < Duration::from_secs(10), "{whole:?}");
}

/// How long a case takes with a correct server, from its TCP connection to its end.
fn takes(case: &Arc<Case>, round_trip: Duration) -> Duration {
    let connection = Connection { latency: round_trip / 2, ..Connection::default() };
    let conduct = Conduct::default().talking(round_trip);
    let patience = Patience::for_round_trip(round_trip, None);
    let transcript =
        simulation::play_on(connection, case, Role::Client, &conduct, patience).unwrap();
    assert!(!is_finding(case, &transcript), "{}", case.id);
    round_trip + Duration::from_micros(transcript.duration_us)
}

#[test]
fn a_correct_server_passes_whatever_it_says() {
    let silent = Conduct::default();
    let talking = Conduct::default().talking(TALKS_EVERY);
    for conduct in [silent, talking] {
        let found: Vec<String> = live_cases()
            .iter()
            .filter(|case| is_finding(case, &play(case, &conduct)))
            .map(|case| format!("{}: {}", case.id, case.title))
            .collect();
        assert_none("held against a correct server", &found);
    }
}

/// Faults that consist in saying what nobody asked for, which is no fault of a server in use.
const TALKING_OUT_OF_TURN: [&str; 2] = ["text-at-once", "pong-is-a-message"];

#[test]
fn no_fault_is_hidden_by_what_a_server_says() {
    let cases = live_cases();
    let faults: Vec<Defect> = Defect::all()
        .filter(|defect| defect.gravity() == Gravity::Fault && defect.is_for(Role::Server))
        .filter(|defect| !TALKING_OUT_OF_TURN.contains(&defect.name()))
        .collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (found, hidden) = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let own = faults.iter().skip(worker).step_by(cores);
                let cases = &cases;
                scope.spawn(move || examine(own, cases))
            })
            .collect();
        let said = workers.into_iter().map(|worker| worker.join().unwrap());
        said.fold((0, Vec::new()), |(found, hidden), (more, others)| {
            (found + more, [hidden, others].concat())
        })
    });
    println!("{found} of {} faults of a server are found without an echo", faults.len());
    assert_none("found where the server echoes and is silent otherwise", &hidden);
}

/// How many of the faults are found in a server that talks and does not echo, and those that its
/// talk hides: they are found in one that is silent and echoes.
fn examine<'a>(
    faults: impl Iterator<Item = &'a Defect>,
    cases: &[Arc<Case>],
) -> (usize, Vec<String>) {
    let (mut found, mut hidden) = (0, Vec::new());
    for fault in faults {
        let silent = Conduct::with(&[*fault]);
        let talking = silent.clone().talking(TALKS_EVERY);
        let finds = |case: &Arc<Case>, conduct| is_finding(case, &play(case, conduct));
        let is_found = |conduct| relevant(cases, *fault).any(|case| finds(case, conduct));
        if is_found(&talking) {
            found += 1;
        } else if is_found(&silent) {
            hidden.push(fault.to_string());
        }
    }
    (found, hidden)
}

/// Those that exercise a requirement that the defect breaks.
fn relevant(cases: &[Arc<Case>], defect: Defect) -> impl Iterator<Item = &Arc<Case>> {
    cases.iter().filter(move |case| {
        let mut exercised = case.requirements.iter();
        exercised.any(|it| defect.requirements().contains(&it.0.as_str()))
    })
}
