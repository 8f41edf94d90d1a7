//! Masked and unmasked frames that come in (RFC 6455 §5.1, §5.3).

use crate::protocol::{Opcode, Violation, mask};
use crate::testee::{conduct::Then, defect::entry::defects};

defects! {
    // What comes in.
    Fault Both "no-mask-check" ["rfc6455-5.1-2", "rfc6455-5.1-5"]
        "takes frames that are not masked, as server, or that are, as client"
        => Overlook(|it, _| is_about_masking(it));
    Fault Both "no-mask-check-of-control" ["rfc6455-5.1-2", "rfc6455-5.1-5"]
        "does not check the masking of control frames"
        => Overlook(|it, scene| is_about_masking(it) && scene.header.opcode.is_control());
    Fault Both "no-mask-check-of-data" ["rfc6455-5.1-2", "rfc6455-5.1-5"]
        "does not check the masking of data frames"
        => Overlook(|it, scene| is_about_masking(it) && !scene.header.opcode.is_control());
    Fault Both "no-mask-check-of-continuations" ["rfc6455-5.1-2", "rfc6455-5.1-5"]
        "does not check the masking of continuations"
        => Overlook(|it, scene| {
            is_about_masking(it) && scene.header.opcode == Opcode::CONTINUATION
        });
    Fault Both "no-mask-check-of-empty-frames" ["rfc6455-5.1-2", "rfc6455-5.1-5"]
        "does not check the masking of frames without a payload"
        => Change(|it| {
            it.reading.overlook(
                |it, scene| is_about_masking(it) && scene.header.length == 0,
                Then::GoOn,
            );
        });
    Fault Both "ignores-wrongly-masked-frames" ["rfc6455-5.1-2", "rfc6455-5.1-5"]
        "passes over frames with the wrong masking and stays connected"
        => ReactTo(|it, _| is_about_masking(it), Then::IgnoreFrame);
    Choice Both "drops-wrongly-masked-frames"
        "closes TCP without a Close over a frame with the wrong masking"
        => ReactTo(|it, _| is_about_masking(it), Then::DropTcp);
    Fault Server "unmasks-from-each-read" ["rfc6455-5.3-5", "rfc6455-6.2-7"]
        "begins anew with the masking key when a payload goes on in another read"
        => Change(|it| {
            it.reading.garbles = Some(|header, position, octets| {
                let Some(key) = header.mask else { return };
                for (i, octet) in octets.iter_mut().enumerate() {
                    *octet ^= key[(position as usize + i) % 4] ^ key[i % 4];
                }
            });
        });
    Fault Server "unmasks-whole-words-only" ["rfc6455-5.3-5", "rfc6455-6.2-7"]
        "does not unmask what is left behind the last four octets of a payload"
        => Change(|it| {
            it.reading.garbles = Some(|header, position, octets| {
                let Some(key) = header.mask else { return };
                let whole = header.length / 4 * 4;
                for (at, octet) in (position..).zip(octets) {
                    if at >= whole {
                        *octet ^= key[(at % 4) as usize];
                    }
                }
            });
        });
    Fault Server "does-not-unmask" ["rfc6455-5.3-5", "rfc6455-6.2-7"]
        "takes payloads as they come, masked"
        => Change(|it| {
            it.reading.garbles = Some(|header, position, octets| {
                let Some(key) = header.mask else { return };
                mask::apply(octets, key, position);
            });
        });
}

const fn is_about_masking(violation: &Violation) -> bool {
    matches!(violation, Violation::UnmaskedClientFrame | Violation::MaskedServerFrame)
}
