//! A server's answer that is not as RFC 6455 §4.2.2 wants it.

use crate::testee::{
    conduct::{Conduct, Refusing},
    defect::entry::{Entry, Testees::Both, Testees::Server, choice, fault},
    opening::{Head, ReceivedHead},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "refuses-all",
        Server,
        &["rfc6455-4.4-2", "rfc6455-4.2.2-22"],
        "answers every request with status 400",
        |it| it.opening.refuses_requests.push(|_| true),
    ),
    fault(
        "answers-200",
        Server,
        &["rfc6455-4.2.2-22"],
        "answers right requests with status 200, and talks WebSocket then",
        |it| edit(it, |head, _| head.start = "HTTP/1.1 200 OK".to_owned()),
    ),
    fault("answers-in-http-1-0", Server, &["rfc6455-4.2.2-22"], "answers in HTTP/1.0", |it| {
        edit(it, |head, _| head.start = "HTTP/1.0 101 Switching Protocols".to_owned())
    }),
    fault(
        "no-status-line",
        Server,
        &["rfc6455-4.2.2-22"],
        "answers with a first line that is none of HTTP",
        |it| edit(it, |head, _| head.start = "101 Switching Protocols".to_owned()),
    ),
    choice(
        "no-reason-phrase",
        Server,
        "answers with a status line that ends with the code and a space",
        |it| edit(it, |head, _| head.start = "HTTP/1.1 101 ".to_owned()),
    ),
    choice("other-reason-phrase", Server, "answers with a reason phrase of its own", |it| {
        edit(it, |head, _| head.start = "HTTP/1.1 101 Web Socket Protocol Handshake".to_owned())
    }),
    fault(
        "bare-line-feeds-in-answer",
        Server,
        &["rfc6455-4.2.2-22"],
        "ends the lines of its answer with line feeds alone",
        |it| edit(it, |head, _| head.line_end = "\n"),
    ),
    fault(
        "answer-without-end",
        Server,
        &["rfc6455-4.2.2-22"],
        "leaves out the empty line behind its answer",
        |it| it.opening.response_has_no_end = true,
    ),
    fault(
        "line-break-after-answer",
        Server,
        &["rfc6455-4.2.2-22", "rfc6455-6.1-4"],
        "writes an empty line too many behind its answer",
        |it| edit(it, |head, _| head.behind = b"\r\n".to_vec()),
    ),
    fault(
        "body-after-answer",
        Server,
        &["rfc6455-6.1-4", "rfc9110-8.6-1"],
        "sends a body with its answer",
        |it| {
            edit(it, |head, _| {
                head.add("Content-Length", "7");
                head.behind = b"Welcome".to_vec();
            });
        },
    ),
    fault(
        "no-upgrade-in-answer",
        Server,
        &["rfc6455-4.2.2-23"],
        "leaves out Upgrade in its answer",
        |it| edit(it, |head, _| head.remove("Upgrade")),
    ),
    fault(
        "wrong-upgrade-in-answer",
        Server,
        &["rfc6455-4.2.2-23"],
        "names another protocol than websocket in the Upgrade of its answer",
        |it| edit(it, |head, _| head.set("Upgrade", "h2c")),
    ),
    fault(
        "two-protocols-in-answer",
        Server,
        &["rfc6455-4.2.2-23"],
        "names a further protocol in the Upgrade of its answer",
        |it| edit(it, |head, _| head.set("Upgrade", "websocket, h2c")),
    ),
    choice(
        "capitals-in-answer",
        Server,
        "spells the Upgrade of its answer with capital letters",
        |it| edit(it, |head, _| head.set("Upgrade", "WebSocket")),
    ),
    fault(
        "no-connection-in-answer",
        Server,
        &["rfc6455-4.2.2-24", "rfc9110-7.8-3"],
        "leaves out Connection in its answer",
        |it| edit(it, |head, _| head.remove("Connection")),
    ),
    fault(
        "wrong-connection-in-answer",
        Server,
        &["rfc6455-4.2.2-24", "rfc9110-7.8-3"],
        "does not name Upgrade in the Connection of its answer",
        |it| edit(it, |head, _| head.set("Connection", "keep-alive")),
    ),
    choice(
        "keep-alive-in-answer",
        Server,
        "names a further option in the Connection of its answer",
        |it| edit(it, |head, _| head.set("Connection", "keep-alive, Upgrade")),
    ),
    fault(
        "empty-element-in-answer",
        Server,
        &["rfc9110-5.6.1-1"],
        "has an empty element in the Connection of its answer",
        |it| edit(it, |head, _| head.set("Connection", "Upgrade,,")),
    ),
    fault("no-accept", Server, &["rfc6455-4.2.2-25"], "leaves out Sec-WebSocket-Accept", |it| {
        edit(it, |head, _| head.remove("Sec-WebSocket-Accept"))
    }),
    fault(
        "wrong-accept",
        Server,
        &["rfc6455-4.2.2-25"],
        "answers with the Sec-WebSocket-Accept of another key",
        |it| edit(it, |head, _| head.set("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
    ),
    fault(
        "key-for-accept",
        Server,
        &["rfc6455-4.2.2-25"],
        "sends the key back as Sec-WebSocket-Accept",
        |it| {
            edit(it, |head, request| {
                let key = request.all("Sec-WebSocket-Key").next().unwrap_or_default();
                head.set("Sec-WebSocket-Accept", key);
            });
        },
    ),
    fault(
        "accept-in-lower-case",
        Server,
        &["rfc6455-4.2.2-25"],
        "answers with the Sec-WebSocket-Accept in lower case",
        |it| edit(it, |head, _| head.edit("Sec-WebSocket-Accept", str::to_ascii_lowercase)),
    ),
    fault(
        "accept-without-padding",
        Server,
        &["rfc6455-4.2.2-25"],
        "leaves out the padding of Sec-WebSocket-Accept",
        |it| {
            edit(it, |head, _| {
                head.edit("Sec-WebSocket-Accept", |value| value.trim_end_matches('=').to_owned());
            });
        },
    ),
    fault(
        "url-safe-accept",
        Server,
        &["rfc6455-4.2.2-25"],
        "writes Sec-WebSocket-Accept in the URL-safe alphabet",
        |it| {
            edit(it, |head, _| {
                head.edit("Sec-WebSocket-Accept", |value| {
                    value.replace('+', "-").replace('/', "_").replace('=', "")
                });
            });
        },
    ),
    fault("two-accepts", Server, &["rfc6455-11.3.3-1"], "sends Sec-WebSocket-Accept twice", |it| {
        edit(it, |head, _| {
            let accept = head.value("Sec-WebSocket-Accept").unwrap_or_default().to_owned();
            head.add("Sec-WebSocket-Accept", &accept);
        });
    }),
    fault(
        "unasked-subprotocol",
        Server,
        &["rfc6455-4.2.2-15", "rfc6455-4.2.2-16"],
        "agrees to a subprotocol that nobody asked for",
        |it| edit(it, |head, _| head.set("Sec-WebSocket-Protocol", "chat.example")),
    ),
    fault(
        "subprotocol-instead",
        Server,
        &["rfc6455-4.2.2-15", "rfc6455-4.2.2-17"],
        "agrees to a subprotocol of its own when others are asked for",
        |it| {
            edit(it, |head, request| {
                if asks_for_subprotocol(request) {
                    head.set("Sec-WebSocket-Protocol", "chat.example");
                }
            });
        },
    ),
    choice(
        "first-subprotocol",
        Server,
        "agrees to the first subprotocol that is asked for, whatever it is",
        |it| edit(it, agree_to_the_first_subprotocol),
    ),
    fault(
        "all-subprotocols",
        Server,
        &["rfc6455-4.2.2-19"],
        "sends back all subprotocols that are asked for",
        |it| {
            edit(it, |head, request| {
                if let Some(all) = request.joined("Sec-WebSocket-Protocol") {
                    head.set("Sec-WebSocket-Protocol", &all);
                }
            });
        },
    ),
    fault(
        "subprotocol-in-capitals",
        Server,
        &["rfc6455-4.2.2-15"],
        "agrees to the first subprotocol in capital letters",
        |it| {
            edit(it, |head, request| {
                if let Some(first) = request.list("Sec-WebSocket-Protocol").first() {
                    head.set("Sec-WebSocket-Protocol", &first.to_ascii_uppercase());
                }
            });
        },
    ),
    fault(
        "empty-subprotocol",
        Server,
        &["rfc6455-4.2.2-18"],
        "answers who asks for subprotocols with an empty Sec-WebSocket-Protocol",
        |it| {
            edit(it, |head, request| {
                if asks_for_subprotocol(request) {
                    head.set("Sec-WebSocket-Protocol", "");
                }
            });
        },
    ),
    fault(
        "empty-subprotocol-always",
        Server,
        &["rfc6455-4.2.2-16", "rfc6455-4.2.2-18"],
        "always sends an empty Sec-WebSocket-Protocol",
        |it| edit(it, |head, _| head.set("Sec-WebSocket-Protocol", "")),
    ),
    fault(
        "subprotocol-in-two-fields",
        Server,
        &["rfc6455-11.3.4-3"],
        "agrees to a subprotocol twice",
        |it| {
            edit(it, |head, request| {
                for name in request.list("Sec-WebSocket-Protocol").iter().cycle().take(2) {
                    head.add("Sec-WebSocket-Protocol", name);
                }
            });
        },
    ),
    fault(
        "content-length-in-answer",
        Server,
        &["rfc9110-8.6-1"],
        "has a Content-Length in its answer",
        |it| edit(it, |head, _| head.add("Content-Length", "0")),
    ),
    fault(
        "transfer-encoding-in-answer",
        Server,
        &["rfc9112-6.1-1"],
        "has a Transfer-Encoding in its answer",
        |it| edit(it, |head, _| head.add("Transfer-Encoding", "chunked")),
    ),
    fault(
        "version-in-answer",
        Server,
        &["rfc6455-4.3-3"],
        "has a malformed Sec-WebSocket-Version in its answer and in refusals",
        |it| {
            it.opening.refusal_edits.push(|head| head.set("Sec-WebSocket-Version", "13,"));
            edit(it, |head, _| head.add("Sec-WebSocket-Version", "v13"));
        },
    ),
    fault(
        "silent-handshake",
        Both,
        &["rfc6455-4.1-2", "rfc6455-4.1-18", "rfc6455-4.2.2-22"],
        "never sends its part of the opening handshake",
        |it| it.opening.silent = true,
    ),
    fault(
        "drops-all-requests",
        Server,
        &["rfc6455-4.4-2"],
        "drops right requests without an answer",
        |it| {
            it.opening.refuses_requests.push(|_| true);
            it.opening.refusing = Refusing::DropTcp;
        },
    ),
];

fn edit(conduct: &mut Conduct, edit: fn(&mut Head, &ReceivedHead)) {
    conduct.opening.response_edits.push(edit);
}

pub(super) fn agree_to_the_first_subprotocol(head: &mut Head, request: &ReceivedHead) {
    if let Some(first) = request.list("Sec-WebSocket-Protocol").first() {
        head.set("Sec-WebSocket-Protocol", first);
    }
}

fn asks_for_subprotocol(request: &ReceivedHead) -> bool {
    request.all("Sec-WebSocket-Protocol").next().is_some()
}
