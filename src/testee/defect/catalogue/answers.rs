//! A server's answer that is not as RFC 6455 §4.2.2 wants it.

use crate::testee::{
    conduct::Refusing,
    defect::entry::defects,
    opening::{Head, ReceivedHead},
};

defects! {
    Fault Server "refuses-all" ["rfc6455-4.4-2", "rfc6455-4.2.2-22"]
        "answers every request with status 400"
        => RefuseRequest(|_| true);
    Fault Server "answers-200" ["rfc6455-4.2.2-22"]
        "answers right requests with status 200, and talks WebSocket then"
        => EditResponse(|head, _| head.start = "HTTP/1.1 200 OK".to_owned());
    Fault Server "answers-in-http-1-0" ["rfc6455-4.2.2-22"] "answers in HTTP/1.0"
        => EditResponse(|head, _| head.start = "HTTP/1.0 101 Switching Protocols".to_owned());
    Fault Server "no-status-line" ["rfc6455-4.2.2-22"]
        "answers with a first line that is none of HTTP"
        => EditResponse(|head, _| head.start = "101 Switching Protocols".to_owned());
    Choice Server "no-reason-phrase"
        "answers with a status line that ends with the code and a space"
        => EditResponse(|head, _| head.start = "HTTP/1.1 101 ".to_owned());
    Choice Server "other-reason-phrase" "answers with a reason phrase of its own"
        => EditResponse(|head, _| {
            head.start = "HTTP/1.1 101 Web Socket Protocol Handshake".to_owned()
        });
    Fault Server "bare-line-feeds-in-answer" ["rfc6455-4.2.2-22"]
        "ends the lines of its answer with line feeds alone"
        => EditResponse(|head, _| head.line_end = "\n");
    Fault Server "answer-without-end" ["rfc6455-4.2.2-22"]
        "leaves out the empty line behind its answer"
        => Change(|it| it.opening.response_has_no_end = true);
    Fault Server "line-break-after-answer" ["rfc6455-4.2.2-22", "rfc6455-6.1-4"]
        "writes an empty line too many behind its answer"
        => EditResponse(|head, _| head.behind = b"\r\n".to_vec());
    Fault Server "body-after-answer" ["rfc6455-6.1-4", "rfc9110-8.6-1"]
        "sends a body with its answer"
        => EditResponse(|head, _| {
            head.add("Content-Length", "7");
            head.behind = b"Welcome".to_vec();
        });
    Fault Server "no-upgrade-in-answer" ["rfc6455-4.2.2-23"] "leaves out Upgrade in its answer"
        => EditResponse(|head, _| head.remove("Upgrade"));
    Fault Server "wrong-upgrade-in-answer" ["rfc6455-4.2.2-23"]
        "names another protocol than websocket in the Upgrade of its answer"
        => EditResponse(|head, _| head.set("Upgrade", "h2c"));
    Fault Server "two-protocols-in-answer" ["rfc6455-4.2.2-23"]
        "names a further protocol in the Upgrade of its answer"
        => EditResponse(|head, _| head.set("Upgrade", "websocket, h2c"));
    Choice Server "capitals-in-answer" "spells the Upgrade of its answer with capital letters"
        => EditResponse(|head, _| head.set("Upgrade", "WebSocket"));
    Fault Server "no-connection-in-answer" ["rfc6455-4.2.2-24", "rfc9110-7.8-3"]
        "leaves out Connection in its answer"
        => EditResponse(|head, _| head.remove("Connection"));
    Fault Server "wrong-connection-in-answer" ["rfc6455-4.2.2-24", "rfc9110-7.8-3"]
        "does not name Upgrade in the Connection of its answer"
        => EditResponse(|head, _| head.set("Connection", "keep-alive"));
    Choice Server "keep-alive-in-answer" "names a further option in the Connection of its answer"
        => EditResponse(|head, _| head.set("Connection", "keep-alive, Upgrade"));
    Fault Server "empty-element-in-answer" ["rfc9110-5.6.1-1"]
        "has an empty element in the Connection of its answer"
        => EditResponse(|head, _| head.set("Connection", "Upgrade,,"));
    Fault Server "no-accept" ["rfc6455-4.2.2-25"] "leaves out Sec-WebSocket-Accept"
        => EditResponse(|head, _| head.remove("Sec-WebSocket-Accept"));
    Fault Server "wrong-accept" ["rfc6455-4.2.2-25"]
        "answers with the Sec-WebSocket-Accept of another key"
        => EditResponse(|head, _| {
            head.set("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        });
    Fault Server "key-for-accept" ["rfc6455-4.2.2-25"] "sends the key back as Sec-WebSocket-Accept"
        => EditResponse(|head, request| {
            let key = request.all("Sec-WebSocket-Key").next().unwrap_or_default();
            head.set("Sec-WebSocket-Accept", key);
        });
    Fault Server "accept-in-lower-case" ["rfc6455-4.2.2-25"]
        "answers with the Sec-WebSocket-Accept in lower case"
        => EditResponse(|head, _| head.edit("Sec-WebSocket-Accept", str::to_ascii_lowercase));
    Fault Server "accept-without-padding" ["rfc6455-4.2.2-25"]
        "leaves out the padding of Sec-WebSocket-Accept"
        => EditResponse(|head, _| {
            head.edit("Sec-WebSocket-Accept", |value| value.trim_end_matches('=').to_owned());
        });
    Fault Server "url-safe-accept" ["rfc6455-4.2.2-25"]
        "writes Sec-WebSocket-Accept in the URL-safe alphabet"
        => EditResponse(|head, _| {
            head.edit("Sec-WebSocket-Accept", |value| {
                value.replace('+', "-").replace('/', "_").replace('=', "")
            });
        });
    Fault Server "two-accepts" ["rfc6455-11.3.3-1"] "sends Sec-WebSocket-Accept twice"
        => EditResponse(|head, _| {
            let accept = head.value("Sec-WebSocket-Accept").unwrap_or_default().to_owned();
            head.add("Sec-WebSocket-Accept", &accept);
        });
    Fault Server "unasked-subprotocol" ["rfc6455-4.2.2-15", "rfc6455-4.2.2-16"]
        "agrees to a subprotocol that nobody asked for"
        => EditResponse(|head, _| head.set("Sec-WebSocket-Protocol", "chat.example"));
    Fault Server "subprotocol-instead" ["rfc6455-4.2.2-15", "rfc6455-4.2.2-17"]
        "agrees to a subprotocol of its own when others are asked for"
        => EditResponse(|head, request| {
            if asks_for_subprotocol(request) {
                head.set("Sec-WebSocket-Protocol", "chat.example");
            }
        });
    Choice Server "first-subprotocol"
        "agrees to the first subprotocol that is asked for, whatever it is"
        => EditResponse(agree_to_the_first_subprotocol);
    Fault Server "all-subprotocols" ["rfc6455-4.2.2-19"]
        "sends back all subprotocols that are asked for"
        => EditResponse(|head, request| {
            if let Some(all) = request.joined("Sec-WebSocket-Protocol") {
                head.set("Sec-WebSocket-Protocol", &all);
            }
        });
    Fault Server "subprotocol-in-capitals" ["rfc6455-4.2.2-15"]
        "agrees to the first subprotocol in capital letters"
        => EditResponse(|head, request| {
            if let Some(first) = request.list("Sec-WebSocket-Protocol").first() {
                head.set("Sec-WebSocket-Protocol", &first.to_ascii_uppercase());
            }
        });
    Fault Server "empty-subprotocol" ["rfc6455-4.2.2-18"]
        "answers who asks for subprotocols with an empty Sec-WebSocket-Protocol"
        => EditResponse(|head, request| {
            if asks_for_subprotocol(request) {
                head.set("Sec-WebSocket-Protocol", "");
            }
        });
    Fault Server "empty-subprotocol-always" ["rfc6455-4.2.2-16", "rfc6455-4.2.2-18"]
        "always sends an empty Sec-WebSocket-Protocol"
        => EditResponse(|head, _| head.set("Sec-WebSocket-Protocol", ""));
    Fault Server "subprotocol-in-two-fields" ["rfc6455-11.3.4-3"] "agrees to a subprotocol twice"
        => EditResponse(|head, request| {
            for name in request.list("Sec-WebSocket-Protocol").iter().cycle().take(2) {
                head.add("Sec-WebSocket-Protocol", name);
            }
        });
    Fault Server "content-length-in-answer" ["rfc9110-8.6-1"] "has a Content-Length in its answer"
        => EditResponse(|head, _| head.add("Content-Length", "0"));
    Fault Server "transfer-encoding-in-answer" ["rfc9112-6.1-1"]
        "has a Transfer-Encoding in its answer"
        => EditResponse(|head, _| head.add("Transfer-Encoding", "chunked"));
    Fault Server "version-in-answer" ["rfc6455-4.3-3"]
        "has a malformed Sec-WebSocket-Version in its answer and in refusals"
        => EditRefusal(|head| head.set("Sec-WebSocket-Version", "13,")),
        EditResponse(|head, _| head.add("Sec-WebSocket-Version", "v13"));
    Fault Both "silent-handshake" ["rfc6455-4.1-2", "rfc6455-4.1-18", "rfc6455-4.2.2-22"]
        "never sends its part of the opening handshake"
        => Change(|it| it.opening.silent = true);
    Fault Server "drops-all-requests" ["rfc6455-4.4-2"] "drops right requests without an answer"
        => Change(|it| {
            it.opening.refuses_requests.push(|_| true);
            it.opening.refusing = Refusing::DropTcp;
        });
}

pub(super) fn agree_to_the_first_subprotocol(head: &mut Head, request: &ReceivedHead) {
    if let Some(first) = request.list("Sec-WebSocket-Protocol").first() {
        head.set("Sec-WebSocket-Protocol", first);
    }
}

fn asks_for_subprotocol(request: &ReceivedHead) -> bool {
    request.all("Sec-WebSocket-Protocol").next().is_some()
}
