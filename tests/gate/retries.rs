//! Cases that are played again because they failed.

use serde_json::Value;

use crate::{
    runs::{assert_status, cases, folder, run, stdout, text},
    testees::moody_server,
};

fn attempts(case: &Value) -> Vec<&str> {
    let attempts = case["attempts"].as_array();
    let verdicts = attempts.into_iter().flatten();
    verdicts.filter_map(|attempt| attempt["verdict"].as_str()).collect()
}

#[test]
fn what_passes_later_is_flaky() {
    let folder = folder("flaky");
    let url = format!("ws://{}/", moody_server(2));
    let options = ["--cases", "1.1.2", "--retries", "3", "--report", text(&folder)];
    let output = run(["server", &url].iter().chain(&options).copied());
    assert_status(&output, 0);
    let cases = cases(&folder);
    assert_eq!(cases[0]["verdict"], "flaky");
    assert_eq!(attempts(&cases[0]), ["fail", "fail", "pass"]);
    assert!(stdout(&output).contains("flaky 1.1.2 "));
    assert!(stdout(&output).contains("0 passed, 1 flaky in "));

    let url = format!("ws://{}/", moody_server(2));
    let strict = ["--cases", "1.1.2", "--retries", "3", "--fail-on", "non-strict"];
    let output = run(["server", &url].iter().chain(&strict).copied());
    assert_status(&output, 1);
}

#[test]
fn what_never_passes_is_a_failure() {
    let folder = folder("not-flaky");
    let url = format!("ws://{}/", moody_server(usize::MAX));
    let options = ["--cases", "1.1.2", "--retries", "2", "--report", text(&folder)];
    let output = run(["server", &url].iter().chain(&options).copied());
    assert_status(&output, 1);
    let cases = cases(&folder);
    assert_eq!(cases[0]["verdict"], "fail");
    assert_eq!(attempts(&cases[0]), ["fail"; 3]);
}

/// A client is started again, and then the failed cases are all that there are.
#[test]
fn a_client_that_we_start_gets_its_failed_cases_again() {
    let folder = folder("flaky-client");
    let (wspec, marker) = (env!("CARGO_BIN_EXE_wspec"), folder.join("been-here"));
    let script = format!(
        "if mkdir '{}' 2>/dev/null; then defect='--defect binary-as-reserved'; fi\n\
         exec '{wspec}' echo-client \"$WSPEC_URL\" $defect",
        text(&marker)
    );
    let output = run([
        "client",
        "--listen",
        "127.0.0.1:0",
        "--cases",
        "1.1.1",
        "1.1.2",
        "1.2.2",
        "--retries",
        "1",
        "--report",
        text(&folder),
        "--",
        "sh",
        "-c",
        &script,
    ]);
    assert_status(&output, 0);
    let cases = cases(&folder);
    let verdicts: Vec<_> = cases.iter().map(|case| case["verdict"].as_str()).collect();
    assert_eq!(verdicts, [Some("pass"), Some("pass"), Some("flaky")]);
    assert_eq!(attempts(&cases[0]), [""; 0]);
    assert_eq!(attempts(&cases[2]), ["fail", "pass"]);
}
