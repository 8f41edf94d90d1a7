//! Text, and whether it is UTF-8 (RFC 6455 §5.6, §8.1).

use crate::protocol::{CloseCode, MessageKind, Opcode, Violation};
use crate::testee::{
    conduct::{Scene, Then, Utf8Check},
    defect::entry::defects,
    text::Lenience,
};

/// A reader that knows UTF-8.
const STRICT: Lenience = Lenience {
    overlong: false,
    surrogates: false,
    too_large: false,
    five_or_six_octets: false,
    cut_short: false,
    stray_continuations: false,
};

defects! {
    Fault Both "no-utf8-check" ["rfc6455-8.1-1"] "does not check whether text is UTF-8"
        => Overlook(is_about_text);
    Fault Both "no-utf8-check-of-fragments" ["rfc6455-8.1-1"]
        "does not check whether text in several frames is UTF-8"
        => Overlook(|it, scene| is_about_text(it, scene) && (scene.inside || !scene.header.fin));
    Fault Both "no-utf8-check-of-single-frames" ["rfc6455-8.1-1"]
        "does not check whether text in one frame is UTF-8"
        => Overlook(|it, scene| is_about_text(it, scene) && !scene.inside && scene.header.fin);
    Fault Both "no-utf8-check-of-continuations" ["rfc6455-8.1-1"]
        "checks only the first frame of a text message"
        => Overlook(|it, scene| is_about_text(it, scene) && scene.header.opcode == Opcode::CONTINUATION);
    Fault Both "no-utf8-check-of-long-text" ["rfc6455-8.1-1"]
        "does not check whether text of more than 125 octets is UTF-8"
        => Overlook(|it, scene| is_about_text(it, scene) && scene.header.length > 125);
    Fault Both "no-utf8-check-once-compressing" ["rfc7692-6.1-9", "rfc6455-8.1-1"]
        "does not check whether text is UTF-8 where compression is agreed"
        => Overlook(|it, scene| is_about_text(it, scene) && scene.deflate);
    Fault Both "no-utf8-check-after-inflating" ["rfc7692-6.1-9"]
        "does not check whether compressed text is UTF-8"
        => Overlook(|it, scene| is_about_text(it, scene) && scene.header.rsv.rsv1());
    Fault Both "utf8-checked-before-inflating" ["rfc7692-6.1-8"]
        "refuses compressed text whose compressed octets are not UTF-8"
        => MistreatPayload(
            |scene, octets| {
                let header = &scene.header;
                header.opcode == Opcode::TEXT
                    && header.rsv.rsv1()
                    && std::str::from_utf8(octets).is_err()
            },
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "text-may-end-anywhere" ["rfc6455-8.1-1"]
        "takes text that ends within a UTF-8 sequence"
        => Overlook(|it, _| *it == Violation::IncompleteUtf8);
    Fault Both "text-may-end-anywhere-in-an-empty-frame" ["rfc6455-8.1-1"]
        "takes text that ends within a UTF-8 sequence if its last frame has no payload"
        => Overlook(|it, scene| *it == Violation::IncompleteUtf8 && scene.header.length == 0);
    Fault Both "overlong-utf8" ["rfc6455-8.1-1", "rfc3629-3-1"]
        "takes characters in more octets than they need"
        => TakeForText(|text| Lenience { overlong: true, ..STRICT }.accepts(text));
    Fault Both "surrogates" ["rfc6455-8.1-1", "rfc3629-3-1"]
        "takes halves of surrogate pairs for characters"
        => TakeForText(|text| Lenience { surrogates: true, ..STRICT }.accepts(text));
    Fault Both "beyond-unicode" ["rfc6455-8.1-1", "rfc3629-3-1"]
        "takes code points above U+10FFFF for characters"
        => TakeForText(|text| Lenience { too_large: true, ..STRICT }.accepts(text));
    Fault Both "five-octet-characters" ["rfc6455-8.1-1", "rfc3629-3-1"]
        "takes sequences of five and six octets for characters"
        => TakeForText(|text| Lenience { five_or_six_octets: true, ..STRICT }.accepts(text));
    Fault Both "stray-continuation-octets" ["rfc6455-8.1-1", "rfc3629-3-1"]
        "takes continuation octets that continue nothing for characters"
        => TakeForText(|text| Lenience { stray_continuations: true, ..STRICT }.accepts(text));
    Fault Both "latin-1" ["rfc6455-8.1-1"] "takes every octet for a character but 0xFF"
        => TakeForText(|text| !text.contains(&0xFF));
    Fault Both "checks-128-octets-of-text" ["rfc6455-8.1-1"]
        "checks only the first 128 octets of a text message"
        => TakeForText(|text| {
            let checked = &text[..text.len().min(128)];
            std::str::from_utf8(checked)
                .map_or_else(|error| error.error_len().is_none() && text.len() > 128, |_| true)
        });
    Fault Both "no-characters-of-four-octets" ["rfc6455-8.1-4"]
        "refuses text with characters of four octets"
        => TakeForText(|text| is_text(text, |it| it <= '\u{FFFF}'));
    Fault Both "no-noncharacters" ["rfc6455-8.1-4"]
        "refuses text with code points that are no characters, such as U+FFFF"
        => TakeForText(|text| is_text(text, |it| it as u32 & 0xFFFE != 0xFFFE));
    Fault Both "no-nul-in-text" ["rfc6455-8.1-4"] "refuses text with a zero octet"
        => TakeForText(|text| is_text(text, |it| it != '\0'));
    Fault Both "no-replacement-character" ["rfc6455-8.1-4"]
        "refuses text with U+FFFD, which it takes for the sign of an error"
        => TakeForText(|text| is_text(text, |it| it != '\u{FFFD}'));
    Fault Both "no-byte-order-mark" ["rfc6455-8.1-4"] "refuses text with U+FEFF"
        => TakeForText(|text| is_text(text, |it| it != '\u{FEFF}'));
    Fault Both "ascii-only" ["rfc6455-8.1-4"] "refuses text that is not ASCII"
        => TakeForText(|text| text.is_ascii());
    Fault Both "last-code-point-refused" ["rfc6455-8.1-4"] "refuses text with U+10FFFF"
        => TakeForText(|text| is_text(text, |it| it < '\u{10FFFF}'));
    Choice Both "utf8-at-frame-end" "checks whether text is UTF-8 when a frame is complete"
        => Change(|it| it.reading.utf8 = Utf8Check::AtFrameEnd);
    Choice Both "utf8-at-message-end" "checks whether text is UTF-8 when the message is complete"
        => Change(|it| it.reading.utf8 = Utf8Check::AtMessageEnd);
    Fault Both "utf8-of-each-frame" ["rfc6455-5.6-2", "rfc6455-8.1-4"]
        "refuses text with a character that two frames share"
        => Change(|it| it.reading.utf8 = Utf8Check::OfEachFrame);
    Fault Both "utf8-of-each-read" ["rfc6455-6.2-1", "rfc6455-8.1-4"]
        "refuses text with a character that two reads share"
        => Change(|it| it.reading.utf8 = Utf8Check::OfEachRead);
    Fault Both "replacement-characters" ["rfc6455-8.1-1"]
        "puts replacement characters for what is not UTF-8"
        => Overlook(is_about_text),
        EditEcho(|kind, message| {
            if kind == MessageKind::Text {
                *message = String::from_utf8_lossy(message).into_owned().into_bytes();
            }
        });
    Fault Both "binary-is-utf8-too" ["rfc6455-5.6-3"]
        "puts replacement characters into binary messages for what is not UTF-8"
        => EditEcho(|_, message| {
            *message = String::from_utf8_lossy(message).into_owned().into_bytes();
        });
    Fault Both "binary-has-to-be-utf8" ["rfc6455-5.6-3"]
        "refuses binary messages that are not UTF-8"
        => MistreatPayload(
            |scene, octets| {
                scene.header.opcode == Opcode::BINARY && std::str::from_utf8(octets).is_err()
            },
            Then::Fail(CloseCode::INVALID_PAYLOAD),
        );
    Fault Both "echo-with-bad-utf8" ["rfc6455-5.6-1"]
        "ends every echo with an octet that UTF-8 does not have"
        => EditEcho(|_, message| message.push(0xFF));
    Fault Both "echo-with-half-character" ["rfc6455-5.6-1"]
        "ends every echo within a UTF-8 sequence"
        => EditEcho(|_, message| message.push(0xC3));
    Fault Both "text-in-modified-utf8" ["rfc6455-5.6-1", "rfc6455-8.1-4"]
        "writes a zero octet of text as C0 80"
        => EditEcho(|kind, message| {
            if kind == MessageKind::Text && message.contains(&0) {
                *message = message
                    .iter()
                    .flat_map(|octet| match octet {
                        0 => vec![0xC0, 0x80],
                        other => vec![*other],
                    })
                    .collect();
            }
        });
}

const fn is_about_text(violation: &Violation, _: &Scene) -> bool {
    matches!(violation, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8)
}

/// Whether it is UTF-8 with none but these characters.
fn is_text(octets: &[u8], allowed: fn(char) -> bool) -> bool {
    std::str::from_utf8(octets).is_ok_and(|text| text.chars().all(allowed))
}
