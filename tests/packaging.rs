//! What wspec is packed into. Neither Docker nor GitHub is here, so their files are read, and what
//! is a script in them is run.

#![cfg(unix)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use wspec::wstest::{Mode, default_spec};
use yaml_rust2::{Yaml, YamlLoader};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[track_caller]
fn yaml(name: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(&read(name)).unwrap();
    assert_eq!(documents.len(), 1, "{name}");
    documents.remove(0)
}

/// The steps of a Dockerfile: instruction and arguments, lines that go on joined.
fn instructions(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\\\n", " ");
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (word, rest) = line.split_once(' ').expect("an instruction has arguments");
            (word.to_owned(), rest.trim().to_owned())
        })
        .collect()
}

#[test]
fn dockerfile_has_known_instructions_and_stages_that_are_there() {
    let known = ["FROM", "RUN", "WORKDIR", "COPY", "VOLUME", "EXPOSE", "CMD", "USER"];
    let mut stages = BTreeSet::new();
    for (word, rest) in instructions(&read("Dockerfile")) {
        assert!(known.contains(&word.as_str()), "{word} {rest}");
        match word.as_str() {
            "FROM" => {
                let (image, stage) = rest.split_once(" AS ").expect("a stage has a name");
                let version = image.split_once(':').map(|(_, version)| version);
                let is_pinned = version.is_some_and(|version| version != "latest");
                assert!(is_pinned || stages.contains(image), "{image}");
                stages.insert(stage.to_owned());
            }
            "COPY" if rest.starts_with("--from=") => {
                let stage = rest["--from=".len()..].split(' ').next().unwrap();
                assert!(stages.contains(stage), "{rest}");
            }
            "COPY" => {
                let source = rest.split(' ').next().unwrap();
                assert!(root().join(source).exists(), "{rest}");
            }
            "RUN" => assert_shell("sh", &rest),
            "CMD" | "VOLUME" => {
                serde_json::from_str::<Vec<String>>(&rest).unwrap();
            }
            _ => {}
        }
    }
}

#[test]
fn the_image_has_what_scripts_for_autobahns_expect() {
    let text = read("Dockerfile");
    let steps = instructions(&text);
    let has = |word: &str, part: &str| {
        let mut steps = steps.iter();
        assert!(steps.any(|(other, rest)| other == word && rest.contains(part)), "{word} … {part}");
    };
    has("RUN", "/usr/local/bin/wstest");
    has("RUN", "/opt/pypy/bin/wstest");
    has("RUN", "bash");
    has("VOLUME", "/config");
    has("VOLUME", "/reports");
    has("EXPOSE", "9001");
    has("WORKDIR", "/");
    let mut users = steps.iter().filter(|(word, _)| word == "USER");
    let (_, user) = users.next_back().expect("the default image is nobody's");
    assert!(!user.starts_with("root") && !user.starts_with('0'), "{user}");
    assert!(text.trim_end().ends_with(user), "the last stage is the default one");
    let (_, command) = steps.iter().find(|(word, _)| word == "CMD").unwrap();
    let command: Vec<String> = serde_json::from_str(command).unwrap();
    assert_eq!(
        command,
        ["wstest", "--mode", "fuzzingserver", "--spec", "/config/fuzzingserver.json"]
    );
    for mode in [Mode::FuzzingServer, Mode::FuzzingClient] {
        let (name, spec) = default_spec(mode).unwrap();
        assert_eq!(read(&format!("docker/config/{name}")), spec);
    }
}

#[test]
fn workflows_pin_what_they_use_and_their_shell_can_be_read() {
    for name in [".github/workflows/release.yml", "action.yml"] {
        let mut shells = 0;
        each_step(&yaml(name), &mut |step| {
            if let Some(action) = step["uses"].as_str() {
                let (_, version) = action.split_once('@').unwrap_or_else(|| panic!("{action}"));
                assert!(version.starts_with('v'), "{action}");
            }
            if let Some(script) = step["run"].as_str() {
                assert!(!script.contains("${{"), "an expression in a script: {script}");
                assert_shell("bash", script);
                shells += 1;
            }
        });
        assert!(shells > 1, "{name}");
    }
}

/// Calls back for all that has `uses` or `run`.
fn each_step(node: &Yaml, step: &mut dyn FnMut(&Yaml)) {
    match node {
        Yaml::Hash(entries) => {
            if !node["uses"].is_badvalue() || !node["run"].is_badvalue() {
                step(node);
            }
            entries.values().for_each(|value| each_step(value, step));
        }
        Yaml::Array(items) => items.iter().for_each(|item| each_step(item, step)),
        _ => {}
    }
}

#[track_caller]
fn assert_shell(shell: &str, script: &str) {
    let output = Command::new(shell).args(["-n", "-c", script]).output().unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
}

#[test]
fn released_archives_are_those_that_the_action_fetches() {
    let release = yaml(".github/workflows/release.yml");
    let built = &release["jobs"]["binary"]["strategy"]["matrix"]["include"];
    let built: BTreeSet<&str> =
        built.as_vec().unwrap().iter().map(|one| one["target"].as_str().unwrap()).collect();
    let install = read("scripts/action/install");
    let fetched: BTreeSet<&str> = install
        .lines()
        .filter_map(|line| line.split_once("target=")?.1.strip_suffix(" ;;"))
        .collect();
    assert_eq!(built, fetched);
}

/// The environment that action.yml gives its run step, with these inputs and its defaults.
fn environment(inputs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let action = yaml("action.yml");
    let inputs: BTreeMap<_, _> = inputs.iter().copied().collect();
    for name in inputs.keys() {
        assert!(!action["inputs"][*name].is_badvalue(), "{name}");
    }
    let steps = action["runs"]["steps"].as_vec().unwrap();
    let run = steps
        .iter()
        .find(|step| step["run"].as_str().is_some_and(|run| run.contains("action/run")));
    let variables = run.unwrap()["env"].as_hash().unwrap();
    variables
        .iter()
        .map(|(variable, expression)| {
            let expression = expression.as_str().unwrap();
            let name = expression
                .strip_prefix("${{ inputs.")
                .and_then(|rest| rest.strip_suffix(" }}"))
                .unwrap_or_else(|| panic!("{expression}"));
            let default = action["inputs"][name]["default"].as_str();
            let default = default.unwrap_or_else(|| panic!("no default: {name}"));
            let value = inputs.get(name).copied().unwrap_or(default);
            (variable.as_str().unwrap().to_owned(), value.to_owned())
        })
        .collect()
}

/// Runs the action's script as GitHub would, with our wspec on the PATH.
fn run_action(folder: &Path, inputs: &[(&str, &str)]) -> Output {
    let report = folder.join("reports");
    let mut variables = environment(inputs);
    variables.insert("WSPEC_REPORT".to_owned(), report.display().to_string());
    let binaries = Path::new(env!("CARGO_BIN_EXE_wspec")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    Command::new(root().join("scripts/action/run"))
        .envs(variables)
        .env("PATH", path)
        .env_remove("GITHUB_STEP_SUMMARY")
        .current_dir(folder)
        .output()
        .unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("packaging-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn scripts_of_the_action_can_be_run() {
    for name in ["install", "run"] {
        let path = root().join("scripts/action").join(name);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{name}");
        assert_shell("bash", &fs::read_to_string(path).unwrap());
    }
}

#[test]
fn the_action_tests_a_client() {
    let folder = folder("client");
    let output = run_action(
        &folder,
        &[
            ("role", "client"),
            ("listen", "127.0.0.1:0"),
            ("command", "wspec echo-client {url}"),
            ("cases", "1.1.* 7.1.1"),
            ("exclude", "1.1.2"),
        ],
    );
    assert!(output.status.success(), "{output:?}");
    for file in ["report.json", "report.html", "junit.xml"] {
        assert!(folder.join("reports").join(file).is_file(), "{file}: {output:?}");
    }
    let report = wspec::report::json::read(&folder.join("reports")).unwrap();
    let ids: Vec<&str> = report.agents[0].cases.iter().map(|case| case.id.as_str()).collect();
    assert!(ids.contains(&"7.1.1") && !ids.contains(&"1.1.2"), "{ids:?}");
}

#[test]
fn the_action_fails_for_a_server_that_fails() {
    let folder = folder("server");
    let url = format!("unix:{}", folder.join("socket").display());
    let command = "exec wspec echo --listen \"$WSPEC_URL\" --defect no-pong";
    let inputs = [("url", url.as_str()), ("command", command), ("cases", "2.*")];
    let output = run_action(&folder, &inputs);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(folder.join("reports/junit.xml").is_file());
}

#[test]
fn the_action_says_what_it_lacks() {
    let folder = folder("lacking");
    for (inputs, lacks) in [
        (&[("role", "client")][..], "needs `command`"),
        (&[("role", "server")], "needs `url`"),
        (&[("role", "both")], "not `both`"),
    ] {
        let output = run_action(&folder, inputs);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(lacks), "{said}");
    }
}
