//! What comes after a Close, and the closing handshake that the endpoint starts itself (RFC 6455
//! §5.5.1, §7.1.1).

use std::time::Duration;

use crate::protocol::Opcode;
use crate::testee::{
    conduct::{AfterClose, AfterEcho, Greeting},
    defect::entry::{
        Entry,
        Testees::{Both, Client, Server},
        choice, fault, oddity,
    },
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "text-after-close",
        Both,
        &["rfc6455-5.5.1-8"],
        "sends a text message after its answer to a Close",
        |it| it.closing.after = AfterClose::Frames(&[(Opcode::TEXT, b"and then")]),
    ),
    fault(
        "binary-after-close",
        Both,
        &["rfc6455-5.5.1-8"],
        "sends a binary message after its answer to a Close",
        |it| it.closing.after = AfterClose::Frames(&[(Opcode::BINARY, b"and then")]),
    ),
    choice("pong-after-close", Both, "sends a Pong after its answer to a Close", |it| {
        it.closing.after = AfterClose::Frames(&[(Opcode::PONG, b"")])
    }),
    fault("second-close", Both, &["rfc6455-5.5.1-10"], "answers a Close twice", |it| {
        it.closing.after = AfterClose::CloseAgain
    }),
    fault(
        "goes-on-after-close",
        Both,
        &["rfc6455-5.5.1-8", "rfc6455-5.5.1-15"],
        "answers a Close and goes on echoing",
        |it| it.closing.after = AfterClose::GoOn,
    ),
    fault(
        "no-tcp-close",
        Server,
        &["rfc6455-5.5.1-16", "rfc6455-5.5.1-15", "rfc6455-7.1.1-5"],
        "leaves it to the client to close TCP",
        |it| it.tcp.closes = false,
    ),
    fault(
        "late-tcp-close",
        Server,
        &["rfc6455-5.5.1-16", "rfc6455-7.1.1-7"],
        "closes TCP half a minute after the closing handshake",
        |it| it.tcp.hesitates = Duration::from_secs(30),
    ),
    oddity("reset-after-close", Both, "resets TCP instead of closing it", |it| {
        it.tcp.resets = true;
        it.tcp.client_closes = true;
    }),
    choice(
        "client-closes-tcp",
        Client,
        "closes TCP after the closing handshake instead of waiting for the server",
        |it| it.tcp.client_closes = true,
    ),
    fault(
        "answers-lost-at-half-close",
        Client,
        &["rfc6455-6.1-9"],
        "takes a moment before it answers, and forgets the answer when the peer ends its side of TCP",
        |it| {
            it.tcp.sends_after = Some(Duration::from_millis(20));
            it.tcp.forgets_at_half_close = true;
        },
    ),
    // Its own Close.
    oddity(
        "close-at-once",
        Both,
        "starts the closing handshake as soon as the connection is open",
        |it| it.greeting = Greeting::Close,
    ),
    oddity("close-after-echo", Both, "starts the closing handshake after an echo", |it| {
        it.echo.after = AfterEcho::Close
    }),
    fault(
        "close-after-echo-without-tcp-close",
        Server,
        &["rfc6455-5.5.1-15", "rfc6455-7.1.2-2"],
        "starts the closing handshake after an echo, and never closes TCP",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.tcp.closes = false;
        },
    ),
    fault(
        "text-after-own-close",
        Both,
        &["rfc6455-5.5.1-8"],
        "starts the closing handshake after an echo, and then sends text",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.after_own = &[(Opcode::TEXT, b"one more thing")];
        },
    ),
    fault(
        "two-own-closes",
        Both,
        &["rfc6455-5.5.1-10"],
        "starts the closing handshake after an echo with two Closes",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.after_own = &[(Opcode::CLOSE, b"\x03\xE8")];
        },
    ),
    fault(
        "answers-the-answer",
        Both,
        &["rfc6455-5.5.1-10"],
        "starts the closing handshake after an echo, and answers the answer",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.answers_the_answer = true;
        },
    ),
    fault(
        "echoes-after-own-close",
        Both,
        &["rfc6455-5.5.1-8"],
        "starts the closing handshake after an echo, and goes on echoing until it is answered",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.echoes_after_own = true;
        },
    ),
    fault(
        "no-pong-after-own-close",
        Both,
        &["rfc6455-5.5.2-6"],
        "starts the closing handshake after an echo, and answers no Ping until it is answered",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.pongs_after_own = false;
        },
    ),
    fault(
        "own-close-with-1005",
        Both,
        &["rfc6455-7.4.1-5", "rfc6455-7.1.2-1"],
        "starts the closing handshake after an echo with the code 1005",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.own = b"\x03\xED";
        },
    ),
    fault(
        "own-close-with-half-a-code",
        Both,
        &["rfc6455-5.5.1-2"],
        "starts the closing handshake after an echo with half a code",
        |it| {
            it.echo.after = AfterEcho::Close;
            it.closing.own = b"\x03";
        },
    ),
    fault(
        "drop-after-echo",
        Both,
        &["rfc6455-7.1.2-1", "rfc6455-7.3-3"],
        "closes TCP after an echo",
        |it| it.echo.after = AfterEcho::DropTcp,
    ),
    fault(
        "reset-after-echo",
        Both,
        &["rfc6455-7.1.2-1", "rfc6455-7.1.1-1"],
        "resets TCP after an echo",
        |it| it.echo.after = AfterEcho::Reset,
    ),
];
