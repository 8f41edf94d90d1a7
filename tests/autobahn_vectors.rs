//! Autobahn's verdicts, recorded, against ours of the same peers: every case of the recording is
//! played in memory against our endpoint in each of 39 conducts, in both roles.
//!
//! `oracle/verdict-vectors.json` has what Autobahn|Testsuite 25.10.1 said. The waiting times are
//! its own, so that whatever it decides by its timers is decided alike.

mod simulation;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
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
    transcript::{End, Transcript},
};

/// The recording's names of behaviours, and ours of what makes an endpoint behave so.
const BEHAVIOURS: [(&str, &[&str]); 39] = [
    ("conform", &[]),
    ("conform_wait", &["linger-after-failing"]),
    ("fail_by_drop", &["fail-by-drop"]),
    ("utf8_at_frame_end", &["utf8-at-frame-end"]),
    ("utf8_at_message_end", &["utf8-at-message-end"]),
    ("utf8_never", &["no-utf8-check"]),
    ("no_validation", &["no-checks"]),
    ("silent", &["fall-silent"]),
    ("no_close_reply", &["no-close-reply"]),
    ("no_tcp_drop", &["no-tcp-close"]),
    ("no_tcp_drop_wait", &["linger-after-failing", "no-tcp-close"]),
    ("close_first", &["close-at-once", "no-pong-after-own-close"]),
    ("close_first_no_drop", &["close-at-once", "no-pong-after-own-close", "no-tcp-close"]),
    ("reply_1001", &["reply-with-1001"]),
    ("reply_empty", &["reply-without-code"]),
    ("reply_1005", &["reply-with-1005"]),
    ("reply_1012", &["reply-with-1012"]),
    ("reply_bad_utf8", &["reply-with-bad-reason"]),
    ("reply_len1", &["reply-with-one-octet"]),
    ("fail_1011", &["fail-with-1011"]),
    ("fail_1008", &["fail-with-1008"]),
    ("fail_empty", &["fail-without-code"]),
    ("drop_on_close", &["drop-on-close"]),
    ("drop_after_handshake", &["drop-at-once"]),
    ("hs_none", &["silent-handshake"]),
    ("hs_400", &["refuses-all", "version-99"]),
    ("hs_bad_accept", &["wrong-accept", "malformed-key"]),
    ("double_echo", &["double-echo"]),
    ("no_echo", &["no-echo"]),
    ("echo_as_binary", &["echo-as-binary"]),
    ("echo_fragmented", &["echo-in-fragments"]),
    ("no_pong", &["no-pong"]),
    ("pong_first", &["pong-at-once"]),
    ("ping_first", &["ping-at-once"]),
    ("wrong_masking", &["wrong-masking"]),
    ("echo_rsv1", &["echo-with-rsv1"]),
    ("batch_fail", &["forgetful-error"]),
    ("close_after_echo", &["close-after-echo", "no-pong-after-own-close"]),
    ("drop_after_echo", &["drop-after-echo"]),
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
    round_trips_case: Duration::from_secs(100),
};

/// A place where we differ from the recording on purpose, in both roles.
struct Deviation {
    behaviour: &'static str,
    cases: &'static [&'static str],
    differs: Differs,
    because: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Differs {
    /// In `behavior` or `behaviorClose`.
    Verdict,
    /// In how the connection went, but not in the verdict.
    Flags,
}

const DEVIATIONS: [Deviation; 3] = [
    Deviation {
        behaviour: "ping_first",
        cases: &["6.4.3", "6.4.4"],
        differs: Differs::Verdict,
        because: "Autobahn writes its Pong into the middle of its own frame and so spoils the \
                  case; we hold the Pong back",
    },
    Deviation {
        behaviour: "batch_fail",
        cases: &["3.3"],
        differs: Differs::Verdict,
        because: "the recording is a simulation in which each write arrives on its own; over TCP \
                  the first two writes of this case are one segment, so a peer that reads in \
                  batches loses the echo: NON-STRICT, which the real Autobahn says too",
    },
    Deviation {
        behaviour: "no_validation",
        cases: &["2.5"],
        differs: Differs::Flags,
        because: "the recorded peer answered a Ping of 126 octets with a Pong as long, and was \
                  failed with 1002; our endpoint keeps 125 octets of a control frame, and is \
                  given up on with 1001",
    },
];

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
    /// `false`: the case never ends.
    #[serde(default = "yes")]
    ends: bool,
    /// `false`: no result was stored.
    #[serde(default = "yes")]
    recorded: bool,
    #[serde(flatten)]
    said: Said,
}

const fn yes() -> bool {
    true
}

/// What Autobahn said of a case.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Said {
    behavior: Option<String>,
    behavior_close: Option<String>,
    was_clean: Option<bool>,
    closed_by_me: Option<bool>,
    failed_by_me: Option<bool>,
    dropped_by_me: Option<bool>,
    local_close_code: Option<u16>,
    remote_close_code: Option<u16>,
    /// The timer that ran out.
    timeout: Option<String>,
}

impl Said {
    fn verdict(&self) -> (Option<&str>, Option<&str>) {
        (self.behavior.as_deref(), self.behavior_close.as_deref())
    }
}

impl From<AutobahnVerdict> for Said {
    fn from(verdict: AutobahnVerdict) -> Self {
        let timers = [
            ("open", verdict.open_handshake_timeout),
            ("close", verdict.close_handshake_timeout),
            ("server_drop", verdict.server_drop_timeout),
        ];
        Self {
            behavior: Some(verdict.behavior.name().to_owned()),
            behavior_close: Some(verdict.behavior_close.name().to_owned()),
            was_clean: Some(verdict.was_clean),
            closed_by_me: Some(verdict.closed_by_me),
            failed_by_me: Some(verdict.failed_by_me),
            dropped_by_me: Some(verdict.dropped_by_me),
            local_close_code: verdict.local_close_code,
            remote_close_code: verdict.remote_close_code,
            timeout: timers
                .iter()
                .find(|(_, ran_out)| *ran_out)
                .map(|(name, _)| (*name).to_owned()),
        }
    }
}

/// A peer of a behaviour, and a case to play with it.
struct Play<'a> {
    behaviour: &'static str,
    id: &'a str,
    recorded: &'a Recorded,
    role: Role,
    conduct: &'a Conduct,
    case: &'a Arc<Case>,
}

impl Play<'_> {
    fn transcript(&self) -> Option<Transcript> {
        simulation::play(self.case, self.role, self.conduct, PATIENCE)
    }
}

/// All that was recorded of Autobahn as `role`.
fn for_each(recording: &Recording, role: Role, visit: &mut dyn FnMut(Play<'_>)) {
    let mut cases = HashMap::new();
    for (behaviour, defects) in BEHAVIOURS {
        let defects: Vec<Defect> = defects.iter().map(|name| name.parse().unwrap()).collect();
        let conduct = Conduct::with(&defects);
        for recorded in &recording.verdicts[behaviour][&role] {
            for id in &recorded.cases {
                let case = &*cases.entry(id).or_insert_with(|| case(id));
                visit(Play { behaviour, id, recorded, role, conduct: &conduct, case });
            }
        }
    }
}

fn recording() -> Recording {
    serde_json::from_str(include_str!("oracle/verdict-vectors.json")).unwrap()
}

fn case(id: &str) -> Arc<Case> {
    let found = embedded_cases().get(&id.parse().unwrap());
    Arc::new(found.unwrap_or_else(|| panic!("there is no case {id}")).clone())
}

/// Differences, those alike together.
#[derive(Default)]
struct Differences {
    unexpected: BTreeMap<(Differs, String), Vec<String>>,
    /// Deviations that were seen: behaviour and case.
    deliberate: Vec<(&'static str, String)>,
}

impl Differences {
    fn note(&mut self, play: &Play<'_>, differs: Differs, found: Option<&Said>) {
        let deviates = |deviation: &&Deviation| {
            deviation.behaviour == play.behaviour
                && deviation.cases.contains(&play.id)
                && deviation.differs <= differs
        };
        if DEVIATIONS.iter().any(|deviation| deviates(&deviation)) {
            self.deliberate.push((play.behaviour, play.id.to_owned()));
        } else {
            let said = &play.recorded.said;
            let difference = format!("{}: recorded {said:?}, found {found:?}", play.behaviour);
            self.unexpected.entry((differs, difference)).or_default().push(play.id.to_owned());
        }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((differs, difference), ids) in &self.unexpected {
            writeln!(
                f,
                "{differs:?}: {difference}\n    in {} cases: {}",
                ids.len(),
                ids.join(" ")
            )?;
        }
        Ok(())
    }
}

fn the_same_is_said_as(role: Role) {
    let recording = recording();
    let mut differences = Differences::default();
    for_each(&recording, role, &mut |play| {
        if !play.recorded.recorded || !play.recorded.ends {
            return;
        }
        let transcript = play.transcript();
        let found = transcript.and_then(|t| judge(play.case, &t).autobahn).map(Said::from);
        if found.as_ref() != Some(&play.recorded.said) {
            let recorded = play.recorded.said.verdict();
            let alike = found.as_ref().is_some_and(|found| found.verdict() == recorded);
            let differs = if alike { Differs::Flags } else { Differs::Verdict };
            differences.note(&play, differs, found.as_ref());
        }
    });
    assert!(differences.unexpected.is_empty(), "as {role}:\n{differences}");
    for deviation in &DEVIATIONS {
        for id in deviation.cases {
            let seen = (deviation.behaviour, (*id).to_owned());
            assert!(
                differences.deliberate.contains(&seen),
                "{seen:?} no longer differs as {role}, so it need not be listed: {}",
                deviation.because
            );
        }
    }
}

#[test]
fn the_same_is_said_as_client() {
    the_same_is_said_as(Role::Client);
}

#[test]
fn the_same_is_said_as_server() {
    the_same_is_said_as(Role::Server);
}

/// Autobahn waits for ever for some servers; nothing makes us do so.
#[test]
fn what_never_ends_with_autobahn_ends_with_us() {
    let longest = PATIENCE.late_reaction + PATIENCE.close + PATIENCE.tcp_close;
    let mut ended = 0;
    for_each(&recording(), Role::Client, &mut |play| {
        if play.recorded.ends {
            return;
        }
        let Play { behaviour, id, .. } = play;
        let transcript = play.transcript().expect("as client we always have a transcript");
        let lasted = Duration::from_micros(transcript.duration_us);
        assert!(lasted <= longest, "{behaviour} {id} lasted {lasted:?}");
        // A peer that only waits for our Close ends TCP once it has it.
        let ended_by_somebody = matches!(transcript.end, End::WeClosed | End::PeerClosed);
        assert!(ended_by_somebody, "{behaviour} {id}: {:?}", transcript.end);
        assert!(judge(play.case, &transcript).autobahn.is_some(), "{behaviour} {id}");
        ended += 1;
    });
    assert!(ended > 0);
}

/// Autobahn stores nothing about a client that never sent a right request.
#[test]
fn a_wrong_request_never_becomes_a_case() {
    for_each(&recording(), Role::Server, &mut |play| {
        if !play.recorded.recorded {
            assert!(play.transcript().is_none(), "{} {}", play.behaviour, play.id);
        }
    });
}

#[test]
fn every_behaviour_is_played() {
    let mut recorded: Vec<String> = recording().behaviours.into_keys().collect();
    let mut played = BEHAVIOURS.map(|(name, _)| name.to_owned()).to_vec();
    recorded.sort();
    played.sort();
    assert_eq!(played, recorded);
}
