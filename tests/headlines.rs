//! One defect of a testee is the first thing that a reader of any format sees, in words of its own.

#[expect(dead_code, reason = "other tests use the rest")]
mod simulation;

use std::{sync::Arc, thread};

use simulation::Connection;
use wspec::{
    case::{Case, Closer, Profile, Reaction, RequirementId, RunProfile, embedded_cases},
    judge::{
        Across, CloseCause, Deviation, Ended, Observed, OpeningAct, RULES, Reason, Verdict,
        judge_in_run,
    },
    play::Patience,
    protocol::Role,
    report::{
        AgentReport, Alike, Bar, CaseReport, FailOn, Format, Report, Run, failing,
        terminal::{self, Palette, View},
    },
    testee::{Conduct, Defect, Gravity},
};

fn quick_cases() -> Vec<Arc<Case>> {
    let cases = embedded_cases().cases.iter();
    cases
        .filter(|case| case.profile == Profile::Quick && !case.handshake.is_in_clear_text())
        .cloned()
        .map(Arc::new)
        .collect()
}

/// The quick profile against a server with this defect.
fn run(defect: Defect) -> Report {
    play(defect, Role::Server, &quick_cases())
}

/// These cases against a testee with this defect.
fn play(defect: Defect, testee: Role, cases: &[Arc<Case>]) -> Report {
    let conduct = Conduct::with(&[defect]);
    let mut across = Across::default();
    let cases = cases.iter().filter(|case| case.is_for(testee));
    let played = cases.zip(0..).filter_map(|(case, number)| {
        let connection = Connection { number, ..Connection::default() };
        let patience = Patience::default();
        let transcript = simulation::play_on(connection, case, testee.peer(), &conduct, patience)?;
        let judgement = judge_in_run(case, &transcript, &mut across);
        Some(CaseReport::new(case, judgement, transcript))
    });
    let agent = AgentReport {
        agent: "planted".to_owned(),
        url: "ws://127.0.0.1:9001/".to_owned(),
        cases: played.collect(),
    };
    let run = Run {
        started_unix_ms: 0,
        duration_ms: 1,
        role: testee.peer(),
        profile: RunProfile::Quick,
        seed: 1,
        interrupted: false,
        left_out: None,
        insecure: false,
    };
    Report::new(run, vec![agent])
}

/// Defects, which case is to lead, and what is to be said of it.
const PLANTED: [(&str, &str, &str); 13] = [
    ("no-pong", "2.1", "expected an empty Pong; "),
    ("echo-as-binary", "1.1.1", "it came back as a binary message"),
    ("binary-as-reserved", "1.2.1", "a frame had the reserved opcode 0x7"),
    ("rsv2-on-data", "1.1.1", "a frame had reserved bits set (RSV 010)"),
    ("length-125-in-16-bits", "1.1.2", "a payload length was written in more octets than it needs"),
    ("wrong-masking", "1.1.1", "the server masked a frame"),
    ("reply-with-999", "1.1.1", "the close code 999 was sent"),
    ("drop-on-close", "1.1.1", "it closed TCP without sending a Close"),
    ("fail-with-2000", "6.3.1", "a Close had the undefined code 2000"),
    ("no-accept", "6.1.1", "there is no Sec-WebSocket-Accept field"),
    ("refuses-all", "6.1.1", "its response has status 400, not 101"),
    (
        "no-rsv-check",
        "14.5.1",
        "expected the server to fail the connection with 1002; it answered the Ping with a Pong",
    ),
    ("context-lost", "21.9.1", "expected the echo of a text message"),
];

/// What a reader sees first in each format, down to the end of the first finding.
fn first_of(format: Format, report: &Report) -> String {
    let text = format.render(report, &Bar::default(), |_| Vec::new()).unwrap();
    let (from, to) = match format {
        Format::Html => ("<article class=\"finding", "</article>"),
        Format::Junit => ("<testcase ", "</testcase>"),
        Format::Markdown => ("#### ", "<details>"),
        Format::Github => ("::error ", "\n"),
        Format::Tap => ("not ok 1 ", "\n  ..."),
        Format::Json | Format::Autobahn => return text,
    };
    let (_, found) = text.split_once(from).expect("something failed");
    let (found, _) = found.split_once(to).expect("a finding has an end");
    // XML and HTML have names for these.
    found.replace("&quot;", "\"").replace("&#34;", "\"")
}

fn first_on_a_terminal(report: &Report) -> String {
    let view = View {
        bar: &Bar::default(),
        width: 1000,
        palette: Palette::PLAIN,
        verbose: false,
        chapters: &[],
    };
    let mut text = String::new();
    terminal::print(&mut text, report, &view).expect("writing to a String never fails");
    text.split("\n\n").nth(1).expect("something failed").to_owned()
}

#[test]
fn a_planted_defect_comes_first_in_each_format() {
    let troubles: Vec<String> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let own = PLANTED.iter().skip(worker).step_by(cores);
                scope.spawn(move || own.flat_map(missed).collect::<Vec<_>>())
            })
            .collect();
        let missed = workers.into_iter().map(|it| it.join().expect("it ends"));
        missed.flatten().collect()
    });
    assert!(troubles.is_empty(), "{}", troubles.join("\n\n"));
}

/// The formats that show something else first.
fn missed((defect, id, words): &(&str, &str, &str)) -> Vec<String> {
    let report = run(defect.parse().expect("there is such a defect"));
    let formats = [Format::Html, Format::Junit, Format::Markdown, Format::Github, Format::Tap];
    let mut shown: Vec<(String, String)> =
        formats.map(|format| (format!("{format:?}"), first_of(format, &report))).into();
    shown.push(("terminal".to_owned(), first_on_a_terminal(&report)));
    let is_missing = |text: &String| !(text.contains(words) && text.contains(&format!("{id} ")));
    let of_defect = |(format, text)| format!("{defect} in {format}:\n{text}");
    shown.retain(|(_, text)| is_missing(&text.replace("</a>", "")));
    shown.into_iter().map(of_defect).collect()
}

/// Each defect is played with one of so many quick cases, and with all that exercise a requirement
/// that it breaks.
const SAMPLE: u64 = 24;

/// The cases for a defect. Which they are follows from its name and from theirs alone.
fn cases_for(defect: Defect, quick: &[Arc<Case>]) -> Vec<Arc<Case>> {
    let number =
        |name: &str| name.bytes().fold(0_u64, |sum, octet| sum * 31 % 9973 + u64::from(octet));
    let of_defect = number(defect.name());
    let chosen = quick.iter().filter(|case| {
        let is_about_it = case.requirements.iter().any(|id| breaks(defect, id));
        is_about_it || (number(case.id.as_str()) + of_defect).is_multiple_of(SAMPLE)
    });
    chosen.cloned().collect()
}

fn breaks(defect: Defect, requirement: &RequirementId) -> bool {
    defect.requirements().contains(&requirement.0.as_str())
}

/// Defects whose octets are read as something else that is wrong, so that the first finding is about
/// that: octets that belong to no frame are read as frames, a header that lies shifts what follows.
const READ_AS_SOMETHING_ELSE: [&str; 9] = [
    "second-request",
    "line-break-after-request",
    "body-after-answer",
    "octet-between-frames",
    "plain-octets",
    "mask-bit-without-key",
    "frames-before-the-answer",
    "continuation-with-rsv1",
    "tail-kept",
];

/// Defects that show only after something odd that the testee does first. That is found by itself, and
/// often fails more, so they have to come first in what it does not explain.
const AFTER_AN_ODDITY: [(&str, &str); 4] = [
    ("close-after-echo-without-tcp-close", "close-after-echo"),
    ("two-own-closes", "close-after-echo"),
    ("answers-the-answer", "close-after-echo"),
    ("no-pong-after-own-close", "close-after-echo"),
];

/// A run against this defect, without the cases that the oddity before it explains, and what it has to
/// reach: a rule that is broken by an odd testee may be a SHOULD.
fn unexplained(defect: Defect, testee: Role, cases: &[Arc<Case>]) -> (Report, Bar) {
    let mut report = play(defect, testee, cases);
    let Some((_, oddity)) = AFTER_AN_ODDITY.iter().find(|(name, _)| *name == defect.name()) else {
        return (report, Bar::default());
    };
    let odd = play(oddity.parse().expect("there is such a defect"), testee, cases);
    let explains = |case: &CaseReport| {
        let of_oddity = odd.agents[0].cases.iter().find(|it| it.id == case.id);
        of_oddity.is_some_and(|it| it.reasons == case.reasons && it.broken == case.broken)
    };
    report.agents[0].cases.retain(|case| !explains(case));
    (report, Bar { fail_on: FailOn::NonStrict, ..Bar::default() })
}

/// Whether a finding is about a requirement that the defect breaks: by the rule that was broken, by
/// what one of its cases exercises, or by the part of the RFC that its chief reason is about.
fn is_about(finding: &Alike<'_>, defect: Defect) -> bool {
    let reason = finding.first.reasons.first();
    let rule = match reason {
        Some(Reason::RuleBroken { rule, .. }) => Some(rule.as_str()),
        Some(Reason::NotOpened(act)) => act.rule(),
        Some(Reason::Opening(opening)) => opening.did.rule(),
        _ => None,
    };
    let enforced = RULES.iter().filter(|it| Some(it.name) == rule);
    let mut enforced = enforced.flat_map(|rule| rule.requirements);
    let mut cases = [finding.first].into_iter().chain(finding.more.iter().copied());
    let in_part = |part: &&str| defect.requirements().iter().any(|id| id.starts_with(*part));
    // What is tolerable shows a broken rule below its sentence, as neither outweighs the other.
    let mut broken = finding.first.broken.iter().filter(|rule| rule.verdict == Verdict::NonStrict);
    enforced.any(|id| defect.requirements().contains(id))
        || broken.any(|rule| breaks(defect, &rule.requirement))
        || cases.any(|case| case.requirements.iter().any(|id| breaks(defect, id)))
        || reason.is_some_and(|reason| parts(reason).iter().any(in_part))
}

/// The parts of RFC 6455 that a reason is about in any case.
fn parts(reason: &Reason) -> &'static [&'static str] {
    match reason {
        Reason::NotOpened(_) | Reason::Opening(_) => &["rfc6455-4"],
        Reason::WrongEnd { .. } => &["rfc6455-5.5.1", "rfc6455-7"],
        Reason::WrongEvents(wrong) => match (&wrong.deviation, wrong.ended) {
            (_, Ended::Dropped { .. }) => &["rfc6455-7"],
            (Deviation::Missing { expected: Observed::Pong(_), .. }, _) => &["rfc6455-5.5"],
            _ => &["rfc6455-6"],
        },
        _ => &[],
    }
}

/// Whether a reason reads as if what came were what was expected.
fn reads_as_right(reason: &Reason) -> bool {
    match reason {
        Reason::WrongEvents(wrong) => match &wrong.deviation {
            Deviation::Missing { expected, .. } => {
                wrong.saw.more == 0
                    && wrong.saw.first.len() >= wrong.due
                    && wrong.saw.first.contains(expected)
            }
            Deviation::Changed { expected, saw, .. } => expected == saw,
            Deviation::Unexpected { .. } | Deviation::Reordered { .. } | Deviation::Forbidden => {
                false
            }
        },
        Reason::WrongEnd { expected, ended } => {
            let is_right =
                |code: &Option<u16>| code.is_none_or(|code| expected.close_codes.contains(&code));
            match ended {
                Ended::Closed { code } => expected.closed_by != Closer::Us && is_right(code),
                Ended::Answered { code, ours } => {
                    let is_due = expected.closed_by != Closer::Peer || expected.after_our_close;
                    is_due && ours.cause == CloseCause::Case && is_right(code)
                }
                _ => false,
            }
        }
        Reason::NotOpened(act) => *act == OpeningAct::Opened,
        Reason::Opening(opening) => {
            let is_expected =
                opening.expected.iter().any(|one| match (&one.reaction, &opening.did) {
                    (Reaction::Opened, OpeningAct::Opened) => true,
                    (Reaction::Status(patterns), OpeningAct::Answered(status)) => {
                        patterns.iter().any(|pattern| pattern.matches(*status))
                    }
                    _ => false,
                });
            is_expected && opening.unmet.is_empty()
        }
        _ => false,
    }
}

/// What is wrong with what a run against this defect says.
fn misled((defect, testee): (Defect, Role), quick: &[Arc<Case>]) -> Vec<String> {
    let (report, bar) = unexplained(defect, testee, &cases_for(defect, quick));
    let found = failing(&report.agents[0], &bar);
    let mut troubles = Vec::new();
    if found.is_empty() && AFTER_AN_ODDITY.iter().any(|(name, _)| *name == defect.name()) {
        troubles.push(format!("{defect} as {testee} shows nothing that the oddity does not"));
    }
    for finding in &found {
        let case = finding.first;
        if case.reasons.first().is_none_or(reads_as_right) {
            troubles.push(format!(
                "{defect} as {testee}, {} reads as right: {}",
                case.id, case.message
            ));
        }
    }
    if let Some(first) = found.first()
        && !is_about(first, defect)
        && !READ_AS_SOMETHING_ELSE.contains(&defect.name())
    {
        let case = first.first;
        let about = found.iter().position(|finding| is_about(finding, defect));
        troubles.push(format!(
            "{defect} as {testee} ({:?}): {} ({} alike, {} findings, {about:?}) {:?}: {}",
            defect.requirements(),
            case.id,
            first.more.len(),
            found.len(),
            case.requirements.iter().map(|id| id.0.as_str()).collect::<Vec<_>>(),
            case.message
        ));
    }
    troubles
}

#[test]
fn the_first_finding_is_about_the_defect_and_none_reads_as_if_all_were_right() {
    let quick = quick_cases();
    let faults = Defect::all().filter(|defect| defect.gravity() == Gravity::Fault);
    let faults: Vec<(Defect, Role)> = faults
        .flat_map(|defect| [Role::Server, Role::Client].map(|testee| (defect, testee)))
        .filter(|(defect, testee)| defect.is_for(*testee))
        .collect();
    let troubles: Vec<String> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let own = faults.iter().skip(worker).step_by(cores);
                let quick = &quick;
                scope.spawn(move || own.flat_map(|it| misled(*it, quick)).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|it| it.join().expect("it ends")).collect()
    });
    assert!(troubles.is_empty(), "{}\n{}", troubles.len(), troubles.join("\n"));
}
