//! Our response to a client (RFC 6455 §4.1, §4.2.2).

use crate::{
    case::{
        AcceptMistake, HandshakeExpectation, HeadEdits, OurHead, OutcomeVerdict, Reaction,
        ResponseEdits,
    },
    fuzz::generate::{dice::Dice, draft::Draft, frames::frame},
    protocol::Opcode,
};

use super::{Mistake, id, line, outcome};

/// Fields that are right, each in a way of its own.
pub(super) const ODD: &[&str] = &[
    "upgrade: websocket",
    "Upgrade: WebSocket",
    "Upgrade: WEBSOCKET",
    "Upgrade:websocket",
    "Upgrade:   websocket  ",
    "CONNECTION: Upgrade",
    "Connection: upgrade",
    "Connection: Upgrade, keep-alive",
    "Connection: keep-alive, upgrade",
    "sec-websocket-accept: {accept}",
    "SEC-WEBSOCKET-ACCEPT: {accept}",
    "Sec-WebSocket-Accept:{accept}",
    "Sec-WebSocket-Accept:   {accept}  ",
    "Server: wspec",
    "Date: Thu, 01 Jan 1970 00:00:00 GMT",
    "Set-Cookie: name=value; Path=/",
    "X-Empty:",
    "X-Odd: !#$%&'*+-.^_`|~ \"quoted, text\"",
];

/// Heads that are right as a whole, each in a way of its own.
pub(super) const ODD_HEADS: &[fn(&mut HeadEdits)] = &[
    |head| head.line = Some(line("HTTP/1.1 101 Whatever You Like")),
    |head| head.line = Some(line("HTTP/1.1 101 ")),
];

/// What a client has to fail the connection for.
const MISTAKES: &[Mistake] = &[
    mistake("rfc6455-4.1-46", |head| head.without.push("Upgrade".to_owned())),
    mistake("rfc6455-4.1-47", |head| with(head, "Upgrade: h2c")),
    mistake("rfc6455-4.1-47", |head| with(head, "Upgrade: websocketz")),
    mistake("rfc6455-4.1-49", |head| head.without.push("Connection".to_owned())),
    mistake("rfc6455-4.1-50", |head| with(head, "Connection: close")),
    mistake("rfc6455-4.1-50", |head| with(head, "Connection: not-upgrade")),
    mistake("rfc6455-4.1-52", |head| {
        head.without.push("Sec-WebSocket-Accept".to_owned());
    }),
    mistake("rfc6455-4.1-53", |head| with(head, "Sec-WebSocket-Accept:")),
    mistake("rfc6455-4.1-55", |head| with(head, "Sec-WebSocket-Extensions: x-unheard-of")),
    mistake("rfc6455-4.1-56", |head| with(head, "Sec-WebSocket-Protocol: unheard-of")),
    mistake("rfc6455-4.1-44", |head| head.line = Some(line("HTTP/1.1 200 OK"))),
    mistake("rfc6455-4.1-44", |head| head.line = Some(line("HTTP/1.1 404 Not Found"))),
    mistake("rfc6455-4.1-44", |head| head.line = Some(line("HTTP/1.1 500 Broken"))),
    mistake("rfc6455-4.1-44", |head| head.line = Some(line("HTTP/1.1 201 Created"))),
    mistake("rfc6455-4.1-44", |head| head.line = Some(line("HTTP/1.1 302 Found"))),
    mistake("rfc6455-4.1-56", |head| with(head, "Sec-WebSocket-Protocol:")),
    mistake("rfc6455-4.1-53", |head| with(head, "Sec-WebSocket-Accept: x{accept}")),
    mistake("rfc6455-4.1-53", |head| with(head, "Sec-WebSocket-Accept: {accept}x")),
    mistake("rfc6455-4.1-47", |head| with(head, "Upgrade: notwebsocket")),
];

/// Wrong values of `Sec-WebSocket-Accept`.
const ACCEPTS: [AcceptMistake; 10] = [
    AcceptMistake::Unpadded,
    AcceptMistake::UrlSafe,
    AcceptMistake::WithoutGuid,
    AcceptMistake::Hex,
    AcceptMistake::LowerCase,
    AcceptMistake::Key,
    AcceptMistake::OfAnotherKey,
    AcceptMistake::OneOff,
    AcceptMistake::Truncated,
    AcceptMistake::Quoted,
];

const fn mistake(requirement: &'static str, edit: fn(&mut HeadEdits)) -> Mistake {
    Mistake { requirement, edit }
}

fn with(head: &mut HeadEdits, field: &str) {
    head.with.push(line(field));
}

/// Makes one mistake, and pings: a client that answers has believed the response.
pub(super) fn spoil(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let mut edits = ResponseEdits::default();
    let requirement = if dice.once_in(3) {
        edits.accept = Some(dice.pick(&ACCEPTS));
        "rfc6455-4.1-53"
    } else {
        let mistake = dice.pick(MISTAKES);
        (mistake.edit)(&mut edits.head);
        mistake.requirement
    };
    draft.handshake.ours = Some(OurHead::Response(Box::new(edits)));
    draft.handshake.outcomes = refusals().to_vec();
    draft.requirements.push(id(requirement));
    draft.push(frame(Opcode::PING, &b"open?"[..]));
}

/// What a client may make of a response that opens nothing.
pub(super) fn refusals() -> [HandshakeExpectation; 3] {
    [
        outcome(OutcomeVerdict::Pass, Reaction::Dropped, &[]),
        outcome(OutcomeVerdict::NonStrict, Reaction::Closed, &[]),
        outcome(OutcomeVerdict::NonStrict, Reaction::Silent, &[]),
    ]
}
