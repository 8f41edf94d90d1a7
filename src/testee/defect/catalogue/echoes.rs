//! Messages that do not come back as they were (RFC 6455 §6).

use crate::protocol::MessageKind;
use crate::testee::{
    conduct::{Conduct, EchoStyle},
    defect::entry::{Entry, Testees::Both, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault("no-echo", Both, &["rfc6455-6.1-9"], "takes in messages and echoes none", |it| {
        it.echo.leaves_out = Some(|_| true)
    }),
    fault(
        "first-echo-only",
        Both,
        &["rfc6455-6.2-4", "rfc6455-6.1-9"],
        "echoes only the first message of a connection",
        |it| it.echo.leaves_out = Some(|before| before > 0),
    ),
    fault(
        "second-message-lost",
        Both,
        &["rfc6455-6.2-4", "rfc6455-6.1-9"],
        "does not echo the second message of a connection",
        |it| it.echo.leaves_out = Some(|before| before == 1),
    ),
    fault(
        "every-hundredth-message-lost",
        Both,
        &["rfc6455-6.2-4", "rfc6455-6.1-9"],
        "does not echo every hundredth message of a connection",
        |it| it.echo.leaves_out = Some(|before| before % 100 == 99),
    ),
    fault("double-echo", Both, &["rfc6455-6.2-4"], "echoes every message twice", |it| {
        it.echo.style = EchoStyle::Twice
    }),
    fault(
        "one-echo-behind",
        Both,
        &["rfc6455-6.1-9"],
        "echoes a message only once the next one has come",
        |it| it.echo.style = EchoStyle::OneBehind,
    ),
    fault("echo-as-binary", Both, &["rfc6455-6.1-6"], "echoes text as binary", |it| {
        it.echo.kind = Some(|_, _| MessageKind::Binary)
    }),
    fault("echo-as-text", Both, &["rfc6455-6.1-6"], "echoes binary as text", |it| {
        it.echo.kind = Some(|_, _| MessageKind::Text)
    }),
    fault(
        "echo-as-first-kind",
        Both,
        &["rfc6455-6.1-6", "rfc6455-6.2-3"],
        "echoes all messages as what the first of the connection was",
        |it| it.echo.kind = Some(|_, first| first),
    ),
    fault(
        "echo-cut-short",
        Both,
        &["rfc6455-6.1-9"],
        "leaves out the last octet of every echo",
        |it| {
            edit(it, |_, message| {
                message.pop();
            });
        },
    ),
    fault("echo-in-capitals", Both, &["rfc6455-6.1-9"], "echoes text in capital letters", |it| {
        edit(it, |kind, message| {
            if kind == MessageKind::Text {
                message.make_ascii_uppercase();
            }
        });
    }),
    fault(
        "echo-up-to-nul",
        Both,
        &["rfc6455-5.6-3"],
        "takes messages for strings that end with a zero octet",
        |it| {
            edit(it, |_, message| {
                let length = message.iter().position(|octet| *octet == 0);
                message.truncate(length.unwrap_or(message.len()));
            });
        },
    ),
    fault(
        "echo-without-white-space",
        Both,
        &["rfc6455-5.6-3", "rfc6455-6.1-9"],
        "leaves out white space around messages",
        |it| edit(it, |_, message| *message = message.trim_ascii().to_vec()),
    ),
    fault(
        "echo-with-line-feed",
        Both,
        &["rfc6455-6.1-9"],
        "ends every echo with a line feed",
        |it| edit(it, |_, message| message.push(b'\n')),
    ),
    fault(
        "binary-of-seven-bits",
        Both,
        &["rfc6455-5.6-3"],
        "clears the high bit of every octet of binary messages",
        |it| {
            edit(it, |kind, message| {
                if kind == MessageKind::Binary {
                    message.iter_mut().for_each(|octet| *octet &= 0x7F);
                }
            });
        },
    ),
    fault(
        "no-byte-order-mark-in-echo",
        Both,
        &["rfc6455-8.1-4", "rfc6455-6.1-9"],
        "leaves out a byte order mark at the beginning of text",
        |it| {
            edit(it, |kind, message| {
                if kind == MessageKind::Text && message.starts_with(b"\xEF\xBB\xBF") {
                    message.drain(..3);
                }
            });
        },
    ),
    fault(
        "echo-of-64-kib-at-most",
        Both,
        &["rfc6455-6.1-9", "rfc6455-5.2-6"],
        "echoes no more than the first 65535 octets of a message",
        |it| edit(it, |_, message| message.truncate(0xFFFF)),
    ),
    fault(
        "echo-of-16-bit-length",
        Both,
        &["rfc6455-6.1-9", "rfc6455-5.2-6"],
        "echoes of a message as many octets as the low 16 bits of its length say",
        |it| edit(it, |_, message| message.truncate(message.len() & 0xFFFF)),
    ),
];

fn edit(conduct: &mut Conduct, edit: fn(MessageKind, &mut Vec<u8>)) {
    conduct.echo.edits.push(edit);
}
