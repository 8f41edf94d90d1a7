//! A client's request that is not as RFC 6455 §4.1 wants it.

use crate::testee::{defect::entry::defects, opening::Head};

defects! {
    Fault Client "asks-with-post" ["rfc6455-4.1-20"] "asks with POST"
        => EditRequest(|head| head.start = head.start.replacen("GET", "POST", 1));
    Fault Client "asks-in-http-1-0" ["rfc6455-4.1-21"] "asks in HTTP/1.0"
        => EditRequest(|head| head.start = head.start.replace("HTTP/1.1", "HTTP/1.0"));
    Fault Client "asks-without-http-version" ["rfc6455-4.1-19", "rfc6455-4.1-21"]
        "leaves out the version of HTTP in its request"
        => EditRequest(|head| head.start = head.start.replace(" HTTP/1.1", ""));
    Fault Client "bare-line-feeds-in-request" ["rfc6455-4.1-19"]
        "ends the lines of its request with line feeds alone"
        => EditRequest(|head| head.line_end = "\n");
    Fault Client "folded-request" ["rfc6455-4.1-19"] "folds a field of its request"
        => EditRequest(|head| head.set("User-Agent", "wspec\r\n folded"));
    Fault Client "broken-field-in-request" ["rfc6455-4.1-19"]
        "has a field in its request whose name has a space"
        => EditRequest(|head| head.add("X Trace", "1"));
    Fault Client "target-without-query" ["rfc6455-4.1-22", "rfc6455-3-2"]
        "leaves out the query of the request target"
        => EditRequest(|head| head.start = format!("GET {} HTTP/1.1", path_of(head)));
    Fault Client "fragment-in-request" ["rfc6455-4.1-22", "rfc6455-3-3"]
        "has a fragment in its request target"
        => EditRequest(|head| head.start = head.start.replace(" HTTP/", "#top HTTP/"));
    Fault Client "raw-hash-in-request" ["rfc6455-3-4"] "has a raw # within its request target"
        => EditRequest(|head| head.start = head.start.replacen('/', "/#", 1));
    Fault Client "space-in-request-target" ["rfc6455-11.1.1-2", "rfc6455-4.1-19"]
        "has a raw space in its request target"
        => EditRequest(|head| head.start = head.start.replace(" HTTP/", "&a=b c HTTP/"));
    Fault Client "raw-utf8-in-request-target" ["rfc6455-11.1.1-2", "rfc6455-4.1-19"]
        "has a letter that is not ASCII in its request target"
        => EditRequest(|head| head.start = head.start.replace(" HTTP/", "&a=\u{e9} HTTP/"));
    Fault Client "ws-uri-in-request" ["rfc6455-4.1-22"] "has a whole ws URI as request target"
        => EditRequest(|head| {
            let host = head.value("Host").unwrap_or_default().to_owned();
            head.start = head.start.replacen("GET /", &format!("GET ws://{host}/"), 1);
        });
    Choice Client "http-uri-in-request" "has a whole http URI as request target"
        => EditRequest(|head| {
            let host = head.value("Host").unwrap_or_default().to_owned();
            head.start = head.start.replacen("GET /", &format!("GET http://{host}/"), 1);
        });
    Fault Client "no-host" ["rfc6455-4.1-23"] "leaves out Host"
        => EditRequest(|head| head.remove("Host"));
    Fault Client "host-without-port" ["rfc6455-4.1-23"] "leaves out the port in Host"
        => EditRequest(|head| {
            head.edit("Host", |host| {
                host.rsplit_once(':').map_or("elsewhere.example", |(host, _)| host).to_owned()
            });
        });
    Fault Client "host-with-path" ["rfc6455-4.1-23"] "has a whole URI in Host"
        => EditRequest(|head| head.edit("Host", |host| format!("ws://{host}/")));
    Fault Client "two-hosts-in-request" ["rfc6455-4.1-19", "rfc6455-4.1-23"] "sends Host twice"
        => EditRequest(|head| {
            let host = head.value("Host").unwrap_or_default().to_owned();
            head.add("Host", &host);
        });
    Fault Client "no-upgrade" ["rfc6455-4.1-24"] "leaves out Upgrade"
        => EditRequest(|head| head.remove("Upgrade"));
    Fault Client "wrong-upgrade" ["rfc6455-4.1-25"]
        "asks for an upgrade to another protocol than websocket"
        => EditRequest(|head| head.set("Upgrade", "h2c"));
    Choice Client "upgrade-in-capitals" "spells its Upgrade with capital letters"
        => EditRequest(|head| head.set("Upgrade", "WebSocket"));
    Fault Client "no-connection" ["rfc6455-4.1-26", "rfc9110-7.8-3"] "leaves out Connection"
        => EditRequest(|head| head.remove("Connection"));
    Fault Client "wrong-connection" ["rfc6455-4.1-27", "rfc9110-7.8-3"]
        "does not name Upgrade in its Connection field"
        => EditRequest(|head| head.set("Connection", "keep-alive"));
    Choice Client "keep-alive-in-request" "names a further option in its Connection field"
        => EditRequest(|head| head.set("Connection", "keep-alive, Upgrade"));
    Fault Client "empty-element-in-request" ["rfc9110-5.6.1-1"]
        "has an empty element in its Connection field"
        => EditRequest(|head| head.set("Connection", "keep-alive,, Upgrade"));
    Fault Client "origin-with-path" ["rfc6455-4.1-33"] "sends an Origin that has a path"
        => EditRequest(|head| head.add("Origin", "http://testee.example/page"));
    Fault Client "empty-origin" ["rfc6455-4.1-33"] "sends an empty Origin"
        => EditRequest(|head| head.add("Origin", ""));
    Fault Client "empty-subprotocols" ["rfc6455-4.1-39"] "asks for subprotocols and names none"
        => EditRequest(|head| head.add("Sec-WebSocket-Protocol", ""));
    Fault Client "hole-in-subprotocols" ["rfc6455-4.1-39", "rfc9110-5.6.1-1"]
        "has an empty element in its list of subprotocols"
        => EditRequest(|head| head.add("Sec-WebSocket-Protocol", "a,,b"));
    Fault Client "subprotocol-twice" ["rfc6455-4.1-38"] "asks for the same subprotocol twice"
        => EditRequest(|head| head.add("Sec-WebSocket-Protocol", "chat, chat"));
    Fault Client "subprotocol-with-separator" ["rfc6455-4.1-37"]
        "asks for a subprotocol whose name has a slash"
        => EditRequest(|head| head.add("Sec-WebSocket-Protocol", "chat/1"));
    Fault Client "frames-before-the-answer" ["rfc6455-4.1-42", "rfc6455-6.1-2"]
        "sends a Ping right behind its request"
        => EditRequest(|head| head.behind = b"\x89\x80\x01\x02\x03\x04".to_vec());
    Fault Client "second-request" ["rfc6455-4.1-42"] "sends a second request right behind the first"
        => EditRequest(|head| head.behind = head.encode());
    Fault Client "body-in-request" ["rfc6455-4.1-42"] "sends a body with its request"
        => EditRequest(|head| {
            head.add("Content-Length", "5");
            head.behind = b"hello".to_vec();
        });
    Fault Client "line-break-after-request" ["rfc6455-4.1-42"]
        "writes an empty line too many behind its request"
        => EditRequest(|head| head.behind = b"\r\n".to_vec());
}

/// The request target up to its query.
fn path_of(head: &Head) -> String {
    let target = head.start.split(' ').nth(1).unwrap_or_default();
    target.split('?').next().unwrap_or_default().to_owned()
}
