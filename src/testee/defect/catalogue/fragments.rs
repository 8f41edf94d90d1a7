//! Fragmented messages, and what stands between their frames (RFC 6455 §5.4).

use crate::protocol::{CloseCode, MessageKind, Opcode, Violation};
use crate::testee::{
    conduct::{Conduct, EchoStyle, Scene, Then},
    defect::entry::{Entry, Testees::Both, choice, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "no-continuation-check",
        Both,
        &["rfc6455-5.4-3"],
        "takes a continuation of nothing for the beginning of a text message",
        |it| overlook(it, |it, _| is_orphan(it), Then::TakeAs(MessageKind::Text)),
    ),
    fault(
        "orphans-ignored",
        Both,
        &["rfc6455-5.4-3"],
        "passes over continuations of nothing",
        |it| overlook(it, |it, _| is_orphan(it), Then::IgnoreFrame),
    ),
    fault(
        "unfinished-orphans-ignored",
        Both,
        &["rfc6455-5.4-3"],
        "passes over continuations of nothing that have FIN clear",
        |it| overlook(it, |it, scene| is_orphan(it) && !scene.header.fin, Then::IgnoreFrame),
    ),
    fault(
        "final-orphans-ignored",
        Both,
        &["rfc6455-5.4-3"],
        "passes over continuations of nothing that have FIN set",
        |it| overlook(it, |it, scene| is_orphan(it) && scene.header.fin, Then::IgnoreFrame),
    ),
    fault(
        "empty-orphans-ignored",
        Both,
        &["rfc6455-5.4-3"],
        "passes over continuations of nothing that have no payload",
        |it| overlook(it, |it, scene| is_orphan(it) && scene.header.length == 0, Then::IgnoreFrame),
    ),
    fault(
        "orphans-after-a-message-ignored",
        Both,
        &["rfc6455-5.4-3"],
        "passes over continuations of a message that is complete",
        |it| {
            overlook(it, |it, scene| is_orphan(it) && scene.earlier_messages > 0, Then::IgnoreFrame)
        },
    ),
    fault(
        "orphans-are-binary",
        Both,
        &["rfc6455-5.4-3"],
        "takes a continuation of nothing for the beginning of a binary message",
        |it| overlook(it, |it, _| is_orphan(it), Then::TakeAs(MessageKind::Binary)),
    ),
    fault(
        "no-interleaving-check",
        Both,
        &["rfc6455-5.4-5"],
        "forgets a fragmented message when another one begins",
        |it| overlook(it, |it, _| is_intruder(it), Then::GoOn),
    ),
    fault(
        "intruders-merged",
        Both,
        &["rfc6455-5.4-5"],
        "takes a new message within a fragmented one for the rest of it",
        |it| overlook(it, |it, _| is_intruder(it), Then::Merge),
    ),
    fault(
        "unfinished-intruders-merged",
        Both,
        &["rfc6455-5.4-5"],
        "takes a new message with FIN clear within a fragmented one for a part of it",
        |it| overlook(it, |it, scene| is_intruder(it) && !scene.header.fin, Then::Merge),
    ),
    fault(
        "final-intruders-merged",
        Both,
        &["rfc6455-5.4-5"],
        "takes a new message with FIN set within a fragmented one for the rest of it",
        |it| overlook(it, |it, scene| is_intruder(it) && scene.header.fin, Then::Merge),
    ),
    fault(
        "binary-intruders-merged",
        Both,
        &["rfc6455-5.4-5"],
        "takes a binary message within a fragmented one for the rest of it",
        |it| {
            overlook(
                it,
                |it, scene| is_intruder(it) && scene.header.opcode == Opcode::BINARY,
                Then::Merge,
            )
        },
    ),
    fault(
        "text-intruders-merged",
        Both,
        &["rfc6455-5.4-5"],
        "takes a text message within a fragmented one for the rest of it",
        |it| {
            overlook(
                it,
                |it, scene| is_intruder(it) && scene.header.opcode == Opcode::TEXT,
                Then::Merge,
            )
        },
    ),
    fault(
        "empty-intruders-ignored",
        Both,
        &["rfc6455-5.4-5"],
        "passes over an empty message within a fragmented one",
        |it| overlook(it, |it, scene| is_intruder(it) && scene.header.length == 0, Then::Merge),
    ),
    fault(
        "no-fragmentation",
        Both,
        &["rfc6455-5.4-13", "rfc6455-5.4-6"],
        "refuses fragmented messages",
        |it| refuse(it, |scene| is_data(scene) && !scene.header.fin),
    ),
    fault(
        "no-fragmented-binary",
        Both,
        &["rfc6455-5.4-13", "rfc6455-5.4-6"],
        "refuses fragmented binary messages",
        |it| refuse(it, |scene| scene.header.opcode == Opcode::BINARY && !scene.header.fin),
    ),
    fault(
        "two-fragments-only",
        Both,
        &["rfc6455-5.4-6", "rfc6455-5.4-1"],
        "refuses messages of more than two frames",
        |it| refuse(it, |scene| is_data(scene) && scene.earlier_in_message > 1),
    ),
    fault(
        "empty-fragments-refused",
        Both,
        &["rfc6455-5.4-6", "rfc6455-5.4-12"],
        "refuses fragments without a payload",
        |it| {
            refuse(it, |scene| {
                let in_message = scene.inside || !scene.header.fin;
                is_data(scene) && in_message && scene.header.length == 0
            });
        },
    ),
    fault(
        "empty-continuations-refused",
        Both,
        &["rfc6455-5.4-6", "rfc6455-5.4-12"],
        "refuses continuations with FIN clear and without a payload",
        |it| {
            refuse(it, |scene| {
                scene.header.opcode == Opcode::CONTINUATION
                    && !scene.header.fin
                    && scene.header.length == 0
            });
        },
    ),
    fault(
        "empty-last-fragment-refused",
        Both,
        &["rfc6455-5.4-6", "rfc6455-5.4-12"],
        "refuses a last fragment without a payload",
        |it| {
            refuse(it, |scene| {
                scene.header.opcode == Opcode::CONTINUATION
                    && scene.header.fin
                    && scene.header.length == 0
            });
        },
    ),
    fault(
        "middle-fragments-lost",
        Both,
        &["rfc6455-5.4-6"],
        "loses all fragments between the first and the last",
        |it| {
            it.reading.mistreat(
                |scene| scene.header.opcode == Opcode::CONTINUATION && !scene.header.fin,
                Then::IgnoreFrame,
            );
        },
    ),
    fault(
        "fragments-beyond-hundred-lost",
        Both,
        &["rfc6455-5.4-6"],
        "loses the fragments of a message after the hundredth",
        |it| {
            it.reading.mistreat(
                |scene| is_data(scene) && scene.earlier_in_message >= 100,
                Then::IgnoreFrame,
            );
        },
    ),
    // What it sends.
    choice("echo-in-fragments", Both, "echoes every message in two fragments", |it| {
        it.echo.style = EchoStyle::InTwoFragments
    }),
    fault(
        "echo-in-swapped-fragments",
        Both,
        &["rfc6455-5.4-9", "rfc6455-5.4-6"],
        "echoes the second half of every message before the first",
        |it| it.echo.style = EchoStyle::InSwappedFragments,
    ),
    fault(
        "echo-in-beginnings",
        Both,
        &["rfc6455-5.4-10", "rfc6455-5.4-19", "rfc6455-5.4-4"],
        "echoes every message in two frames that both begin a message",
        |it| it.echo.style = EchoStyle::InTwoBeginnings,
    ),
    fault(
        "echo-with-message-inside",
        Both,
        &["rfc6455-5.4-10"],
        "sends a whole message between two fragments of an echo",
        |it| it.echo.style = EchoStyle::WithMessageInside,
    ),
    fault(
        "echo-then-continuation",
        Both,
        &["rfc6455-5.4-4"],
        "sends a continuation of nothing after every echo",
        |it| it.echo.style = EchoStyle::ThenContinuation,
    ),
    fault(
        "echo-without-last-fragment",
        Both,
        &["rfc6455-6.1-7", "rfc6455-5.4-4"],
        "clears FIN on the last fragment of every echo, too",
        |it| it.echo.style = EchoStyle::WithoutEnd,
    ),
];

fn is_data(scene: &Scene) -> bool {
    !scene.header.opcode.is_control()
}

fn refuse(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::Fail(CloseCode(1003)));
}

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool, then: Then) {
    conduct.reading.overlook(what, then);
}

fn is_orphan(violation: &Violation) -> bool {
    *violation == Violation::ContinuationWithoutStart
}

fn is_intruder(violation: &Violation) -> bool {
    *violation == Violation::DataInsideMessage
}
