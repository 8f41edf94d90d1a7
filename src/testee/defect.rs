//! The defects that an endpoint can be given, each under a name.

use std::{fmt, str::FromStr};

use crate::protocol::{CloseCode, Violation};

use super::conduct::{
    AfterEcho, CloseReply, Conduct, EchoStyle, FailWith, FieldEdit, Greeting, LingerAfterFailing,
    OnError, PingReply, RequestStyle, ResponseStyle, Utf8Check,
};

/// Declares [`Defect`], one entry a defect: variant, name, what the endpoint does, and how its
/// [`Conduct`] changes.
macro_rules! defects {
    ($($variant:ident, $name:literal: $description:literal => $bend:expr;)*) => {
        /// A way in which an endpoint differs from a correct one that checks octet by octet.
        ///
        /// Not each is forbidden: some are the other choice where RFC 6455 leaves one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Defect {
            $(#[doc = concat!("The endpoint ", $description, ".")] $variant,)*
        }

        impl Defect {
            /// All defects.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name, as a command line has it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the endpoint does: the end of a sentence that begins with "The endpoint".
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)* }
            }

            /// Gives it to an endpoint.
            pub(super) fn bend(self, conduct: &mut Conduct) {
                let bend: fn(&mut Conduct) = match self { $(Self::$variant => $bend,)* };
                bend(conduct);
            }
        }
    };
}

defects! {
    // The opening handshake.
    SilentHandshake, "silent-handshake":
        "never sends its part of the opening handshake"
        => |it| (it.request, it.response) = (RequestStyle::Never, ResponseStyle::Never);
    RefusedHandshake, "refused-handshake":
        "answers every request with status 400; as client it asks for version 99"
        => |it| {
            let version = FieldEdit { field: "Sec-WebSocket-Version", value: "99" };
            it.request = RequestStyle::With(version);
            it.response = ResponseStyle::BadRequest;
        };
    WrongAccept, "wrong-accept":
        "answers with the Sec-WebSocket-Accept of another key; as client it sends a malformed key"
        => |it| {
            it.request = RequestStyle::With(FieldEdit {
                field: "Sec-WebSocket-Key",
                value: "too short",
            });
            it.response = ResponseStyle::With(FieldEdit {
                field: "Sec-WebSocket-Accept",
                value: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            });
        };

    NoCompression, "no-compression":
        "neither offers nor accepts permessage-deflate"
        => |it| it.compresses = false;

    // Once the connection is open.
    FallSilent, "fall-silent":
        "neither sends nor closes anything once the connection is open"
        => |it| it.greeting = Greeting::FallSilent;
    DropAtOnce, "drop-at-once":
        "closes TCP as soon as the connection is open"
        => |it| it.greeting = Greeting::DropTcp;
    CloseAtOnce, "close-at-once":
        "starts the closing handshake as soon as the connection is open"
        => |it| it.greeting = Greeting::Close;
    PingAtOnce, "ping-at-once":
        "sends a Ping as soon as the connection is open"
        => |it| it.greeting = Greeting::Ping;
    PongAtOnce, "pong-at-once":
        "sends a Pong that nobody asked for as soon as the connection is open"
        => |it| it.greeting = Greeting::Pong;

    // Frames.
    WrongMasking, "wrong-masking":
        "masks its frames as server and does not as client"
        => |it| it.masks_as_its_role = false;
    NoPong, "no-pong":
        "does not answer a Ping"
        => |it| it.ping = PingReply::Never;

    // Checks.
    NoChecks, "no-checks":
        "checks nothing: it passes over what it does not know and takes the rest for data"
        => |it| it.overlooks.push(|_| true);
    NoUtf8Check, "no-utf8-check":
        "does not check whether text is UTF-8"
        => |it| it.overlooks.push(is_about_text);
    Utf8AtFrameEnd, "utf8-at-frame-end":
        "checks whether text is UTF-8 when a frame is complete"
        => |it| it.utf8 = Utf8Check::AtFrameEnd;
    Utf8AtMessageEnd, "utf8-at-message-end":
        "checks whether text is UTF-8 when the message is complete"
        => |it| it.utf8 = Utf8Check::AtMessageEnd;

    // Failing the connection.
    FailByDrop, "fail-by-drop":
        "fails the connection by closing TCP, without a Close"
        => |it| it.on_error = OnError::DropTcp;
    FailWith1011, "fail-with-1011":
        "fails the connection with the code 1011, whatever is wrong"
        => |it| it.on_error = fail_with(FailWith::Code(CloseCode(1011)));
    FailWith1008, "fail-with-1008":
        "fails the connection with the code 1008, whatever is wrong"
        => |it| it.on_error = fail_with(FailWith::Code(CloseCode(1008)));
    FailWithoutCode, "fail-without-code":
        "fails the connection with a Close that has no code"
        => |it| it.on_error = fail_with(FailWith::NoCode);
    LingerAfterFailing, "linger-after-failing":
        "reads on after it has failed the connection, up to a legal Close of the peer's"
        => |it| {
            it.on_error = OnError::Close(FailWith::RightCode, LingerAfterFailing::UntilClose);
        };
    ForgetfulError, "forgetful-error":
        "forgets, when something is wrong, the answers to all that came in the same read"
        => |it| it.errors_undo_the_read = true;

    // The closing handshake.
    NoCloseReply, "no-close-reply":
        "does not answer a Close and leaves TCP open"
        => |it| it.close = CloseReply::Never;
    DropOnClose, "drop-on-close":
        "answers every Close, legal or not, by closing TCP"
        => |it| {
            it.overlooks.push(is_about_a_close);
            it.close = CloseReply::DropTcp;
        };
    ReplyWith1001, "reply-with-1001":
        "answers every Close with the code 1001"
        => |it| it.close = CloseReply::Body(b"\x03\xE9");
    ReplyWithoutCode, "reply-without-code":
        "answers every Close with one that has no code"
        => |it| it.close = CloseReply::Body(b"");
    ReplyWith1005, "reply-with-1005":
        "answers every Close with the code 1005, which must not be on the wire"
        => |it| it.close = CloseReply::Body(b"\x03\xED");
    ReplyWith1012, "reply-with-1012":
        "answers every Close with the code 1012, which is younger than RFC 6455"
        => |it| it.close = CloseReply::Body(b"\x03\xF4");
    ReplyWithBadReason, "reply-with-bad-reason":
        "answers every Close with a reason that is not UTF-8"
        => |it| it.close = CloseReply::Body(b"\x03\xE8\xFF\xFE");
    ReplyWithOneOctet, "reply-with-one-octet":
        "answers every Close with half a code"
        => |it| it.close = CloseReply::Body(b"\x03");
    NoTcpClose, "no-tcp-close":
        "leaves it to the client to close TCP"
        => |it| it.closes_tcp = false;

    // Echoes.
    NoEcho, "no-echo":
        "takes in messages and echoes none"
        => |it| it.echo = EchoStyle::Never;
    DoubleEcho, "double-echo":
        "echoes every message twice"
        => |it| it.echo = EchoStyle::Twice;
    EchoAsBinary, "echo-as-binary":
        "echoes text as binary"
        => |it| it.echo = EchoStyle::AsBinary;
    EchoInFragments, "echo-in-fragments":
        "echoes every message in two fragments"
        => |it| it.echo = EchoStyle::InTwoFragments;
    EchoWithRsv1, "echo-with-rsv1":
        "sets RSV1 on echoes that are not compressed"
        => |it| it.echo_has_rsv1 = true;
    CloseAfterEcho, "close-after-echo":
        "starts the closing handshake after an echo"
        => |it| it.after_echo = AfterEcho::Close;
    DropAfterEcho, "drop-after-echo":
        "closes TCP after an echo"
        => |it| it.after_echo = AfterEcho::DropTcp;
}

const fn is_about_text(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::InvalidUtf8(_) | Violation::IncompleteUtf8
    )
}

const fn is_about_a_close(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::CloseBodyOfOneOctet
            | Violation::CloseCodeForbidden(_)
            | Violation::CloseCodeUndefined(_)
            | Violation::CloseReasonNotUtf8
    )
}

const fn fail_with(code: FailWith) -> OnError {
    OnError::Close(code, LingerAfterFailing::No)
}

/// A name that no defect has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no defect `{0}`; the defects are {names}", names = all_names())]
pub struct UnknownDefect(String);

fn all_names() -> String {
    Defect::ALL
        .iter()
        .map(|defect| defect.name())
        .collect::<Vec<_>>()
        .join(", ")
}

impl FromStr for Defect {
    type Err = UnknownDefect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|defect| defect.name() == name);
        found.copied().ok_or_else(|| UnknownDefect(name.to_owned()))
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_defect_has_a_name_of_its_own_that_leads_back_to_it() {
        for defect in Defect::ALL {
            assert_eq!(defect.name().parse(), Ok(*defect));
        }
        let error = "no-such".parse::<Defect>().unwrap_err().to_string();
        assert!(
            error.contains("`no-such`") && error.contains("no-pong"),
            "{error}"
        );
    }
}
