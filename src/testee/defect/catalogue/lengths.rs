//! Lengths, and what comes in one read, that an endpoint does not cope with (RFC 6455 §5.2).

use crate::protocol::{
    CloseCode, LengthForm, Opcode,
    Violation::{LengthNotMinimal, LengthTopBit},
};
use crate::testee::{
    conduct::{Scene, Then},
    defect::entry::defects,
};

defects! {
    Choice Both "no-minimal-length-check"
        "takes lengths that are written in more octets than they need"
        => Overlook(|it, _| matches!(it, LengthNotMinimal(_)));
    Choice Both "no-minimal-length-check-of-64-bits"
        "takes lengths of 64 bits that would fit in 16 or seven"
        => Overlook(|it, _| *it == LengthNotMinimal(LengthForm::Bits64));
    Fault Both "top-bit-not-checked" ["rfc6455-5.2-9"]
        "waits for all octets of a frame whose 64-bit length has the first bit set"
        => Overlook(|it, _| *it == LengthTopBit);
    Oddity Both "top-bit-kills" "resets TCP over a 64-bit length with the first bit set"
        => ReactTo(|it, _| *it == LengthTopBit, Then::Reset);
    Fault Both "top-bit-silences" ["rfc6455-5.2-9", "rfc6455-7.1.7-3"]
        "never reacts again after a 64-bit length with the first bit set"
        => ReactTo(|it, _| *it == LengthTopBit, Then::FallSilent);
    Fault Both "16-bit-lengths-are-signed" ["rfc6455-5.2-6"]
        "takes 16-bit lengths from 32768 on for negative ones, and fails"
        => Mistreat(
            |scene| scene.header.form == LengthForm::Bits16 && scene.header.length > 0x7FFF,
            Then::Fail(CloseCode::PROTOCOL_ERROR),
        );
    Fault Both "lengths-above-255-garbled" ["rfc6455-5.2-6"]
        "reads 16-bit lengths with the low octet first, and loses its way"
        => Mistreat(
            |scene| {
                scene.header.form == LengthForm::Bits16
                    && scene.header.length as u16 != (scene.header.length as u16).swap_bytes()
            },
            Then::Fail(CloseCode::PROTOCOL_ERROR),
        );
    Fault Both "no-medium-frame" ["rfc6455-5.2-6"]
        "refuses frames whose length takes 16 bits or more"
        => Refuse(|scene| scene.header.length > 125);
    Fault Both "no-long-frame" ["rfc6455-5.2-6"] "refuses frames whose length takes 64 bits"
        => Refuse(|scene| scene.header.length > 0xFFFF);
    Fault Both "no-length-126" ["rfc6455-5.2-6"]
        "refuses frames of 126 and 127 octets, for it takes the numbers for marks"
        => Refuse(|scene| matches!(scene.header.length, 126 | 127));
    Fault Both "no-length-65535" ["rfc6455-5.2-6"] "refuses frames of 65535 octets"
        => Refuse(|scene| scene.header.length == 65_535);
    Fault Both "no-length-65536" ["rfc6455-5.2-6"] "refuses frames of 65536 octets"
        => Refuse(|scene| scene.header.length == 65_536);
    Fault Both "no-binary" ["rfc6455-5.6-3"] "refuses binary messages"
        => Refuse(|scene| scene.header.opcode == Opcode::BINARY);
    Fault Both "no-empty-message" ["rfc6455-5.2-6"] "refuses messages without a payload"
        => Refuse(is_empty_message);
    Fault Both "empty-messages-ignored" ["rfc6455-6.2-4"] "passes over messages without a payload"
        => Mistreat(is_empty_message, Then::IgnoreFrame);
    Fault Both "one-frame-a-read" ["rfc6455-6.2-1"] "loses all frames of a read but the first"
        => Mistreat(
            |scene| scene.earlier_in_read > 0 && scene.header.opcode != Opcode::CLOSE,
            Then::IgnoreFrame,
        );
    Fault Both "eight-frames-a-read" ["rfc6455-6.2-1"]
        "loses all frames of a read but the first eight"
        => Mistreat(
            |scene| scene.earlier_in_read > 7 && scene.header.opcode != Opcode::CLOSE,
            Then::IgnoreFrame,
        );
    Fault Both "headers-in-one-read" ["rfc6455-6.2-1"]
        "gives up on a frame whose header does not come in one read"
        => Change(|it| it.reading.headers_in_one_read = true);
}

fn is_empty_message(scene: &Scene) -> bool {
    let header = &scene.header;
    !scene.inside && !header.opcode.is_control() && header.fin && header.length == 0
}
