//! Control frames within fragmented messages, and messages within messages (RFC 6455 §5.4).

use crate::protocol::{CloseCode, Opcode};
use crate::testee::{
    conduct::{Conduct, Scene, Then},
    defect::entry::{Entry, Testees::Both, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "no-interleaving",
        Both,
        &["rfc6455-5.4-11"],
        "refuses control frames within a fragmented message",
        |it| refuse(it, |scene| scene.inside && scene.header.opcode.is_control()),
    ),
    fault(
        "no-pong-within-messages",
        Both,
        &["rfc6455-5.4-11", "rfc6455-5.5.2-2"],
        "does not answer Pings within a fragmented message",
        |it| {
            mistreat(
                it,
                |scene| scene.inside && scene.header.opcode == Opcode::PING,
                Then::IgnoreFrame,
            )
        },
    ),
    fault(
        "no-close-within-messages",
        Both,
        &["rfc6455-5.4-11", "rfc6455-5.5.1-9"],
        "passes over a Close within a fragmented message",
        |it| {
            mistreat(
                it,
                |scene| scene.inside && scene.header.opcode == Opcode::CLOSE,
                Then::IgnoreFrame,
            )
        },
    ),
    fault(
        "pings-join-messages",
        Both,
        &["rfc6455-5.4-11"],
        "adds the payload of a Ping within a fragmented message to it",
        |it| {
            mistreat(it, |scene| scene.inside && scene.header.opcode == Opcode::PING, Then::Append)
        },
    ),
    fault(
        "pongs-join-messages",
        Both,
        &["rfc6455-5.4-11", "rfc6455-5.5.3-4"],
        "adds the payload of a Pong within a fragmented message to it",
        |it| {
            mistreat(it, |scene| scene.inside && scene.header.opcode == Opcode::PONG, Then::Append)
        },
    ),
    fault(
        "pings-undo-messages",
        Both,
        &["rfc6455-5.4-11"],
        "forgets what came of a fragmented message when a Ping comes",
        |it| {
            mistreat(
                it,
                |scene| scene.inside && scene.header.opcode == Opcode::PING,
                Then::ForgetMessage,
            )
        },
    ),
    fault(
        "pongs-undo-messages",
        Both,
        &["rfc6455-5.4-11", "rfc6455-5.5.3-4"],
        "forgets what came of a fragmented message when a Pong comes",
        |it| {
            mistreat(
                it,
                |scene| scene.inside && scene.header.opcode == Opcode::PONG,
                Then::ForgetMessage,
            )
        },
    ),
    fault(
        "empty-pings-undo-messages",
        Both,
        &["rfc6455-5.4-11"],
        "forgets what came of a fragmented message when a Ping without a payload comes",
        |it| {
            mistreat(
                it,
                |scene| {
                    scene.inside && scene.header.opcode == Opcode::PING && scene.header.length == 0
                },
                Then::ForgetMessage,
            );
        },
    ),
];

fn refuse(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::Fail(CloseCode(1003)));
}

fn mistreat(conduct: &mut Conduct, what: fn(&Scene) -> bool, then: Then) {
    conduct.reading.mistreat(what, then);
}
