//! `wspec fuzz parser` and `wspec corpus`, as a user types them.

#[path = "cli/command.rs"]
mod command;

use std::{fs, path::PathBuf};

use command::{transcript, wspec};
use insta::{assert_snapshot, with_settings};

/// Speeds differ from run to run, and so does how often the same is found.
const REDACTED: [(&str, &str); 3] = [
    (r"\d+ a second", "[SPEED] a second"),
    (r"  \d+ inputs?\n", "  [COUNT] inputs\n"),
    (r"tests/\.\./target/\S*/fuzz-parser", "[DIR]"),
];

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/parser.py");

/// The example of a parser in Python, with one mistake if `right` is made `wrong` in it.
fn example(name: &str, right: &str, wrong: &str) -> String {
    let text = fs::read_to_string(EXAMPLE).unwrap();
    assert!(text.contains(right), "{right}");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("parser-{name}.py"));
    fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// What it prints and how it exits.
fn fuzz(options: &[&str], parser: &str) -> (Option<i32>, String) {
    let arguments = [
        &["fuzz", "parser", "--seed", "1", "--timeout", "20000"][..],
        options,
        &["--", "python3", parser],
    ];
    let output = wspec(&arguments.concat());
    (output.status.code(), transcript(&output))
}

macro_rules! assert_printed {
    ($name:literal, $text:expr) => {
        with_settings!(
            { filters => REDACTED, snapshot_path => "cli/snapshots", prepend_module_to_snapshot => false },
            { assert_snapshot!($name, $text); }
        );
    };
}

#[test]
fn a_right_parser_agrees() {
    for sender in ["client", "server"] {
        let options = ["--sender", sender, "--inputs", "1200"];
        let (status, printed) = fuzz(&options, EXAMPLE);
        assert_eq!(status, Some(0), "{printed}");
        assert!(printed.contains("no disagreement"), "{printed}");
    }
}

#[test]
fn mistakes_are_found_and_made_short() {
    let parser = example("rsv", "if rsv:", "if rsv & 4:");
    let (status, printed) = fuzz(&["--inputs", "1000"], &parser);
    assert_eq!(status, Some(1), "{printed}");
    assert_printed!("fuzz-parser-rsv", printed);

    let parser = example("unmask", "key[i % 4]", "key[i % 4 if i < 65 else 0]");
    let (status, printed) = fuzz(&["--inputs", "1000"], &parser);
    assert_eq!(status, Some(1), "{printed}");
    assert!(printed.contains("\nwrong-frame  "), "{printed}");
}

#[test]
fn a_parser_that_ends_is_started_again() {
    let parser = example("ends", "raise Refused(\"the opcode is reserved\")", "sys.exit(9)");
    let (status, printed) = fuzz(&["--inputs", "100"], &parser);
    assert_eq!(status, Some(1), "{printed}");
    assert!(printed.contains("\nended  "), "{printed}");
    assert!(printed.contains("100 inputs of a client"), "{printed}");
}

#[test]
fn one_input_shows_both_answers() {
    let wrong = example("one", "if rsv:", "if rsv & 4:");
    let output = wspec(&["fuzz", "parser", "--input", "a18000000000", "--", "python3", &wrong]);
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    assert_printed!("fuzz-parser-input", transcript(&output));
}

#[test]
fn what_answers_nothing_is_no_parser() {
    let output = wspec(&["fuzz", "parser", "--", "true"]);
    assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
    assert_printed!("fuzz-parser-true", transcript(&output));
    let output = wspec(&["fuzz", "parser", "--", "/no/such/parser"]);
    assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
}

#[test]
fn help() {
    assert_printed!("help-fuzz-parser", transcript(&wspec(&["fuzz", "parser", "--help"])));
    assert_printed!("help-corpus", transcript(&wspec(&["corpus", "--help"])));
}

#[test]
fn the_corpus_is_files() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz-parser-corpus");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let output = wspec(&["corpus", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", transcript(&output));
    for kind in wspec::reference::SeedKind::ALL {
        assert!(fs::read_dir(folder.join(kind.folder())).unwrap().next().is_some());
    }
    assert_eq!(
        fs::read_to_string(folder.join("websocket.dict")).unwrap(),
        wspec::reference::DICTIONARY
    );
}
