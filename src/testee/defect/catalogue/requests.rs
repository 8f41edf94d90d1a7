//! A client's request that is not as RFC 6455 §4.1 wants it.

use crate::testee::{
    conduct::Conduct,
    defect::entry::{Entry, Testees::Client, choice, fault},
    opening::Head,
};

pub(super) const ENTRIES: &[Entry] = &[
    fault("asks-with-post", Client, &["rfc6455-4.1-20"], "asks with POST", |it| {
        edit(it, |head| head.start = head.start.replacen("GET", "POST", 1))
    }),
    fault("asks-in-http-1-0", Client, &["rfc6455-4.1-21"], "asks in HTTP/1.0", |it| {
        edit(it, |head| head.start = head.start.replace("HTTP/1.1", "HTTP/1.0"))
    }),
    fault(
        "asks-without-http-version",
        Client,
        &["rfc6455-4.1-19", "rfc6455-4.1-21"],
        "leaves out the version of HTTP in its request",
        |it| edit(it, |head| head.start = head.start.replace(" HTTP/1.1", "")),
    ),
    fault(
        "bare-line-feeds-in-request",
        Client,
        &["rfc6455-4.1-19"],
        "ends the lines of its request with line feeds alone",
        |it| edit(it, |head| head.line_end = "\n"),
    ),
    fault("folded-request", Client, &["rfc6455-4.1-19"], "folds a field of its request", |it| {
        edit(it, |head| head.set("User-Agent", "wspec\r\n folded"))
    }),
    fault(
        "broken-field-in-request",
        Client,
        &["rfc6455-4.1-19"],
        "has a field in its request whose name has a space",
        |it| edit(it, |head| head.add("X Trace", "1")),
    ),
    fault(
        "target-without-query",
        Client,
        &["rfc6455-4.1-22", "rfc6455-3-2"],
        "leaves out the query of the request target",
        |it| edit(it, |head| head.start = format!("GET {} HTTP/1.1", path_of(head))),
    ),
    fault(
        "fragment-in-request",
        Client,
        &["rfc6455-4.1-22", "rfc6455-3-3"],
        "has a fragment in its request target",
        |it| edit(it, |head| head.start = head.start.replace(" HTTP/", "#top HTTP/")),
    ),
    fault(
        "raw-hash-in-request",
        Client,
        &["rfc6455-3-4"],
        "has a raw # within its request target",
        |it| edit(it, |head| head.start = head.start.replacen('/', "/#", 1)),
    ),
    fault(
        "space-in-request-target",
        Client,
        &["rfc6455-11.1.1-2", "rfc6455-4.1-19"],
        "has a raw space in its request target",
        |it| edit(it, |head| head.start = head.start.replace(" HTTP/", "&a=b c HTTP/")),
    ),
    fault(
        "raw-utf8-in-request-target",
        Client,
        &["rfc6455-11.1.1-2", "rfc6455-4.1-19"],
        "has a letter that is not ASCII in its request target",
        |it| edit(it, |head| head.start = head.start.replace(" HTTP/", "&a=\u{e9} HTTP/")),
    ),
    fault(
        "ws-uri-in-request",
        Client,
        &["rfc6455-4.1-22"],
        "has a whole ws URI as request target",
        |it| {
            edit(it, |head| {
                let host = head.value("Host").unwrap_or_default().to_owned();
                head.start = head.start.replacen("GET /", &format!("GET ws://{host}/"), 1);
            });
        },
    ),
    choice("http-uri-in-request", Client, "has a whole http URI as request target", |it| {
        edit(it, |head| {
            let host = head.value("Host").unwrap_or_default().to_owned();
            head.start = head.start.replacen("GET /", &format!("GET http://{host}/"), 1);
        });
    }),
    fault("no-host", Client, &["rfc6455-4.1-23"], "leaves out Host", |it| {
        edit(it, |head| head.remove("Host"))
    }),
    fault("host-without-port", Client, &["rfc6455-4.1-23"], "leaves out the port in Host", |it| {
        edit(it, |head| {
            head.edit("Host", |host| {
                host.rsplit_once(':').map_or("elsewhere.example", |(host, _)| host).to_owned()
            });
        });
    }),
    fault("host-with-path", Client, &["rfc6455-4.1-23"], "has a whole URI in Host", |it| {
        edit(it, |head| head.edit("Host", |host| format!("ws://{host}/")))
    }),
    fault(
        "two-hosts-in-request",
        Client,
        &["rfc6455-4.1-19", "rfc6455-4.1-23"],
        "sends Host twice",
        |it| {
            edit(it, |head| {
                let host = head.value("Host").unwrap_or_default().to_owned();
                head.add("Host", &host);
            });
        },
    ),
    fault("no-upgrade", Client, &["rfc6455-4.1-24"], "leaves out Upgrade", |it| {
        edit(it, |head| head.remove("Upgrade"))
    }),
    fault(
        "wrong-upgrade",
        Client,
        &["rfc6455-4.1-25"],
        "asks for an upgrade to another protocol than websocket",
        |it| edit(it, |head| head.set("Upgrade", "h2c")),
    ),
    choice("upgrade-in-capitals", Client, "spells its Upgrade with capital letters", |it| {
        edit(it, |head| head.set("Upgrade", "WebSocket"))
    }),
    fault(
        "no-connection",
        Client,
        &["rfc6455-4.1-26", "rfc9110-7.8-3"],
        "leaves out Connection",
        |it| edit(it, |head| head.remove("Connection")),
    ),
    fault(
        "wrong-connection",
        Client,
        &["rfc6455-4.1-27", "rfc9110-7.8-3"],
        "does not name Upgrade in its Connection field",
        |it| edit(it, |head| head.set("Connection", "keep-alive")),
    ),
    choice(
        "keep-alive-in-request",
        Client,
        "names a further option in its Connection field",
        |it| edit(it, |head| head.set("Connection", "keep-alive, Upgrade")),
    ),
    fault(
        "empty-element-in-request",
        Client,
        &["rfc9110-5.6.1-1"],
        "has an empty element in its Connection field",
        |it| edit(it, |head| head.set("Connection", "keep-alive,, Upgrade")),
    ),
    fault(
        "origin-with-path",
        Client,
        &["rfc6455-4.1-33"],
        "sends an Origin that has a path",
        |it| edit(it, |head| head.add("Origin", "http://testee.example/page")),
    ),
    fault("empty-origin", Client, &["rfc6455-4.1-33"], "sends an empty Origin", |it| {
        edit(it, |head| head.add("Origin", ""))
    }),
    fault(
        "empty-subprotocols",
        Client,
        &["rfc6455-4.1-39"],
        "asks for subprotocols and names none",
        |it| edit(it, |head| head.add("Sec-WebSocket-Protocol", "")),
    ),
    fault(
        "hole-in-subprotocols",
        Client,
        &["rfc6455-4.1-39", "rfc9110-5.6.1-1"],
        "has an empty element in its list of subprotocols",
        |it| edit(it, |head| head.add("Sec-WebSocket-Protocol", "a,,b")),
    ),
    fault(
        "subprotocol-twice",
        Client,
        &["rfc6455-4.1-38"],
        "asks for the same subprotocol twice",
        |it| edit(it, |head| head.add("Sec-WebSocket-Protocol", "chat, chat")),
    ),
    fault(
        "subprotocol-with-separator",
        Client,
        &["rfc6455-4.1-37"],
        "asks for a subprotocol whose name has a slash",
        |it| edit(it, |head| head.add("Sec-WebSocket-Protocol", "chat/1")),
    ),
    fault(
        "frames-before-the-answer",
        Client,
        &["rfc6455-4.1-42", "rfc6455-6.1-2"],
        "sends a Ping right behind its request",
        |it| edit(it, |head| head.behind = b"\x89\x80\x01\x02\x03\x04".to_vec()),
    ),
    fault(
        "second-request",
        Client,
        &["rfc6455-4.1-42"],
        "sends a second request right behind the first",
        |it| edit(it, |head| head.behind = head.encode()),
    ),
    fault("body-in-request", Client, &["rfc6455-4.1-42"], "sends a body with its request", |it| {
        edit(it, |head| {
            head.add("Content-Length", "5");
            head.behind = b"hello".to_vec();
        });
    }),
    fault(
        "line-break-after-request",
        Client,
        &["rfc6455-4.1-42"],
        "writes an empty line too many behind its request",
        |it| edit(it, |head| head.behind = b"\r\n".to_vec()),
    ),
];

fn edit(conduct: &mut Conduct, edit: fn(&mut Head)) {
    conduct.opening.request_edits.push(edit);
}

/// The request target up to its query.
fn path_of(head: &Head) -> String {
    let target = head.start.split(' ').nth(1).unwrap_or_default();
    target.split('?').next().unwrap_or_default().to_owned()
}
