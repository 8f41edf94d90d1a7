//! How a server refuses a request (RFC 6455 §4.2.2, §4.4).

use crate::testee::{
    conduct::Refusing,
    defect::entry::{Entry, Testees::Server, choice, fault},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "drops-bad-requests",
        Server,
        &["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"],
        "closes TCP instead of answering a request that it refuses",
        |it| it.opening.refusing = Refusing::DropTcp,
    ),
    fault(
        "ignores-bad-requests",
        Server,
        &["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"],
        "goes on waiting instead of answering a request that it refuses",
        |it| it.opening.refusing = Refusing::Silence,
    ),
    fault(
        "refuses-with-200",
        Server,
        &["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"],
        "refuses requests with status 200",
        |it| it.opening.refusing = Refusing::With("200 OK"),
    ),
    fault(
        "refuses-with-302",
        Server,
        &["rfc6455-4.2.1-3", "rfc6455-4.2.2-11"],
        "refuses requests by sending the client elsewhere",
        |it| {
            it.opening.refusing = Refusing::With("302 Found");
            it.opening.refusal_edits.push(|head| head.add("Location", "/"));
        },
    ),
    fault(
        "talks-after-refusing",
        Server,
        &["rfc6455-4.2.1-3", "rfc6455-4.2.2-8"],
        "takes what follows a request that it has refused for frames, and echoes",
        |it| it.opening.refusing = Refusing::ThenTalk,
    ),
    choice(
        "waits-after-refusing",
        Server,
        "leaves TCP open after it has refused a request",
        |it| it.opening.refusing = Refusing::ThenWait,
    ),
    fault(
        "no-version-in-refusal",
        Server,
        &["rfc6455-4.2.2-12", "rfc6455-4.4-1"],
        "does not say which version it knows when it refuses another one",
        |it| it.opening.refusal_edits.push(|head| head.remove("Sec-WebSocket-Version")),
    ),
    fault(
        "version-8-in-refusal",
        Server,
        &["rfc6455-4.2.2-12", "rfc6455-4.3-3"],
        "says that it knows version 8 when it refuses another one",
        |it| {
            it.opening.refusal_edits.push(|head| {
                if head.value("Sec-WebSocket-Version").is_some() {
                    head.set("Sec-WebSocket-Version", "8");
                }
            });
        },
    ),
    fault(
        "426-without-upgrade",
        Server,
        &["rfc9110-7.8-2"],
        "answers with status 426 and without Upgrade",
        |it| it.opening.refusal_edits.push(|head| head.remove("Upgrade")),
    ),
    fault(
        "426-without-connection",
        Server,
        &["rfc9110-7.8-3"],
        "answers with status 426 and an Upgrade that Connection does not name",
        |it| it.opening.refusal_edits.push(|head| head.set("Connection", "close")),
    ),
];
