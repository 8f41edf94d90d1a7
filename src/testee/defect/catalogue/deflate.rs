//! Compressing and inflating (RFC 7692 §6, §7.2).

use crate::protocol::deflate::DeflateParameters;
use crate::testee::{
    conduct::{DeflateStyle, EchoStyle},
    defect::entry::{Entry, Testees::Both, choice, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    // What it sends.
    choice("compresses-nothing", Both, "agrees to compression and does not compress", |it| {
        it.deflate.style = DeflateStyle::Never
    }),
    choice("final-blocks", Both, "marks the end of the DEFLATE stream in each message", |it| {
        it.deflate.style = DeflateStyle::Final
    }),
    choice("small-window", Both, "compresses with a smaller window than was agreed on", |it| {
        it.deflate.compresses_by = |agreed| DeflateParameters {
            server_max_window_bits: agreed.server_max_window_bits.min(9),
            client_max_window_bits: agreed.client_max_window_bits.min(9),
            ..agreed
        }
    }),
    fault(
        "echo-with-rsv1",
        Both,
        &["rfc7692-6.1-2", "rfc6455-5.2-2", "rfc6455-5.8-1"],
        "sets RSV1 on echoes where compression was not agreed on",
        |it| it.deflate.marks_all = true,
    ),
    fault(
        "compresses-unasked",
        Both,
        &["rfc7692-5-18", "rfc6455-5.2-15", "rfc6455-5.8-1"],
        "compresses though that was not agreed on",
        |it| it.deflate.without_agreement = true,
    ),
    fault(
        "broken-deflate",
        Both,
        &["rfc7692-6.1-1", "rfc7692-7.2.1-1"],
        "compresses into something that is no DEFLATE stream",
        |it| it.deflate.style = DeflateStyle::Broken,
    ),
    fault(
        "tail-kept",
        Both,
        &["rfc7692-7.2.1-1"],
        "leaves 00 00 FF FF at the end of its compressed messages",
        |it| it.deflate.style = DeflateStyle::WithTail,
    ),
    fault(
        "tail-cut-from-fragments",
        Both,
        &["rfc7692-7.2.1-9"],
        "cuts 00 00 FF FF from each of two fragments",
        |it| {
            it.deflate.style = DeflateStyle::FragmentsWithoutTail;
            it.echo.style = EchoStyle::InTwoFragments;
        },
    ),
    fault(
        "compressed-and-unmarked",
        Both,
        &["rfc7692-6.1-1"],
        "compresses its messages and leaves RSV1 clear",
        |it| it.deflate.style = DeflateStyle::Unmarked,
    ),
    fault(
        "marked-and-not-compressed",
        Both,
        &["rfc7692-6.1-2"],
        "sets RSV1 on messages that it does not compress",
        |it| it.deflate.style = DeflateStyle::OnlyMarked,
    ),
    fault(
        "first-message-compressed",
        Both,
        &["rfc7692-6.1-2"],
        "compresses the first message, and only marks the others so",
        |it| it.deflate.style = DeflateStyle::OnlyFirst,
    ),
    fault(
        "continuation-with-rsv1",
        Both,
        &["rfc7692-6.1-4"],
        "echoes in two fragments and marks both as compressed",
        |it| {
            it.echo.style = EchoStyle::InTwoCompressedFragments;
            it.deflate.marks_all = true;
        },
    ),
    fault(
        "keeping-context",
        Both,
        &["rfc7692-7.2.1-11", "rfc7692-7.2.1-14"],
        "compresses with what it remembers of earlier messages, though it agreed to forget",
        |it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_no_context_takeover: false,
                client_no_context_takeover: false,
                ..agreed
            };
        },
    ),
    fault(
        "large-window",
        Both,
        &["rfc7692-7.2.1-16", "rfc7692-7.2.1-18", "rfc7692-7.2.2-11"],
        "compresses with a window of 15 bits, whatever was agreed on",
        |it| it.deflate.compresses_by = |agreed| with_windows(agreed, 15),
    ),
    fault(
        "window-of-8-is-10",
        Both,
        &["rfc7692-7.2.1-16", "rfc7692-7.2.1-18"],
        "compresses with a window of ten bits where eight or nine were agreed on",
        |it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_max_window_bits: agreed.server_max_window_bits.max(10),
                client_max_window_bits: agreed.client_max_window_bits.max(10),
                ..agreed
            };
        },
    ),
    fault(
        "window-of-the-other-side",
        Both,
        &["rfc7692-7.2.1-16", "rfc7692-7.2.1-18"],
        "compresses with the window that the peer may use",
        |it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_max_window_bits: agreed.client_max_window_bits,
                client_max_window_bits: agreed.server_max_window_bits,
                ..agreed
            };
        },
    ),
    fault(
        "context-of-the-other-side",
        Both,
        &["rfc7692-7.2.1-11", "rfc7692-7.2.1-14"],
        "forgets or remembers earlier messages as was agreed on for the peer",
        |it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_no_context_takeover: agreed.client_no_context_takeover,
                client_no_context_takeover: agreed.server_no_context_takeover,
                ..agreed
            }
        },
    ),
];

const fn with_windows(agreed: DeflateParameters, bits: u8) -> DeflateParameters {
    DeflateParameters { server_max_window_bits: bits, client_max_window_bits: bits, ..agreed }
}
