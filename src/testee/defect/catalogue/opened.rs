//! What an endpoint does as soon as the connection is open.

use crate::protocol::Opcode;
use crate::testee::{conduct::Greeting, defect::entry::defects};

defects! {
    Fault Both "fall-silent" ["rfc6455-5.5.2-2", "rfc6455-5.5.1-9"]
        "neither sends nor closes anything once the connection is open"
        => Change(|it| it.greeting = Greeting::FallSilent);
    Fault Both "drop-at-once" ["rfc6455-7.1.2-1"] "closes TCP as soon as the connection is open"
        => Change(|it| it.greeting = Greeting::DropTcp);
    Choice Both "ping-at-once" "sends a Ping as soon as the connection is open"
        => Change(|it| it.greeting = Greeting::Frame(Opcode::PING, b"still there?"));
    Choice Both "pong-at-once"
        "sends a Pong that nobody asked for as soon as the connection is open"
        => Change(|it| it.greeting = Greeting::Frame(Opcode::PONG, b"still here"));
    Fault Both "text-at-once" ["rfc6455-6.1-4"]
        "sends a text message that nobody asked for as soon as the connection is open"
        => Change(|it| it.greeting = Greeting::Frame(Opcode::TEXT, b"hello"));
    Fault Both "reserved-at-once" ["rfc6455-5.2-5"]
        "sends a frame of the reserved opcode 0xC as soon as the connection is open"
        => Change(|it| it.greeting = Greeting::Frame(Opcode::from_first_octet(0xC), b""));
}
