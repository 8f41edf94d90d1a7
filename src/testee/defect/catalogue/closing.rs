//! The closing handshake (RFC 6455 §5.5.1, §7.1).

use crate::protocol::{CloseBody, CloseCode, Opcode, Violation};
use crate::testee::{
    conduct::{CloseReply, Conduct, Scene, Then},
    defect::entry::{Entry, Testees::Both, choice, fault, oddity},
};

/// The code 1000 and a reason one octet too long (RFC 6455 §5.5).
const OVERSIZED: [u8; 126] = {
    let mut body = [b'!'; 126];
    (body[0], body[1]) = (0x03, 0xE8);
    body
};

pub(super) const ENTRIES: &[Entry] = &[
    // How it answers.
    fault(
        "no-close-reply",
        Both,
        &["rfc6455-5.5.1-9"],
        "does not answer a Close and leaves TCP open",
        |it| reply(it, |_| CloseReply::Never),
    ),
    fault(
        "drop-on-close",
        Both,
        &["rfc6455-5.5.1-9"],
        "answers every Close, legal or not, by closing TCP",
        |it| {
            overlook(it, |it, _| is_about_a_close(it), Then::GoOn);
            reply(it, |_| CloseReply::DropTcp);
        },
    ),
    fault(
        "reset-on-close",
        Both,
        &["rfc6455-5.5.1-9", "rfc6455-7.1.1-1"],
        "answers a Close by resetting TCP",
        |it| reply(it, |_| CloseReply::Reset),
    ),
    fault(
        "goes-on-without-reply",
        Both,
        &["rfc6455-5.5.1-9"],
        "passes over a Close and goes on echoing",
        |it| {
            it.reading.mistreat(|scene| scene.header.opcode == Opcode::CLOSE, Then::IgnoreFrame);
        },
    ),
    choice("reply-with-1000", Both, "answers every Close with the code 1000", |it| {
        reply(it, |_| code(1000))
    }),
    oddity("reply-with-1001", Both, "answers every Close with the code 1001", |it| {
        reply(it, |_| code(1001))
    }),
    choice("reply-without-code", Both, "answers every Close with one that has no code", |it| {
        reply(it, |_| CloseReply::Close(Vec::new()))
    }),
    choice("reply-with-reason", Both, "answers every Close with its code and its reason", |it| {
        reply(it, |body| match body {
            CloseBody::Code { code, reason } => CloseReply::Close(CloseBody::encode(*code, reason)),
            body => CloseReply::same_code(body),
        });
    }),
    fault(
        "reply-with-1005",
        Both,
        &["rfc6455-7.4.1-5"],
        "answers every Close with the code 1005, which must not be on the wire",
        |it| reply(it, |_| code(1005)),
    ),
    fault(
        "reply-with-1005-for-none",
        Both,
        &["rfc6455-7.4.1-5"],
        "answers a Close without a code with the code 1005",
        |it| {
            reply(it, |body| match body.code() {
                None => code(1005),
                Some(_) => CloseReply::same_code(body),
            });
        },
    ),
    fault(
        "reply-with-1006",
        Both,
        &["rfc6455-7.4.1-6"],
        "answers every Close with the code 1006, which must not be on the wire",
        |it| reply(it, |_| code(1006)),
    ),
    fault(
        "reply-with-1015",
        Both,
        &["rfc6455-7.4.1-13"],
        "answers every Close with the code 1015, which must not be on the wire",
        |it| reply(it, |_| code(1015)),
    ),
    fault(
        "reply-with-0",
        Both,
        &["rfc6455-7.4.2-1"],
        "answers a Close without a code with the code 0",
        |it| {
            reply(it, |body| match body.code() {
                None => code(0),
                Some(_) => CloseReply::same_code(body),
            });
        },
    ),
    fault(
        "reply-with-999",
        Both,
        &["rfc6455-7.4.2-1"],
        "answers every Close with the code 999, which is none",
        |it| reply(it, |_| code(999)),
    ),
    fault(
        "reply-with-1004",
        Both,
        &["rfc6455-7.4.1-4"],
        "answers every Close with the code 1004, which has no meaning",
        |it| reply(it, |_| code(1004)),
    ),
    fault(
        "reply-with-2999",
        Both,
        &["rfc6455-7.4.2-3"],
        "answers every Close with the code 2999, which nobody has defined",
        |it| reply(it, |_| code(2999)),
    ),
    fault(
        "reply-with-5000",
        Both,
        &["rfc6455-7.4.2-7", "rfc6455-11.7-1"],
        "answers every Close with the code 5000, which nobody may use",
        |it| reply(it, |_| code(5000)),
    ),
    oddity(
        "reply-with-1012",
        Both,
        "answers every Close with the code 1012, which is younger than RFC 6455",
        |it| reply(it, |_| code(1012)),
    ),
    fault(
        "reply-with-bad-reason",
        Both,
        &["rfc6455-5.5.1-5"],
        "answers every Close with a reason that is not UTF-8",
        |it| reply(it, |_| CloseReply::Close(b"\x03\xE8\xFF\xFE".to_vec())),
    ),
    fault(
        "reply-with-one-octet",
        Both,
        &["rfc6455-5.5.1-2"],
        "answers every Close with half a code",
        |it| reply(it, |_| CloseReply::Close(b"\x03".to_vec())),
    ),
    fault(
        "reply-with-reason-alone",
        Both,
        &["rfc6455-5.5.1-2", "rfc6455-7.4.2-7"],
        "answers every Close with a reason and no code",
        |it| reply(it, |_| CloseReply::Close(b"good bye".to_vec())),
    ),
    fault(
        "reply-too-long",
        Both,
        &["rfc6455-5.5-1"],
        "answers every Close with one of 126 octets",
        |it| reply(it, |_| CloseReply::Close(OVERSIZED.to_vec())),
    ),
    fault(
        "reply-without-fin",
        Both,
        &["rfc6455-5.4-8", "rfc6455-5.5-3"],
        "clears FIN on its Closes",
        |it| {
            it.sending.edit(|opcode| opcode == Opcode::CLOSE, |frame| frame.header.fin = false);
        },
    ),
];

const fn is_about_a_close(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::CloseBodyOfOneOctet
            | Violation::CloseCodeForbidden(_)
            | Violation::CloseCodeUndefined(_)
            | Violation::CloseReasonNotUtf8
    )
}

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool, then: Then) {
    conduct.reading.overlook(what, then);
}

fn reply(conduct: &mut Conduct, reply: fn(&CloseBody) -> CloseReply) {
    conduct.closing.reply = reply;
}

/// With this code.
fn code(code: u16) -> CloseReply {
    CloseReply::Close(CloseBody::encode(CloseCode(code), b""))
}
