//! Spec files as projects have them.

use std::{path::Path, time::Duration};

use super::*;
use crate::case::embedded_cases;

fn client(text: &str) -> Read<ClientSpec> {
    ClientSpec::read(text, None).unwrap()
}

fn count(cases: &CaseChoice) -> usize {
    cases.choose(&embedded_cases().cases, crate::protocol::Role::Server).len()
}

fn lines(warnings: &[Warning]) -> String {
    let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn several_servers_with_all_their_keys() {
    let read = client(
        r#"{
            "options": { "failByDrop": false, "closeHandshakeTimeout": 4 },
            "outdir": "./out",
            "servers": [
                { "agent": "ReadAllWriteMessage", "url": "ws://localhost:9000/m", "options": { "version": 18 } },
                { "url": "ws://localhost:9000/p", "origin": "http://x", "protocols": ["a", "b"],
                  "hostname": "x", "options": { "closeHandshakeTimeout": 2 } }
            ],
            "cases": ["*"], "exclude-cases": [], "exclude-agent-cases": {}
        }"#,
    );
    let [first, second] = &read.spec.servers[..] else {
        panic!("two servers");
    };
    assert_eq!(first.agent.as_deref(), Some("ReadAllWriteMessage"));
    assert_eq!(first.options.closing_handshake, Some(Duration::from_secs(4)));
    assert_eq!(second.options.closing_handshake, Some(Duration::from_secs(2)));
    assert_eq!(second.origin.as_deref(), Some("http://x"));
    assert_eq!(second.protocols, ["a", "b"]);
    assert_eq!(read.spec.outdir, Path::new("./out"));
    assert_eq!(second.hostname.as_deref(), Some("x"));
    assert!(read.warnings.is_empty());
}

#[test]
fn no_servers_but_a_uri() {
    let text = r#"{ "outdir": "./reports", "cases": ["6.1.1", "6.1.3"], "exclude-cases": [""] }"#;
    let read = ClientSpec::read(text, Some("ws://host.docker.internal:4000")).unwrap();
    assert_eq!(read.spec.servers[0].url, "ws://host.docker.internal:4000");
    assert_eq!((read.warnings.len(), count(&read.spec.cases)), (0, 2));
    assert_eq!(ClientSpec::read(text, None).unwrap_err(), SpecError::NoServer);
}

#[test]
fn no_outdir_and_unknown_keys() {
    let read = client(
        r#"{
            "options": { "failByDrop": false },
            "enable-ssl": false,
            "servers": [{ "agent": "Cowboy", "url": "ws://localhost:33080", "options": { "version": 18 } }],
            "cases": ["*"], "exclude-cases": [], "exclude-agent-cases": {}
        }"#,
    );
    assert_eq!(read.spec.outdir, Path::new("./reports/servers/"));
    insta::assert_snapshot!(lines(&read.warnings), @"`enable-ssl` is not a key that wspec knows; ignored");
}

#[test]
fn patterns_of_no_case_are_harmless() {
    let read = client(
        r#"{
            "servers": [{ "url": "ws://x" }],
            "cases": ["1.*", "11.*"],
            "exclude-cases": ["2.10", "2.11", "12.3.1", "12.3.2", "12.4.*", "12.5.*", "99"],
            "exclude-agent-cases": { "Bad*": ["1.1.*"] }
        }"#,
    );
    let cases = &read.spec.cases;
    assert_eq!((count(cases), read.warnings.len()), (16, 0));
    assert_eq!(cases.without_effect(&embedded_cases().cases), ["11.*"]);
    assert!(cases.spares("BadServer", &"1.1.1".parse().unwrap()));
}

#[test]
fn a_fuzzing_server() {
    let read = ServerSpec::read(
        r#"{
            "url": "ws://0.0.0.0:9001", "outdir": "/reports", "webport": 8080, "name": "x",
            "options": { "failByDrop": true }, "protocols": [], "key": "a.key", "cert": "a.crt",
            "cases": ["*"], "exclude-cases": ["9.*", "12.*", "13.*"]
        }"#,
    )
    .unwrap();
    assert_eq!(read.spec.url, "ws://0.0.0.0:9001");
    assert_eq!(read.spec.key.as_deref(), Some(Path::new("a.key")));
    assert_eq!(read.spec.cert.as_deref(), Some(Path::new("a.crt")));
    assert_eq!(count(&read.spec.cases), 247);
    insta::assert_snapshot!(lines(&read.warnings), @r"
    `options.failByDrop` = true is not honoured: we fail a connection by a Close, so that the answer to it can be judged
    `webport` has no effect: the web port is given on the command line, with -u
    `name` is not a key that wspec knows; ignored
    ");
}

#[test]
fn waiting_times_are_not_set_for_clients() {
    let text = r#"{ "url": "ws://x", "cases": [], "options": { "openHandshakeTimeout": 9 } }"#;
    insta::assert_snapshot!(
        lines(&ServerSpec::read(text).unwrap().warnings),
        @"`options` has no effect: with clients all waiting times follow their distance"
    );
}

#[test]
fn what_is_wrong_is_said() {
    let error = |text| ClientSpec::read(text, Some("ws://x")).unwrap_err().to_string();
    let errors = [
        error("{ cases: 1 }"),
        error("[]"),
        error("{}"),
        error(r#"{ "cases": "*" }"#),
        error(r#"{ "cases": [1] }"#),
        error(r#"{ "cases": ["(*"] }"#),
        error(r#"{ "cases": [], "servers": [{ "agent": "x" }] }"#),
        error(r#"{ "cases": [], "options": { "openHandshakeTimeout": "soon" } }"#),
        ServerSpec::read(r#"{ "cases": [] }"#).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn the_specs_that_we_make_can_be_read() {
    use crate::wstest::{Mode, default_spec};
    let (_, text) = default_spec(Mode::FuzzingClient).unwrap();
    let read = client(text);
    assert_eq!((read.warnings.len(), count(&read.spec.cases)), (0, 517));
    let (_, text) = default_spec(Mode::FuzzingServer).unwrap();
    let read = ServerSpec::read(text).unwrap();
    assert_eq!((read.warnings.len(), count(&read.spec.cases)), (0, 517));
}
