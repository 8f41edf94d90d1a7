//! A small catalogue and its cases, for the tests of this room.

use crate::{
    case::{Case, RunProfile, SourceFile, read_cases},
    judge::{BrokenRule, Judgement, Verdict},
    protocol::Role,
    report::{AgentReport, CaseReport, Report, Run},
    requirement::{Catalogue, RequirementId},
    transcript::Transcript,
};

/// What a test catalogue has.
const CATALOGUE: &str = r#"
[[requirement]]
id = "rfc6455-2-1"
level = "MAY"
basis = "keyword"
binds = "both"
text = "Algorithms may be implemented in any way that gives the same result."
observable = "none"
trigger = ""
conforming = ""
violation = ""
autobahn = []
autobahn_passive = false
verdict = "not-testable"
why_not = "a licence"

[[requirement]]
id = "rfc6455-4.2.2-8"
level = "MUST"
basis = "keyword"
binds = "server"
text = "A server that does not want the connection answers with an HTTP error status."
observable = "server-under-test"
trigger = "a handshake with an origin that the server's policy forbids"
conforming = "403"
violation = "101"
autobahn = []
autobahn_passive = false
verdict = "fail"
needs = "server with an origin policy"

[[requirement]]
id = "rfc6455-5.1-1"
level = "MUST"
basis = "keyword"
binds = "client"
text = "A client masks every frame that it sends."
observable = "client-under-test"
trigger = "watch every frame"
conforming = ""
violation = "a frame with MASK=0"
autobahn = ["*"]
autobahn_passive = true
verdict = "fail"

[[requirement]]
id = "rfc6455-5.2-2"
level = "MUST NOT"
basis = "keyword"
binds = "sender"
text = "Reserved bits are 0 unless an agreed extension gives them a meaning."
observable = "both"
trigger = "watch every frame"
conforming = "RSV1, RSV2 and RSV3 are 0"
violation = "a bit is set without such an extension"
autobahn = []
autobahn_passive = true
autobahn_role = "server"
verdict = "fail"
note = "RSV1 belongs to permessage-deflate where that was agreed"

[[requirement]]
id = "rfc6455-5.8-1"
level = "MUST"
basis = "keyword"
binds = "both"
text = "Extensions are used only if they were negotiated."
observable = "both"
trigger = "negotiate nothing"
conforming = ""
violation = "any extension's feature"
autobahn = []
autobahn_passive = false
verdict = "fail"
same_as = "rfc6455-5.2-2"

[[requirement]]
id = "rfc8441-5-2"
level = "MUST"
basis = "keyword"
binds = "client"
text = "The value of :protocol is websocket."
observable = "client-under-test"
trigger = "read the request"
conforming = ""
violation = "another value"
autobahn = []
autobahn_passive = false
verdict = "fail"
"#;

/// What a test's cases are.
const CASES: &str = r#"
chapter = "a"
title   = "Example"

[[case]]
title    = "Case"
steps    = []
outcomes = [{ verdict = "pass", saw = [] }]
close    = { by = "us" }
each     = [
  { id = "a.1", requirements = ["rfc6455-5.2-2", "rfc6455-5.8-1"] },
  { id = "a.2", testee = "client", requirements = ["rfc6455-5.1-1"] },
  { id = "a.3", requirements = ["rfc6455-5.8-1"] },
]
"#;

/// The catalogue and the cases.
pub fn catalogue_and_cases() -> (Catalogue, Vec<Case>) {
    let catalogue = Catalogue::read(CATALOGUE).unwrap();
    let known = catalogue.requirements().iter().map(|it| it.id.clone());
    let file = SourceFile { name: "example.toml", text: CASES };
    let cases = read_cases(&[file], &known.collect()).unwrap_or_else(|error| panic!("\n{error}"));
    (catalogue, cases.cases)
}

/// A run with two servers. One passes; the other has a hostile name, fails a case, breaks a rule
/// beside another, and leaves out the rest.
pub fn report() -> Report {
    let run = Run {
        started_unix_ms: 0,
        duration_ms: 1,
        role: Role::Client,
        profile: RunProfile::Quick,
        seed: 1,
        interrupted: false,
        left_out: None,
        insecure: false,
    };
    let broken = BrokenRule {
        rule: String::new(),
        requirement: RequirementId("rfc6455-5.2-2".to_owned()),
        verdict: Verdict::Fail,
        message: "a frame had RSV1 set\u{1b}[2J".to_owned(),
        violation: None,
        frame: None,
    };
    let good = [
        played(0, Verdict::Pass, vec![]),
        played(1, Verdict::Pass, vec![]),
        played(2, Verdict::Pass, vec![]),
    ];
    let bad = [played(1, Verdict::Fail, vec![broken]), played(2, Verdict::NonStrict, vec![])];
    let agent = |name: &str, cases: &[CaseReport]| AgentReport {
        agent: name.to_owned(),
        url: "ws://127.0.0.1:1/".to_owned(),
        cases: cases.to_vec(),
    };
    Report::new(run, vec![agent("good", &good), agent("bad\u{1b}[31m\n", &bad)])
}

/// The case at this place, played and judged so.
fn played(position: usize, verdict: Verdict, broken: Vec<BrokenRule>) -> CaseReport {
    let (_, cases) = catalogue_and_cases();
    let judgement = Judgement { verdict, reasons: Vec::new(), broken, autobahn: None };
    let transcript = Transcript::never_connected(Role::Client, 0);
    CaseReport::new(&cases[position], judgement, transcript)
}
