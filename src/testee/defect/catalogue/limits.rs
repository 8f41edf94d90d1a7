//! Sizes and numbers that an endpoint cannot cope with (RFC 6455 §10.4).

use crate::protocol::CloseCode;
use crate::testee::{conduct::Then, defect::entry::defects};

defects! {
    Choice Both "messages-of-2-mib-at-most"
        "fails the connection with 1009 over messages of more than 2 MiB"
        => Change(|it| it.echo.too_big = Some(2 << 20));
    Fault Both "messages-of-16-kib-at-most" ["rfc6455-6.1-9"]
        "fails the connection with 1009 over messages of more than 16 KiB"
        => Change(|it| it.echo.too_big = Some(16 << 10));
    Fault Both "long-messages-lost" ["rfc6455-6.1-9"] "does not echo messages of more than 64 KiB"
        => Change(|it| it.echo.longest = Some(64 << 10));
    Oddity Both "dies-of-64-mib" "resets TCP over a frame that declares 64 MiB or more"
        => Mistreat(|scene| scene.header.length >= 64 << 20, Then::Reset);
    Fault Both "waits-for-all-of-a-huge-frame" ["rfc6455-10.4-1"]
        "never reacts again after a frame that declares 4 GiB or more"
        => Mistreat(|scene| scene.header.length >= 1 << 32, Then::FallSilent);
    Choice Both "refuses-huge-frames"
        "fails the connection with 1009 over the header of a frame of 64 MiB or more"
        => Change(|it| {
            it.reading.mistreat(
                |scene| scene.header.length >= 64 << 20,
                Then::Fail(CloseCode::TOO_BIG),
            );
        });
    Choice Both "refuses-a-thousand-fragments"
        "fails the connection with 1008 over a message of more than a thousand frames"
        => Change(|it| {
            it.reading.mistreat(
                |scene| scene.earlier_in_message >= 1000,
                Then::Fail(CloseCode(1008)),
            );
        });
    Oddity Both "dies-of-many-pings" "resets TCP over the hundred and first Ping"
        => Mistreat(|scene| scene.earlier_pings > 100, Then::Reset);
    Fault Both "dies-of-many-messages" ["rfc6455-6.2-4"] "resets TCP after 256 messages"
        => Mistreat(|scene| scene.earlier_messages >= 256, Then::Reset);
}
