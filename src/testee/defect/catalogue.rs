//! What there is to be had, one entry a defect.

use crate::protocol::{CloseCode, FrameHeader, Opcode, Rsv, Violation};

use crate::testee::conduct::{
    AfterClose, AfterEcho, CloseReply, Conduct, DeflateStyle, EchoStyle, FailWith, FieldEdit,
    Greeting, LengthStyle, LingerAfterFailing, OnError, PingReply, RequestStyle, ResponseStyle,
    Utf8Check,
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
            pub(in crate::testee) fn bend(self, conduct: &mut Conduct) {
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

    WrongUpgrade, "wrong-upgrade":
        "names another protocol than websocket in its Upgrade field"
        => |it| edit_both(it, FieldEdit { field: "Upgrade", value: "h2c" });
    WrongConnection, "wrong-connection":
        "does not name Upgrade in its Connection field"
        => |it| edit_both(it, FieldEdit { field: "Connection", value: "keep-alive" });
    UnaskedSubprotocol, "unasked-subprotocol":
        "agrees, as server, to a subprotocol that nobody asked for"
        => |it| it.response = ResponseStyle::With(FieldEdit {
            field: "Sec-WebSocket-Protocol",
            value: "chat.example",
        });
    UnaskedExtension, "unasked-extension":
        "agrees, as server, to an extension that nobody offered"
        => |it| it.response = ResponseStyle::With(FieldEdit {
            field: "Sec-WebSocket-Extensions",
            value: "x-example",
        });

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

    TextAtOnce, "text-at-once":
        "sends a text message that nobody asked for as soon as the connection is open"
        => |it| it.greeting = Greeting::Text;

    // Frames.
    WrongMasking, "wrong-masking":
        "masks its frames as server and does not as client"
        => |it| it.masks_as_its_role = false;
    LongLengths, "long-lengths":
        "writes the length of every frame in 64 bits"
        => |it| it.lengths = LengthStyle::Bits64;
    LengthTopBit, "length-top-bit":
        "writes the length of every frame in 64 bits, of which the first is set"
        => |it| it.lengths = LengthStyle::TopBit;

    // Pongs.
    NoPong, "no-pong":
        "does not answer a Ping"
        => |it| it.ping = PingReply::Never;

    TwoPongs, "two-pongs":
        "answers a Ping with two Pongs"
        => |it| it.ping = PingReply::Twice;
    EmptyPong, "empty-pong":
        "answers a Ping with a Pong that has no payload"
        => |it| it.ping = PingReply::Empty;
    OversizedPong, "oversized-pong":
        "answers a Ping with a Pong of 126 octets"
        => |it| it.ping = PingReply::Oversized;
    FragmentedPong, "fragmented-pong":
        "answers a Ping with a Pong in two frames"
        => |it| it.ping = PingReply::Fragmented;
    PongWithRsv1, "pong-with-rsv1":
        "sets RSV1 on a Pong"
        => |it| it.ping = PingReply::Reserved(Rsv::RSV1);
    PongWithRsv3, "pong-with-rsv3":
        "sets RSV3 on a Pong"
        => |it| it.ping = PingReply::Reserved(RSV3);
    PingForPing, "ping-for-ping":
        "answers a Ping with a Ping"
        => |it| it.ping = PingReply::As(Opcode::PING);
    TextForPing, "text-for-ping":
        "answers a Ping with a text message"
        => |it| it.ping = PingReply::As(Opcode::TEXT);
    ReservedForPing, "reserved-for-ping":
        "answers a Ping with a frame of the reserved opcode 0xB"
        => |it| it.ping = PingReply::As(RESERVED_CONTROL);

    // Checks.
    NoChecks, "no-checks":
        "checks nothing: it passes over what it does not know and takes the rest for data"
        => |it| it.overlooks.push(|_| true);
    NoRsvCheck, "no-rsv-check":
        "does not look at reserved bits"
        => |it| it.overlooks.push(|it| matches!(it, Violation::ReservedBits(_)));
    NoOpcodeCheck, "no-opcode-check":
        "passes over frames with a reserved opcode"
        => |it| it.overlooks.push(|it| matches!(it, Violation::ReservedOpcode(_)));
    NoControlFinCheck, "no-control-fin-check":
        "takes control frames with FIN clear for whole"
        => |it| it.overlooks.push(|it| matches!(it, Violation::FragmentedControl(_)));
    NoControlLengthCheck, "no-control-length-check":
        "takes control frames of more than 125 octets"
        => |it| it.overlooks.push(|it| matches!(it, Violation::OversizedControl(_)));
    NoContinuationCheck, "no-continuation-check":
        "takes a continuation of nothing for the beginning of a text message"
        => |it| it.overlooks.push(|it| *it == Violation::ContinuationWithoutStart);
    NoInterleavingCheck, "no-interleaving-check":
        "forgets a fragmented message when another one begins"
        => |it| it.overlooks.push(|it| *it == Violation::DataInsideMessage);
    NoCloseCheck, "no-close-check":
        "answers a Close whatever stands in it"
        => |it| it.overlooks.push(is_about_a_close);
    NoCloseCodeCheck, "no-close-code-check":
        "answers a Close whatever its code"
        => |it| it.overlooks.push(|it| matches!(
            it,
            Violation::CloseCodeForbidden(_) | Violation::CloseCodeUndefined(_)
        ));
    NoCloseReasonCheck, "no-close-reason-check":
        "does not check whether the reason of a Close is UTF-8"
        => |it| it.overlooks.push(|it| *it == Violation::CloseReasonNotUtf8);
    NoUtf8Check, "no-utf8-check":
        "does not check whether text is UTF-8"
        => |it| it.overlooks.push(is_about_text);
    Utf8AtFrameEnd, "utf8-at-frame-end":
        "checks whether text is UTF-8 when a frame is complete"
        => |it| it.utf8 = Utf8Check::AtFrameEnd;
    Utf8AtMessageEnd, "utf8-at-message-end":
        "checks whether text is UTF-8 when the message is complete"
        => |it| it.utf8 = Utf8Check::AtMessageEnd;

    // What it cannot do.
    NoFragmentation, "no-fragmentation":
        "refuses fragmented messages"
        => |it| it.refuses.push(|frame, _| !frame.fin && !frame.opcode.is_control());
    NoInterleaving, "no-interleaving":
        "refuses control frames within a fragmented message"
        => |it| it.refuses.push(|frame, inside| inside && frame.opcode.is_control());
    NoUnaskedPong, "no-unasked-pong":
        "refuses every Pong, for it asks for none"
        => |it| it.refuses.push(|frame, _| frame.opcode == Opcode::PONG);
    NoBinary, "no-binary":
        "refuses binary messages"
        => |it| it.refuses.push(|frame, _| frame.opcode == Opcode::BINARY);
    NoEmptyMessage, "no-empty-message":
        "refuses messages without a payload"
        => |it| it.refuses.push(is_empty_message);
    NoLongFrame, "no-long-frame":
        "refuses frames whose length takes 64 bits"
        => |it| it.refuses.push(|frame, _| frame.length > 0xFFFF);
    NoMediumFrame, "no-medium-frame":
        "refuses frames whose length takes 16 bits or more"
        => |it| it.refuses.push(|frame, _| frame.length > 125);

    // Failing the connection.
    FailByDrop, "fail-by-drop":
        "fails the connection by closing TCP, without a Close"
        => |it| it.on_error = OnError::DropTcp;
    FailWith1000, "fail-with-1000":
        "fails the connection with the code 1000, as if nothing were wrong"
        => |it| it.on_error = fail_with(FailWith::Code(CloseCode::NORMAL));
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
    ReplyWith1006, "reply-with-1006":
        "answers every Close with the code 1006, which must not be on the wire"
        => |it| it.close = CloseReply::Body(b"\x03\xEE");
    ReplyWith1015, "reply-with-1015":
        "answers every Close with the code 1015, which must not be on the wire"
        => |it| it.close = CloseReply::Body(b"\x03\xF7");
    ReplyWith999, "reply-with-999":
        "answers every Close with the code 999, which is none"
        => |it| it.close = CloseReply::Body(b"\x03\xE7");
    ReplyWith1004, "reply-with-1004":
        "answers every Close with the code 1004, which has no meaning"
        => |it| it.close = CloseReply::Body(b"\x03\xEC");
    ReplyWith5000, "reply-with-5000":
        "answers every Close with the code 5000, which nobody may use"
        => |it| it.close = CloseReply::Body(b"\x13\x88");
    ReplyWith1012, "reply-with-1012":
        "answers every Close with the code 1012, which is younger than RFC 6455"
        => |it| it.close = CloseReply::Body(b"\x03\xF4");
    ReplyWithBadReason, "reply-with-bad-reason":
        "answers every Close with a reason that is not UTF-8"
        => |it| it.close = CloseReply::Body(b"\x03\xE8\xFF\xFE");
    ReplyWithOneOctet, "reply-with-one-octet":
        "answers every Close with half a code"
        => |it| it.close = CloseReply::Body(b"\x03");
    ReplyTooLong, "reply-too-long":
        "answers every Close with one of 126 octets"
        => |it| it.close = CloseReply::Body(&OVERSIZED_CLOSE);
    TextAfterClose, "text-after-close":
        "sends a text message after its answer to a Close"
        => |it| it.after_close = AfterClose::Message;
    SecondClose, "second-close":
        "answers a Close twice"
        => |it| it.after_close = AfterClose::Close;
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
    EchoAsText, "echo-as-text":
        "echoes binary as text"
        => |it| it.echo = EchoStyle::AsText;
    EchoAsReserved, "echo-as-reserved":
        "echoes every message with the reserved opcode 0x3"
        => |it| it.echo = EchoStyle::AsReserved;
    EchoInBeginnings, "echo-in-beginnings":
        "echoes every message in two frames that both begin a message"
        => |it| it.echo = EchoStyle::InTwoBeginnings;
    EchoThenContinuation, "echo-then-continuation":
        "sends a continuation of nothing after every echo"
        => |it| it.echo = EchoStyle::ThenContinuation;
    EchoCutShort, "echo-cut-short":
        "leaves out the last octet of every echo"
        => |it| it.echo = EchoStyle::CutShort;
    EchoWithBadUtf8, "echo-with-bad-utf8":
        "ends every echo with an octet that UTF-8 does not have"
        => |it| it.echo = EchoStyle::Followed(b"\xFF");
    EchoWithHalfCharacter, "echo-with-half-character":
        "ends every echo within a UTF-8 sequence"
        => |it| it.echo = EchoStyle::Followed(b"\xC3");
    EchoWithRsv1, "echo-with-rsv1":
        "sets RSV1 on echoes that are not compressed"
        => |it| it.echo_has_rsv1 = true;
    // Compression.
    ContinuationWithRsv1, "continuation-with-rsv1":
        "echoes in two fragments and marks both as compressed"
        => |it| {
            it.echo = EchoStyle::InTwoCompressedFragments;
            it.echo_has_rsv1 = true;
        };
    BrokenDeflate, "broken-deflate":
        "compresses into something that is no DEFLATE stream"
        => |it| it.deflate = DeflateStyle::Broken;
    KeepingContext, "keeping-context":
        "compresses with what it remembers of earlier messages, though it agreed to forget"
        => |it| it.deflate = DeflateStyle::KeepingContext;

    // After an echo.
    CloseAfterEcho, "close-after-echo":
        "starts the closing handshake after an echo"
        => |it| it.after_echo = AfterEcho::Close;
    DropAfterEcho, "drop-after-echo":
        "closes TCP after an echo"
        => |it| it.after_echo = AfterEcho::DropTcp;
}

/// The third reserved bit.
const RSV3: Rsv = match Rsv::new(1) {
    Some(bits) => bits,
    None => Rsv::NONE,
};

/// The first control opcode without a meaning.
const RESERVED_CONTROL: Opcode = Opcode::from_first_octet(0xB);

/// The code 1000 and a reason one octet too long (RFC 6455 §5.5).
const OVERSIZED_CLOSE: [u8; 126] = {
    let mut body = [b'!'; 126];
    (body[0], body[1]) = (0x03, 0xE8);
    body
};

/// Writes a field of the opening handshake otherwise, on either side.
const fn edit_both(conduct: &mut Conduct, edit: FieldEdit) {
    conduct.request = RequestStyle::With(edit);
    conduct.response = ResponseStyle::With(edit);
}

const fn is_empty_message(frame: &FrameHeader, inside: bool) -> bool {
    !inside && !frame.opcode.is_control() && frame.fin && frame.length == 0
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
