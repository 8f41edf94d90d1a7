//! Checks of frames that an endpoint leaves out, or that are none (RFC 6455 §5.2).

use crate::protocol::{
    MessageKind, Opcode,
    Violation::{self, FragmentedControl, OversizedControl, ReservedBits, ReservedOpcode},
};
use crate::testee::{
    conduct::{Scene, Then},
    defect::entry::defects,
};

defects! {
    Fault Both "no-checks" ["rfc6455-5.2-3", "rfc6455-5.2-4", "rfc6455-5.4-3", "rfc6455-5.5-2", "rfc6455-8.1-1"]
        "checks nothing: it passes over what it does not know and takes the rest for data"
        => ReactTo(
            |it, _| *it == Violation::ContinuationWithoutStart,
            Then::TakeAs(MessageKind::Text),
        ),
        Overlook(|_, _| true);
    Fault Both "no-rsv-check" ["rfc6455-5.2-3"] "does not look at reserved bits"
        => Overlook(|it, _| matches!(it, ReservedBits(_)));
    Fault Both "no-rsv-check-of-text" ["rfc6455-5.2-3"]
        "does not look at the reserved bits of text frames"
        => Overlook(|it, scene| is_bits_of(it, scene, Opcode::TEXT));
    Fault Both "no-rsv-check-of-binary" ["rfc6455-5.2-3"]
        "does not look at the reserved bits of binary frames"
        => Overlook(|it, scene| is_bits_of(it, scene, Opcode::BINARY));
    Fault Both "no-rsv-check-of-continuations" ["rfc6455-5.2-3"]
        "does not look at the reserved bits of continuations"
        => Overlook(|it, scene| is_bits_of(it, scene, Opcode::CONTINUATION));
    Fault Both "no-rsv-check-of-pings" ["rfc6455-5.2-3"]
        "does not look at the reserved bits of Pings"
        => Overlook(|it, scene| is_bits_of(it, scene, Opcode::PING));
    Fault Both "no-rsv-check-of-pongs" ["rfc6455-5.2-3"]
        "does not look at the reserved bits of Pongs"
        => Overlook(|it, scene| is_bits_of(it, scene, Opcode::PONG));
    Fault Both "no-rsv-check-of-closes" ["rfc6455-5.2-3"]
        "does not look at the reserved bits of Closes"
        => Overlook(|it, scene| is_bits_of(it, scene, Opcode::CLOSE));
    Fault Both "no-rsv1-check" ["rfc6455-5.2-3"]
        "does not look at RSV1 where compression is not agreed"
        => Overlook(|it, _| matches!(it, ReservedBits(bits) if bits.bits() == 4));
    Fault Both "no-rsv2-check" ["rfc6455-5.2-3"] "does not look at RSV2"
        => Overlook(|it, _| matches!(it, ReservedBits(bits) if bits.bits() & 5 == 0));
    Fault Both "no-rsv3-check" ["rfc6455-5.2-3"] "does not look at RSV3"
        => Overlook(|it, _| matches!(it, ReservedBits(bits) if bits.bits() & 6 == 0));
    Fault Both "no-rsv-check-once-compressing" ["rfc6455-5.2-3"]
        "does not look at reserved bits where compression is agreed"
        => Overlook(|it, scene| matches!(it, ReservedBits(_)) && scene.deflate);
    Fault Both "ignores-frames-with-rsv" ["rfc6455-5.2-3"]
        "passes over frames with reserved bits and stays connected"
        => ReactTo(|it, _| matches!(it, ReservedBits(_)), Then::IgnoreFrame);
    Fault Both "no-opcode-check" ["rfc6455-5.2-4"] "passes over frames with a reserved opcode"
        => Overlook(|it, _| matches!(it, ReservedOpcode(_)));
    Fault Both "no-control-opcode-check" ["rfc6455-5.2-4"]
        "passes over frames with a reserved opcode of control frames"
        => Overlook(|it, _| matches!(it, ReservedOpcode(opcode) if opcode.is_control()));
    Fault Both "no-data-opcode-check" ["rfc6455-5.2-4"]
        "passes over frames with a reserved opcode of data frames"
        => Overlook(|it, _| matches!(it, ReservedOpcode(opcode) if !opcode.is_control()));
    Fault Both "one-opcode-not-checked" ["rfc6455-5.2-4"] "passes over frames with the opcode 0xF"
        => Overlook(|it, _| matches!(it, ReservedOpcode(opcode) if opcode.number() == 0xF));
    Fault Both "no-opcode-check-within-messages" ["rfc6455-5.2-4"]
        "passes over frames with a reserved opcode within a fragmented message"
        => Overlook(|it, scene| matches!(it, ReservedOpcode(_)) && scene.inside);
    Fault Both "no-opcode-check-of-empty-frames" ["rfc6455-5.2-4"]
        "passes over frames with a reserved opcode and no payload"
        => Overlook(|it, scene| matches!(it, ReservedOpcode(_)) && scene.header.length == 0);
    Fault Both "reserved-is-binary" ["rfc6455-5.2-4"]
        "takes frames with a reserved opcode for binary messages"
        => ReactTo(|it, _| matches!(it, ReservedOpcode(_)), Then::TakeAs(MessageKind::Binary));
    Fault Both "opcode-of-three-bits" ["rfc6455-5.2-4"] "takes the opcodes 0x3 to 0x7 for text"
        => ReactTo(
            |it, _| matches!(it, ReservedOpcode(opcode) if !opcode.is_control()),
            Then::TakeAs(MessageKind::Text),
        );
    Fault Both "no-control-fin-check" ["rfc6455-5.5-4"]
        "takes control frames with FIN clear for whole"
        => Overlook(|it, _| matches!(it, FragmentedControl(_)));
    Fault Both "no-ping-fin-check" ["rfc6455-5.5-4"] "takes Pings with FIN clear for whole"
        => Overlook(|it, _| *it == FragmentedControl(Opcode::PING));
    Fault Both "no-pong-fin-check" ["rfc6455-5.5-4"] "takes Pongs with FIN clear for whole"
        => Overlook(|it, _| *it == FragmentedControl(Opcode::PONG));
    Fault Both "no-close-fin-check" ["rfc6455-5.5-4"] "takes Closes with FIN clear for whole"
        => Overlook(|it, _| *it == FragmentedControl(Opcode::CLOSE));
    Fault Both "no-control-length-check" ["rfc6455-5.5-2"]
        "takes control frames of more than 125 octets"
        => Overlook(|it, _| matches!(it, OversizedControl(_)));
    Fault Both "long-pings-answered-whole" ["rfc6455-5.5-2", "rfc6455-5.5-1"]
        "answers Pings of more than 125 octets with as long Pongs"
        => Change(|it| it.reading.answers_long_pings_whole = true),
        Overlook(|it, _| *it == OversizedControl(Opcode::PING));
    Fault Both "no-pong-length-check" ["rfc6455-5.5-2"] "takes Pongs of more than 125 octets"
        => Overlook(|it, _| *it == OversizedControl(Opcode::PONG));
    Fault Both "no-close-length-check" ["rfc6455-5.5-2"] "takes Closes of more than 125 octets"
        => Overlook(|it, _| *it == OversizedControl(Opcode::CLOSE));
    Fault Both "control-length-126-taken" ["rfc6455-5.5-2"] "takes control frames of 126 octets"
        => Overlook(|it, scene| matches!(it, OversizedControl(_)) && scene.header.length == 126);
    Fault Both "control-length-in-one-octet" ["rfc6455-5.5-2"]
        "takes control frames of 256 octets and more"
        => Overlook(|it, scene| matches!(it, OversizedControl(_)) && scene.header.length > 255);
}

fn is_bits_of(violation: &Violation, scene: &Scene, opcode: Opcode) -> bool {
    let of_compression =
        matches!(violation, Violation::CompressedControl(_) | Violation::CompressedContinuation);
    (matches!(violation, ReservedBits(_)) || of_compression) && scene.header.opcode == opcode
}
