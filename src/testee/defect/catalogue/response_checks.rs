//! Checks of a server's response that a client leaves out, and right responses that it refuses
//! (RFC 6455 §4.1).

use crate::testee::{
    conduct::{Conduct, Interim, TurningAway},
    defect::entry::{Entry, Testees::Client, choice, fault},
    opening::{LineFlaw, ReceivedHead, ResponseFlaw as Flaw},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "believes-every-answer",
        Client,
        &["rfc6455-4.1-44", "rfc6455-4.1-53", "rfc6455-4.1-57"],
        "takes every response for a right one",
        |it| overlook(it, |_| true),
    ),
    fault(
        "believes-every-101",
        Client,
        &["rfc6455-4.1-46", "rfc6455-4.1-49", "rfc6455-4.1-52", "rfc6455-4.1-57"],
        "takes every response with status 101 for a right one",
        |it| overlook(it, |flaw| !matches!(flaw, Flaw::Status(_) | Flaw::StartLine)),
    ),
    fault("any-status", Client, &["rfc6455-4.1-44"], "does not look at the status", |it| {
        overlook(it, |flaw| matches!(flaw, Flaw::Status(_)))
    }),
    fault("any-2xx", Client, &["rfc6455-4.1-44"], "takes the statuses 200 to 299 for 101", |it| {
        overlook(it, |flaw| matches!(flaw, Flaw::Status(200..=299)))
    }),
    fault(
        "any-1xx",
        Client,
        &["rfc6455-4.1-44"],
        "takes every status from 100 to 199 for 101",
        |it| {
            it.opening.interim = Interim::IsFinal;
            overlook(it, |flaw| matches!(flaw, Flaw::Status(100..=199)));
        },
    ),
    fault(
        "interim-answer-is-final",
        Client,
        &["rfc6455-4.1-59"],
        "takes an interim response, such as 100, for the final one",
        |it| it.opening.interim = Interim::IsFinal,
    ),
    fault(
        "any-http-version-of-answer",
        Client,
        &["rfc6455-4.1-57"],
        "does not look at the version of HTTP in the response",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::HttpVersion(_))),
    ),
    choice(
        "any-lines-in-answer",
        Client,
        "passes over whatever is wrong with the lines of a response",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::Line(_))),
    ),
    choice(
        "bare-line-feeds-in-answer-taken",
        Client,
        "takes a line feed alone for the end of a line of the response",
        |it| overlook(it, |flaw| *flaw == Flaw::Line(LineFlaw::BareLineFeed)),
    ),
    fault(
        "needs-no-upgrade",
        Client,
        &["rfc6455-4.1-46"],
        "takes responses without Upgrade",
        |it| overlook(it, |flaw| *flaw == Flaw::UpgradeMissing),
    ),
    fault(
        "takes-any-upgrade",
        Client,
        &["rfc6455-4.1-47"],
        "takes responses whose Upgrade is not websocket",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::UpgradeOther(_))),
    ),
    fault(
        "takes-upgrade-by-substring",
        Client,
        &["rfc6455-4.1-47"],
        "takes responses whose Upgrade has websocket somewhere",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::UpgradeOther(it) if has(it, "websocket"))),
    ),
    fault(
        "needs-no-connection",
        Client,
        &["rfc6455-4.1-49"],
        "takes responses without Connection",
        |it| overlook(it, |flaw| *flaw == Flaw::ConnectionMissing),
    ),
    fault(
        "takes-any-connection",
        Client,
        &["rfc6455-4.1-50"],
        "takes responses whose Connection does not name Upgrade",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::ConnectionOther(_))),
    ),
    fault(
        "takes-connection-by-substring",
        Client,
        &["rfc6455-4.1-50"],
        "takes responses whose Connection has upgrade somewhere within another option",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::ConnectionOther(it) if has(it, "upgrade"))),
    ),
    fault(
        "needs-no-accept",
        Client,
        &["rfc6455-4.1-52"],
        "takes responses without Sec-WebSocket-Accept",
        |it| overlook(it, |flaw| *flaw == Flaw::AcceptMissing),
    ),
    fault(
        "takes-any-accept",
        Client,
        &["rfc6455-4.1-53"],
        "does not compare Sec-WebSocket-Accept with what it should be",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::AcceptWrong { .. })),
    ),
    fault(
        "takes-empty-accept",
        Client,
        &["rfc6455-4.1-53"],
        "takes an empty Sec-WebSocket-Accept",
        |it| accept(it, |value, _| value.is_empty()),
    ),
    fault(
        "accept-by-letter-case",
        Client,
        &["rfc6455-4.1-53"],
        "compares Sec-WebSocket-Accept without regard to letter case",
        |it| accept(it, str::eq_ignore_ascii_case),
    ),
    fault(
        "accept-by-prefix",
        Client,
        &["rfc6455-4.1-53"],
        "takes a Sec-WebSocket-Accept that is the beginning of the right one",
        |it| accept(it, |value, right| right.starts_with(value)),
    ),
    fault(
        "accept-by-substring",
        Client,
        &["rfc6455-4.1-53"],
        "takes a Sec-WebSocket-Accept that has the right one somewhere",
        |it| accept(it, |value, right| value.contains(right)),
    ),
    fault(
        "accept-by-length",
        Client,
        &["rfc6455-4.1-53"],
        "takes every Sec-WebSocket-Accept of the right length",
        |it| accept(it, |value, right| value.len() == right.len()),
    ),
    fault(
        "accept-without-its-padding",
        Client,
        &["rfc6455-4.1-53"],
        "takes a Sec-WebSocket-Accept without its padding",
        |it| accept(it, |value, right| value == right.trim_end_matches('=')),
    ),
    fault(
        "accept-in-url-safe-letters",
        Client,
        &["rfc6455-4.1-53"],
        "takes a Sec-WebSocket-Accept in the URL-safe alphabet",
        |it| {
            accept(it, |value, right| {
                value.replace('-', "+").replace('_', "/").trim_end_matches('=')
                    == right.trim_end_matches('=')
            });
        },
    ),
    fault(
        "accept-up-to-its-last-character",
        Client,
        &["rfc6455-4.1-53"],
        "does not compare the last characters of Sec-WebSocket-Accept",
        |it| accept(it, |value, right| value.get(..20) == right.get(..20)),
    ),
    fault(
        "accept-from-its-first-character",
        Client,
        &["rfc6455-4.1-53"],
        "does not compare the first characters of Sec-WebSocket-Accept",
        |it| {
            accept(it, |value, right| {
                value.len() == right.len() && value.get(8..) == right.get(8..)
            })
        },
    ),
    fault(
        "takes-two-accepts",
        Client,
        &["rfc6455-11.3.3-2"],
        "looks at one of two Sec-WebSocket-Accept fields",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::AcceptDoubled { .. })),
    ),
    fault(
        "takes-two-right-accepts",
        Client,
        &["rfc6455-11.3.3-2"],
        "takes responses with the right Sec-WebSocket-Accept twice",
        |it| overlook(it, |flaw| *flaw == Flaw::AcceptDoubled { agree: true }),
    ),
    fault(
        "takes-any-subprotocol",
        Client,
        &["rfc6455-4.1-56"],
        "takes a subprotocol that it did not ask for",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::Subprotocol(_))),
    ),
    fault(
        "takes-empty-subprotocol",
        Client,
        &["rfc6455-4.1-56"],
        "takes an empty subprotocol",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::Subprotocol(name) if name.is_empty())),
    ),
    fault(
        "takes-two-subprotocols",
        Client,
        &["rfc6455-11.3.4-4"],
        "takes responses with two Sec-WebSocket-Protocol fields",
        |it| overlook(it, |flaw| *flaw == Flaw::SubprotocolDoubled),
    ),
    fault(
        "refuses-upgrade-by-letter-case",
        Client,
        &["rfc6455-4.1-48"],
        "refuses responses whose Upgrade is not in lower case",
        |it| refuse(it, |head| !head.all("Upgrade").any(|value| value == "websocket")),
    ),
    fault(
        "refuses-connection-by-letter-case",
        Client,
        &["rfc6455-4.1-51"],
        "refuses responses whose Connection spells Upgrade otherwise than it does",
        |it| refuse(it, |head| !head.list("Connection").contains(&"Upgrade")),
    ),
    fault(
        "refuses-further-options",
        Client,
        &["rfc6455-4.1-51"],
        "refuses responses whose Connection has further options",
        |it| refuse(it, |head| head.list("Connection").len() != 1),
    ),
    fault(
        "refuses-field-names-by-letter-case",
        Client,
        &["rfc6455-4.1-58"],
        "does not find fields of the response whose names are in other letters",
        |it| {
            refuse(it, |head| {
                !["Upgrade", "Connection", "Sec-WebSocket-Accept"]
                    .iter()
                    .all(|name| head.fields.iter().any(|(it, _)| it == name))
            });
        },
    ),
    fault(
        "refuses-padded-accept",
        Client,
        &["rfc6455-4.1-54"],
        "compares Sec-WebSocket-Accept with the white space around it",
        |it| it.opening.refuses_padded_accept = true,
    ),
    fault(
        "refuses-folded-answers",
        Client,
        &["rfc9112-5.2-2"],
        "refuses responses with a folded line",
        |it| refuse(it, |head| head.flaws.contains(&LineFlaw::Folded)),
    ),
    fault(
        "refuses-unknown-fields",
        Client,
        &["rfc6455-4.1-57"],
        "refuses responses with a field whose name begins with X-",
        |it| {
            refuse(it, |head| {
                head.fields.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("x-"))
            });
        },
    ),
    fault(
        "refuses-other-reason-phrases",
        Client,
        &["rfc6455-4.1-57"],
        "refuses responses whose reason phrase is not Switching Protocols",
        |it| refuse(it, |head| !head.start.ends_with(" Switching Protocols")),
    ),
    fault(
        "needs-compression",
        Client,
        &["rfc7692-5-18"],
        "refuses responses that decline compression",
        |it| refuse(it, |head| head.all("Sec-WebSocket-Extensions").next().is_none()),
    ),
    fault(
        "refuses-by-waiting",
        Client,
        &["rfc6455-4.1-44", "rfc6455-7.1.7-1"],
        "leaves TCP open after a response that it refuses",
        |it| it.opening.turning_away = TurningAway::Wait,
    ),
    fault(
        "refuses-with-a-close",
        Client,
        &["rfc6455-4.1-44", "rfc6455-6.1-2"],
        "sends a Close after a response that it refuses",
        |it| it.opening.turning_away = TurningAway::SendClose,
    ),
];

fn overlook(conduct: &mut Conduct, flaw: fn(&Flaw) -> bool) {
    conduct.opening.overlooks_in_responses.push(flaw);
}

/// Takes a wrong Sec-WebSocket-Accept if this says so of it and the right one.
fn accept(conduct: &mut Conduct, takes: fn(&str, &str) -> bool) {
    conduct.opening.takes_for_accept.push(takes);
}

fn refuse(conduct: &mut Conduct, unwanted: fn(&ReceivedHead) -> bool) {
    conduct.opening.refuses_responses.push(unwanted);
}

/// Whether it stands somewhere in the value, whatever the letter case.
fn has(value: &str, what: &str) -> bool {
    value.to_ascii_lowercase().contains(what)
}
