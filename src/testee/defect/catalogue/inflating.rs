//! Messages that come in compressed, or not (RFC 7692 §6.2, §7.2.2).

use crate::protocol::{CloseCode, Opcode, Violation, deflate::DeflateParameters};
use crate::testee::{
    conduct::{Conduct, DeflateStyle, Scene, Then},
    defect::entry::{Entry, Testees::Both, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    // What it makes of what comes.
    fault(
        "no-inflating",
        Both,
        &["rfc7692-6-2", "rfc7692-7.2.2-1", "rfc7692-5-20"],
        "does not inflate, and echoes what came",
        |it| {
            it.deflate.inflates = false;
            it.deflate.style = DeflateStyle::Never;
            overlook(it, |it, _| matches!(it, Violation::ReservedBits(bits) if bits.rsv1()));
            overlook(it, |it, _| {
                matches!(it, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8)
            });
        },
    ),
    fault(
        "compressed-refused",
        Both,
        &["rfc7692-6-2", "rfc7692-5-20"],
        "refuses compressed messages though it agreed to them",
        |it| refuse(it, |scene| scene.header.rsv.rsv1()),
    ),
    fault(
        "uncompressed-refused",
        Both,
        &["rfc7692-6-3", "rfc7692-6.2-2"],
        "refuses uncompressed messages where compression is agreed",
        |it| refuse(it, begins_uncompressed),
    ),
    fault(
        "empty-compressed-refused",
        Both,
        &["rfc7692-6-2"],
        "refuses an empty message that is compressed",
        |it| {
            it.reading.mistreat_payload(
                |scene, octets| is_compressed(scene) && octets == [0],
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            );
        },
    ),
    fault(
        "context-lost",
        Both,
        &["rfc7692-7.2.2-3", "rfc7692-7.2.2-5", "rfc7692-7.1.1.1-3", "rfc7692-7.1.1.2-5"],
        "inflates each message with an empty window, though that was not agreed on",
        |it| {
            it.deflate.inflates_by = |agreed| DeflateParameters {
                server_no_context_takeover: true,
                client_no_context_takeover: true,
                ..agreed
            };
        },
    ),
    fault(
        "inflates-with-a-small-window",
        Both,
        &["rfc7692-7.2.2-8", "rfc7692-7.2.2-10", "rfc7692-7.1.2.1-8", "rfc7692-7.1.2.2-7"],
        "inflates with a window of nine bits, though that was not agreed on",
        |it| inflates_with(it, |agreed| with_windows(agreed, 9)),
    ),
    fault(
        "inflates-with-14-bits",
        Both,
        &["rfc7692-7.2.2-8", "rfc7692-7.2.2-10"],
        "inflates with a window of 14 bits, though that was not agreed on",
        |it| inflates_with(it, |agreed| with_windows(agreed, 14)),
    ),
    fault(
        "final-block-refused",
        Both,
        &["rfc7692-7.2.1-7"],
        "refuses messages with a block that has BFINAL set",
        |it| {
            blocks(
                it,
                |scene, octets| is_compressed(scene) && octets[0] & 1 == 1,
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            )
        },
    ),
    fault(
        "final-block-is-the-end",
        Both,
        &["rfc7692-7.2.1-7"],
        "fails with the message after one that has BFINAL set",
        |it| blocks(it, |scene, octets| is_compressed(scene) && octets[0] & 1 == 1, Then::Poison),
    ),
    fault(
        "stored-blocks-refused",
        Both,
        &["rfc7692-7.2.1-5"],
        "refuses messages that begin with a stored block",
        |it| {
            blocks(
                it,
                |scene, octets| is_compressed(scene) && octets[0] & 6 == 0,
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            )
        },
    ),
    fault(
        "fixed-blocks-refused",
        Both,
        &["rfc7692-7.2.1-5"],
        "refuses messages that begin with a block of fixed codes",
        |it| {
            blocks(
                it,
                |scene, octets| is_compressed(scene) && octets[0] & 6 == 2,
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            )
        },
    ),
    fault(
        "dynamic-blocks-refused",
        Both,
        &["rfc7692-7.2.1-5"],
        "refuses messages that begin with a block of dynamic codes",
        |it| {
            blocks(
                it,
                |scene, octets| is_compressed(scene) && octets[0] & 6 == 4,
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            )
        },
    ),
    fault(
        "no-rsv1-check-of-continuations",
        Both,
        &["rfc7692-6.1-6"],
        "does not look at RSV1 of continuations where compression is agreed",
        |it| overlook(it, |it, _| *it == Violation::CompressedContinuation),
    ),
    fault(
        "no-rsv1-check-of-control",
        Both,
        &["rfc7692-6.1-5"],
        "does not look at RSV1 of control frames where compression is agreed",
        |it| overlook(it, |it, _| matches!(it, Violation::CompressedControl(_))),
    ),
    fault(
        "no-rsv1-check-of-pings",
        Both,
        &["rfc7692-6.1-5"],
        "does not look at RSV1 of Pings where compression is agreed",
        |it| overlook(it, |it, _| *it == Violation::CompressedControl(Opcode::PING)),
    ),
    fault(
        "no-rsv1-check-of-closes",
        Both,
        &["rfc7692-6.1-5"],
        "does not look at RSV1 of Closes where compression is agreed",
        |it| overlook(it, |it, _| *it == Violation::CompressedControl(Opcode::CLOSE)),
    ),
    fault(
        "bad-deflate-taken",
        Both,
        &["rfc7692-6.2-3"],
        "takes what it can inflate of a message that is no DEFLATE stream",
        |it| overlook(it, |it, _| *it == Violation::InvalidDeflate),
    ),
    fault(
        "bad-deflate-ignored",
        Both,
        &["rfc7692-6.2-3"],
        "passes over a message that is no DEFLATE stream and stays connected",
        |it| {
            it.reading.overlook(|it, _| *it == Violation::InvalidDeflate, Then::LoseMessage);
        },
    ),
    fault(
        "compressed-fragments-refused",
        Both,
        &["rfc7692-6.2-1"],
        "refuses compressed messages in several frames",
        |it| refuse(it, |scene| is_compressed(scene) && !scene.header.fin),
    ),
    fault(
        "control-within-compressed-refused",
        Both,
        &["rfc7692-6.2-1", "rfc6455-5.4-11"],
        "refuses control frames within a message where compression is agreed",
        |it| {
            refuse(it, |scene| scene.deflate && scene.inside && scene.header.opcode.is_control());
        },
    ),
];

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool) {
    conduct.reading.overlook(what, Then::GoOn);
}

fn refuse(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::Fail(CloseCode::PROTOCOL_ERROR));
}

/// Mistreats data frames that are marked as compressed and whose payload begins so.
fn blocks(conduct: &mut Conduct, what: fn(&Scene, &[u8]) -> bool, then: Then) {
    conduct.reading.mistreat_payload(what, then);
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

const fn with_windows(agreed: DeflateParameters, bits: u8) -> DeflateParameters {
    DeflateParameters { server_max_window_bits: bits, client_max_window_bits: bits, ..agreed }
}
