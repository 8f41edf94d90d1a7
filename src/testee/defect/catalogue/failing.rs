//! Failing the connection (RFC 6455 §7.1.7).

use crate::protocol::{CloseCode, Opcode, Violation};
use crate::testee::{
    conduct::{AfterFailing, Conduct, FailWith, OnError, Scene, Then},
    defect::entry::{
        Entry,
        Testees::{Both, Server},
        choice, fault, oddity,
    },
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "fail-by-drop",
        Both,
        &["rfc6455-7.1.7-5"],
        "fails the connection by closing TCP, without a Close",
        |it| it.failing.on_error = OnError::DropTcp,
    ),
    fault(
        "fail-by-reset",
        Both,
        &["rfc6455-7.1.7-5", "rfc6455-7.1.1-1"],
        "fails the connection by resetting TCP, without a Close",
        |it| it.failing.on_error = OnError::Reset,
    ),
    fault(
        "fail-by-silence",
        Both,
        &["rfc6455-7.1.7-1", "rfc6455-7.1.7-3"],
        "does not react any more once something is wrong",
        |it| it.failing.on_error = OnError::Nothing,
    ),
    fault(
        "fail-twice",
        Both,
        &["rfc6455-5.5.1-10"],
        "fails the connection with two Closes",
        |it| it.failing.on_error = OnError::CloseTwice,
    ),
    fault(
        "fail-with-1000",
        Both,
        &["rfc6455-7.1.7-6"],
        "fails the connection with the code 1000, as if nothing were wrong",
        |it| fail_with(it, FailWith::Code(CloseCode::NORMAL)),
    ),
    fault(
        "fail-with-1001",
        Both,
        &["rfc6455-7.1.7-6"],
        "fails the connection with the code 1001, as if it had to go",
        |it| fail_with(it, FailWith::Code(CloseCode::GOING_AWAY)),
    ),
    fault(
        "fail-with-1002",
        Both,
        &["rfc6455-7.4.1-7", "rfc6455-7.1.7-6"],
        "fails the connection with the code 1002, also over text that is not UTF-8",
        |it| fail_with(it, FailWith::Code(CloseCode::PROTOCOL_ERROR)),
    ),
    fault(
        "fail-with-1003",
        Both,
        &["rfc6455-7.1.7-6"],
        "fails the connection with the code 1003, whatever is wrong",
        |it| fail_with(it, FailWith::Code(CloseCode(1003))),
    ),
    fault(
        "fail-with-1007",
        Both,
        &["rfc6455-7.1.7-6"],
        "fails the connection with the code 1007, whatever is wrong",
        |it| fail_with(it, FailWith::Code(CloseCode::INVALID_PAYLOAD)),
    ),
    fault(
        "fail-with-1011",
        Both,
        &["rfc6455-7.1.7-6"],
        "fails the connection with the code 1011, whatever is wrong",
        |it| fail_with(it, FailWith::Code(CloseCode(1011))),
    ),
    fault(
        "fail-with-1008",
        Both,
        &["rfc6455-7.1.7-6"],
        "fails the connection with the code 1008, whatever is wrong",
        |it| fail_with(it, FailWith::Code(CloseCode(1008))),
    ),
    fault(
        "fail-with-1010",
        Server,
        &["rfc6455-7.4.1-11"],
        "fails the connection with the code 1010, which is for clients",
        |it| fail_with(it, FailWith::Code(CloseCode(1010))),
    ),
    fault(
        "fail-with-1006",
        Both,
        &["rfc6455-7.4.1-6"],
        "fails the connection with the code 1006, which must not be on the wire",
        |it| fail_with(it, FailWith::Code(CloseCode(1006))),
    ),
    fault(
        "fail-with-1004",
        Both,
        &["rfc6455-7.4.1-4"],
        "fails the connection with the code 1004, which has no meaning",
        |it| fail_with(it, FailWith::Code(CloseCode(1004))),
    ),
    fault(
        "fail-with-2000",
        Both,
        &["rfc6455-7.4.2-3"],
        "fails the connection with the code 2000, which nobody has defined",
        |it| fail_with(it, FailWith::Code(CloseCode(2000))),
    ),
    fault(
        "fail-with-0",
        Both,
        &["rfc6455-7.4.2-1"],
        "fails the connection with the code 0",
        |it| fail_with(it, FailWith::Code(CloseCode(0))),
    ),
    fault(
        "fail-with-code-in-wrong-order",
        Both,
        &["rfc6455-5.5.1-2", "rfc6455-7.4.2-7"],
        "fails the connection with a code whose low octet comes first",
        |it| fail_with(it, FailWith::Body(b"\xEA\x03")),
    ),
    fault(
        "fail-with-bad-reason",
        Both,
        &["rfc6455-5.5.1-5"],
        "fails the connection with a reason that is not UTF-8",
        |it| fail_with(it, FailWith::Body(b"\x03\xEAbad \xFF")),
    ),
    choice(
        "closes-with-reason",
        Both,
        "adds a reason to each of its Closes that has a code",
        |it| {
            it.sending.edit(
                |opcode| opcode == Opcode::CLOSE,
                |frame| {
                    let mut payload = frame.payload.clone();
                    if payload.len() == 2 {
                        payload.extend_from_slice("voilà".as_bytes());
                    }
                    frame.set_payload(payload);
                },
            )
        },
    ),
    // (RFC 6455 §7.1.7: the Close SHOULD have an appropriate code.)
    oddity("fail-without-code", Both, "fails the connection with a Close that has no code", |it| {
        fail_with(it, FailWith::NoCode)
    }),
    oddity(
        "linger-after-failing",
        Both,
        "reads on after it has failed the connection, up to a legal Close of the peer's",
        |it| it.failing.after = AfterFailing::AwaitClose,
    ),
    fault(
        "goes-on-after-failing",
        Both,
        &["rfc6455-7.1.7-8", "rfc6455-5.5.1-8"],
        "goes on echoing after it has failed the connection",
        |it| it.failing.after = AfterFailing::GoOn,
    ),
    fault(
        "keeps-tcp-after-failing",
        Server,
        &["rfc6455-7.1.7-3"],
        "never closes TCP after it has failed the connection",
        |it| it.failing.after = AfterFailing::Never,
    ),
    choice(
        "forgetful-error",
        Both,
        "forgets, when something is wrong, the answers to all that came in the same read",
        |it| it.failing.undoes_the_read = true,
    ),
    fault(
        "bad-text-drops",
        Both,
        &["rfc6455-7.1.7-5"],
        "closes TCP without a Close over text that is not UTF-8",
        |it| overlook(it, |it, _| is_about_text(it), Then::DropTcp),
    ),
    fault(
        "bad-text-is-a-framing-error",
        Both,
        &["rfc6455-7.4.1-7", "rfc6455-7.1.7-6"],
        "fails the connection with the code 1002 over text that is not UTF-8",
        |it| overlook(it, |it, _| is_about_text(it), Then::Fail(CloseCode::PROTOCOL_ERROR)),
    ),
    fault(
        "bad-text-silences",
        Both,
        &["rfc6455-8.1-1", "rfc6455-7.1.7-1", "rfc6455-7.1.7-3"],
        "never reacts again after text that is not UTF-8",
        |it| overlook(it, |it, _| is_about_text(it), Then::FallSilent),
    ),
    fault(
        "oversized-control-drops",
        Both,
        &["rfc6455-7.1.7-5"],
        "closes TCP without a Close over control frames of more than 125 octets",
        |it| overlook(it, |it, _| matches!(it, Violation::OversizedControl(_)), Then::DropTcp),
    ),
    fault(
        "orphans-kill",
        Both,
        &["rfc6455-7.1.7-5"],
        "resets TCP over a continuation of nothing",
        |it| overlook(it, |it, _| *it == Violation::ContinuationWithoutStart, Then::Reset),
    ),
    oddity("bad-closes-kill", Both, "resets TCP over a Close of one octet", |it| {
        overlook(it, |it, _| *it == Violation::CloseBodyOfOneOctet, Then::Reset)
    }),
];

fn overlook(conduct: &mut Conduct, what: fn(&Violation, &Scene) -> bool, then: Then) {
    conduct.reading.overlook(what, then);
}

fn fail_with(conduct: &mut Conduct, code: FailWith) {
    conduct.failing.on_error = OnError::Close(code);
}

const fn is_about_text(violation: &Violation) -> bool {
    matches!(violation, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8)
}
