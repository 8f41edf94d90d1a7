//! Text, and whether it is UTF-8 (RFC 6455 §5.6, §8.1).

use crate::protocol::{CloseCode, MessageKind, Opcode, Violation};
use crate::testee::{
    conduct::{Conduct, Scene, Then, Utf8Check},
    defect::entry::{Entry, Testees::Both, choice, fault},
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

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "no-utf8-check",
        Both,
        &["rfc6455-8.1-1"],
        "does not check whether text is UTF-8",
        |it| overlook(it, |it, _| is_about_text(it)),
    ),
    fault(
        "no-utf8-check-of-fragments",
        Both,
        &["rfc6455-8.1-1"],
        "does not check whether text in several frames is UTF-8",
        |it| overlook(it, |it, scene| is_about_text(it) && (scene.inside || !scene.header.fin)),
    ),
    fault(
        "no-utf8-check-of-single-frames",
        Both,
        &["rfc6455-8.1-1"],
        "does not check whether text in one frame is UTF-8",
        |it| overlook(it, |it, scene| is_about_text(it) && !scene.inside && scene.header.fin),
    ),
    fault(
        "no-utf8-check-of-continuations",
        Both,
        &["rfc6455-8.1-1"],
        "checks only the first frame of a text message",
        |it| {
            overlook(it, |it, scene| {
                is_about_text(it) && scene.header.opcode == Opcode::CONTINUATION
            })
        },
    ),
    fault(
        "no-utf8-check-of-long-text",
        Both,
        &["rfc6455-8.1-1"],
        "does not check whether text of more than 125 octets is UTF-8",
        |it| overlook(it, |it, scene| is_about_text(it) && scene.header.length > 125),
    ),
    fault(
        "no-utf8-check-once-compressing",
        Both,
        &["rfc7692-6.1-9", "rfc6455-8.1-1"],
        "does not check whether text is UTF-8 where compression is agreed",
        |it| overlook(it, |it, scene| is_about_text(it) && scene.deflate),
    ),
    fault(
        "no-utf8-check-after-inflating",
        Both,
        &["rfc7692-6.1-9"],
        "does not check whether compressed text is UTF-8",
        |it| overlook(it, |it, scene| is_about_text(it) && scene.header.rsv.rsv1()),
    ),
    fault(
        "utf8-checked-before-inflating",
        Both,
        &["rfc7692-6.1-8"],
        "refuses compressed text whose compressed octets are not UTF-8",
        |it| {
            it.reading.mistreat_payload(
                |scene, octets| {
                    let header = &scene.header;
                    header.opcode == Opcode::TEXT
                        && header.rsv.rsv1()
                        && std::str::from_utf8(octets).is_err()
                },
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            );
        },
    ),
    fault(
        "text-may-end-anywhere",
        Both,
        &["rfc6455-8.1-1"],
        "takes text that ends within a UTF-8 sequence",
        |it| it.reading.overlook(|it, _| *it == Violation::IncompleteUtf8, Then::GoOn),
    ),
    fault(
        "text-may-end-anywhere-in-an-empty-frame",
        Both,
        &["rfc6455-8.1-1"],
        "takes text that ends within a UTF-8 sequence if its last frame has no payload",
        |it| overlook(it, |it, scene| *it == Violation::IncompleteUtf8 && scene.header.length == 0),
    ),
    fault(
        "overlong-utf8",
        Both,
        &["rfc6455-8.1-1", "rfc3629-3-1"],
        "takes characters in more octets than they need",
        |it| takes(it, |text| Lenience { overlong: true, ..STRICT }.accepts(text)),
    ),
    fault(
        "surrogates",
        Both,
        &["rfc6455-8.1-1", "rfc3629-3-1"],
        "takes halves of surrogate pairs for characters",
        |it| takes(it, |text| Lenience { surrogates: true, ..STRICT }.accepts(text)),
    ),
    fault(
        "beyond-unicode",
        Both,
        &["rfc6455-8.1-1", "rfc3629-3-1"],
        "takes code points above U+10FFFF for characters",
        |it| takes(it, |text| Lenience { too_large: true, ..STRICT }.accepts(text)),
    ),
    fault(
        "five-octet-characters",
        Both,
        &["rfc6455-8.1-1", "rfc3629-3-1"],
        "takes sequences of five and six octets for characters",
        |it| takes(it, |text| Lenience { five_or_six_octets: true, ..STRICT }.accepts(text)),
    ),
    fault(
        "stray-continuation-octets",
        Both,
        &["rfc6455-8.1-1", "rfc3629-3-1"],
        "takes continuation octets that continue nothing for characters",
        |it| takes(it, |text| Lenience { stray_continuations: true, ..STRICT }.accepts(text)),
    ),
    fault(
        "latin-1",
        Both,
        &["rfc6455-8.1-1"],
        "takes every octet for a character but 0xFF",
        |it| takes(it, |text| !text.contains(&0xFF)),
    ),
    fault(
        "checks-128-octets-of-text",
        Both,
        &["rfc6455-8.1-1"],
        "checks only the first 128 octets of a text message",
        |it| {
            takes(it, |text| {
                let checked = &text[..text.len().min(128)];
                std::str::from_utf8(checked)
                    .map_or_else(|error| error.error_len().is_none() && text.len() > 128, |_| true)
            });
        },
    ),
    fault(
        "no-characters-of-four-octets",
        Both,
        &["rfc6455-8.1-4"],
        "refuses text with characters of four octets",
        |it| takes(it, |text| is_text(text, |it| it <= '\u{FFFF}')),
    ),
    fault(
        "no-noncharacters",
        Both,
        &["rfc6455-8.1-4"],
        "refuses text with code points that are no characters, such as U+FFFF",
        |it| takes(it, |text| is_text(text, |it| it as u32 & 0xFFFE != 0xFFFE)),
    ),
    fault("no-nul-in-text", Both, &["rfc6455-8.1-4"], "refuses text with a zero octet", |it| {
        takes(it, |text| is_text(text, |it| it != '\0'))
    }),
    fault(
        "no-replacement-character",
        Both,
        &["rfc6455-8.1-4"],
        "refuses text with U+FFFD, which it takes for the sign of an error",
        |it| takes(it, |text| is_text(text, |it| it != '\u{FFFD}')),
    ),
    fault("no-byte-order-mark", Both, &["rfc6455-8.1-4"], "refuses text with U+FEFF", |it| {
        takes(it, |text| is_text(text, |it| it != '\u{FEFF}'))
    }),
    fault("ascii-only", Both, &["rfc6455-8.1-4"], "refuses text that is not ASCII", |it| {
        takes(it, |text| text.is_ascii())
    }),
    fault(
        "last-code-point-refused",
        Both,
        &["rfc6455-8.1-4"],
        "refuses text with U+10FFFF",
        |it| takes(it, |text| is_text(text, |it| it < '\u{10FFFF}')),
    ),
    choice(
        "utf8-at-frame-end",
        Both,
        "checks whether text is UTF-8 when a frame is complete",
        |it| it.reading.utf8 = Utf8Check::AtFrameEnd,
    ),
    choice(
        "utf8-at-message-end",
        Both,
        "checks whether text is UTF-8 when the message is complete",
        |it| it.reading.utf8 = Utf8Check::AtMessageEnd,
    ),
    fault(
        "utf8-of-each-frame",
        Both,
        &["rfc6455-5.6-2", "rfc6455-8.1-4"],
        "refuses text with a character that two frames share",
        |it| it.reading.utf8 = Utf8Check::OfEachFrame,
    ),
    fault(
        "utf8-of-each-read",
        Both,
        &["rfc6455-6.2-1", "rfc6455-8.1-4"],
        "refuses text with a character that two reads share",
        |it| it.reading.utf8 = Utf8Check::OfEachRead,
    ),
    fault(
        "replacement-characters",
        Both,
        &["rfc6455-8.1-1"],
        "puts replacement characters for what is not UTF-8",
        |it| {
            overlook(it, |it, _| is_about_text(it));
            it.echo.edits.push(|kind, message| {
                if kind == MessageKind::Text {
                    *message = String::from_utf8_lossy(message).into_owned().into_bytes();
                }
            });
        },
    ),
    fault(
        "binary-is-utf8-too",
        Both,
        &["rfc6455-5.6-3"],
        "puts replacement characters into binary messages for what is not UTF-8",
        |it| {
            it.echo.edits.push(|_, message| {
                *message = String::from_utf8_lossy(message).into_owned().into_bytes();
            });
        },
    ),
    fault(
        "binary-has-to-be-utf8",
        Both,
        &["rfc6455-5.6-3"],
        "refuses binary messages that are not UTF-8",
        |it| {
            it.reading.mistreat_payload(
                |scene, octets| {
                    scene.header.opcode == Opcode::BINARY && std::str::from_utf8(octets).is_err()
                },
                Then::Fail(CloseCode::INVALID_PAYLOAD),
            );
        },
    ),
    fault(
        "echo-with-bad-utf8",
        Both,
        &["rfc6455-5.6-1"],
        "ends every echo with an octet that UTF-8 does not have",
        |it| it.echo.edits.push(|_, message| message.push(0xFF)),
    ),
    fault(
        "echo-with-half-character",
        Both,
        &["rfc6455-5.6-1"],
        "ends every echo within a UTF-8 sequence",
        |it| it.echo.edits.push(|_, message| message.push(0xC3)),
    ),
    fault(
        "text-in-modified-utf8",
        Both,
        &["rfc6455-5.6-1", "rfc6455-8.1-4"],
        "writes a zero octet of text as C0 80",
        |it| {
            it.echo.edits.push(|kind, message| {
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
        },
    ),
];

const fn is_about_text(violation: &Violation) -> bool {
    matches!(violation, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8)
}

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool) {
    conduct.reading.overlook(what, Then::GoOn);
}

fn takes(conduct: &mut Conduct, is_text: fn(&[u8]) -> bool) {
    conduct.reading.takes_for_text = Some(is_text);
}

/// Whether it is UTF-8 with none but these characters.
fn is_text(octets: &[u8], allowed: fn(char) -> bool) -> bool {
    std::str::from_utf8(octets).is_ok_and(|text| text.chars().all(allowed))
}
