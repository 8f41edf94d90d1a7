//! Pings and Pongs (RFC 6455 §5.5.2, §5.5.3).

use std::time::Duration;

use crate::protocol::{CloseCode, MessageKind, Opcode};
use crate::testee::{
    conduct::{Conduct, PingReply, Scene, SentFrame, Then},
    defect::entry::{Entry, Testees::Both, choice, fault, oddity},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault("no-pong", Both, &["rfc6455-5.5.2-2"], "does not answer a Ping", |it| {
        it.ping = PingReply::Never
    }),
    choice("two-pongs", Both, "answers a Ping with two Pongs", |it| it.ping = PingReply::Twice),
    choice("ping-with-pong", Both, "sends a Ping of its own with each Pong", |it| {
        it.ping = PingReply::WithPing
    }),
    fault(
        "pong-after-next-message",
        Both,
        &["rfc6455-5.5.2-2", "rfc6455-5.5.2-3"],
        "answers a Ping only once another message has come",
        |it| it.ping = PingReply::AfterNextMessage,
    ),
    fault(
        "one-pong-only",
        Both,
        &["rfc6455-5.5.2-2"],
        "answers only the first Ping of a connection",
        |it| ignore(it, |scene| scene.header.opcode == Opcode::PING && scene.earlier_pings > 0),
    ),
    fault(
        "five-pongs-only",
        Both,
        &["rfc6455-5.5.2-2"],
        "answers only the first five Pings of a connection",
        |it| ignore(it, |scene| scene.header.opcode == Opcode::PING && scene.earlier_pings > 4),
    ),
    fault(
        "no-pong-for-empty-ping",
        Both,
        &["rfc6455-5.5.2-2"],
        "does not answer a Ping without a payload",
        |it| ignore(it, |scene| scene.header.opcode == Opcode::PING && scene.header.length == 0),
    ),
    fault(
        "no-pong-for-full-ping",
        Both,
        &["rfc6455-5.5.2-2"],
        "does not answer a Ping of 125 octets",
        |it| ignore(it, |scene| scene.header.opcode == Opcode::PING && scene.header.length == 125),
    ),
    fault(
        "full-ping-refused",
        Both,
        &["rfc6455-5.5.2-2", "rfc6455-5.2-6"],
        "refuses a Ping of 125 octets",
        |it| refuse(it, |scene| scene.header.opcode == Opcode::PING && scene.header.length == 125),
    ),
    fault(
        "no-pong-before-first-message",
        Both,
        &["rfc6455-5.5.2-2"],
        "does not answer Pings before the first message",
        |it| ignore(it, |scene| scene.header.opcode == Opcode::PING && scene.earlier_messages == 0),
    ),
    fault(
        "empty-pong",
        Both,
        &["rfc6455-5.5.3-1"],
        "answers a Ping with a Pong that has no payload",
        |it| pong(it, |frame| frame.set_payload(Vec::new())),
    ),
    fault(
        "pong-cut-short",
        Both,
        &["rfc6455-5.5.3-1"],
        "leaves out the last octet of a Ping in its Pong",
        |it| {
            pong(it, |frame| {
                let rest = frame.payload.len().saturating_sub(1);
                frame.set_payload(frame.payload[..rest].to_vec());
            });
        },
    ),
    fault(
        "pong-of-64-octets-at-most",
        Both,
        &["rfc6455-5.5.3-1"],
        "puts no more than 64 octets into a Pong",
        |it| {
            pong(it, |frame| {
                let kept = frame.payload.len().min(64);
                frame.set_payload(frame.payload[..kept].to_vec());
            });
        },
    ),
    fault(
        "pong-up-to-nul",
        Both,
        &["rfc6455-5.5.3-1"],
        "takes the payload of a Ping for a string that ends with a zero octet",
        |it| {
            pong(it, |frame| {
                let string = frame.payload.split(|octet| *octet == 0).next();
                frame.set_payload(string.unwrap_or_default().to_vec());
            });
        },
    ),
    fault(
        "pong-as-utf8",
        Both,
        &["rfc6455-5.5.3-1"],
        "puts replacement characters into a Pong for what is not UTF-8",
        |it| {
            pong(it, |frame| {
                let text = String::from_utf8_lossy(&frame.payload).into_owned();
                frame.set_payload(text.into_bytes());
            });
        },
    ),
    fault(
        "pong-with-rest-of-buffer",
        Both,
        &["rfc6455-5.5.3-1"],
        "sends, in a Pong, octets that were not in the Ping",
        |it| {
            pong(it, |frame| {
                let mut payload = frame.payload.clone();
                payload.resize(125, 0xAA);
                frame.set_payload(payload);
            });
        },
    ),
    fault(
        "oversized-pong",
        Both,
        &["rfc6455-5.5-1"],
        "answers a Ping with a Pong of 126 octets",
        |it| pong(it, |frame| frame.set_payload(vec![b'!'; 126])),
    ),
    fault(
        "fragmented-pong",
        Both,
        &["rfc6455-5.4-8", "rfc6455-5.5-3"],
        "answers a Ping with a Pong in two frames",
        |it| it.ping = PingReply::Fragmented,
    ),
    fault(
        "pong-without-fin",
        Both,
        &["rfc6455-5.4-8", "rfc6455-5.5-3"],
        "clears FIN on its Pongs",
        |it| pong(it, |frame| frame.header.fin = false),
    ),
    fault("ping-for-ping", Both, &["rfc6455-5.5.2-2"], "answers a Ping with a Ping", |it| {
        pong(it, |frame| frame.header.opcode = Opcode::PING)
    }),
    fault(
        "text-for-ping",
        Both,
        &["rfc6455-5.5.2-2"],
        "answers a Ping with a text message",
        |it| pong(it, |frame| frame.header.opcode = Opcode::TEXT),
    ),
    fault(
        "reserved-for-ping",
        Both,
        &["rfc6455-5.2-5", "rfc6455-5.5.2-2"],
        "answers a Ping with a frame of the reserved opcode 0xB",
        |it| pong(it, |frame| frame.header.opcode = Opcode::from_first_octet(0xB)),
    ),
    fault(
        "no-unasked-pong",
        Both,
        &["rfc6455-5.5.3-4"],
        "refuses every Pong, for it asks for none",
        |it| refuse(it, |scene| scene.header.opcode == Opcode::PONG),
    ),
    oddity("pong-for-pong", Both, "answers a Pong like a Ping", |it| {
        it.reading.answers_pongs = true
    }),
    fault(
        "pong-is-a-message",
        Both,
        &["rfc6455-5.5.3-4"],
        "takes the payload of a Pong for a message",
        |it| {
            it.reading.mistreat(
                |scene| scene.header.opcode == Opcode::PONG,
                Then::TakeAs(MessageKind::Binary),
            );
        },
    ),
    choice("pongs-after-a-moment", Both, "takes a moment before it answers anything", |it| {
        it.tcp.sends_after = Some(Duration::from_millis(1))
    }),
];

fn ignore(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::IgnoreFrame);
}

fn refuse(conduct: &mut Conduct, what: fn(&Scene) -> bool) {
    conduct.reading.mistreat(what, Then::Fail(CloseCode(1003)));
}

fn pong(conduct: &mut Conduct, edit: fn(&mut SentFrame)) {
    conduct.sending.edit(|opcode| opcode == Opcode::PONG, edit);
}
