//! wstest's command line, as scripts use it: the real binary under that name, in a folder of its
//! own, against built-in testees.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;
use wspec::run::{EchoServer, EchoStack};

/// A folder with a `wstest` in it, gone with the test.
struct Bench(PathBuf);

impl Bench {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("wspec-wstest-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_wspec"), folder.join("wstest")).unwrap();
        Self(folder)
    }

    fn wstest(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.0.join("wstest"));
        command.current_dir(&self.0);
        command
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process that serves until it is dropped.
struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Serving {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// The first line that has this part.
    fn line_with(&mut self, part: &str) -> String {
        let mut line = String::new();
        while !line.contains(part) {
            line.clear();
            assert!(self.out.read_line(&mut line).unwrap() > 0, "no line with {part}");
        }
        line
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The built-in echo server, and its URL.
fn echo_server(defects: &[&str]) -> (Serving, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wspec"));
    command.args(["echo", "--listen", "127.0.0.1:0"]);
    for defect in defects {
        command.args(["--defect", defect]);
    }
    let mut serving = Serving::start(&mut command);
    let line = serving.line_with("ws://");
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();
    (serving, url)
}

/// The URL of a server whose response has no `Server` field; it serves as long as the tests run.
fn nameless_server() -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let address = ([127, 0, 0, 1], 0).into();
            let server = EchoServer::start(address, EchoStack::Tungstenite).await.unwrap();
            sender.send(server.url().to_owned()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

/// A URL where nobody is.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("ws://{}/", listener.local_addr().unwrap())
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn reports_of_two_servers_lie_where_scripts_look() {
    let bench = Bench::new("two");
    let ((_good, good), (_bad, bad)) = (echo_server(&[]), echo_server(&["no-pong"]));
    bench.write(
        "spec.json",
        &format!(
            r#"{{
                "outdir": "./out", "enable-ssl": false, "options": {{ "failByDrop": false }},
                "servers": [
                    {{ "agent": "Good Server", "url": "{good}", "options": {{ "version": 18 }} }},
                    {{ "agent": "gone", "url": "{}" }},
                    {{ "agent": "Bad", "url": "{bad}" }}
                ],
                "cases": ["1.1.1", "2.*", "11.*"],
                "exclude-cases": ["", "2.1*", "99.*"],
                "exclude-agent-cases": {{ "B*": ["1.*"] }}
            }}"#,
            nobody()
        ),
    );
    let output = bench.wstest(&["-m", "fuzzingclient", "--spec=spec.json"]);
    assert!(output.status.success(), "{}", stderr(&output));

    let said = stdout(&output);
    assert!(said.contains("\nOk, will run 9 test cases against 3 servers\n"), "{said}");
    assert!(said.contains("\nCases = ['1.1.1', '2.2', '2.3', "), "{said}");
    assert!(
        said.contains(
            "\nRunning test case ID 1.1.1 for agent Good Server from peer tcp4:127.0.0.1:"
        ),
        "{said}"
    );
    assert!(said.contains("\nSkipping test case 1.1.1 for agent Bad by"), "{said}");
    assert!(said.contains("\nConnection to ws://127.0.0.1:"), "{said}");
    let warned = stderr(&output);
    assert!(warned.contains("`enable-ssl`") && warned.contains("`11.*`"), "{warned}");

    let names = bench.names("out");
    assert_eq!(names.len(), 2 * (9 + 8) + 2, "{names:?}");
    for name in ["index.html", "index.json", "good_server_case_1_1_1.json", "bad_case_2_2.html"] {
        assert!(names.iter().any(|found| found == name), "{name}");
    }
    let index = bench.json("out/index.json");
    assert_eq!(index["Good Server"]["2.2"]["behavior"], "OK");
    assert_eq!(index["Bad"]["2.2"]["behavior"], "FAILED");
    assert_eq!(index["Bad"]["1.1.1"], Value::Null);
    assert_eq!(index["gone"], Value::Null);
    let detail = bench.json("out/bad_case_2_2.json");
    assert_eq!((&detail["agent"], &detail["id"]), (&"Bad".into(), &"2.2".into()));
    // Its place among all of Autobahn's cases.
    assert_eq!(detail["case"], 18);
}

#[test]
fn text_tools_find_what_they_look_for() {
    let bench = Bench::new("text");
    let url = nameless_server();
    bench.write("fuzzingclient.json", r#"{ "cases": ["1.1.1", "7.1.*"], "exclude-cases": [""] }"#);
    let run = || {
        let output = bench.wstest(&["--mode", "fuzzingclient", "-w", &url]);
        assert!(output.status.success(), "{}", stderr(&output));
        bench.read("reports/servers/index.json")
    };
    let text = run();
    assert!(text.starts_with(
        "{\n   \"UnknownServer\": {\n      \"1.1.1\": {\n         \"behavior\": \"OK\",\n"
    ));
    assert!(text.contains("\n      },\n      \"7.1.1\": {\n") && text.ends_with("}\n   }\n}"));
    // Rules and legend of the page have the name of the class once each.
    let page = bench.read("reports/servers/index.html");
    assert_eq!(page.matches("case_failed").count(), 2);
    // Whoever compares index files leaves out the durations.
    let without_durations = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("\"duration\""));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_durations(&text), without_durations(&run()));
}

#[test]
fn the_exit_status_is_by_verdict_only_at_the_gate() {
    let bench = Bench::new("gate");
    let (_server, url) = echo_server(&["no-pong"]);
    let spec = |url: &str, cases: &str| {
        bench.write(
            "spec.json",
            &format!(r#"{{ "servers": [{{ "url": "{url}" }}], "cases": {cases} }}"#),
        );
    };
    let status = |more: &[&str]| {
        let arguments = [&["-m", "fuzzingclient", "-s", "spec.json"], more].concat();
        let output = bench.wstest(&arguments);
        (output.status.code(), stderr(&output))
    };
    spec(&url, r#"["1.1.1", "2.2"]"#);
    assert_eq!(status(&[]).0, Some(0));
    let (code, said) = status(&["--gate"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("failed 1 case: 2.2"), "{said}");
    assert_eq!(bench.read("reports/servers/index.html").matches("case_failed").count(), 3);
    spec(&url, r#"["1.1.1"]"#);
    assert_eq!(status(&["--gate"]).0, Some(0));
    spec(&url, r#"["99.*"]"#);
    assert_eq!((status(&[]).0, status(&["--gate"]).0), (Some(0), Some(2)));
    spec(&nobody(), r#"["1.1.1"]"#);
    assert_eq!((status(&[]).0, status(&["--gate"]).0), (Some(0), Some(3)));
}

#[test]
fn input_of_no_use_is_explained() {
    let bench = Bench::new("input");
    let output = bench.wstest(&["-m", "testeeclient"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("give it with -w"));
    bench.write("fuzzingserver.json", r#"{ "url": "ws://127.0.0.1:0", "cases": "all" }"#);
    let output = bench.wstest(&["-m", "fuzzingserver"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("Using implicit spec file 'fuzzingserver.json'"));
    assert!(stderr(&output).contains("`cases` is \"all\"; expected a list"));
    assert_eq!(bench.wstest(&["-m", "massconnect"]).status.code(), Some(2));
    assert!(stdout(&bench.wstest(&["-a"])).contains("AutobahnTestSuite 25.10.1"));
}

#[test]
fn a_fuzzing_server_tests_the_testee_client() {
    let bench = Bench::new("server");
    bench.write(
        "spec.json",
        r#"{ "url": "ws://127.0.0.1:0", "outdir": "./out", "cases": ["1.1.*", "2.*"],
             "exclude-cases": ["2.1*"], "exclude-agent-cases": { "me": ["2.2"] } }"#,
    );
    let mut command = bench.command();
    command.args(["-m", "fuzzingserver", "-s", "spec.json", "-u", "0", "--gate"]);
    let mut server = Serving::start(&mut command);
    let line = server.line_with("Fuzzing Server (Port ");
    let port = line.trim().trim_end_matches(')').rsplit(' ').next().unwrap().to_owned();
    assert_eq!(
        server.line_with("Ok, will run"),
        "Ok, will run 16 test cases for any clients connecting\n"
    );
    let url = format!("ws://127.0.0.1:{port}");
    let client = bench.wstest(&["-m", "testeeclient", "-w", &url, "-i", "me"]);
    assert!(client.status.success(), "{}", stderr(&client));
    server.line_with("Running test case ID 2.9 for agent me from peer tcp4:127.0.0.1:");
    server.line_with("Report generation complete.");
    let index = bench.json("out/index.json");
    assert_eq!(index["me"].as_object().unwrap().len(), 15);
    assert_eq!(index["me"]["2.9"]["behavior"], "OK");
    let detail = bench.json("out/me_case_2_9.json");
    // Its place in the list of this server.
    assert_eq!((&detail["case"], &detail["isServer"]), (&16.into(), &true.into()));
    assert!(Path::new(&bench.0).join("out/index.html").exists());
}
