//! Checks of a client's request that a server leaves out (RFC 6455 §4.2.1).

use super::answers;
use crate::testee::{
    conduct::Conduct,
    defect::entry::{Entry, Testees::Server, choice, fault},
    opening::{LineFlaw, RequestFlaw as Flaw},
};

pub(super) const ENTRIES: &[Entry] = &[
    fault(
        "any-upgrade-will-do",
        Server,
        &["rfc6455-4.2.1-4", "rfc6455-4.2.1-8", "rfc6455-4.2.1-16", "rfc6455-4.2.1-20"],
        "answers with 101 whatever has an Upgrade field",
        |it| overlook(it, |flaw| !matches!(flaw, Flaw::UpgradeMissing | Flaw::TooLong)),
    ),
    fault("any-method", Server, &["rfc6455-4.2.1-4"], "accepts requests of any method", |it| {
        overlook(it, |flaw| matches!(flaw, Flaw::Method(_)))
    }),
    fault("post-too", Server, &["rfc6455-4.2.1-4"], "accepts POST as well as GET", |it| {
        overlook(it, |flaw| matches!(flaw, Flaw::Method(method) if method == "POST"))
    }),
    fault(
        "method-of-any-letter-case",
        Server,
        &["rfc6455-4.2.1-4"],
        "accepts the method in lower case",
        |it| {
            overlook(
                it,
                |flaw| matches!(flaw, Flaw::Method(method) if method.eq_ignore_ascii_case("GET")),
            );
        },
    ),
    fault(
        "http-1-0-too",
        Server,
        &["rfc6455-4.2.1-5", "rfc9110-7.8-4"],
        "accepts requests of HTTP/1.0",
        |it| {
            overlook(it, |flaw| matches!(flaw, Flaw::HttpVersion(version) if version == "HTTP/1.0"))
        },
    ),
    fault(
        "any-http-version",
        Server,
        &["rfc6455-4.2.1-5"],
        "accepts requests of any version of HTTP",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::HttpVersion(_))),
    ),
    fault(
        "any-target",
        Server,
        &["rfc6455-4.2.1-7"],
        "does not look at the request target",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::Target(_))),
    ),
    fault(
        "fragment-in-target",
        Server,
        &["rfc6455-4.2.1-7"],
        "accepts a request target with a fragment",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::Target(target) if target.contains('#'))),
    ),
    fault(
        "no-host-needed",
        Server,
        &["rfc6455-4.2.1-8", "rfc9112-3.2-1"],
        "accepts requests without Host",
        |it| overlook(it, |flaw| *flaw == Flaw::HostMissing),
    ),
    fault("two-hosts", Server, &["rfc9112-3.2-1"], "accepts requests with two Host fields", |it| {
        overlook(it, |flaw| *flaw == Flaw::HostDoubled)
    }),
    fault("any-host", Server, &["rfc9112-3.2-1"], "accepts requests whose Host is no host", |it| {
        overlook(it, |flaw| matches!(flaw, Flaw::HostInvalid(_)))
    }),
    fault(
        "no-upgrade-needed",
        Server,
        &["rfc6455-4.2.1-9", "rfc9110-7.8-1"],
        "accepts requests without Upgrade",
        |it| overlook(it, |flaw| *flaw == Flaw::UpgradeMissing),
    ),
    fault(
        "any-upgrade",
        Server,
        &["rfc6455-4.2.1-10", "rfc9110-7.8-1"],
        "accepts requests whose Upgrade names another protocol",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::UpgradeOther(_))),
    ),
    fault(
        "upgrade-by-substring",
        Server,
        &["rfc6455-4.2.1-10"],
        "accepts requests whose Upgrade has websocket somewhere within another name",
        |it| {
            overlook(
                it,
                |flaw| matches!(flaw, Flaw::UpgradeOther(value) if has(value, "websocket")),
            );
        },
    ),
    fault(
        "no-connection-needed",
        Server,
        &["rfc6455-4.2.1-13"],
        "accepts requests without Connection",
        |it| overlook(it, |flaw| *flaw == Flaw::ConnectionMissing),
    ),
    fault(
        "any-connection",
        Server,
        &["rfc6455-4.2.1-14"],
        "accepts requests whose Connection does not name Upgrade",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::ConnectionOther(_))),
    ),
    fault(
        "connection-by-substring",
        Server,
        &["rfc6455-4.2.1-14"],
        "accepts requests whose Connection has upgrade somewhere within another option",
        |it| {
            overlook(
                it,
                |flaw| matches!(flaw, Flaw::ConnectionOther(value) if has(value, "upgrade")),
            );
        },
    ),
    fault(
        "no-key-needed",
        Server,
        &["rfc6455-4.2.1-16"],
        "accepts requests without Sec-WebSocket-Key",
        |it| overlook(it, |flaw| *flaw == Flaw::KeyMissing),
    ),
    fault(
        "empty-key",
        Server,
        &["rfc6455-4.2.1-18"],
        "accepts requests with an empty Sec-WebSocket-Key",
        |it| overlook(it, |flaw| *flaw == Flaw::KeyLength(0)),
    ),
    fault("two-keys", Server, &["rfc6455-11.3.1-2"], "answers the first of two keys", |it| {
        overlook(it, |flaw| *flaw == Flaw::KeyDoubled)
    }),
    fault(
        "any-key-alphabet",
        Server,
        &["rfc6455-4.2.1-17"],
        "accepts keys that are not base64",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::KeyNotBase64(_))),
    ),
    fault(
        "key-of-24-characters",
        Server,
        &["rfc6455-4.2.1-17"],
        "accepts any key of 24 characters",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::KeyNotBase64(key) if key.len() == 24)),
    ),
    fault(
        "any-key-length",
        Server,
        &["rfc6455-4.2.1-18"],
        "accepts keys of any number of octets",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::KeyLength(_))),
    ),
    fault(
        "long-keys",
        Server,
        &["rfc6455-4.2.1-18"],
        "accepts keys of more than 16 octets",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::KeyLength(17..))),
    ),
    fault(
        "no-version-needed",
        Server,
        &["rfc6455-4.2.1-19"],
        "accepts requests without Sec-WebSocket-Version",
        |it| overlook(it, |flaw| *flaw == Flaw::VersionMissing),
    ),
    fault(
        "any-version",
        Server,
        &["rfc6455-4.2.1-20", "rfc6455-4.2.2-10"],
        "accepts requests of any version",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::VersionOther(_))),
    ),
    fault(
        "later-versions",
        Server,
        &["rfc6455-4.2.1-20"],
        "accepts requests of versions above 13",
        |it| {
            overlook(
                it,
                |flaw| matches!(flaw, Flaw::VersionOther(it) if it.parse::<u8>().is_ok_and(|it| it > 13)),
            );
        },
    ),
    choice("draft-versions", Server, "accepts the versions 7 and 8 of the drafts, too", |it| {
        overlook(it, |flaw| matches!(flaw, Flaw::VersionOther(it) if it == "7" || it == "8"))
    }),
    fault(
        "any-spelling-of-13",
        Server,
        &["rfc6455-4.2.1-21"],
        "accepts versions that begin or end with 13, such as 013",
        |it| {
            overlook(it, |flaw| {
                matches!(flaw, Flaw::VersionMalformed(it)
                    if it.starts_with("13") || it.ends_with("13"))
            });
        },
    ),
    fault(
        "two-versions",
        Server,
        &["rfc6455-11.3.5-3"],
        "accepts requests with two Sec-WebSocket-Version fields",
        |it| overlook(it, |flaw| *flaw == Flaw::VersionDoubled),
    ),
    fault(
        "malformed-subprotocols",
        Server,
        &["rfc6455-4.2.1-24"],
        "accepts requests whose Sec-WebSocket-Protocol is not a list of tokens",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::ProtocolsMalformed(_))),
    ),
    fault(
        "malformed-extensions",
        Server,
        &["rfc6455-9.1-1", "rfc6455-4.3-2"],
        "passes over what is malformed in Sec-WebSocket-Extensions",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::ExtensionsMalformed(_))),
    ),
    fault(
        "space-before-colon",
        Server,
        &["rfc9112-5.1-1"],
        "accepts white space between a field's name and its colon",
        |it| overlook(it, |flaw| *flaw == Flaw::Line(LineFlaw::SpaceBeforeColon)),
    ),
    fault(
        "bare-carriage-return",
        Server,
        &["rfc9112-2.2-2"],
        "takes a carriage return within a line for a character like others, and agrees to whatever \
         subprotocol is asked for",
        |it| {
            it.opening.response_edits.push(answers::agree_to_the_first_subprotocol);
            overlook(it, |flaw| {
                matches!(
                    flaw,
                    Flaw::Line(LineFlaw::BareCarriageReturn | LineFlaw::Character)
                        | Flaw::ProtocolsMalformed(_)
                )
            });
        },
    ),
    fault(
        "any-lines",
        Server,
        &["rfc9112-5.1-1", "rfc6455-4.2.1-3"],
        "passes over whatever is wrong with the lines of a request",
        |it| overlook(it, |flaw| matches!(flaw, Flaw::Line(_))),
    ),
    choice("unfolds-lines", Server, "joins folded lines instead of refusing them", |it| {
        overlook(it, |flaw| *flaw == Flaw::Line(LineFlaw::Folded))
    }),
    choice("bare-line-feeds", Server, "takes a line feed alone for the end of a line", |it| {
        overlook(it, |flaw| *flaw == Flaw::Line(LineFlaw::BareLineFeed))
    }),
];

fn overlook(conduct: &mut Conduct, flaw: fn(&Flaw) -> bool) {
    conduct.opening.overlooks_in_requests.push(flaw);
}

/// Whether it stands somewhere in the value, whatever the letter case.
fn has(value: &str, what: &str) -> bool {
    value.to_ascii_lowercase().contains(what)
}
