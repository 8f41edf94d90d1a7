//! What an endpoint does as soon as the connection is open.

use crate::protocol::Opcode;
use crate::testee::{
    conduct::Greeting,
    defect::entry::{Entry, Testees::Both, choice, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "fall-silent",
        Both,
        &["rfc6455-5.5.2-2", "rfc6455-5.5.1-9"],
        "neither sends nor closes anything once the connection is open",
        |it| it.greeting = Greeting::FallSilent,
    ),
    fault(
        "drop-at-once",
        Both,
        &["rfc6455-7.1.2-1"],
        "closes TCP as soon as the connection is open",
        |it| it.greeting = Greeting::DropTcp,
    ),
    choice("ping-at-once", Both, "sends a Ping as soon as the connection is open", |it| {
        it.greeting = Greeting::Frame(Opcode::PING, b"still there?")
    }),
    choice(
        "pong-at-once",
        Both,
        "sends a Pong that nobody asked for as soon as the connection is open",
        |it| it.greeting = Greeting::Frame(Opcode::PONG, b"still here"),
    ),
    fault(
        "text-at-once",
        Both,
        &["rfc6455-6.1-4"],
        "sends a text message that nobody asked for as soon as the connection is open",
        |it| it.greeting = Greeting::Frame(Opcode::TEXT, b"hello"),
    ),
    fault(
        "reserved-at-once",
        Both,
        &["rfc6455-5.2-5"],
        "sends a frame of the reserved opcode 0xC as soon as the connection is open",
        |it| it.greeting = Greeting::Frame(Opcode::from_first_octet(0xC), b""),
    ),
];
