//! Runs the command and shows what it did as one text.

use std::process::{Command, Output};

/// What came of `wspec ARGUMENTS`: exit status, standard output, standard error.
pub fn wspec(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wspec"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli"))
        .env_remove("NO_COLOR")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .expect("the command was built for this test")
}

/// The output as people would see it, standard error below.
pub fn transcript(output: &Output) -> String {
    let status = output.status.code().expect("no signal ended the command");
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).expect("wspec prints UTF-8");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let mut all = format!("exit status {status}\n----- stdout -----\n{stdout}");
    if !stderr.is_empty() {
        all += &format!("----- stderr -----\n{stderr}");
    }
    all
}
