//! Messages that come in compressed, or not (RFC 7692 §6.2, §7.2.2).

use crate::protocol::{CloseCode, Opcode, Violation, deflate::DeflateParameters};
use crate::testee::{
    conduct::{Conduct, DeflateStyle, Scene, Then},
    defect::{deed::with_windows, entry::defects},
};

defects! {
    // What it makes of what comes.
    Fault Both "no-inflating" ["rfc7692-6-2", "rfc7692-7.2.2-1", "rfc7692-5-20"]
        "does not inflate, and echoes what came"
        => Change(|it| {
            it.deflate.inflates = false;
            it.deflate.style = DeflateStyle::Never;
        }),
        Overlook(|it, _| matches!(it, Violation::ReservedBits(bits) if bits.rsv1())),
        Overlook(|it, _| matches!(it, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8));
    Fault Both "compressed-refused" ["rfc7692-6-2", "rfc7692-5-20"]
        "refuses compressed messages though it agreed to them"
        => Mistreat(|scene| scene.header.rsv.rsv1(), Then::Fail(CloseCode::PROTOCOL_ERROR));
    Fault Both "uncompressed-refused" ["rfc7692-6-3", "rfc7692-6.2-2"]
        "refuses uncompressed messages where compression is agreed"
        => Mistreat(begins_uncompressed, Then::Fail(CloseCode::PROTOCOL_ERROR));
    Fault Both "empty-compressed-refused" ["rfc7692-6-2"]
        "refuses an empty message that is compressed"
        => MistreatPayload(
            |scene, octets| is_compressed(scene) && octets == [0],
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "context-lost" ["rfc7692-7.2.2-3", "rfc7692-7.2.2-5", "rfc7692-7.1.1.1-3", "rfc7692-7.1.1.2-5"]
        "inflates each message with an empty window, though that was not agreed on"
        => Change(|it| {
            it.deflate.inflates_by = |agreed| DeflateParameters {
                server_no_context_takeover: true,
                client_no_context_takeover: true,
                ..agreed
            };
        });
    Fault Both "inflates-with-a-small-window" ["rfc7692-7.2.2-8", "rfc7692-7.2.2-10", "rfc7692-7.1.2.1-8", "rfc7692-7.1.2.2-7"]
        "inflates with a window of nine bits, though that was not agreed on"
        => Change(|it| inflates_with(it, |agreed| with_windows(agreed, 9)));
    Fault Both "inflates-with-14-bits" ["rfc7692-7.2.2-8", "rfc7692-7.2.2-10"]
        "inflates with a window of 14 bits, though that was not agreed on"
        => Change(|it| inflates_with(it, |agreed| with_windows(agreed, 14)));
    Fault Both "final-block-refused" ["rfc7692-7.2.1-7"]
        "refuses messages with a block that has BFINAL set"
        => MistreatPayload(
            |scene, octets| is_compressed(scene) && octets[0] & 1 == 1,
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "final-block-is-the-end" ["rfc7692-7.2.1-7"]
        "fails with the message after one that has BFINAL set"
        => MistreatPayload(
            |scene, octets| is_compressed(scene) && octets[0] & 1 == 1,
            Then::Poison,
        );
    Fault Both "stored-blocks-refused" ["rfc7692-7.2.1-5"]
        "refuses messages that begin with a stored block"
        => MistreatPayload(
            |scene, octets| is_compressed(scene) && octets[0] & 6 == 0,
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "fixed-blocks-refused" ["rfc7692-7.2.1-5"]
        "refuses messages that begin with a block of fixed codes"
        => MistreatPayload(
            |scene, octets| is_compressed(scene) && octets[0] & 6 == 2,
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "dynamic-blocks-refused" ["rfc7692-7.2.1-5"]
        "refuses messages that begin with a block of dynamic codes"
        => MistreatPayload(
            |scene, octets| is_compressed(scene) && octets[0] & 6 == 4,
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "no-rsv1-check-of-continuations" ["rfc7692-6.1-6"]
        "does not look at RSV1 of continuations where compression is agreed"
        => Overlook(|it, _| *it == Violation::CompressedContinuation);
    Fault Both "no-rsv1-check-of-control" ["rfc7692-6.1-5"]
        "does not look at RSV1 of control frames where compression is agreed"
        => Overlook(|it, _| matches!(it, Violation::CompressedControl(_)));
    Fault Both "no-rsv1-check-of-pings" ["rfc7692-6.1-5"]
        "does not look at RSV1 of Pings where compression is agreed"
        => Overlook(|it, _| *it == Violation::CompressedControl(Opcode::PING));
    Fault Both "no-rsv1-check-of-closes" ["rfc7692-6.1-5"]
        "does not look at RSV1 of Closes where compression is agreed"
        => Overlook(|it, _| *it == Violation::CompressedControl(Opcode::CLOSE));
    Fault Both "bad-deflate-taken" ["rfc7692-6.2-3"]
        "takes what it can inflate of a message that is no DEFLATE stream"
        => Overlook(|it, _| *it == Violation::InvalidDeflate);
    Fault Both "bad-deflate-ignored" ["rfc7692-6.2-3"]
        "passes over a message that is no DEFLATE stream and stays connected"
        => ReactTo(|it, _| *it == Violation::InvalidDeflate, Then::LoseMessage);
    Fault Both "compressed-fragments-refused" ["rfc7692-6.2-1"]
        "refuses compressed messages in several frames"
        => Mistreat(
            |scene| is_compressed(scene) && !scene.header.fin,
            Then::Fail(CloseCode::PROTOCOL_ERROR),
        );
    Fault Both "control-within-compressed-refused" ["rfc7692-6.2-1", "rfc6455-5.4-11"]
        "refuses control frames within a message where compression is agreed"
        => Mistreat(
            |scene| scene.deflate && scene.inside && scene.header.opcode.is_control(),
            Then::Fail(CloseCode::PROTOCOL_ERROR),
        );
}

const fn is_compressed(scene: &Scene) -> bool {
    scene.deflate && scene.header.rsv.rsv1()
}

fn begins_uncompressed(scene: &Scene) -> bool {
    let begins = matches!(scene.header.opcode, Opcode::TEXT | Opcode::BINARY);
    scene.deflate && begins && !scene.header.rsv.rsv1()
}

/// Cannot reach back beyond these windows.
fn inflates_with(conduct: &mut Conduct, windows: fn(DeflateParameters) -> DeflateParameters) {
    conduct.deflate.inflates_by = windows;
    conduct.reading.overlook(
        |it, _| matches!(it, Violation::BackReferenceBeyondWindow(_)),
        Then::Fail(CloseCode::INVALID_PAYLOAD),
    );
}
