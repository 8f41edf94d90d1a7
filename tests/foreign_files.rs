//! Files that somebody else may have written (a pull request brings them) give no orders to the
//! terminal or to the runner of a CI system on which wspec prints what they say.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

/// What a terminal or a runner would obey, or not show.
const ORDERS: [&str; 13] = [
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "a\u{202e}b",
    "a\u{200b}b",
    "a\u{2028}b",
    "a\u{e0041}b",
    "a\rb",
    "a\n::error::b",
    "  ::stop-commands::b",
    "##[add-mask]b",
    "##vso[task.complete]b",
    "a##teamcity[b]",
];

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("foreign-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the command and looks at all that it prints.
#[track_caller]
fn prints_no_order(folder: &Path, arguments: &[&str], what: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    command.args(arguments).current_dir(folder);
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    let output = command.output().unwrap();
    let code = output.status.code();
    assert!(code.is_some_and(|code| code != 101), "{arguments:?} with {what:?}: {code:?}");
    for text in [output.stdout, output.stderr] {
        let text = String::from_utf8(text).unwrap();
        let is_obeyed = |c: char| {
            let is_hidden = matches!(c, '\u{202e}' | '\u{200b}' | '\u{2028}' | '\u{e0041}');
            c != '\n' && c.is_control() || is_hidden
        };
        let place = text.find(is_obeyed).map(|at| text[at..].chars().take(20).collect::<String>());
        assert_eq!(place, None, "{arguments:?} with {what:?}:\n{text}");
        for command in ["##[", "##vso[", "##teamcity["] {
            assert!(!text.contains(command), "{arguments:?} with {what:?}:\n{text}");
        }
        let is_command = |line: &str| {
            let line = line.trim_start();
            line.starts_with("::")
                && !["::error title=", "::warning title="].iter().any(|ours| line.starts_with(ours))
        };
        // (A style sheet has lines that begin like that.)
        let is_page = arguments.contains(&"html");
        assert!(is_page || !text.lines().any(is_command), "{arguments:?} with {what:?}:\n{text}");
    }
}

/// A string of TOML, with everything that is not plain as an escape.
fn toml(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            ' '..='~' => c.to_string(),
            _ => format!("\\U{:08x}", u32::from(c)),
        })
        .collect();
    format!("\"{escaped}\"")
}

#[test]
fn case_files() {
    let folder = folder("cases");
    for (number, order) in ORDERS.iter().enumerate() {
        let quoted = toml(order);
        let case = |id: &str, title: &str, steps: &str| {
            format!(
                "chapter = \"mine\"\ntitle = {quoted}\n[[case]]\nid = {id}\ntitle = {title}\n\
                 description = {quoted}\nrequirements = []\nsteps = [{steps}]\n\
                 outcomes = [{{ verdict = \"pass\", saw = [] }}]\n\
                 close = {{ by = \"us\", code = [1000], clean = true }}\n"
            )
        };
        let text = format!("{{ text = {quoted} }}");
        for (name, contents) in [
            ("title", case("\"mine.1\"", &quoted, &text)),
            ("id", case(&quoted, "\"x\"", &text)),
            ("step", case("\"mine.1\"", "\"x\"", &format!("{{ {quoted} = 1 }}"))),
            (
                "requirement",
                case("\"mine.1\"", "\"x\"", &text).replace("= []", &format!("= [{quoted}]")),
            ),
            ("verdict", case("\"mine.1\"", "\"x\"", &text).replace("\"pass\"", &quoted)),
            ("key", format!("{quoted} = 1\n")),
            ("raw", format!("chapter = \"{order}\"\n= {order}\n")),
        ] {
            fs::create_dir_all(folder.join("d")).unwrap();
            fs::write(folder.join("d/a.toml"), contents).unwrap();
            let commands = [
                &["cases", "list", "--case-dir", "d"][..],
                &["cases", "show", "mine.1", "--case-dir", "d"],
                &["cases", "check", "d"],
            ];
            let arguments = commands[(number + name.len()) % commands.len()];
            prints_no_order(&folder, arguments, &format!("{name} {order:?}"));
        }
    }
}

#[test]
fn baselines_and_specs() {
    let folder = folder("baselines");
    for order in ORDERS {
        let quoted = toml(order);
        for baseline in [
            format!("known = [{{ case = {quoted}, reason = \"x\" }}]\n"),
            format!("known = [{{ case = \"1.1.1\", reason = {quoted} }}]\n"),
            format!("known = [{{ case = \"1.1.1\", reason = \"x\", agent = {quoted} }}]\n"),
            format!("known = [{{ case = \"1.1.1\", reason = \"x\", {quoted} = 1 }}]\n"),
            format!("= {order}\n"),
        ] {
            fs::write(folder.join("known.toml"), &baseline).unwrap();
            let arguments = ["server", "--cases", "1.1.1", "--baseline", "known.toml"];
            prints_no_order(&folder, &arguments, &baseline);
        }
        for spec in [
            json!({ "servers": [{ "url": order }], "cases": ["1.1.1"] }),
            json!({ "servers": [{ "url": "ws://127.0.0.1:1", "agent": order }], "cases": ["1.1.1"] }),
            json!({ "servers": [], "cases": [order], "exclude-cases": [order], order: 1 }),
        ] {
            fs::write(folder.join("spec.json"), spec.to_string()).unwrap();
            let arguments = ["wstest", "-m", "fuzzingclient", "-s", "spec.json"];
            prints_no_order(&folder, &arguments, &spec.to_string());
        }
    }
}

#[test]
fn reports() {
    let folder = folder("reports");
    let run = Command::new(env!("CARGO_BIN_EXE_wspec"))
        .args(["server", "--cases", "1.1.1", "0.1.1", "--report", "out", "--quiet"])
        .current_dir(&folder)
        .status()
        .unwrap();
    assert!(run.success());
    let path = folder.join("out/report.json");
    let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for (number, order) in ORDERS.iter().enumerate() {
        for (index, place) in [
            "/wspec_version",
            "/started",
            "/role",
            "/profile",
            "/repeat",
            "/agents/0/agent",
            "/agents/0/url",
            "/agents/0/cases/0/id",
            "/agents/0/cases/0/title",
            "/agents/0/cases/0/chapter",
            "/agents/0/cases/0/description",
            "/agents/0/cases/0/message",
            "/agents/0/cases/0/verdict",
            "/agents/0/cases/0/transcript/handshake/response",
        ]
        .into_iter()
        .enumerate()
        {
            let mut changed = report.clone();
            changed["agents"][0]["cases"][0]["verdict"] = "fail".into();
            *changed.pointer_mut(place).unwrap() = (*order).into();
            fs::write(&path, changed.to_string()).unwrap();
            // Each command meets each place, and each order, but not all of both.
            let formats = ["json", "html", "junit", "markdown", "github", "tap", "autobahn"];
            let mut commands: Vec<Vec<&str>> = vec![
                vec!["report", "render", "out", "--verbose"],
                vec!["compare", "out", "out"],
                vec!["requirements", "--report", "out", "--section", "5.1"],
            ];
            commands
                .extend(formats.map(|format| vec!["report", "render", "out", "--format", format]));
            let arguments = &commands[(3 * number + index) % commands.len()];
            prints_no_order(&folder, arguments, &format!("{place} {order:?}"));
        }
    }
}
