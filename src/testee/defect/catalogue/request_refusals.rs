//! Right requests that a server refuses, or reads wrongly (RFC 6455 §4.2.1).

use crate::testee::{defect::entry::defects, opening::elements};

defects! {
    Fault Server "upgrade-by-letter-case" ["rfc6455-4.2.1-11"]
        "refuses requests whose Upgrade is not in lower case"
        => RefuseRequest(|head| !head.all("Upgrade").any(|value| value.contains("websocket")));
    Fault Server "connection-by-letter-case" ["rfc6455-4.2.1-15"]
        "refuses requests whose Connection does not spell Upgrade with one capital letter"
        => RefuseRequest(|head| !head.list("Connection").contains(&"Upgrade"));
    Fault Server "connection-of-one-option" ["rfc6455-4.2.1-15"]
        "refuses requests whose Connection has further options"
        => RefuseRequest(|head| head.list("Connection").len() != 1);
    Fault Server "connection-by-first-option" ["rfc6455-4.2.1-15"]
        "looks only at the first option of Connection"
        => RefuseRequest(|head| {
            let options = head.list("Connection");
            options.first().is_none_or(|it| !it.eq_ignore_ascii_case("upgrade"))
        });
    Fault Server "connection-in-one-field" ["rfc6455-4.2.1-15"]
        "looks only at the first of several Connection fields"
        => RefuseRequest(|head| {
            let first = head.all("Connection").next().unwrap_or_default();
            !elements(first).any(|it| it.eq_ignore_ascii_case("upgrade"))
        });
    Oddity Server "upgrade-of-one-protocol" "refuses requests whose Upgrade lists further protocols"
        => RefuseRequest(|head| head.list("Upgrade").len() != 1);
    Fault Server "empty-elements-refused" ["rfc9110-5.6.1-2"]
        "refuses requests whose lists have empty elements"
        => RefuseRequest(|head| {
            head.fields.iter().any(|(name, value)| {
                let is_list = ["connection", "upgrade", "sec-websocket-protocol"]
                    .contains(&name.to_ascii_lowercase().as_str());
                is_list && value.split(',').any(|element| element.trim().is_empty())
            })
        });
    Fault Server "origin-needed" ["rfc6455-4.2.1-22"] "refuses requests without Origin"
        => RefuseRequest(|head| head.all("Origin").next().is_none());
    Fault Server "subprotocol-needed" ["rfc6455-4.2.1-24"]
        "refuses requests that ask for no subprotocol"
        => RefuseRequest(|head| head.all("Sec-WebSocket-Protocol").next().is_none());
    Fault Server "one-subprotocol-only" ["rfc6455-4.2.1-24"]
        "refuses requests that ask for more than one subprotocol"
        => RefuseRequest(|head| head.list("Sec-WebSocket-Protocol").len() > 1);
    Oddity Server "subprotocols-in-one-field"
        "refuses requests with more than one Sec-WebSocket-Protocol field"
        => RefuseRequest(|head| head.all("Sec-WebSocket-Protocol").count() > 1);
    Fault Server "extension-needed" ["rfc6455-4.2.1-25"] "refuses requests that offer no extension"
        => RefuseRequest(|head| head.all("Sec-WebSocket-Extensions").next().is_none());
    Fault Server "unknown-extension-refused" ["rfc6455-4.2.1-25"]
        "refuses requests that offer an extension other than permessage-deflate"
        => RefuseRequest(|head| {
            let list = head.joined("Sec-WebSocket-Extensions").unwrap_or_default();
            elements(&list).any(|element| !element.starts_with("permessage-deflate"))
        });
    Fault Server "one-offer-only" ["rfc7692-5-3"]
        "refuses requests with several offers of permessage-deflate"
        => RefuseRequest(|head| {
            let list = head.joined("Sec-WebSocket-Extensions").unwrap_or_default();
            list.matches("permessage-deflate").count() > 1
        });
    Fault Server "extensions-in-one-field" ["rfc6455-9.1-5"]
        "refuses requests with more than one Sec-WebSocket-Extensions field"
        => RefuseRequest(|head| head.all("Sec-WebSocket-Extensions").count() > 1);
    Fault Server "quotes-refused" ["rfc6455-4.2.1-25"]
        "refuses requests with a quoted parameter in Sec-WebSocket-Extensions"
        => RefuseRequest(|head| head.all("Sec-WebSocket-Extensions").any(|it| it.contains('"')));
    Fault Server "padded-lists-refused" ["rfc6455-4.3-5"]
        "refuses requests with white space around the separators of Sec-WebSocket fields"
        => RefuseRequest(|head| {
            let padded =
                |value: &str| [" ,", " ;", "\t", "  "].iter().any(|it| value.contains(it));
            ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"]
                .iter()
                .any(|name| head.all(name).any(padded))
        });
    Fault Server "unknown-field-refused" ["rfc6455-4.2.1-26"]
        "refuses requests with a field whose name begins with X-"
        => RefuseRequest(|head| {
            head.fields.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("x-"))
        });
    Fault Server "cookies-refused" ["rfc6455-4.2.1-26"]
        "refuses requests with fields other than those of RFC 6455"
        => RefuseRequest(|head| {
            const KNOWN: [&str; 9] = [
                "host",
                "upgrade",
                "connection",
                "origin",
                "user-agent",
                "pragma",
                "cache-control",
                "expect",
                "content-length",
            ];
            head.fields.iter().any(|(name, _)| {
                let name = name.to_ascii_lowercase();
                !name.starts_with("sec-websocket-") && !KNOWN.contains(&name.as_str())
            })
        });
    Fault Server "fields-in-order" ["rfc6455-4.2.1-27"]
        "refuses requests whose Upgrade does not stand before Sec-WebSocket-Key"
        => RefuseRequest(|head| {
            let at = |name: &str| {
                head.fields.iter().position(|(it, _)| it.eq_ignore_ascii_case(name))
            };
            at("Upgrade") > at("Sec-WebSocket-Key")
        });
    Fault Server "host-first" ["rfc6455-4.2.1-27"] "refuses requests whose last field is Host"
        => RefuseRequest(|head| {
            head.fields.last().is_some_and(|(name, _)| name.eq_ignore_ascii_case("Host"))
        });
    Fault Server "field-names-by-letter-case" ["rfc6455-4.2.1-28"]
        "does not find fields whose names are in other letters than RFC 6455 has them in"
        => RefuseRequest(|head| {
            let has = |name: &str| head.fields.iter().any(|(it, _)| it == name);
            !["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
                .iter()
                .all(|name| has(name))
        });
    Fault Server "lower-case-field-names-refused" ["rfc6455-4.2.1-28"]
        "does not find fields whose names are in lower case"
        => RefuseRequest(|head| head.fields.iter().any(|(name, _)| name == "sec-websocket-key"));
    Fault Server "absolute-target-refused" ["rfc9112-3.2-2", "rfc6455-4.2.1-6"]
        "refuses a request target that is a whole URI"
        => RefuseRequest(|head| !head.start.starts_with("GET /"));
    Oddity Server "query-refused" "refuses a request target with a query"
        => RefuseRequest(|head| head.start.contains('?'));
    Oddity Server "ipv6-host-refused" "refuses a Host that is an IPv6 address"
        => RefuseRequest(|head| head.all("Host").any(|host| host.starts_with('[')));
    Fault Server "empty-line-refused" ["rfc9112-2.2-1"]
        "refuses requests with an empty line before them"
        => Change(|it| it.opening.head.refuses_empty_line = true);
    Fault Both "head-in-one-read" ["rfc6455-4.2.1-3", "rfc6455-4.1-59"]
        "takes the first read for the peer's whole part of the opening handshake"
        => Change(|it| it.opening.head.in_one_read = true);
    Fault Client "early-octets-lost" ["rfc6455-4.1-59", "rfc6455-6.2-1"]
        "loses frames that come in the same read as the end of the response"
        => Change(|it| it.opening.head.loses_early_octets = true);
    Oddity Server "too-early-octets-lost"
        "loses frames that come in the same read as the end of the request"
        => Change(|it| it.opening.head.loses_early_octets = true);
    Fault Server "answers-too-early" ["rfc6455-4.2.2-22"]
        "answers as soon as it has the key, and takes the rest of the request for frames"
        => Change(|it| {
            it.opening.head.complete_with = Some("sec-websocket-key:");
            it.opening.overlooks_in_requests.push(|_| true);
        });
    Fault Server "short-heads-only" ["rfc6455-4.2.1-26"] "refuses requests of more than 512 octets"
        => Change(|it| it.opening.head.longest = 512);
    Fault Server "few-fields-only" ["rfc6455-4.2.1-26"] "refuses requests with more than ten fields"
        => Change(|it| it.opening.head.most_fields = 10);
    Oddity Server "no-100-continue" "does not say 100 before 101 to who expects it"
        => Change(|it| it.opening.says_continue = false);
}
