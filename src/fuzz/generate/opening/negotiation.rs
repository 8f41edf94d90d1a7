//! Offers and acceptances of permessage-deflate that are wrong (RFC 7692 §7).

use crate::{
    case::{
        FieldCondition, HandshakeExpectation, HeadEdits, OutcomeVerdict, Reaction, StatusPattern,
    },
    fuzz::generate::{dice::Dice, draft::Draft, frames::frame},
    protocol::{Opcode, Role},
};

use super::{id, line, ours, outcome};

/// Parameters that neither an offer nor an acceptance may have.
const NEVER: [&str; 18] = [
    "x_wspec",
    "x_wspec=1",
    "server_no_context_takeovers",
    "server-max-window-bits=10",
    "server_max_window_bits=7",
    "server_max_window_bits=16",
    "server_max_window_bits=0",
    "server_max_window_bits=08",
    "server_max_window_bits=10a",
    "server_max_window_bits=4294967306",
    "client_max_window_bits=7",
    "client_max_window_bits=16",
    "client_max_window_bits=010",
    "client_max_window_bits=wide",
    "server_no_context_takeover=1",
    "client_no_context_takeover=true",
    "server_no_context_takeover; server_no_context_takeover",
    "server_max_window_bits",
];

/// Adds a wrong one. A server has to decline the offer, a client to fail the connection.
pub(super) fn spoil(draft: &mut Draft<'_>, dice: &mut Dice<'_, '_>) {
    let field = "Sec-WebSocket-Extensions";
    let parameters = dice.pick(&NEVER);
    let head = HeadEdits {
        with: vec![line(&format!("{field}: permessage-deflate; {parameters}"))],
        ..HeadEdits::default()
    };
    let testee = draft.guide.testee;
    draft.handshake.ours = Some(ours(testee, head));
    draft.handshake.outcomes = match testee {
        Role::Server => vec![
            HandshakeExpectation {
                lacks: FieldCondition::parse(field).into_iter().collect(),
                ..outcome(OutcomeVerdict::Pass, Reaction::Opened, &[])
            },
            outcome(
                OutcomeVerdict::NonStrict,
                Reaction::Status(vec![StatusPattern::Class(4), StatusPattern::Class(5)]),
                &[],
            ),
            outcome(OutcomeVerdict::NonStrict, Reaction::Dropped, &[]),
            outcome(OutcomeVerdict::NonStrict, Reaction::Silent, &[]),
        ],
        Role::Client => super::response::refusals().to_vec(),
    };
    draft.requirements.push(id(match testee {
        Role::Server => "rfc7692-7-1",
        Role::Client => "rfc7692-7-5",
    }));
    draft.push(frame(Opcode::PING, &b"open?"[..]));
}
