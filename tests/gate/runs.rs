//! Runs of the command, and what they left behind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// The command, without what the environment of this test may say.
pub fn wspec() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    for name in ["NO_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

/// What came of `wspec ARGUMENTS`.
pub fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Output {
    wspec().args(arguments).output().expect("the command was built for this test")
}

/// Its standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("wspec prints UTF-8")
}

/// Asserts the exit status.
#[track_caller]
pub fn assert_status(output: &Output, status: i32) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "\n{}\n{error}", stdout(output));
}

/// An empty folder for this test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the last run's folder can be removed");
    }
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// The path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("the target folder's name is UTF-8")
}

/// The cases of the report in this folder.
pub fn cases(folder: &Path) -> Vec<Value> {
    let report = fs::read_to_string(folder.join("report.json")).expect("there is a report");
    let report: Value = serde_json::from_str(&report).expect("it is JSON");
    let agents = report["agents"].as_array().expect("agents are an array");
    let cases = agents.iter().flat_map(|agent| agent["cases"].as_array());
    cases.flatten().cloned().collect()
}

/// The verdicts of the report in this folder, a line a case, without times.
pub fn verdicts(folder: &Path) -> String {
    let line = |case: &Value| {
        let fields = ["id", "verdict", "behavior", "behavior_close", "remote_close_code"];
        fields.map(|field| case[field].to_string()).join(" ") + "\n"
    };
    cases(folder).iter().map(line).collect()
}
