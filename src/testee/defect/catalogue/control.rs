//! Pings and Pongs (RFC 6455 §5.5.2, §5.5.3).

use std::time::Duration;

use crate::protocol::{MessageKind, Opcode};
use crate::testee::{
    conduct::{PingReply, Then},
    defect::{deed::is_pong, entry::defects},
};

defects! {
    Fault Both "no-pong" ["rfc6455-5.5.2-2"] "does not answer a Ping"
        => Change(|it| it.ping = PingReply::Never);
    Choice Both "two-pongs" "answers a Ping with two Pongs"
        => Change(|it| it.ping = PingReply::Twice);
    Choice Both "ping-with-pong" "sends a Ping of its own with each Pong"
        => Change(|it| it.ping = PingReply::WithPing);
    Fault Both "pong-after-next-message" ["rfc6455-5.5.2-2", "rfc6455-5.5.2-3"]
        "answers a Ping only once another message has come"
        => Change(|it| it.ping = PingReply::AfterNextMessage);
    Fault Both "one-pong-only" ["rfc6455-5.5.2-2"] "answers only the first Ping of a connection"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::PING && scene.earlier_pings > 0,
            Then::IgnoreFrame,
        );
    Fault Both "five-pongs-only" ["rfc6455-5.5.2-2"]
        "answers only the first five Pings of a connection"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::PING && scene.earlier_pings > 4,
            Then::IgnoreFrame,
        );
    Fault Both "no-pong-for-empty-ping" ["rfc6455-5.5.2-2"]
        "does not answer a Ping without a payload"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::PING && scene.header.length == 0,
            Then::IgnoreFrame,
        );
    Fault Both "no-pong-for-full-ping" ["rfc6455-5.5.2-2"] "does not answer a Ping of 125 octets"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::PING && scene.header.length == 125,
            Then::IgnoreFrame,
        );
    Fault Both "full-ping-refused" ["rfc6455-5.5.2-2", "rfc6455-5.2-6"]
        "refuses a Ping of 125 octets"
        => Refuse(|scene| scene.header.opcode == Opcode::PING && scene.header.length == 125);
    Fault Both "no-pong-before-first-message" ["rfc6455-5.5.2-2"]
        "does not answer Pings before the first message"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::PING && scene.earlier_messages == 0,
            Then::IgnoreFrame,
        );
    Fault Both "empty-pong" ["rfc6455-5.5.3-1"] "answers a Ping with a Pong that has no payload"
        => EditFrames(is_pong, |frame| frame.set_payload(Vec::new()));
    Fault Both "pong-cut-short" ["rfc6455-5.5.3-1"]
        "leaves out the last octet of a Ping in its Pong"
        => EditFrames(is_pong, |frame| {
            let rest = frame.payload.len().saturating_sub(1);
            frame.set_payload(frame.payload[..rest].to_vec());
        });
    Fault Both "pong-of-64-octets-at-most" ["rfc6455-5.5.3-1"]
        "puts no more than 64 octets into a Pong"
        => EditFrames(is_pong, |frame| {
            let kept = frame.payload.len().min(64);
            frame.set_payload(frame.payload[..kept].to_vec());
        });
    Fault Both "pong-up-to-nul" ["rfc6455-5.5.3-1"]
        "takes the payload of a Ping for a string that ends with a zero octet"
        => EditFrames(is_pong, |frame| {
            let string = frame.payload.split(|octet| *octet == 0).next();
            frame.set_payload(string.unwrap_or_default().to_vec());
        });
    Fault Both "pong-as-utf8" ["rfc6455-5.5.3-1"]
        "puts replacement characters into a Pong for what is not UTF-8"
        => EditFrames(is_pong, |frame| {
            let text = String::from_utf8_lossy(&frame.payload).into_owned();
            frame.set_payload(text.into_bytes());
        });
    Fault Both "pong-with-rest-of-buffer" ["rfc6455-5.5.3-1"]
        "sends, in a Pong, octets that were not in the Ping"
        => EditFrames(is_pong, |frame| {
            let mut payload = frame.payload.clone();
            payload.resize(125, 0xAA);
            frame.set_payload(payload);
        });
    Fault Both "oversized-pong" ["rfc6455-5.5-1"] "answers a Ping with a Pong of 126 octets"
        => EditFrames(is_pong, |frame| frame.set_payload(vec![b'!'; 126]));
    Fault Both "fragmented-pong" ["rfc6455-5.4-8", "rfc6455-5.5-3"]
        "answers a Ping with a Pong in two frames"
        => Change(|it| it.ping = PingReply::Fragmented);
    Fault Both "pong-without-fin" ["rfc6455-5.4-8", "rfc6455-5.5-3"] "clears FIN on its Pongs"
        => EditFrames(is_pong, |frame| frame.header.fin = false);
    Fault Both "ping-for-ping" ["rfc6455-5.5.2-2"] "answers a Ping with a Ping"
        => EditFrames(is_pong, |frame| frame.header.opcode = Opcode::PING);
    Fault Both "text-for-ping" ["rfc6455-5.5.2-2"] "answers a Ping with a text message"
        => EditFrames(is_pong, |frame| frame.header.opcode = Opcode::TEXT);
    Fault Both "reserved-for-ping" ["rfc6455-5.2-5", "rfc6455-5.5.2-2"]
        "answers a Ping with a frame of the reserved opcode 0xB"
        => EditFrames(is_pong, |frame| frame.header.opcode = Opcode::from_first_octet(0xB));
    Fault Both "no-unasked-pong" ["rfc6455-5.5.3-4"] "refuses every Pong, for it asks for none"
        => Refuse(|scene| scene.header.opcode == Opcode::PONG);
    Oddity Both "pong-for-pong" "answers a Pong like a Ping"
        => Change(|it| it.reading.answers_pongs = true);
    Fault Both "pong-is-a-message" ["rfc6455-5.5.3-4"] "takes the payload of a Pong for a message"
        => Mistreat(
            |scene| scene.header.opcode == Opcode::PONG,
            Then::TakeAs(MessageKind::Binary),
        );
    Choice Both "pongs-after-a-moment" "takes a moment before it answers anything"
        => Change(|it| it.tcp.sends_after = Some(Duration::from_millis(1)));
}
