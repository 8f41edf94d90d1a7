//! Failures that are known.

use std::fs;

use crate::{
    runs::{assert_status, folder, run, stdout, text},
    testees::Echo,
};

#[test]
fn known_failures_do_not_fail_a_run_and_the_list_shrinks() {
    let folder = folder("baseline");
    let known = folder.join("known.toml");
    let known = text(&known);
    let defective = Echo::start(&["--defect", "no-pong"]);
    let cases = ["--cases", "1.1.*", "2.*"];
    let play =
        |url: &str, more: &[&str]| run(["server", url].iter().chain(&cases).chain(more).copied());

    let first = play(&defective.url, &["--write-baseline", known]);
    assert_status(&first, 1);
    assert!(stdout(&first).contains(&format!("baseline: {known} (")));
    let excused = play(&defective.url, &["--baseline", known]);
    assert_status(&excused, 0);
    assert!(stdout(&excused).contains("known failures"));

    // One that is not listed fails the run.
    let written = fs::read_to_string(known).expect("it was written");
    let (kept, dropped): (Vec<&str>, Vec<&str>) =
        written.lines().partition(|line| !line.contains(r#"case = "2.2""#));
    assert_eq!(dropped.len(), 1, "{written}");
    let shorter = folder.join("shorter.toml");
    fs::write(&shorter, kept.join("\n")).expect("the folder can be written");
    let unexcused = play(&defective.url, &["--baseline", text(&shorter)]);
    assert_status(&unexcused, 1);
    assert!(stdout(&unexcused).contains("\nfail 2.2 "));

    // A server that was repaired has the list emptied.
    let repaired = Echo::start(&[]);
    let options = ["--baseline", known, "--write-baseline", known];
    let healed = play(&repaired.url, &options);
    assert_status(&healed, 0);
    assert!(stdout(&healed).contains("these pass now; take them out of the baseline"));
    let written = fs::read_to_string(known).expect("it was written again");
    assert!(written.contains("known = []"), "{written}");
}

#[test]
fn the_bar_can_be_raised() {
    let cases = ["--cases", "6.4.1"];
    let idle = Echo::start(&["--defect", "no-tcp-close"]);
    let play = |more: &[&str]| run(["server", &idle.url].iter().chain(&cases).chain(more).copied());
    assert_status(&play(&[]), 0);
    let strict = play(&["--fail-on", "non-strict"]);
    assert_status(&strict, 1);
    assert!(stdout(&strict).contains("non-strict 6.4.1 "));
}
