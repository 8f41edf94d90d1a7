//! The closing handshake (RFC 6455 §5.5.1, §7.1).

use crate::protocol::{CloseBody, Opcode};
use crate::testee::{
    conduct::{CloseReply, Then},
    defect::{
        deed::{close_with, is_about_a_close},
        entry::defects,
    },
};

/// The code 1000 and a reason one octet too long (RFC 6455 §5.5).
const OVERSIZED: [u8; 126] = {
    let mut body = [b'!'; 126];
    (body[0], body[1]) = (0x03, 0xE8);
    body
};

defects! {
    // How it answers.
    Fault Both "no-close-reply" ["rfc6455-5.5.1-9"] "does not answer a Close and leaves TCP open"
        => ReplyToClose(|_| CloseReply::Never);
    Fault Both "drop-on-close" ["rfc6455-5.5.1-9"]
        "answers every Close, legal or not, by closing TCP"
        => Overlook(is_about_a_close), ReplyToClose(|_| CloseReply::DropTcp);
    Fault Both "reset-on-close" ["rfc6455-5.5.1-9", "rfc6455-7.1.1-1"]
        "answers a Close by resetting TCP"
        => ReplyToClose(|_| CloseReply::Reset);
    Fault Both "goes-on-without-reply" ["rfc6455-5.5.1-9"] "passes over a Close and goes on echoing"
        => Mistreat(|scene| scene.header.opcode == Opcode::CLOSE, Then::IgnoreFrame);
    Choice Both "reply-with-1000" "answers every Close with the code 1000"
        => ReplyToClose(|_| close_with(1000));
    Oddity Both "reply-with-1001" "answers every Close with the code 1001"
        => ReplyToClose(|_| close_with(1001));
    Choice Both "reply-without-code" "answers every Close with one that has no code"
        => ReplyToClose(|_| CloseReply::Close(Vec::new()));
    Choice Both "reply-with-reason" "answers every Close with its code and its reason"
        => ReplyToClose(|body| match body {
            CloseBody::Code { code, reason } => {
                CloseReply::Close(CloseBody::encode(*code, reason))
            }
            body => CloseReply::same_code(body),
        });
    Fault Both "reply-with-1005" ["rfc6455-7.4.1-5"]
        "answers every Close with the code 1005, which must not be on the wire"
        => ReplyToClose(|_| close_with(1005));
    Fault Both "reply-with-1005-for-none" ["rfc6455-7.4.1-5"]
        "answers a Close without a code with the code 1005"
        => ReplyToClose(|body| match body.code() {
            None => close_with(1005),
            Some(_) => CloseReply::same_code(body),
        });
    Fault Both "reply-with-1006" ["rfc6455-7.4.1-6"]
        "answers every Close with the code 1006, which must not be on the wire"
        => ReplyToClose(|_| close_with(1006));
    Fault Both "reply-with-1015" ["rfc6455-7.4.1-13"]
        "answers every Close with the code 1015, which must not be on the wire"
        => ReplyToClose(|_| close_with(1015));
    Fault Both "reply-with-0" ["rfc6455-7.4.2-1"] "answers a Close without a code with the code 0"
        => ReplyToClose(|body| match body.code() {
            None => close_with(0),
            Some(_) => CloseReply::same_code(body),
        });
    Fault Both "reply-with-999" ["rfc6455-7.4.2-1"]
        "answers every Close with the code 999, which is none"
        => ReplyToClose(|_| close_with(999));
    Fault Both "reply-with-1004" ["rfc6455-7.4.1-4"]
        "answers every Close with the code 1004, which has no meaning"
        => ReplyToClose(|_| close_with(1004));
    Fault Both "reply-with-2999" ["rfc6455-7.4.2-3"]
        "answers every Close with the code 2999, which nobody has defined"
        => ReplyToClose(|_| close_with(2999));
    Fault Both "reply-with-5000" ["rfc6455-7.4.2-7", "rfc6455-11.7-1"]
        "answers every Close with the code 5000, which nobody may use"
        => ReplyToClose(|_| close_with(5000));
    Oddity Both "reply-with-1012"
        "answers every Close with the code 1012, which is younger than RFC 6455"
        => ReplyToClose(|_| close_with(1012));
    Fault Both "reply-with-bad-reason" ["rfc6455-5.5.1-5"]
        "answers every Close with a reason that is not UTF-8"
        => ReplyToClose(|_| CloseReply::Close(b"\x03\xE8\xFF\xFE".to_vec()));
    Fault Both "reply-with-one-octet" ["rfc6455-5.5.1-2"] "answers every Close with half a code"
        => ReplyToClose(|_| CloseReply::Close(b"\x03".to_vec()));
    Fault Both "reply-with-reason-alone" ["rfc6455-5.5.1-2", "rfc6455-7.4.2-7"]
        "answers every Close with a reason and no code"
        => ReplyToClose(|_| CloseReply::Close(b"good bye".to_vec()));
    Fault Both "reply-too-long" ["rfc6455-5.5-1"] "answers every Close with one of 126 octets"
        => ReplyToClose(|_| CloseReply::Close(OVERSIZED.to_vec()));
    Fault Both "reply-without-fin" ["rfc6455-5.4-8", "rfc6455-5.5-3"] "clears FIN on its Closes"
        => EditFrames(|opcode| opcode == Opcode::CLOSE, |frame| frame.header.fin = false);
}
