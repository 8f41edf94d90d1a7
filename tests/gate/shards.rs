//! A run in parts.

use std::{fs, path::PathBuf};

use crate::{
    runs::{assert_status, folder, run, stdout, text, verdicts},
    testees::Echo,
};

/// Cases of which some fail without a Pong.
const CASES: [&str; 6] = ["--cases", "1.*", "2.*", "5.*", "7.1.*", "10.*"];

#[test]
fn four_shards_merged_are_one_run() {
    let folder = folder("shards");
    let server = Echo::start(&["--defect", "no-pong"]);
    let play = |report: PathBuf, more: &[&str]| {
        let head = ["server", &server.url, "--report", text(&report)];
        assert_status(&run(head.iter().chain(&CASES).chain(more).copied()), 1);
        report
    };
    let whole = play(folder.join("whole"), &[]);
    let shards = [1, 2, 3, 4].map(|number| {
        let shard = format!("{number}/4");
        play(folder.join(number.to_string()), &["--shard", &shard])
    });
    let merged = folder.join("merged");
    let reports = shards.iter().map(|path| text(path));
    let output = run(["merge", "--report", text(&merged)].into_iter().chain(reports));
    assert_status(&output, 1);
    assert_eq!(verdicts(&merged), verdicts(&whole));
    assert!(verdicts(&whole).contains("\"fail\""));

    let without_times = |folder: &PathBuf| {
        let index = fs::read_to_string(folder.join("index.json")).expect("it was written");
        let lines = index.lines().filter(|line| !line.contains("\"duration\""));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_times(&merged), without_times(&whole));

    let sizes = shards.map(|shard| verdicts(&shard).lines().count());
    let largest = sizes.iter().max();
    assert!(sizes.iter().all(|size| largest.is_some_and(|largest| size + 1 >= *largest)));
}

#[test]
fn a_missing_shard_is_told() {
    let folder = folder("missing-shard");
    let path = text(&folder);
    let played = run(["server", "--cases", "1.*", "--shard", "1/2", "--report", path]);
    assert_status(&played, 0);
    let output = run(["merge", path]);
    assert_status(&output, 2);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(error, "wspec: shard 2/2 is missing; give the reports of all 2 shards\n");
    let twice = run(["merge", path, path]);
    assert_status(&twice, 2);
    assert_eq!(stdout(&twice), "");
}
