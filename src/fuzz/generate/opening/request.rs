//! Our request to a server (RFC 6455 §4.1, §4.2.1).

use crate::{
    case::{
        HandshakeExpectation, HeadEdits, OutcomeVerdict, Reaction, RequestEdits, StatusPattern,
    },
    fuzz::generate::{dice::Dice, draft::Draft},
    protocol::Role,
};

use super::{Mistake, id, line, ours, outcome};

/// Fields that are right, each in a way of its own.
pub(super) const ODD: &[&str] = &[
    "upgrade: websocket",
    "Upgrade: WebSocket",
    "Upgrade: WEBSOCKET",
    "Upgrade:websocket",
    "Upgrade:   websocket  ",
    "CONNECTION: Upgrade",
    "Connection: upgrade",
    "Connection: keep-alive, Upgrade",
    "Connection: Upgrade, keep-alive",
    "Connection: keep-alive,  UPGRADE",
    "host: {host}",
    "HOST: {host}",
    "sec-websocket-key: {key}",
    "SEC-WEBSOCKET-KEY: {key}",
    "Sec-WebSocket-Key:{key}",
    "sec-websocket-version: 13",
    "Sec-WebSocket-Version:13",
    "Sec-WebSocket-Version:  13 ",
    "Cookie: name=value; other=1",
    "User-Agent: wspec",
    "Accept-Language: de, en;q=0.5",
    "Cache-Control: no-cache",
    "X-Empty:",
    "X-Odd: !#$%&'*+-.^_`|~ \"quoted, text\"",
];

/// Heads that are right as a whole, each in a way of its own.
pub(super) const ODD_HEADS: &[fn(&mut HeadEdits)] = &[
    |head| to_the_end(head, "Upgrade", "Upgrade: websocket"),
    |head| to_the_end(head, "Host", "Host: {host}"),
    |head| to_the_end(head, "Sec-WebSocket-Key", "Sec-WebSocket-Key: {key}"),
    |head| to_the_end(head, "Connection", "Connection: Upgrade"),
    |head| {
        head.without.push("Connection".to_owned());
        head.also.push(line("Connection: keep-alive"));
        head.also.push(line("Connection: Upgrade"));
    },
    |head| with(head, "Sec-WebSocket-Extensions: x-unheard-of"),
    |head| with(head, "Sec-WebSocket-Extensions: x-unheard-of; a=1; b=\"c\""),
    |head| with(head, "Sec-WebSocket-Extensions: x-one , x-two ; a"),
    |head| {
        head.also.push(line("Sec-WebSocket-Extensions: x-one"));
        head.also.push(line("Sec-WebSocket-Extensions: x-two"));
    },
];

/// What a server has to refuse.
const MISTAKES: &[Mistake] = &[
    mistake("rfc6455-4.2.1-8", |head| head.without.push("Host".to_owned())),
    mistake("rfc6455-4.2.1-16", |head| {
        head.without.push("Sec-WebSocket-Key".to_owned());
    }),
    mistake("rfc6455-4.2.1-19", |head| {
        head.without.push("Sec-WebSocket-Version".to_owned());
    }),
    mistake("rfc6455-4.2.1-17", |head| with(head, "Sec-WebSocket-Key: not base64 at all!")),
    mistake("rfc6455-4.2.1-18", |head| with(head, "Sec-WebSocket-Key: dG9vIHNob3J0")),
    mistake("rfc6455-4.2.1-18", |head| {
        with(head, "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3");
    }),
    mistake("rfc6455-4.2.1-18", |head| with(head, "Sec-WebSocket-Key:")),
    mistake("rfc6455-4.2.1-18", |head| {
        with(head, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA");
    }),
    mistake("rfc6455-9.1-1", |head| with(head, "Sec-WebSocket-Extensions: x; =")),
    mistake("rfc6455-4.2.1-7", |head| head.line = Some(line("GET {target}#top HTTP/1.1"))),
    mistake("rfc9112-3.2-1", |head| head.also.push(line("Host: other.example"))),
    mistake("rfc9112-3.2-1", |head| with(head, "Host: not a host")),
    mistake("rfc6455-4.2.1-21", |head| with(head, "Sec-WebSocket-Version: 013")),
    mistake("rfc6455-4.2.1-21", |head| with(head, "Sec-WebSocket-Version: thirteen")),
    mistake("rfc6455-4.2.1-21", |head| with(head, "Sec-WebSocket-Version:")),
    mistake("rfc6455-4.2.1-21", |head| with(head, "Sec-WebSocket-Version: 13abc")),
    mistake("rfc6455-4.2.1-21", |head| with(head, "Sec-WebSocket-Version: 269")),
    mistake("rfc6455-4.2.1-4", |head| head.line = Some(line("POST {target} HTTP/1.1"))),
    mistake("rfc6455-4.2.1-4", |head| head.line = Some(line("get {target} HTTP/1.1"))),
    mistake("rfc6455-4.2.1-5", |head| head.line = Some(line("GET {target} HTTP/1.0"))),
    mistake("rfc6455-4.2.1-5", |head| head.line = Some(line("GET {target} HTTP/0.9"))),
];

/// What a server may answer in any way, as long as it does not open a WebSocket connection.
const NO_WEBSOCKET: &[Mistake] = &[
    mistake("rfc6455-4.2.1-9", |head| head.without.push("Upgrade".to_owned())),
    mistake("rfc6455-4.2.1-10", |head| with(head, "Upgrade: notwebsocket")),
    mistake("rfc6455-4.2.1-10", |head| with(head, "Upgrade: h2c")),
    mistake("rfc6455-4.2.1-10", |head| with(head, "Upgrade: websocketz")),
    mistake("rfc6455-4.2.1-13", |head| head.without.push("Connection".to_owned())),
    mistake("rfc6455-4.2.1-14", |head| with(head, "Connection: keep-alive")),
    mistake("rfc6455-4.2.1-14", |head| with(head, "Connection: not-upgrade")),
];

/// Versions that a server has to refuse by naming those that it takes (RFC 6455 §4.4).
const VERSIONS: [&str; 5] = ["0", "12", "14", "99", "255"];

/// Leaves a field where it is mostly found, and puts it at the end.
fn to_the_end(head: &mut HeadEdits, name: &str, field: &str) {
    head.without.push(name.to_owned());
    head.with.clear();
    head.also.push(line(field));
}

const fn mistake(requirement: &'static str, edit: fn(&mut HeadEdits)) -> Mistake {
    Mistake { requirement, edit }
}

fn with(head: &mut HeadEdits, field: &str) {
    head.with.push(line(field));
}

/// Asks for what a server may refuse. Gives what may come of it.
pub(super) fn ask_for_much(
    edits: &mut RequestEdits,
    dice: &mut Dice<'_, '_>,
) -> Vec<HandshakeExpectation> {
    let refusal = if dice.below(3) == 0 {
        edits.target = Some(line("http://{host}{target}"));
        OutcomeVerdict::NonStrict
    } else {
        let names = ["chat", "superchat", "x.wspec"];
        let names = &names[..=dice.below(names.len())];
        edits.subprotocols = names.iter().map(ToString::to_string).collect();
        OutcomeVerdict::Pass
    };
    let classes = [3, 4, 5].map(StatusPattern::Class).to_vec();
    let outcomes = [
        outcome(OutcomeVerdict::Pass, Reaction::Opened, &[]),
        outcome(refusal, Reaction::Status(classes), &[]),
    ];
    outcomes.into_iter().chain(tolerable()).collect()
}

/// Makes one mistake.
pub(super) fn spoil(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let mut head = HeadEdits::default();
    let classes = |digits: &[u8]| {
        let classes = digits.iter().map(|digit| StatusPattern::Class(*digit));
        Reaction::Status(classes.collect())
    };
    let (requirement, pass) = match dice.below(6) {
        0 => {
            let version = dice.pick(&VERSIONS);
            with(&mut head, &format!("Sec-WebSocket-Version: {version}"));
            let has = ["Sec-WebSocket-Version: 13"];
            let pass = outcome(OutcomeVerdict::Pass, classes(&[4, 5]), &has);
            draft.handshake.outcomes = upgrade_required().to_vec();
            ("rfc6455-4.2.2-12", pass)
        }
        1 => {
            let mistake = dice.pick(NO_WEBSOCKET);
            (mistake.edit)(&mut head);
            let pass = outcome(OutcomeVerdict::Pass, classes(&[2, 3, 4, 5]), &[]);
            (mistake.requirement, pass)
        }
        _ => {
            let mistake = dice.pick(MISTAKES);
            (mistake.edit)(&mut head);
            let pass = outcome(OutcomeVerdict::Pass, classes(&[4, 5]), &[]);
            (mistake.requirement, pass)
        }
    };
    draft.handshake.ours = Some(ours(Role::Server, head));
    draft.handshake.outcomes.push(pass);
    draft.handshake.outcomes.extend(tolerable());
    draft.requirements.push(id(requirement));
}

/// Who answers 426 says to what to upgrade (RFC 9110 §15.5.22).
fn upgrade_required() -> [HandshakeExpectation; 2] {
    let status = || Reaction::Status(vec![StatusPattern::Exactly(426)]);
    let has = ["Sec-WebSocket-Version: 13", "Upgrade: websocket", "Connection: Upgrade"];
    [outcome(OutcomeVerdict::Pass, status(), &has), outcome(OutcomeVerdict::Fail, status(), &[])]
}

/// No answer is not what the RFC says, but it opens nothing.
fn tolerable() -> [HandshakeExpectation; 2] {
    [
        outcome(OutcomeVerdict::NonStrict, Reaction::Dropped, &[]),
        outcome(OutcomeVerdict::NonStrict, Reaction::Silent, &[]),
    ]
}
