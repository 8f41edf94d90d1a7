//! Failing the connection (RFC 6455 §7.1.7).

use crate::protocol::{CloseCode, Opcode, Violation};
use crate::testee::{
    conduct::{AfterFailing, FailWith, OnError, Then},
    defect::entry::defects,
};

defects! {
    Fault Both "fail-by-drop" ["rfc6455-7.1.7-5"]
        "fails the connection by closing TCP, without a Close"
        => Change(|it| it.failing.on_error = OnError::DropTcp);
    Fault Both "fail-by-reset" ["rfc6455-7.1.7-5", "rfc6455-7.1.1-1"]
        "fails the connection by resetting TCP, without a Close"
        => Change(|it| it.failing.on_error = OnError::Reset);
    Fault Both "fail-by-silence" ["rfc6455-7.1.7-1", "rfc6455-7.1.7-3"]
        "does not react any more once something is wrong"
        => Change(|it| it.failing.on_error = OnError::Nothing);
    Fault Both "fail-twice" ["rfc6455-5.5.1-10"] "fails the connection with two Closes"
        => Change(|it| it.failing.on_error = OnError::CloseTwice);
    Fault Both "fail-with-1000" ["rfc6455-7.1.7-6"]
        "fails the connection with the code 1000, as if nothing were wrong"
        => FailConnectionWith(FailWith::Code(CloseCode::NORMAL));
    Fault Both "fail-with-1001" ["rfc6455-7.1.7-6"]
        "fails the connection with the code 1001, as if it had to go"
        => FailConnectionWith(FailWith::Code(CloseCode::GOING_AWAY));
    Fault Both "fail-with-1002" ["rfc6455-7.4.1-7", "rfc6455-7.1.7-6"]
        "fails the connection with the code 1002, also over text that is not UTF-8"
        => FailConnectionWith(FailWith::Code(CloseCode::PROTOCOL_ERROR));
    Fault Both "fail-with-1003" ["rfc6455-7.1.7-6"]
        "fails the connection with the code 1003, whatever is wrong"
        => FailConnectionWith(FailWith::Code(CloseCode(1003)));
    Fault Both "fail-with-1007" ["rfc6455-7.1.7-6"]
        "fails the connection with the code 1007, whatever is wrong"
        => FailConnectionWith(FailWith::Code(CloseCode::INVALID_PAYLOAD));
    Fault Both "fail-with-1011" ["rfc6455-7.1.7-6"]
        "fails the connection with the code 1011, whatever is wrong"
        => FailConnectionWith(FailWith::Code(CloseCode(1011)));
    Fault Both "fail-with-1008" ["rfc6455-7.1.7-6"]
        "fails the connection with the code 1008, whatever is wrong"
        => FailConnectionWith(FailWith::Code(CloseCode(1008)));
    Fault Server "fail-with-1010" ["rfc6455-7.4.1-11"]
        "fails the connection with the code 1010, which is for clients"
        => FailConnectionWith(FailWith::Code(CloseCode(1010)));
    Fault Both "fail-with-1006" ["rfc6455-7.4.1-6"]
        "fails the connection with the code 1006, which must not be on the wire"
        => FailConnectionWith(FailWith::Code(CloseCode(1006)));
    Fault Both "fail-with-1004" ["rfc6455-7.4.1-4"]
        "fails the connection with the code 1004, which has no meaning"
        => FailConnectionWith(FailWith::Code(CloseCode(1004)));
    Fault Both "fail-with-2000" ["rfc6455-7.4.2-3"]
        "fails the connection with the code 2000, which nobody has defined"
        => FailConnectionWith(FailWith::Code(CloseCode(2000)));
    Fault Both "fail-with-0" ["rfc6455-7.4.2-1"] "fails the connection with the code 0"
        => FailConnectionWith(FailWith::Code(CloseCode(0)));
    Fault Both "fail-with-code-in-wrong-order" ["rfc6455-5.5.1-2", "rfc6455-7.4.2-7"]
        "fails the connection with a code whose low octet comes first"
        => FailConnectionWith(FailWith::Body(b"\xEA\x03"));
    Fault Both "fail-with-bad-reason" ["rfc6455-5.5.1-5"]
        "fails the connection with a reason that is not UTF-8"
        => FailConnectionWith(FailWith::Body(b"\x03\xEAbad \xFF"));
    Choice Both "closes-with-reason" "adds a reason to each of its Closes that has a code"
        => EditFrames(
            |opcode| opcode == Opcode::CLOSE,
            |frame| {
                let mut payload = frame.payload.clone();
                if payload.len() == 2 {
                    payload.extend_from_slice("voilà".as_bytes());
                }
                frame.set_payload(payload);
            },
        );
    // (RFC 6455 §7.1.7: the Close SHOULD have an appropriate code.)
    Oddity Both "fail-without-code" "fails the connection with a Close that has no code"
        => FailConnectionWith(FailWith::NoCode);
    Oddity Both "linger-after-failing"
        "reads on after it has failed the connection, up to a legal Close of the peer's"
        => Change(|it| it.failing.after = AfterFailing::AwaitClose);
    Fault Both "goes-on-after-failing" ["rfc6455-7.1.7-8", "rfc6455-5.5.1-8"]
        "goes on echoing after it has failed the connection"
        => Change(|it| it.failing.after = AfterFailing::GoOn);
    Fault Server "keeps-tcp-after-failing" ["rfc6455-7.1.7-3"]
        "never closes TCP after it has failed the connection"
        => Change(|it| it.failing.after = AfterFailing::Never);
    Choice Both "forgetful-error"
        "forgets, when something is wrong, the answers to all that came in the same read"
        => Change(|it| it.failing.undoes_the_read = true);
    Fault Both "bad-text-drops" ["rfc6455-7.1.7-5"]
        "closes TCP without a Close over text that is not UTF-8"
        => ReactTo(|it, _| is_about_text(it), Then::DropTcp);
    Fault Both "bad-text-is-a-framing-error" ["rfc6455-7.4.1-7", "rfc6455-7.1.7-6"]
        "fails the connection with the code 1002 over text that is not UTF-8"
        => ReactTo(|it, _| is_about_text(it), Then::Fail(CloseCode::PROTOCOL_ERROR));
    Fault Both "bad-text-silences" ["rfc6455-8.1-1", "rfc6455-7.1.7-1", "rfc6455-7.1.7-3"]
        "never reacts again after text that is not UTF-8"
        => ReactTo(|it, _| is_about_text(it), Then::FallSilent);
    Fault Both "oversized-control-drops" ["rfc6455-7.1.7-5"]
        "closes TCP without a Close over control frames of more than 125 octets"
        => ReactTo(|it, _| matches!(it, Violation::OversizedControl(_)), Then::DropTcp);
    Fault Both "orphans-kill" ["rfc6455-7.1.7-5"] "resets TCP over a continuation of nothing"
        => ReactTo(|it, _| *it == Violation::ContinuationWithoutStart, Then::Reset);
    Oddity Both "bad-closes-kill" "resets TCP over a Close of one octet"
        => ReactTo(|it, _| *it == Violation::CloseBodyOfOneOctet, Then::Reset);
}

const fn is_about_text(violation: &Violation) -> bool {
    matches!(violation, Violation::InvalidUtf8(_) | Violation::IncompleteUtf8)
}
