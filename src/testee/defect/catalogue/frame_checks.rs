//! Checks of frames that an endpoint leaves out, or that are none (RFC 6455 §5.2).

use crate::protocol::{
    MessageKind, Opcode,
    Violation::{self, FragmentedControl, OversizedControl, ReservedBits, ReservedOpcode},
};
use crate::testee::{
    conduct::{Conduct, Scene, Then},
    defect::entry::{Entry, Testees::Both, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "no-checks",
        Both,
        &["rfc6455-5.2-3", "rfc6455-5.2-4", "rfc6455-5.4-3", "rfc6455-5.5-2", "rfc6455-8.1-1"],
        "checks nothing: it passes over what it does not know and takes the rest for data",
        |it| {
            it.reading.overlook(
                |it, _| *it == Violation::ContinuationWithoutStart,
                Then::TakeAs(MessageKind::Text),
            );
            overlook(it, |_, _| true);
        },
    ),
    fault("no-rsv-check", Both, &["rfc6455-5.2-3"], "does not look at reserved bits", |it| {
        overlook(it, |it, _| matches!(it, ReservedBits(_)))
    }),
    fault(
        "no-rsv-check-of-text",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at the reserved bits of text frames",
        |it| overlook(it, |it, scene| is_bits_of(it, scene, Opcode::TEXT)),
    ),
    fault(
        "no-rsv-check-of-binary",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at the reserved bits of binary frames",
        |it| overlook(it, |it, scene| is_bits_of(it, scene, Opcode::BINARY)),
    ),
    fault(
        "no-rsv-check-of-continuations",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at the reserved bits of continuations",
        |it| overlook(it, |it, scene| is_bits_of(it, scene, Opcode::CONTINUATION)),
    ),
    fault(
        "no-rsv-check-of-pings",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at the reserved bits of Pings",
        |it| overlook(it, |it, scene| is_bits_of(it, scene, Opcode::PING)),
    ),
    fault(
        "no-rsv-check-of-pongs",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at the reserved bits of Pongs",
        |it| overlook(it, |it, scene| is_bits_of(it, scene, Opcode::PONG)),
    ),
    fault(
        "no-rsv-check-of-closes",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at the reserved bits of Closes",
        |it| overlook(it, |it, scene| is_bits_of(it, scene, Opcode::CLOSE)),
    ),
    fault(
        "no-rsv1-check",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at RSV1 where compression is not agreed",
        |it| overlook(it, |it, _| matches!(it, ReservedBits(bits) if bits.bits() == 4)),
    ),
    fault("no-rsv2-check", Both, &["rfc6455-5.2-3"], "does not look at RSV2", |it| {
        overlook(it, |it, _| matches!(it, ReservedBits(bits) if bits.bits() & 5 == 0))
    }),
    fault("no-rsv3-check", Both, &["rfc6455-5.2-3"], "does not look at RSV3", |it| {
        overlook(it, |it, _| matches!(it, ReservedBits(bits) if bits.bits() & 6 == 0))
    }),
    fault(
        "no-rsv-check-once-compressing",
        Both,
        &["rfc6455-5.2-3"],
        "does not look at reserved bits where compression is agreed",
        |it| overlook(it, |it, scene| matches!(it, ReservedBits(_)) && scene.deflate),
    ),
    fault(
        "ignores-frames-with-rsv",
        Both,
        &["rfc6455-5.2-3"],
        "passes over frames with reserved bits and stays connected",
        |it| then(it, |it, _| matches!(it, ReservedBits(_)), Then::IgnoreFrame),
    ),
    fault(
        "no-opcode-check",
        Both,
        &["rfc6455-5.2-4"],
        "passes over frames with a reserved opcode",
        |it| overlook(it, |it, _| matches!(it, ReservedOpcode(_))),
    ),
    fault(
        "no-control-opcode-check",
        Both,
        &["rfc6455-5.2-4"],
        "passes over frames with a reserved opcode of control frames",
        |it| overlook(it, |it, _| matches!(it, ReservedOpcode(opcode) if opcode.is_control())),
    ),
    fault(
        "no-data-opcode-check",
        Both,
        &["rfc6455-5.2-4"],
        "passes over frames with a reserved opcode of data frames",
        |it| overlook(it, |it, _| matches!(it, ReservedOpcode(opcode) if !opcode.is_control())),
    ),
    fault(
        "one-opcode-not-checked",
        Both,
        &["rfc6455-5.2-4"],
        "passes over frames with the opcode 0xF",
        |it| overlook(it, |it, _| matches!(it, ReservedOpcode(opcode) if opcode.number() == 0xF)),
    ),
    fault(
        "no-opcode-check-within-messages",
        Both,
        &["rfc6455-5.2-4"],
        "passes over frames with a reserved opcode within a fragmented message",
        |it| overlook(it, |it, scene| matches!(it, ReservedOpcode(_)) && scene.inside),
    ),
    fault(
        "no-opcode-check-of-empty-frames",
        Both,
        &["rfc6455-5.2-4"],
        "passes over frames with a reserved opcode and no payload",
        |it| {
            overlook(it, |it, scene| matches!(it, ReservedOpcode(_)) && scene.header.length == 0);
        },
    ),
    fault(
        "reserved-is-binary",
        Both,
        &["rfc6455-5.2-4"],
        "takes frames with a reserved opcode for binary messages",
        |it| then(it, |it, _| matches!(it, ReservedOpcode(_)), Then::TakeAs(MessageKind::Binary)),
    ),
    fault(
        "opcode-of-three-bits",
        Both,
        &["rfc6455-5.2-4"],
        "takes the opcodes 0x3 to 0x7 for text",
        |it| {
            then(
                it,
                |it, _| matches!(it, ReservedOpcode(opcode) if !opcode.is_control()),
                Then::TakeAs(MessageKind::Text),
            );
        },
    ),
    fault(
        "no-control-fin-check",
        Both,
        &["rfc6455-5.5-4"],
        "takes control frames with FIN clear for whole",
        |it| overlook(it, |it, _| matches!(it, FragmentedControl(_))),
    ),
    fault(
        "no-ping-fin-check",
        Both,
        &["rfc6455-5.5-4"],
        "takes Pings with FIN clear for whole",
        |it| overlook(it, |it, _| *it == FragmentedControl(Opcode::PING)),
    ),
    fault(
        "no-pong-fin-check",
        Both,
        &["rfc6455-5.5-4"],
        "takes Pongs with FIN clear for whole",
        |it| overlook(it, |it, _| *it == FragmentedControl(Opcode::PONG)),
    ),
    fault(
        "no-close-fin-check",
        Both,
        &["rfc6455-5.5-4"],
        "takes Closes with FIN clear for whole",
        |it| overlook(it, |it, _| *it == FragmentedControl(Opcode::CLOSE)),
    ),
    fault(
        "no-control-length-check",
        Both,
        &["rfc6455-5.5-2"],
        "takes control frames of more than 125 octets",
        |it| overlook(it, |it, _| matches!(it, OversizedControl(_))),
    ),
    fault(
        "long-pings-answered-whole",
        Both,
        &["rfc6455-5.5-2", "rfc6455-5.5-1"],
        "answers Pings of more than 125 octets with as long Pongs",
        |it| {
            it.reading.answers_long_pings_whole = true;
            overlook(it, |it, _| *it == OversizedControl(Opcode::PING));
        },
    ),
    fault(
        "no-pong-length-check",
        Both,
        &["rfc6455-5.5-2"],
        "takes Pongs of more than 125 octets",
        |it| overlook(it, |it, _| *it == OversizedControl(Opcode::PONG)),
    ),
    fault(
        "no-close-length-check",
        Both,
        &["rfc6455-5.5-2"],
        "takes Closes of more than 125 octets",
        |it| overlook(it, |it, _| *it == OversizedControl(Opcode::CLOSE)),
    ),
    fault(
        "control-length-126-taken",
        Both,
        &["rfc6455-5.5-2"],
        "takes control frames of 126 octets",
        |it| {
            overlook(it, |it, scene| {
                matches!(it, OversizedControl(_)) && scene.header.length == 126
            });
        },
    ),
    fault(
        "control-length-in-one-octet",
        Both,
        &["rfc6455-5.5-2"],
        "takes control frames of 256 octets and more",
        |it| {
            overlook(it, |it, scene| {
                matches!(it, OversizedControl(_)) && scene.header.length > 255
            });
        },
    ),
];

fn then(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool, then: Then) {
    conduct.reading.overlook(what, then);
}

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool) {
    then(conduct, what, Then::GoOn);
}

fn is_bits_of(violation: &Violation, scene: &Scene, opcode: Opcode) -> bool {
    let of_compression =
        matches!(violation, Violation::CompressedControl(_) | Violation::CompressedContinuation);
    (matches!(violation, ReservedBits(_)) || of_compression) && scene.header.opcode == opcode
}
