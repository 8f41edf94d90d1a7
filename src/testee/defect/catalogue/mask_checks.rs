//! Masked and unmasked frames that come in (RFC 6455 §5.1, §5.3).

use crate::protocol::{Opcode, Violation, mask};
use crate::testee::{
    conduct::Then,
    defect::entry::{
        Entry,
        Testees::{Both, Server},
        choice, fault,
    },
};

pub(super) const ENTRIES: &[Entry] = &[
    // What comes in.
    fault(
        "no-mask-check",
        Both,
        &["rfc6455-5.1-2", "rfc6455-5.1-5"],
        "takes frames that are not masked, as server, or that are, as client",
        |it| it.reading.overlook(|it, _| is_about_masking(it), Then::GoOn),
    ),
    fault(
        "no-mask-check-of-control",
        Both,
        &["rfc6455-5.1-2", "rfc6455-5.1-5"],
        "does not check the masking of control frames",
        |it| {
            it.reading.overlook(
                |it, scene| is_about_masking(it) && scene.header.opcode.is_control(),
                Then::GoOn,
            );
        },
    ),
    fault(
        "no-mask-check-of-data",
        Both,
        &["rfc6455-5.1-2", "rfc6455-5.1-5"],
        "does not check the masking of data frames",
        |it| {
            it.reading.overlook(
                |it, scene| is_about_masking(it) && !scene.header.opcode.is_control(),
                Then::GoOn,
            );
        },
    ),
    fault(
        "no-mask-check-of-continuations",
        Both,
        &["rfc6455-5.1-2", "rfc6455-5.1-5"],
        "does not check the masking of continuations",
        |it| {
            it.reading.overlook(
                |it, scene| is_about_masking(it) && scene.header.opcode == Opcode::CONTINUATION,
                Then::GoOn,
            );
        },
    ),
    fault(
        "no-mask-check-of-empty-frames",
        Both,
        &["rfc6455-5.1-2", "rfc6455-5.1-5"],
        "does not check the masking of frames without a payload",
        |it| {
            it.reading
                .overlook(|it, scene| is_about_masking(it) && scene.header.length == 0, Then::GoOn);
        },
    ),
    fault(
        "ignores-wrongly-masked-frames",
        Both,
        &["rfc6455-5.1-2", "rfc6455-5.1-5"],
        "passes over frames with the wrong masking and stays connected",
        |it| it.reading.overlook(|it, _| is_about_masking(it), Then::IgnoreFrame),
    ),
    choice(
        "drops-wrongly-masked-frames",
        Both,
        "closes TCP without a Close over a frame with the wrong masking",
        |it| it.reading.overlook(|it, _| is_about_masking(it), Then::DropTcp),
    ),
    fault(
        "unmasks-from-each-read",
        Server,
        &["rfc6455-5.3-5", "rfc6455-6.2-7"],
        "begins anew with the masking key when a payload goes on in another read",
        |it| {
            it.reading.garbles = Some(|header, position, octets| {
                let Some(key) = header.mask else { return };
                for (i, octet) in octets.iter_mut().enumerate() {
                    *octet ^= key[(position as usize + i) % 4] ^ key[i % 4];
                }
            });
        },
    ),
    fault(
        "unmasks-whole-words-only",
        Server,
        &["rfc6455-5.3-5", "rfc6455-6.2-7"],
        "does not unmask what is left behind the last four octets of a payload",
        |it| {
            it.reading.garbles = Some(|header, position, octets| {
                let Some(key) = header.mask else { return };
                let whole = header.length / 4 * 4;
                for (at, octet) in (position..).zip(octets) {
                    if at >= whole {
                        *octet ^= key[(at % 4) as usize];
                    }
                }
            });
        },
    ),
    fault(
        "does-not-unmask",
        Server,
        &["rfc6455-5.3-5", "rfc6455-6.2-7"],
        "takes payloads as they come, masked",
        |it| {
            it.reading.garbles = Some(|header, position, octets| {
                let Some(key) = header.mask else { return };
                mask::apply(octets, key, position);
            });
        },
    ),
];

const fn is_about_masking(violation: &Violation) -> bool {
    matches!(violation, Violation::UnmaskedClientFrame | Violation::MaskedServerFrame)
}
