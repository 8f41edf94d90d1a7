//! What comes after a Close, and the closing handshake that the endpoint starts itself (RFC 6455
//! §5.5.1, §7.1.1).

use std::time::Duration;

use crate::protocol::Opcode;
use crate::testee::{
    conduct::{AfterClose, AfterEcho, Greeting},
    defect::entry::defects,
};

defects! {
    Fault Both "text-after-close" ["rfc6455-5.5.1-8"]
        "sends a text message after its answer to a Close"
        => Change(|it| it.closing.after = AfterClose::Frames(&[(Opcode::TEXT, b"and then")]));
    Fault Both "binary-after-close" ["rfc6455-5.5.1-8"]
        "sends a binary message after its answer to a Close"
        => Change(|it| it.closing.after = AfterClose::Frames(&[(Opcode::BINARY, b"and then")]));
    Choice Both "pong-after-close" "sends a Pong after its answer to a Close"
        => Change(|it| it.closing.after = AfterClose::Frames(&[(Opcode::PONG, b"")]));
    Fault Both "second-close" ["rfc6455-5.5.1-10"] "answers a Close twice"
        => Change(|it| it.closing.after = AfterClose::CloseAgain);
    Fault Both "goes-on-after-close" ["rfc6455-5.5.1-8", "rfc6455-5.5.1-15"]
        "answers a Close and goes on echoing"
        => Change(|it| it.closing.after = AfterClose::GoOn);
    Fault Server "no-tcp-close" ["rfc6455-5.5.1-16", "rfc6455-5.5.1-15", "rfc6455-7.1.1-5"]
        "leaves it to the client to close TCP"
        => Change(|it| it.tcp.closes = false);
    Fault Server "late-tcp-close" ["rfc6455-5.5.1-16", "rfc6455-7.1.1-7"]
        "closes TCP half a minute after the closing handshake"
        => Change(|it| it.tcp.hesitates = Duration::from_secs(30));
    Oddity Both "reset-after-close" "resets TCP instead of closing it"
        => Change(|it| {
            it.tcp.resets = true;
            it.tcp.client_closes = true;
        });
    Choice Client "client-closes-tcp"
        "closes TCP after the closing handshake instead of waiting for the server"
        => Change(|it| it.tcp.client_closes = true);
    Fault Client "answers-lost-at-half-close" ["rfc6455-6.1-9"]
        "takes a moment before it answers, and forgets the answer when the peer ends its side of TCP"
        => Change(|it| {
            it.tcp.sends_after = Some(Duration::from_millis(20));
            it.tcp.forgets_at_half_close = true;
        });
    // Its own Close.
    Oddity Both "close-at-once" "starts the closing handshake as soon as the connection is open"
        => Change(|it| it.greeting = Greeting::Close);
    Oddity Both "close-after-echo" "starts the closing handshake after an echo"
        => Change(|it| it.echo.after = AfterEcho::Close);
    Fault Server "close-after-echo-without-tcp-close" ["rfc6455-5.5.1-15", "rfc6455-7.1.2-2"]
        "starts the closing handshake after an echo, and never closes TCP"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.tcp.closes = false;
        });
    Fault Both "text-after-own-close" ["rfc6455-5.5.1-8"]
        "starts the closing handshake after an echo, and then sends text"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.after_own = &[(Opcode::TEXT, b"one more thing")];
        });
    Fault Both "two-own-closes" ["rfc6455-5.5.1-10"]
        "starts the closing handshake after an echo with two Closes"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.after_own = &[(Opcode::CLOSE, b"\x03\xE8")];
        });
    Fault Both "answers-the-answer" ["rfc6455-5.5.1-10"]
        "starts the closing handshake after an echo, and answers the answer"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.answers_the_answer = true;
        });
    Fault Both "echoes-after-own-close" ["rfc6455-5.5.1-8"]
        "starts the closing handshake after an echo, and goes on echoing until it is answered"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.echoes_after_own = true;
        });
    Fault Both "no-pong-after-own-close" ["rfc6455-5.5.2-6"]
        "starts the closing handshake after an echo, and answers no Ping until it is answered"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.pongs_after_own = false;
        });
    Fault Both "own-close-with-1005" ["rfc6455-7.4.1-5", "rfc6455-7.1.2-1"]
        "starts the closing handshake after an echo with the code 1005"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.own = b"\x03\xED";
        });
    Fault Both "own-close-with-half-a-code" ["rfc6455-5.5.1-2"]
        "starts the closing handshake after an echo with half a code"
        => Change(|it| {
            it.echo.after = AfterEcho::Close;
            it.closing.own = b"\x03";
        });
    Fault Both "drop-after-echo" ["rfc6455-7.1.2-1", "rfc6455-7.3-3"] "closes TCP after an echo"
        => Change(|it| it.echo.after = AfterEcho::DropTcp);
    Fault Both "reset-after-echo" ["rfc6455-7.1.2-1", "rfc6455-7.1.1-1"] "resets TCP after an echo"
        => Change(|it| it.echo.after = AfterEcho::Reset);
}
