//! One defect of a testee is the first thing that a reader of any format sees, in words of its own.

#[expect(dead_code, reason = "other tests use the rest")]
mod simulation;

use std::{sync::Arc, thread};

use simulation::Connection;
use wspec::{
    case::{Case, Profile, RunProfile, embedded_cases},
    judge::{Across, judge_in_run},
    play::Patience,
    protocol::Role,
    report::{
        AgentReport, Bar, CaseReport, Format, Report, Run,
        terminal::{self, Palette, View},
    },
    testee::{Conduct, Defect},
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
    let conduct = Conduct::with(&[defect]);
    let mut across = Across::default();
    let cases = quick_cases();
    let cases = cases.iter().filter(|case| case.is_for(Role::Server));
    let played = cases.zip(0..).filter_map(|(case, number)| {
        let connection = Connection { number, ..Connection::default() };
        let patience = Patience::default();
        let transcript = simulation::play_on(connection, case, Role::Client, &conduct, patience)?;
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
        role: Role::Client,
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
    ("no-pong", "2.1", "expected a Pong of"),
    ("echo-as-binary", "1.1.1", "saw a binary message of"),
    ("binary-as-reserved", "1.2.1", "a frame had the reserved opcode 0x7"),
    ("rsv2-on-data", "1.1.1", "a frame had reserved bits set (RSV 010)"),
    ("length-125-in-16-bits", "1.1.2", "a payload length was written in more octets than it needs"),
    ("wrong-masking", "1.1.1", "the server masked a frame"),
    ("reply-with-999", "1.1.1", "the close code 999 was sent"),
    ("drop-on-close", "1.1.1", "it closed TCP without sending a Close"),
    ("fail-with-2000", "6.3.1", "a Close had the undefined code 2000"),
    ("no-accept", "6.1.1", "there is no Sec-WebSocket-Accept field"),
    ("refuses-all", "6.1.1", "the response has status 400, not 101"),
    (
        "no-rsv-check",
        "14.5.4",
        "expected nothing to come back, and the testee to fail the connection",
    ),
    ("context-lost", "21.9.2", "expected the echo of a binary message"),
];

/// What a reader sees first in each format, down to the end of the first finding.
fn first_of(format: Format, report: &Report) -> String {
    let text = format.render(report, &Bar::default(), |_| Vec::new());
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
