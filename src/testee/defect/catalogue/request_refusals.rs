//! Right requests that a server refuses, or reads wrongly (RFC 6455 §4.2.1).

use crate::testee::{
    conduct::Conduct,
    defect::entry::{Entry, Testees::Both, Testees::Client, Testees::Server, fault, oddity},
    opening::{ReceivedHead, elements},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "upgrade-by-letter-case",
        Server,
        &["rfc6455-4.2.1-11"],
        "refuses requests whose Upgrade is not in lower case",
        |it| refuse(it, |head| !head.all("Upgrade").any(|value| value.contains("websocket"))),
    ),
    fault(
        "connection-by-letter-case",
        Server,
        &["rfc6455-4.2.1-15"],
        "refuses requests whose Connection does not spell Upgrade with one capital letter",
        |it| refuse(it, |head| !head.list("Connection").contains(&"Upgrade")),
    ),
    fault(
        "connection-of-one-option",
        Server,
        &["rfc6455-4.2.1-15"],
        "refuses requests whose Connection has further options",
        |it| refuse(it, |head| head.list("Connection").len() != 1),
    ),
    fault(
        "connection-by-first-option",
        Server,
        &["rfc6455-4.2.1-15"],
        "looks only at the first option of Connection",
        |it| {
            refuse(it, |head| {
                let options = head.list("Connection");
                options.first().is_none_or(|it| !it.eq_ignore_ascii_case("upgrade"))
            });
        },
    ),
    fault(
        "connection-in-one-field",
        Server,
        &["rfc6455-4.2.1-15"],
        "looks only at the first of several Connection fields",
        |it| {
            refuse(it, |head| {
                let first = head.all("Connection").next().unwrap_or_default();
                !elements(first).any(|it| it.eq_ignore_ascii_case("upgrade"))
            });
        },
    ),
    oddity(
        "upgrade-of-one-protocol",
        Server,
        "refuses requests whose Upgrade lists further protocols",
        |it| refuse(it, |head| head.list("Upgrade").len() != 1),
    ),
    fault(
        "empty-elements-refused",
        Server,
        &["rfc9110-5.6.1-2"],
        "refuses requests whose lists have empty elements",
        |it| {
            refuse(it, |head| {
                head.fields.iter().any(|(name, value)| {
                    let is_list = ["connection", "upgrade", "sec-websocket-protocol"]
                        .contains(&name.to_ascii_lowercase().as_str());
                    is_list && value.split(',').any(|element| element.trim().is_empty())
                })
            });
        },
    ),
    fault(
        "origin-needed",
        Server,
        &["rfc6455-4.2.1-22"],
        "refuses requests without Origin",
        |it| refuse(it, |head| head.all("Origin").next().is_none()),
    ),
    fault(
        "subprotocol-needed",
        Server,
        &["rfc6455-4.2.1-24"],
        "refuses requests that ask for no subprotocol",
        |it| refuse(it, |head| head.all("Sec-WebSocket-Protocol").next().is_none()),
    ),
    fault(
        "one-subprotocol-only",
        Server,
        &["rfc6455-4.2.1-24"],
        "refuses requests that ask for more than one subprotocol",
        |it| refuse(it, |head| head.list("Sec-WebSocket-Protocol").len() > 1),
    ),
    oddity(
        "subprotocols-in-one-field",
        Server,
        "refuses requests with more than one Sec-WebSocket-Protocol field",
        |it| refuse(it, |head| head.all("Sec-WebSocket-Protocol").count() > 1),
    ),
    fault(
        "extension-needed",
        Server,
        &["rfc6455-4.2.1-25"],
        "refuses requests that offer no extension",
        |it| refuse(it, |head| head.all("Sec-WebSocket-Extensions").next().is_none()),
    ),
    fault(
        "unknown-extension-refused",
        Server,
        &["rfc6455-4.2.1-25"],
        "refuses requests that offer an extension other than permessage-deflate",
        |it| {
            refuse(it, |head| {
                let list = head.joined("Sec-WebSocket-Extensions").unwrap_or_default();
                elements(&list).any(|element| !element.starts_with("permessage-deflate"))
            });
        },
    ),
    fault(
        "one-offer-only",
        Server,
        &["rfc7692-5-3"],
        "refuses requests with several offers of permessage-deflate",
        |it| {
            refuse(it, |head| {
                let list = head.joined("Sec-WebSocket-Extensions").unwrap_or_default();
                list.matches("permessage-deflate").count() > 1
            });
        },
    ),
    fault(
        "extensions-in-one-field",
        Server,
        &["rfc6455-9.1-5"],
        "refuses requests with more than one Sec-WebSocket-Extensions field",
        |it| refuse(it, |head| head.all("Sec-WebSocket-Extensions").count() > 1),
    ),
    fault(
        "quotes-refused",
        Server,
        &["rfc6455-4.2.1-25"],
        "refuses requests with a quoted parameter in Sec-WebSocket-Extensions",
        |it| refuse(it, |head| head.all("Sec-WebSocket-Extensions").any(|it| it.contains('"'))),
    ),
    fault(
        "padded-lists-refused",
        Server,
        &["rfc6455-4.3-5"],
        "refuses requests with white space around the separators of Sec-WebSocket fields",
        |it| {
            refuse(it, |head| {
                let padded =
                    |value: &str| [" ,", " ;", "\t", "  "].iter().any(|it| value.contains(it));
                ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"]
                    .iter()
                    .any(|name| head.all(name).any(padded))
            });
        },
    ),
    fault(
        "unknown-field-refused",
        Server,
        &["rfc6455-4.2.1-26"],
        "refuses requests with a field whose name begins with X-",
        |it| {
            refuse(it, |head| {
                head.fields.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("x-"))
            });
        },
    ),
    fault(
        "cookies-refused",
        Server,
        &["rfc6455-4.2.1-26"],
        "refuses requests with fields other than those of RFC 6455",
        |it| {
            refuse(it, |head| {
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
        },
    ),
    fault(
        "fields-in-order",
        Server,
        &["rfc6455-4.2.1-27"],
        "refuses requests whose Upgrade does not stand before Sec-WebSocket-Key",
        |it| {
            refuse(it, |head| {
                let at = |name: &str| {
                    head.fields.iter().position(|(it, _)| it.eq_ignore_ascii_case(name))
                };
                at("Upgrade") > at("Sec-WebSocket-Key")
            });
        },
    ),
    fault(
        "host-first",
        Server,
        &["rfc6455-4.2.1-27"],
        "refuses requests whose last field is Host",
        |it| {
            refuse(it, |head| {
                head.fields.last().is_some_and(|(name, _)| name.eq_ignore_ascii_case("Host"))
            });
        },
    ),
    fault(
        "field-names-by-letter-case",
        Server,
        &["rfc6455-4.2.1-28"],
        "does not find fields whose names are in other letters than RFC 6455 has them in",
        |it| {
            refuse(it, |head| {
                let has = |name: &str| head.fields.iter().any(|(it, _)| it == name);
                !["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
                    .iter()
                    .all(|name| has(name))
            });
        },
    ),
    fault(
        "lower-case-field-names-refused",
        Server,
        &["rfc6455-4.2.1-28"],
        "does not find fields whose names are in lower case",
        |it| refuse(it, |head| head.fields.iter().any(|(name, _)| name == "sec-websocket-key")),
    ),
    fault(
        "absolute-target-refused",
        Server,
        &["rfc9112-3.2-2", "rfc6455-4.2.1-6"],
        "refuses a request target that is a whole URI",
        |it| refuse(it, |head| !head.start.starts_with("GET /")),
    ),
    oddity("query-refused", Server, "refuses a request target with a query", |it| {
        refuse(it, |head| head.start.contains('?'))
    }),
    oddity("ipv6-host-refused", Server, "refuses a Host that is an IPv6 address", |it| {
        refuse(it, |head| head.all("Host").any(|host| host.starts_with('[')))
    }),
    fault(
        "empty-line-refused",
        Server,
        &["rfc9112-2.2-1"],
        "refuses requests with an empty line before them",
        |it| it.opening.head.refuses_empty_line = true,
    ),
    fault(
        "head-in-one-read",
        Both,
        &["rfc6455-4.2.1-3", "rfc6455-4.1-59"],
        "takes the first read for the peer's whole part of the opening handshake",
        |it| it.opening.head.in_one_read = true,
    ),
    fault(
        "early-octets-lost",
        Client,
        &["rfc6455-4.1-59", "rfc6455-6.2-1"],
        "loses frames that come in the same read as the end of the response",
        |it| it.opening.head.loses_early_octets = true,
    ),
    oddity(
        "too-early-octets-lost",
        Server,
        "loses frames that come in the same read as the end of the request",
        |it| it.opening.head.loses_early_octets = true,
    ),
    fault(
        "answers-too-early",
        Server,
        &["rfc6455-4.2.2-22"],
        "answers as soon as it has the key, and takes the rest of the request for frames",
        |it| {
            it.opening.head.complete_with = Some("sec-websocket-key:");
            it.opening.overlooks_in_requests.push(|_| true);
        },
    ),
    fault(
        "short-heads-only",
        Server,
        &["rfc6455-4.2.1-26"],
        "refuses requests of more than 512 octets",
        |it| it.opening.head.longest = 512,
    ),
    fault(
        "few-fields-only",
        Server,
        &["rfc6455-4.2.1-26"],
        "refuses requests with more than ten fields",
        |it| it.opening.head.most_fields = 10,
    ),
    oddity("no-100-continue", Server, "does not say 100 before 101 to who expects it", |it| {
        it.opening.says_continue = false
    }),
];

fn refuse(conduct: &mut Conduct, unwanted: fn(&ReceivedHead) -> bool) {
    conduct.opening.refuses_requests.push(unwanted);
}
