//! Two reports side by side.

use std::path::Path;

use serde_json::Value;

use crate::{
    runs::{assert_status, cases, folder, run, stdout, text},
    testees::Echo,
};

fn play(server: &Echo, folder: &Path) {
    let arguments = [
        "server",
        &server.url,
        "--report",
        text(folder),
        "--cases",
        "1.*",
        "2.*",
        "5.*",
        "--quiet",
    ];
    let status = run(arguments).status.code();
    assert!(matches!(status, Some(0 | 1)), "{status:?}");
}

#[test]
fn exactly_the_cases_that_differ_are_named() {
    let (old, new) = (folder("compare/old"), folder("compare/new"));
    play(&Echo::start(&[]), &old);
    play(&Echo::start(&["--defect", "no-pong"]), &new);

    let differ: Vec<String> = cases(&old)
        .iter()
        .zip(&cases(&new))
        .filter(|(old, new)| old["verdict"] != new["verdict"])
        .map(|(old, _)| old["id"].as_str().map(str::to_owned).unwrap_or_default())
        .collect();
    assert!(!differ.is_empty());

    let named = |output: &str| -> Vec<String> {
        let lines = output.lines().filter(|line| !line.starts_with(' '));
        let ids = lines.filter_map(|line| {
            let mut words = line.split_whitespace();
            let change = words.next()?;
            ["broken", "fixed", "changed"].contains(&change).then(|| words.next())?
        });
        ids.map(str::to_owned).collect()
    };
    let broken = run(["compare", text(&old), text(&new)]);
    assert_status(&broken, 1);
    let mut ids = named(&stdout(&broken));
    ids.sort();
    let mut expected = differ;
    expected.sort();
    assert_eq!(ids, expected);
    assert!(stdout(&broken).lines().nth(1).is_some_and(|line| line.starts_with("broken ")));

    let fixed = run(["compare", text(&new), text(&old)]);
    assert_status(&fixed, 0);
    assert_eq!(named(&stdout(&fixed)).len(), expected.len());
    let same = run(["compare", text(&old), text(&old)]);
    assert_status(&same, 0);
    assert!(named(&stdout(&same)).is_empty());
}

#[test]
fn a_report_says_how_to_repeat_it() {
    let folder = folder("compare/repeat");
    let server = Echo::start(&[]);
    play(&server, &folder);
    let report = std::fs::read_to_string(folder.join("report.json")).expect("it was written");
    let report: Value = serde_json::from_str(&report).expect("it is JSON");
    assert_eq!(report["repeat"], format!("wspec server {}", server.url));
}
