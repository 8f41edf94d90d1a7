//! Sizes and numbers that an endpoint cannot cope with (RFC 6455 §10.4).

use crate::protocol::CloseCode;
use crate::testee::{
    conduct::Then,
    defect::entry::{Entry, Testees::Both, choice, fault, oddity},
};

pub(super) const ENTRIES: &[Entry] = &[
    choice(
        "messages-of-2-mib-at-most",
        Both,
        "fails the connection with 1009 over messages of more than 2 MiB",
        |it| it.echo.too_big = Some(2 << 20),
    ),
    fault(
        "messages-of-16-kib-at-most",
        Both,
        &["rfc6455-6.1-9"],
        "fails the connection with 1009 over messages of more than 16 KiB",
        |it| it.echo.too_big = Some(16 << 10),
    ),
    fault(
        "long-messages-lost",
        Both,
        &["rfc6455-6.1-9"],
        "does not echo messages of more than 64 KiB",
        |it| it.echo.longest = Some(64 << 10),
    ),
    oddity("dies-of-64-mib", Both, "resets TCP over a frame that declares 64 MiB or more", |it| {
        it.reading.mistreat(|scene| scene.header.length >= 64 << 20, Then::Reset);
    }),
    fault(
        "waits-for-all-of-a-huge-frame",
        Both,
        &["rfc6455-10.4-1"],
        "never reacts again after a frame that declares 4 GiB or more",
        |it| {
            it.reading.mistreat(|scene| scene.header.length >= 1 << 32, Then::FallSilent);
        },
    ),
    choice(
        "refuses-huge-frames",
        Both,
        "fails the connection with 1009 over the header of a frame of 64 MiB or more",
        |it| {
            it.reading
                .mistreat(|scene| scene.header.length >= 64 << 20, Then::Fail(CloseCode::TOO_BIG));
        },
    ),
    choice(
        "refuses-a-thousand-fragments",
        Both,
        "fails the connection with 1008 over a message of more than a thousand frames",
        |it| {
            it.reading
                .mistreat(|scene| scene.earlier_in_message >= 1000, Then::Fail(CloseCode(1008)));
        },
    ),
    oddity("dies-of-many-pings", Both, "resets TCP over the hundred and first Ping", |it| {
        it.reading.mistreat(|scene| scene.earlier_pings > 100, Then::Reset)
    }),
    fault(
        "dies-of-many-messages",
        Both,
        &["rfc6455-6.2-4"],
        "resets TCP after 256 messages",
        |it| it.reading.mistreat(|scene| scene.earlier_messages >= 256, Then::Reset),
    ),
];
