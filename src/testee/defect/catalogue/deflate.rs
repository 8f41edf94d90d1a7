//! Compressing and inflating (RFC 7692 §6, §7.2).

use crate::protocol::deflate::DeflateParameters;
use crate::testee::{
    conduct::{DeflateStyle, EchoStyle},
    defect::{deed::with_windows, entry::defects},
};

defects! {
    // What it sends.
    Choice Both "compresses-nothing" "agrees to compression and does not compress"
        => Change(|it| it.deflate.style = DeflateStyle::Never);
    Choice Both "final-blocks" "marks the end of the DEFLATE stream in each message"
        => Change(|it| it.deflate.style = DeflateStyle::Final);
    Choice Both "small-window" "compresses with a smaller window than was agreed on"
        => Change(|it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_max_window_bits: agreed.server_max_window_bits.min(9),
                client_max_window_bits: agreed.client_max_window_bits.min(9),
                ..agreed
            }
        });
    Fault Both "echo-with-rsv1" ["rfc7692-6.1-2", "rfc6455-5.2-2", "rfc6455-5.8-1"]
        "sets RSV1 on echoes where compression was not agreed on"
        => Change(|it| it.deflate.marks_all = true);
    Fault Both "compresses-unasked" ["rfc7692-5-18", "rfc6455-5.2-15", "rfc6455-5.8-1"]
        "compresses though that was not agreed on"
        => Change(|it| it.deflate.without_agreement = true);
    Fault Both "broken-deflate" ["rfc7692-6.1-1", "rfc7692-7.2.1-1"]
        "compresses into something that is no DEFLATE stream"
        => Change(|it| it.deflate.style = DeflateStyle::Broken);
    Fault Both "tail-kept" ["rfc7692-7.2.1-1"]
        "leaves 00 00 FF FF at the end of its compressed messages"
        => Change(|it| it.deflate.style = DeflateStyle::WithTail);
    Fault Both "tail-cut-from-fragments" ["rfc7692-7.2.1-9"]
        "cuts 00 00 FF FF from each of two fragments"
        => Change(|it| {
            it.deflate.style = DeflateStyle::FragmentsWithoutTail;
            it.echo.style = EchoStyle::InTwoFragments;
        });
    Fault Both "compressed-and-unmarked" ["rfc7692-6.1-1"]
        "compresses its messages and leaves RSV1 clear"
        => Change(|it| it.deflate.style = DeflateStyle::Unmarked);
    Fault Both "marked-and-not-compressed" ["rfc7692-6.1-2"]
        "sets RSV1 on messages that it does not compress"
        => Change(|it| it.deflate.style = DeflateStyle::OnlyMarked);
    Fault Both "first-message-compressed" ["rfc7692-6.1-2"]
        "compresses the first message, and only marks the others so"
        => Change(|it| it.deflate.style = DeflateStyle::OnlyFirst);
    Fault Both "continuation-with-rsv1" ["rfc7692-6.1-4"]
        "echoes in two fragments and marks both as compressed"
        => Change(|it| {
            it.echo.style = EchoStyle::InTwoCompressedFragments;
            it.deflate.marks_all = true;
        });
    Fault Both "keeping-context" ["rfc7692-7.2.1-11", "rfc7692-7.2.1-14"]
        "compresses with what it remembers of earlier messages, though it agreed to forget"
        => Change(|it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_no_context_takeover: false,
                client_no_context_takeover: false,
                ..agreed
            };
        });
    Fault Both "large-window" ["rfc7692-7.2.1-16", "rfc7692-7.2.1-18", "rfc7692-7.2.2-11"]
        "compresses with a window of 15 bits, whatever was agreed on"
        => Change(|it| it.deflate.compresses_by = |agreed| with_windows(agreed, 15));
    Fault Both "window-of-8-is-10" ["rfc7692-7.2.1-16", "rfc7692-7.2.1-18"]
        "compresses with a window of ten bits where eight or nine were agreed on"
        => Change(|it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_max_window_bits: agreed.server_max_window_bits.max(10),
                client_max_window_bits: agreed.client_max_window_bits.max(10),
                ..agreed
            };
        });
    Fault Both "window-of-the-other-side" ["rfc7692-7.2.1-16", "rfc7692-7.2.1-18"]
        "compresses with the window that the peer may use"
        => Change(|it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_max_window_bits: agreed.client_max_window_bits,
                client_max_window_bits: agreed.server_max_window_bits,
                ..agreed
            };
        });
    Fault Both "context-of-the-other-side" ["rfc7692-7.2.1-11", "rfc7692-7.2.1-14"]
        "forgets or remembers earlier messages as was agreed on for the peer"
        => Change(|it| {
            it.deflate.compresses_by = |agreed| DeflateParameters {
                server_no_context_takeover: agreed.client_no_context_takeover,
                client_no_context_takeover: agreed.server_no_context_takeover,
                ..agreed
            }
        });
}
