//! What an endpoint makes of the peer's Close (RFC 6455 §5.5.1, §7.4).

use crate::protocol::{CloseBody, CloseCode, Violation};
use crate::testee::{
    conduct::{CloseReply, Conduct, Scene, Then},
    defect::entry::{Entry, Testees::Both, choice, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    // What it makes of the peer's Close.
    fault(
        "no-close-check",
        Both,
        &["rfc6455-8.1-2", "rfc6455-5.5.1-3", "rfc6455-7.4.2-2"],
        "answers a Close whatever stands in it",
        |it| overlook(it, |it, _| is_about_a_close(it), Then::GoOn),
    ),
    fault(
        "no-close-code-check",
        Both,
        &["rfc6455-7.4.2-2", "rfc6455-7.4.1-14"],
        "answers a Close whatever its code",
        |it| {
            overlook(
                it,
                |it, _| {
                    matches!(
                        it,
                        Violation::CloseCodeForbidden(_) | Violation::CloseCodeUndefined(_)
                    )
                },
                Then::GoOn,
            );
        },
    ),
    fault(
        "takes-codes-of-the-api",
        Both,
        &["rfc6455-7.4.1-14"],
        "answers Closes with the codes 1005, 1006 and 1015, which must not be on the wire",
        |it| {
            overlook(
                it,
                |it, _| matches!(it, Violation::CloseCodeForbidden(1005 | 1006 | 1015)),
                Then::GoOn,
            );
        },
    ),
    fault(
        "takes-codes-below-1000",
        Both,
        &["rfc6455-7.4.2-2"],
        "answers Closes with codes below 1000",
        |it| {
            overlook(it, |it, _| matches!(it, Violation::CloseCodeForbidden(0..1000)), Then::GoOn);
        },
    ),
    choice(
        "takes-undefined-codes",
        Both,
        "answers Closes with codes that nobody has defined",
        |it| overlook(it, |it, _| matches!(it, Violation::CloseCodeUndefined(_)), Then::GoOn),
    ),
    fault(
        "no-close-reason-check",
        Both,
        &["rfc6455-8.1-2"],
        "does not check whether the reason of a Close is UTF-8",
        |it| overlook(it, |it, _| *it == Violation::CloseReasonNotUtf8, Then::GoOn),
    ),
    fault(
        "takes-half-a-code",
        Both,
        &["rfc6455-5.5.1-3"],
        "answers a Close of one octet as if it had none",
        |it| overlook(it, |it, _| *it == Violation::CloseBodyOfOneOctet, Then::GoOn),
    ),
    fault(
        "no-library-codes",
        Both,
        &["rfc6455-7.4.2-5"],
        "refuses Closes with the codes 3000 to 3999",
        |it| reply(it, |body| refusing(body, |code| matches!(code, 3000..=3999))),
    ),
    fault(
        "no-private-codes",
        Both,
        &["rfc6455-7.4.2-6"],
        "refuses Closes with the codes 4000 to 4999",
        |it| reply(it, |body| refusing(body, |code| matches!(code, 4000..=4999))),
    ),
    fault("no-code-4999", Both, &["rfc6455-7.4.2-6"], "refuses Closes with the code 4999", |it| {
        reply(it, |body| refusing(body, |code| code == 4999))
    }),
    fault("no-code-1003", Both, &["rfc6455-7.4.1-2"], "refuses Closes with the code 1003", |it| {
        reply(it, |body| refusing(body, |code| code == 1003))
    }),
    fault(
        "no-code-1007-to-1011",
        Both,
        &["rfc6455-7.4.1-2"],
        "refuses Closes with the codes 1007 to 1011",
        |it| reply(it, |body| refusing(body, |code| matches!(code, 1007..=1011))),
    ),
    fault(
        "normal-closes-only",
        Both,
        &["rfc6455-7.4.1-2", "rfc6455-7.4.2-5", "rfc6455-7.4.2-6"],
        "refuses Closes with another code than 1000 and 1001",
        |it| reply(it, |body| refusing(body, |code| !matches!(code, 1000 | 1001))),
    ),
    fault(
        "long-reasons-refused",
        Both,
        &["rfc6455-5.5.1-9", "rfc6455-7.4.1-2"],
        "drops TCP over a Close with a reason of 123 octets",
        |it| {
            reply(it, |body| match body {
                CloseBody::Code { reason, .. } if reason.len() == 123 => CloseReply::DropTcp,
                body => CloseReply::same_code(body),
            });
        },
    ),
    fault(
        "empty-closes-refused",
        Both,
        &["rfc6455-5.5.1-9"],
        "answers a Close without a code with 1002",
        |it| {
            reply(it, |body| match body.code() {
                None => code(1002),
                Some(_) => CloseReply::same_code(body),
            });
        },
    ),
    fault(
        "empty-closes-ignored",
        Both,
        &["rfc6455-5.5.1-9"],
        "does not answer a Close without a code",
        |it| {
            reply(it, |body| match body.code() {
                None => CloseReply::Never,
                Some(_) => CloseReply::same_code(body),
            });
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

/// As if a Close with such a code were wrong.
fn refusing(body: &CloseBody, refused: fn(u16) -> bool) -> CloseReply {
    match body.code() {
        Some(sent) if refused(sent.0) => code(1002),
        _ => CloseReply::same_code(body),
    }
}
