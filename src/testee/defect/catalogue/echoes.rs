//! Messages that do not come back as they were (RFC 6455 §6).

use crate::protocol::MessageKind;
use crate::testee::{conduct::EchoStyle, defect::entry::defects};

defects! {
    Fault Both "no-echo" ["rfc6455-6.1-9"] "takes in messages and echoes none"
        => Change(|it| it.echo.leaves_out = Some(|_| true));
    Fault Both "first-echo-only" ["rfc6455-6.2-4", "rfc6455-6.1-9"]
        "echoes only the first message of a connection"
        => Change(|it| it.echo.leaves_out = Some(|before| before > 0));
    Fault Both "second-message-lost" ["rfc6455-6.2-4", "rfc6455-6.1-9"]
        "does not echo the second message of a connection"
        => Change(|it| it.echo.leaves_out = Some(|before| before == 1));
    Fault Both "every-hundredth-message-lost" ["rfc6455-6.2-4", "rfc6455-6.1-9"]
        "does not echo every hundredth message of a connection"
        => Change(|it| it.echo.leaves_out = Some(|before| before % 100 == 99));
    Fault Both "double-echo" ["rfc6455-6.2-4"] "echoes every message twice"
        => Change(|it| it.echo.style = EchoStyle::Twice);
    Fault Both "one-echo-behind" ["rfc6455-6.1-9"]
        "echoes a message only once the next one has come"
        => Change(|it| it.echo.style = EchoStyle::OneBehind);
    Fault Both "echo-as-binary" ["rfc6455-6.1-6"] "echoes text as binary"
        => Change(|it| it.echo.kind = Some(|_, _| MessageKind::Binary));
    Fault Both "echo-as-text" ["rfc6455-6.1-6"] "echoes binary as text"
        => Change(|it| it.echo.kind = Some(|_, _| MessageKind::Text));
    Fault Both "echo-as-first-kind" ["rfc6455-6.1-6", "rfc6455-6.2-3"]
        "echoes all messages as what the first of the connection was"
        => Change(|it| it.echo.kind = Some(|_, first| first));
    Fault Both "echo-cut-short" ["rfc6455-6.1-9"] "leaves out the last octet of every echo"
        => EditEcho(|_, message| {
            message.pop();
        });
    Fault Both "echo-in-capitals" ["rfc6455-6.1-9"] "echoes text in capital letters"
        => EditEcho(|kind, message| {
            if kind == MessageKind::Text {
                message.make_ascii_uppercase();
            }
        });
    Fault Both "echo-up-to-nul" ["rfc6455-5.6-3"]
        "takes messages for strings that end with a zero octet"
        => EditEcho(|_, message| {
            let length = message.iter().position(|octet| *octet == 0);
            message.truncate(length.unwrap_or(message.len()));
        });
    Fault Both "echo-without-white-space" ["rfc6455-5.6-3", "rfc6455-6.1-9"]
        "leaves out white space around messages"
        => EditEcho(|_, message| *message = message.trim_ascii().to_vec());
    Fault Both "echo-with-line-feed" ["rfc6455-6.1-9"] "ends every echo with a line feed"
        => EditEcho(|_, message| message.push(b'\n'));
    Fault Both "binary-of-seven-bits" ["rfc6455-5.6-3"]
        "clears the high bit of every octet of binary messages"
        => EditEcho(|kind, message| {
            if kind == MessageKind::Binary {
                message.iter_mut().for_each(|octet| *octet &= 0x7F);
            }
        });
    Fault Both "no-byte-order-mark-in-echo" ["rfc6455-8.1-4", "rfc6455-6.1-9"]
        "leaves out a byte order mark at the beginning of text"
        => EditEcho(|kind, message| {
            if kind == MessageKind::Text && message.starts_with(b"\xEF\xBB\xBF") {
                message.drain(..3);
            }
        });
    Fault Both "echo-of-64-kib-at-most" ["rfc6455-6.1-9", "rfc6455-5.2-6"]
        "echoes no more than the first 65535 octets of a message"
        => EditEcho(|_, message| message.truncate(0xFFFF));
    Fault Both "echo-of-16-bit-length" ["rfc6455-6.1-9", "rfc6455-5.2-6"]
        "echoes of a message as many octets as the low 16 bits of its length say"
        => EditEcho(|_, message| message.truncate(message.len() & 0xFFFF));
}
