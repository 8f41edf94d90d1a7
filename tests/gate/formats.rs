//! One planted defect is the first thing that a reader sees, in each format.

use std::{fs, path::PathBuf, process::Output};

use serde_json::Value;

use crate::{
    junit::assert_follows_the_schema,
    runs::{assert_status, folder, run, stdout, text, wspec},
    testees::Echo,
};

/// Cases of which `no-pong` spoils the second chapter's, not the first's.
const CASES: [&str; 3] = ["--cases", "1.1.*", "2.2"];

struct Planted {
    folder: PathBuf,
    output: Output,
    url: String,
}

/// A run against a server with one defect, written in all formats.
fn planted(name: &str) -> Planted {
    let folder = folder(name);
    let server = Echo::start(&["--defect", "no-pong"]);
    let mut arguments = vec!["server", &server.url, "--agent", "planted"];
    arguments.extend(CASES);
    arguments.extend(["--report", text(&folder)]);
    for format in ["json", "junit", "markdown", "github", "tap", "autobahn"] {
        arguments.extend(["--format", format]);
    }
    let output = run(arguments);
    assert_status(&output, 1);
    let url = server.url.clone();
    Planted { folder, output, url }
}

#[test]
fn the_defect_comes_first_in_each_format() {
    let run_once = planted("formats");
    let read = |name: &str| fs::read_to_string(run_once.folder.join(name)).expect(name);
    let repeat = format!("wspec server {} --cases 2.2 --trace", run_once.url);

    let terminal = stdout(&run_once.output);
    assert!(line(&terminal, 2).starts_with("fail 2.2 "), "{terminal}");

    let junit = read("junit.xml");
    assert_follows_the_schema(&junit);
    let (_, first) = junit.split_once("<testcase ").expect("there are tests");
    let (first, _) = first.split_once("</testcase>").expect("it fails");
    assert!(first.starts_with("name=\"2.2 "), "{junit}");
    assert!(first.contains("<failure message=") && first.contains(&repeat), "{first}");

    let markdown = read("report.md");
    assert_eq!(line(&markdown, 0), "## ❌ wspec: 1 case failed");
    let (before, after) = markdown.split_once("#### ").expect("there is a finding");
    assert!(before.lines().count() <= 4 && after.starts_with("fail 2.2 "), "{markdown}");
    assert!(after.contains(&format!("```sh\n{repeat}\n```")), "{markdown}");

    let tap = read("report.tap");
    assert_eq!(line(&tap, 1), "1..9");
    assert!(line(&tap, 2).starts_with("not ok 1 - 2.2 "), "{tap}");

    let annotations = read("annotations.txt");
    assert!(annotations.starts_with("::error title=fail 2.2 "), "{annotations}");
    assert!(annotations.contains(&repeat) && annotations.lines().count() == 1);

    // Autobahn's and ours are maps: what failed is found by its verdict.
    let index: Value = serde_json::from_str(&read("index.json")).expect("it is JSON");
    assert_eq!(index["planted"]["2.2"]["behavior"], "FAILED");
    let report: Value = serde_json::from_str(&read("report.json")).expect("it is JSON");
    assert_eq!(report["agents"][0]["cases"][8]["verdict"], "fail");
}

fn line(text: &str, number: usize) -> &str {
    text.lines().nth(number).unwrap_or_default()
}

#[test]
fn a_stored_report_gives_the_same_files() {
    let run_once = planted("formats-later");
    for (format, name) in [
        ("json", "report.json"),
        ("junit", "junit.xml"),
        ("markdown", "report.md"),
        ("github", "annotations.txt"),
        ("tap", "report.tap"),
        ("autobahn", "index.json"),
    ] {
        let arguments = ["report", "render", text(&run_once.folder), "--format", format];
        let output = run(arguments);
        assert_status(&output, 0);
        let written = fs::read_to_string(run_once.folder.join(name)).expect(name);
        assert_eq!(stdout(&output), written, "{format}");
    }
    let again = run(["report", "render", text(&run_once.folder)]);
    let printed = stdout(&run_once.output);
    let printed = printed.split("report: ").next();
    assert_eq!(Some(stdout(&again).as_str()), printed);
}

#[test]
fn a_format_is_printed_alone() {
    let output = run(["server", "--cases", "1.1.1", "--format", "tap"]);
    assert_status(&output, 0);
    assert_eq!(
        stdout(&output),
        "TAP version 14\n1..1\nok 1 - 1.1.1 Empty text message (wspec echo)\n"
    );
    let client = run([
        "client",
        "--demo",
        "--listen",
        "127.0.0.1:0",
        "--cases",
        "1.1.1",
        "--format",
        "json",
    ]);
    assert_status(&client, 0);
    let report: Value = serde_json::from_slice(&client.stdout).expect("it is JSON alone");
    assert_eq!(report["agents"][0]["cases"][0]["verdict"], "pass");
}

#[test]
fn colours_are_for_terminals_and_for_who_wants_them() {
    let play = |more: &[&str]| {
        let arguments = ["server", "--cases", "1.1.1"];
        stdout(&run(arguments.iter().chain(more).copied()))
    };
    assert!(!play(&[]).contains('\u{1b}'));
    assert!(play(&["--color", "always"]).contains("\u{1b}[32m1 passed\u{1b}[0m"));
    let asked_not_to = wspec()
        .args(["server", "--cases", "1.1.1", "--color", "never"])
        .output()
        .expect("the command was built for this test");
    assert!(!stdout(&asked_not_to).contains('\u{1b}'));
}

#[test]
fn a_job_on_github_is_told_by_itself() {
    let folder = folder("github");
    let summary = folder.join("summary.md");
    fs::write(&summary, "what an earlier step wrote\n").expect("the folder can be written");
    let server = Echo::start(&["--defect", "no-pong"]);
    let play = |more: &[&str]| {
        wspec()
            .args(["server", &server.url])
            .args(CASES)
            .args(more)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary)
            .output()
            .expect("the command was built for this test")
    };
    let output = play(&[]);
    assert_status(&output, 1);
    assert!(stdout(&output).contains("\n::error title=fail 2.2 "));
    let written = fs::read_to_string(&summary).expect("it is there");
    let head = "what an earlier step wrote\n## ❌ wspec: 1 case failed\n";
    assert!(written.starts_with(head), "{written}");

    let output = play(&["--format", "tap"]);
    assert!(!stdout(&output).contains("::error"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("::error title=fail 2.2 "));
    let written = fs::read_to_string(&summary).expect("it is there");
    assert_eq!(written.matches("## ❌").count(), 2);
}
