//! Autobahn's verdicts, recorded, against ours of the same peers: every case of the recording is
//! played in memory against our endpoint in each of 39 conducts, in both roles.
//!
//! `oracle/verdict-vectors.json` has what Autobahn|Testsuite 25.10.1 said. The waiting times are
//! its own, so that whatever it decides by its timers is decided alike.

mod simulation;

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    sync::Arc,
    time::Duration,
};

use serde::Deserialize;
use wspec::{
    case::{Case, embedded_cases},
    judge::{AutobahnVerdict, judge},
    play::Patience,
    protocol::Role,
    testee::{Conduct, Defect},
};

/// The recording's names of behaviours, and ours of what makes an endpoint behave so.
const BEHAVIOURS: [(&str, &[Defect]); 39] = [
    ("conform", &[]),
    ("conform_wait", &[Defect::LingerAfterFailing]),
    ("fail_by_drop", &[Defect::FailByDrop]),
    ("utf8_at_frame_end", &[Defect::Utf8AtFrameEnd]),
    ("utf8_at_message_end", &[Defect::Utf8AtMessageEnd]),
    ("utf8_never", &[Defect::NoUtf8Check]),
    ("no_validation", &[Defect::NoChecks]),
    ("silent", &[Defect::FallSilent]),
    ("no_close_reply", &[Defect::NoCloseReply]),
    ("no_tcp_drop", &[Defect::NoTcpClose]),
    ("no_tcp_drop_wait", &[Defect::LingerAfterFailing, Defect::NoTcpClose]),
    ("close_first", &[Defect::CloseAtOnce]),
    ("close_first_no_drop", &[Defect::CloseAtOnce, Defect::NoTcpClose]),
    ("reply_1001", &[Defect::ReplyWith1001]),
    ("reply_empty", &[Defect::ReplyWithoutCode]),
    ("reply_1005", &[Defect::ReplyWith1005]),
    ("reply_1012", &[Defect::ReplyWith1012]),
    ("reply_bad_utf8", &[Defect::ReplyWithBadReason]),
    ("reply_len1", &[Defect::ReplyWithOneOctet]),
    ("fail_1011", &[Defect::FailWith1011]),
    ("fail_1008", &[Defect::FailWith1008]),
    ("fail_empty", &[Defect::FailWithoutCode]),
    ("drop_on_close", &[Defect::DropOnClose]),
    ("drop_after_handshake", &[Defect::DropAtOnce]),
    ("hs_none", &[Defect::SilentHandshake]),
    ("hs_400", &[Defect::RefusedHandshake]),
    ("hs_bad_accept", &[Defect::WrongAccept]),
    ("double_echo", &[Defect::DoubleEcho]),
    ("no_echo", &[Defect::NoEcho]),
    ("echo_as_binary", &[Defect::EchoAsBinary]),
    ("echo_fragmented", &[Defect::EchoInFragments]),
    ("no_pong", &[Defect::NoPong]),
    ("pong_first", &[Defect::PongAtOnce]),
    ("ping_first", &[Defect::PingAtOnce]),
    ("wrong_masking", &[Defect::WrongMasking]),
    ("echo_rsv1", &[Defect::EchoWithRsv1]),
    ("batch_fail", &[Defect::ForgetfulError]),
    ("close_after_echo", &[Defect::CloseAfterEcho]),
    ("drop_after_echo", &[Defect::DropAfterEcho]),
];

/// Autobahn's waiting times.
const PATIENCE: Patience = Patience {
    handshake: Duration::from_secs(5),
    reaction: Duration::from_secs(1),
    late_reaction: Duration::from_secs(10),
    close: Duration::from_secs(1),
    tcp_close: Duration::from_secs(1),
    pause: Duration::from_secs(1),
    case: Duration::from_secs(20),
    late_case: Duration::from_secs(100),
};

#[derive(Deserialize)]
struct Recording {
    behaviours: HashMap<String, String>,
    verdicts: HashMap<String, HashMap<Role, Vec<Recorded>>>,
}

/// What Autobahn said of some cases alike.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    cases: Vec<String>,
    /// `false`: no result was stored, or the case never ends.
    recorded: Option<bool>,
    behavior: Option<String>,
    behavior_close: Option<String>,
    was_clean: Option<bool>,
    closed_by_me: Option<bool>,
    failed_by_me: Option<bool>,
    dropped_by_me: Option<bool>,
    local_close_code: Option<u16>,
    remote_close_code: Option<u16>,
}

fn recording() -> Recording {
    serde_json::from_str(include_str!("oracle/verdict-vectors.json")).unwrap()
}

fn case(id: &str) -> Arc<Case> {
    let found = embedded_cases().get(&id.parse().unwrap());
    Arc::new(found.unwrap_or_else(|| panic!("there is no case {id}")).clone())
}

/// Differences, grouped so that a person can read them.
#[derive(Default)]
struct Differences(BTreeMap<String, Vec<String>>);

impl Differences {
    fn note(&mut self, difference: String, id: &str) {
        self.0.entry(difference).or_default().push(id.to_owned());
    }
}

impl std::fmt::Display for Differences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (difference, ids) in &self.0 {
            writeln!(f, "{difference}: {} ({})", ids.join(" "), ids.len())?;
        }
        Ok(())
    }
}

fn verdicts_agree(role: Role) {
    let recording = recording();
    let mut wrong_verdicts = Differences::default();
    let mut wrong_flags = Differences::default();
    let mut compared = 0;
    let mut cases = HashMap::new();
    for (behaviour, defects) in BEHAVIOURS {
        let conduct = Conduct::with(defects);
        for recorded in &recording.verdicts[behaviour][&role] {
            for id in &recorded.cases {
                let case = cases.entry(id.clone()).or_insert_with(|| case(id));
                let transcript = simulation::play(case, role, &conduct, PATIENCE);
                let verdict = transcript.and_then(|transcript| judge(case, &transcript).autobahn);
                if recorded.recorded == Some(false) {
                    continue;
                }
                compared += 1;
                let Some(verdict) = verdict else {
                    wrong_verdicts.note(format!("{behaviour}: no verdict"), id);
                    continue;
                };
                compare_verdicts(recorded, &verdict, behaviour, id, &mut wrong_verdicts);
                compare_flags(recorded, &verdict, behaviour, id, &mut wrong_flags);
            }
        }
    }
    println!("{compared} compared");
    assert!(
        wrong_verdicts.0.is_empty() && wrong_flags.0.is_empty(),
        "as {role}, of {compared}:\n{wrong_verdicts}\nFLAGS\n{wrong_flags}",
    );
}

fn compare_verdicts(
    recorded: &Recorded,
    ours: &AutobahnVerdict,
    behaviour: &str,
    id: &str,
    wrong: &mut Differences,
) {
    let expected = (
        recorded.behavior.as_deref().unwrap_or_default(),
        recorded.behavior_close.as_deref().unwrap_or_default(),
    );
    let found = (ours.behavior.name(), ours.behavior_close.name());
    if found != expected {
        wrong.note(format!("{behaviour}: {expected:?}, not {found:?}"), id);
    }
}

fn compare_flags(
    recorded: &Recorded,
    ours: &AutobahnVerdict,
    behaviour: &str,
    id: &str,
    wrong: &mut Differences,
) {
    let flags = [
        ("wasClean", recorded.was_clean, ours.was_clean),
        ("closedByMe", recorded.closed_by_me, ours.closed_by_me),
        ("failedByMe", recorded.failed_by_me, ours.failed_by_me),
        ("droppedByMe", recorded.dropped_by_me, ours.dropped_by_me),
    ];
    let mut differing = String::new();
    for (name, expected, found) in flags {
        if expected != Some(found) {
            write!(differing, " {name} {expected:?}").unwrap();
        }
    }
    let codes = [
        ("localCloseCode", recorded.local_close_code, ours.local_close_code),
        ("remoteCloseCode", recorded.remote_close_code, ours.remote_close_code),
    ];
    for (name, expected, found) in codes {
        if expected != found {
            write!(differing, " {name} {expected:?} not {found:?}").unwrap();
        }
    }
    if !differing.is_empty() {
        wrong.note(format!("{behaviour}:{differing}"), id);
    }
}

#[test]
fn every_behaviour_is_played() {
    let mut recorded: Vec<String> = recording().behaviours.into_keys().collect();
    let mut played = BEHAVIOURS.map(|(name, _)| name.to_owned()).to_vec();
    recorded.sort();
    played.sort();
    assert_eq!(played, recorded);
}

#[test]
fn autobahn_as_client_says_the_same() {
    verdicts_agree(Role::Client);
}

#[test]
fn autobahn_as_server_says_the_same() {
    verdicts_agree(Role::Server);
}
