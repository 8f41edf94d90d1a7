//! Lengths, and what comes in one read, that an endpoint does not cope with (RFC 6455 §5.2).

use crate::protocol::{
    CloseCode, LengthForm, Opcode,
    Violation::{self, LengthNotMinimal, LengthTopBit},
};
use crate::testee::{
    conduct::{Conduct, Scene, Then},
    defect::entry::{Entry, Testees::Both, choice, fault, oddity},
};

pub(super) const ENTRIES: &[Entry] = &[
    choice(
        "no-minimal-length-check",
        Both,
        "takes lengths that are written in more octets than they need",
        |it| overlook(it, |it, _| matches!(it, LengthNotMinimal(_))),
    ),
    choice(
        "no-minimal-length-check-of-64-bits",
        Both,
        "takes lengths of 64 bits that would fit in 16 or seven",
        |it| overlook(it, |it, _| *it == LengthNotMinimal(LengthForm::Bits64)),
    ),
    fault(
        "top-bit-not-checked",
        Both,
        &["rfc6455-5.2-9"],
        "waits for all octets of a frame whose 64-bit length has the first bit set",
        |it| overlook(it, |it, _| *it == LengthTopBit),
    ),
    oddity("top-bit-kills", Both, "resets TCP over a 64-bit length with the first bit set", |it| {
        then(it, |it, _| *it == LengthTopBit, Then::Reset)
    }),
    fault(
        "top-bit-silences",
        Both,
        &["rfc6455-5.2-9", "rfc6455-7.1.7-3"],
        "never reacts again after a 64-bit length with the first bit set",
        |it| then(it, |it, _| *it == LengthTopBit, Then::FallSilent),
    ),
    fault(
        "16-bit-lengths-are-signed",
        Both,
        &["rfc6455-5.2-6"],
        "takes 16-bit lengths from 32768 on for negative ones, and fails",
        |it| {
            mistreat(it, |scene| {
                scene.header.form == LengthForm::Bits16 && scene.header.length > 0x7FFF
            });
        },
    ),
    fault(
        "lengths-above-255-garbled",
        Both,
        &["rfc6455-5.2-6"],
        "reads 16-bit lengths with the low octet first, and loses its way",
        |it| {
            mistreat(it, |scene| {
                scene.header.form == LengthForm::Bits16
                    && scene.header.length as u16 != (scene.header.length as u16).swap_bytes()
            });
        },
    ),
    fault(
        "no-medium-frame",
        Both,
        &["rfc6455-5.2-6"],
        "refuses frames whose length takes 16 bits or more",
        |it| refuse(it, |scene| scene.header.length > 125),
    ),
    fault(
        "no-long-frame",
        Both,
        &["rfc6455-5.2-6"],
        "refuses frames whose length takes 64 bits",
        |it| refuse(it, |scene| scene.header.length > 0xFFFF),
    ),
    fault(
        "no-length-126",
        Both,
        &["rfc6455-5.2-6"],
        "refuses frames of 126 and 127 octets, for it takes the numbers for marks",
        |it| refuse(it, |scene| matches!(scene.header.length, 126 | 127)),
    ),
    fault("no-length-65535", Both, &["rfc6455-5.2-6"], "refuses frames of 65535 octets", |it| {
        refuse(it, |scene| scene.header.length == 65_535)
    }),
    fault("no-length-65536", Both, &["rfc6455-5.2-6"], "refuses frames of 65536 octets", |it| {
        refuse(it, |scene| scene.header.length == 65_536)
    }),
    fault("no-binary", Both, &["rfc6455-5.6-3"], "refuses binary messages", |it| {
        refuse(it, |scene| scene.header.opcode == Opcode::BINARY)
    }),
    fault(
        "no-empty-message",
        Both,
        &["rfc6455-5.2-6"],
        "refuses messages without a payload",
        |it| refuse(it, is_empty_message),
    ),
    fault(
        "empty-messages-ignored",
        Both,
        &["rfc6455-6.2-4"],
        "passes over messages without a payload",
        |it| it.reading.mistreat(is_empty_message, Then::IgnoreFrame),
    ),
    fault(
        "one-frame-a-read",
        Both,
        &["rfc6455-6.2-1"],
        "loses all frames of a read but the first",
        |it| {
            it.reading.mistreat(
                |scene| scene.earlier_in_read > 0 && scene.header.opcode != Opcode::CLOSE,
                Then::IgnoreFrame,
            );
        },
    ),
    fault(
        "eight-frames-a-read",
        Both,
        &["rfc6455-6.2-1"],
        "loses all frames of a read but the first eight",
        |it| {
            it.reading.mistreat(
                |scene| scene.earlier_in_read > 7 && scene.header.opcode != Opcode::CLOSE,
                Then::IgnoreFrame,
            );
        },
    ),
    fault(
        "headers-in-one-read",
        Both,
        &["rfc6455-6.2-1"],
        "gives up on a frame whose header does not come in one read",
        |it| it.reading.headers_in_one_read = true,
    ),
];

fn then(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool, then: Then) {
    conduct.reading.overlook(what, then);
}

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool) {
    then(conduct, what, Then::GoOn);
}

/// "A type of data it cannot accept" (RFC 6455 §7.4.1).
fn refuse(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::Fail(CloseCode(1003)));
}

fn mistreat(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::Fail(CloseCode::PROTOCOL_ERROR));
}

fn is_empty_message(scene: &Scene) -> bool {
    let header = &scene.header;
    !scene.inside && !header.opcode.is_control() && header.fin && header.length == 0
}
