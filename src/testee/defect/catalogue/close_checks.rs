//! What an endpoint makes of the peer's Close (RFC 6455 §5.5.1, §7.4).

use crate::protocol::{CloseBody, Violation};
use crate::testee::{
    conduct::CloseReply,
    defect::{
        deed::{close_with, is_about_a_close},
        entry::defects,
    },
};

defects! {
    // What it makes of the peer's Close.
    Fault Both "no-close-check" ["rfc6455-8.1-2", "rfc6455-5.5.1-3", "rfc6455-7.4.2-2"]
        "answers a Close whatever stands in it"
        => Overlook(is_about_a_close);
    Fault Both "no-close-code-check" ["rfc6455-7.4.2-2", "rfc6455-7.4.1-14"]
        "answers a Close whatever its code"
        => Overlook(|it, _| {
            matches!(it, Violation::CloseCodeForbidden(_) | Violation::CloseCodeUndefined(_))
        });
    Fault Both "takes-codes-of-the-api" ["rfc6455-7.4.1-14"]
        "answers Closes with the codes 1005, 1006 and 1015, which must not be on the wire"
        => Overlook(|it, _| matches!(it, Violation::CloseCodeForbidden(1005 | 1006 | 1015)));
    Fault Both "takes-codes-below-1000" ["rfc6455-7.4.2-2"] "answers Closes with codes below 1000"
        => Overlook(|it, _| matches!(it, Violation::CloseCodeForbidden(0..1000)));
    Choice Both "takes-undefined-codes" "answers Closes with codes that nobody has defined"
        => Overlook(|it, _| matches!(it, Violation::CloseCodeUndefined(_)));
    Fault Both "no-close-reason-check" ["rfc6455-8.1-2"]
        "does not check whether the reason of a Close is UTF-8"
        => Overlook(|it, _| *it == Violation::CloseReasonNotUtf8);
    Fault Both "takes-half-a-code" ["rfc6455-5.5.1-3"]
        "answers a Close of one octet as if it had none"
        => Overlook(|it, _| *it == Violation::CloseBodyOfOneOctet);
    Fault Both "no-library-codes" ["rfc6455-7.4.2-5"] "refuses Closes with the codes 3000 to 3999"
        => ReplyToClose(|body| refusing(body, |code| matches!(code, 3000..=3999)));
    Fault Both "no-private-codes" ["rfc6455-7.4.2-6"] "refuses Closes with the codes 4000 to 4999"
        => ReplyToClose(|body| refusing(body, |code| matches!(code, 4000..=4999)));
    Fault Both "no-code-4999" ["rfc6455-7.4.2-6"] "refuses Closes with the code 4999"
        => ReplyToClose(|body| refusing(body, |code| code == 4999));
    Fault Both "no-code-1003" ["rfc6455-7.4.1-2"] "refuses Closes with the code 1003"
        => ReplyToClose(|body| refusing(body, |code| code == 1003));
    Fault Both "no-code-1007-to-1011" ["rfc6455-7.4.1-2"]
        "refuses Closes with the codes 1007 to 1011"
        => ReplyToClose(|body| refusing(body, |code| matches!(code, 1007..=1011)));
    Fault Both "normal-closes-only" ["rfc6455-7.4.1-2", "rfc6455-7.4.2-5", "rfc6455-7.4.2-6"]
        "refuses Closes with another code than 1000 and 1001"
        => ReplyToClose(|body| refusing(body, |code| !matches!(code, 1000 | 1001)));
    Fault Both "long-reasons-refused" ["rfc6455-5.5.1-9", "rfc6455-7.4.1-2"]
        "drops TCP over a Close with a reason of 123 octets"
        => ReplyToClose(|body| match body {
            CloseBody::Code { reason, .. } if reason.len() == 123 => CloseReply::DropTcp,
            body => CloseReply::same_code(body),
        });
    Fault Both "empty-closes-refused" ["rfc6455-5.5.1-9"] "answers a Close without a code with 1002"
        => ReplyToClose(|body| match body.code() {
            None => close_with(1002),
            Some(_) => CloseReply::same_code(body),
        });
    Fault Both "empty-closes-ignored" ["rfc6455-5.5.1-9"] "does not answer a Close without a code"
        => ReplyToClose(|body| match body.code() {
            None => CloseReply::Never,
            Some(_) => CloseReply::same_code(body),
        });
}

/// As if a Close with such a code were wrong.
fn refusing(body: &CloseBody, refused: fn(u16) -> bool) -> CloseReply {
    match body.code() {
        Some(sent) if refused(sent.0) => close_with(1002),
        _ => CloseReply::same_code(body),
    }
}
