//! Checks of a client's request that a server leaves out (RFC 6455 §4.2.1).

use super::answers;
use crate::testee::{
    defect::{deed::contains_token, entry::defects},
    opening::{LineFlaw, RequestFlaw as Flaw},
};

defects! {
    Fault Server "any-upgrade-will-do" ["rfc6455-4.2.1-4", "rfc6455-4.2.1-8", "rfc6455-4.2.1-16", "rfc6455-4.2.1-20"]
        "answers with 101 whatever has an Upgrade field"
        => OverlookInRequest(|flaw| !matches!(flaw, Flaw::UpgradeMissing | Flaw::TooLong));
    Fault Server "any-method" ["rfc6455-4.2.1-4"] "accepts requests of any method"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::Method(_)));
    Fault Server "post-too" ["rfc6455-4.2.1-4"] "accepts POST as well as GET"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::Method(method) if method == "POST"));
    Fault Server "method-of-any-letter-case" ["rfc6455-4.2.1-4"] "accepts the method in lower case"
        => OverlookInRequest(
            |flaw| matches!(flaw, Flaw::Method(method) if method.eq_ignore_ascii_case("GET")),
        );
    Fault Server "http-1-0-too" ["rfc6455-4.2.1-5", "rfc9110-7.8-4"] "accepts requests of HTTP/1.0"
        => OverlookInRequest(
            |flaw| matches!(flaw, Flaw::HttpVersion(version) if version == "HTTP/1.0"),
        );
    Fault Server "any-http-version" ["rfc6455-4.2.1-5"] "accepts requests of any version of HTTP"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::HttpVersion(_)));
    Fault Server "any-target" ["rfc6455-4.2.1-7"] "does not look at the request target"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::Target(_)));
    Fault Server "fragment-in-target" ["rfc6455-4.2.1-7"] "accepts a request target with a fragment"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::Target(target) if target.contains('#')));
    Fault Server "no-host-needed" ["rfc6455-4.2.1-8", "rfc9112-3.2-1"]
        "accepts requests without Host"
        => OverlookInRequest(|flaw| *flaw == Flaw::HostMissing);
    Fault Server "two-hosts" ["rfc9112-3.2-1"] "accepts requests with two Host fields"
        => OverlookInRequest(|flaw| *flaw == Flaw::HostDoubled);
    Fault Server "any-host" ["rfc9112-3.2-1"] "accepts requests whose Host is no host"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::HostInvalid(_)));
    Fault Server "no-upgrade-needed" ["rfc6455-4.2.1-9", "rfc9110-7.8-1"]
        "accepts requests without Upgrade"
        => OverlookInRequest(|flaw| *flaw == Flaw::UpgradeMissing);
    Fault Server "any-upgrade" ["rfc6455-4.2.1-10", "rfc9110-7.8-1"]
        "accepts requests whose Upgrade names another protocol"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::UpgradeOther(_)));
    Fault Server "upgrade-by-substring" ["rfc6455-4.2.1-10"]
        "accepts requests whose Upgrade has websocket somewhere within another name"
        => OverlookInRequest(
            |flaw| matches!(flaw, Flaw::UpgradeOther(value) if contains_token(value, "websocket")),
        );
    Fault Server "no-connection-needed" ["rfc6455-4.2.1-13"] "accepts requests without Connection"
        => OverlookInRequest(|flaw| *flaw == Flaw::ConnectionMissing);
    Fault Server "any-connection" ["rfc6455-4.2.1-14"]
        "accepts requests whose Connection does not name Upgrade"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::ConnectionOther(_)));
    Fault Server "connection-by-substring" ["rfc6455-4.2.1-14"]
        "accepts requests whose Connection has upgrade somewhere within another option"
        => OverlookInRequest(
            |flaw| matches!(flaw, Flaw::ConnectionOther(value) if contains_token(value, "upgrade")),
        );
    Fault Server "no-key-needed" ["rfc6455-4.2.1-16"] "accepts requests without Sec-WebSocket-Key"
        => OverlookInRequest(|flaw| *flaw == Flaw::KeyMissing);
    Fault Server "empty-key" ["rfc6455-4.2.1-18"] "accepts requests with an empty Sec-WebSocket-Key"
        => OverlookInRequest(|flaw| *flaw == Flaw::KeyLength(0));
    Fault Server "two-keys" ["rfc6455-11.3.1-2"] "answers the first of two keys"
        => OverlookInRequest(|flaw| *flaw == Flaw::KeyDoubled);
    Fault Server "any-key-alphabet" ["rfc6455-4.2.1-17"] "accepts keys that are not base64"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::KeyNotBase64(_)));
    Fault Server "key-of-24-characters" ["rfc6455-4.2.1-17"] "accepts any key of 24 characters"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::KeyNotBase64(key) if key.len() == 24));
    Fault Server "any-key-length" ["rfc6455-4.2.1-18"] "accepts keys of any number of octets"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::KeyLength(_)));
    Fault Server "long-keys" ["rfc6455-4.2.1-18"] "accepts keys of more than 16 octets"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::KeyLength(17..)));
    Fault Server "no-version-needed" ["rfc6455-4.2.1-19"]
        "accepts requests without Sec-WebSocket-Version"
        => OverlookInRequest(|flaw| *flaw == Flaw::VersionMissing);
    Fault Server "any-version" ["rfc6455-4.2.1-20", "rfc6455-4.2.2-10"]
        "accepts requests of any version"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::VersionOther(_)));
    Fault Server "later-versions" ["rfc6455-4.2.1-20"] "accepts requests of versions above 13"
        => OverlookInRequest(
            |flaw| matches!(flaw, Flaw::VersionOther(it) if it.parse::<u8>().is_ok_and(|it| it > 13)),
        );
    Choice Server "draft-versions" "accepts the versions 7 and 8 of the drafts, too"
        => OverlookInRequest(
            |flaw| matches!(flaw, Flaw::VersionOther(it) if it == "7" || it == "8"),
        );
    Fault Server "any-spelling-of-13" ["rfc6455-4.2.1-21"]
        "accepts versions that begin or end with 13, such as 013"
        => OverlookInRequest(|flaw| {
            matches!(flaw, Flaw::VersionMalformed(it)
                        if it.starts_with("13") || it.ends_with("13"))
        });
    Fault Server "two-versions" ["rfc6455-11.3.5-3"]
        "accepts requests with two Sec-WebSocket-Version fields"
        => OverlookInRequest(|flaw| *flaw == Flaw::VersionDoubled);
    Fault Server "malformed-subprotocols" ["rfc6455-4.2.1-24"]
        "accepts requests whose Sec-WebSocket-Protocol is not a list of tokens"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::ProtocolsMalformed(_)));
    Fault Server "malformed-extensions" ["rfc6455-9.1-1", "rfc6455-4.3-2"]
        "passes over what is malformed in Sec-WebSocket-Extensions"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::ExtensionsMalformed(_)));
    Fault Server "space-before-colon" ["rfc9112-5.1-1"]
        "accepts white space between a field's name and its colon"
        => OverlookInRequest(|flaw| *flaw == Flaw::Line(LineFlaw::SpaceBeforeColon));
    Fault Server "bare-carriage-return" ["rfc9112-2.2-2"]
        "takes a carriage return within a line for a character like others, and agrees to whatever subprotocol is asked for"
        => EditResponse(answers::agree_to_the_first_subprotocol),
        OverlookInRequest(|flaw| {
            matches!(
                flaw,
                Flaw::Line(LineFlaw::BareCarriageReturn | LineFlaw::Character)
                    | Flaw::ProtocolsMalformed(_)
            )
        });
    Fault Server "any-lines" ["rfc9112-5.1-1", "rfc6455-4.2.1-3"]
        "passes over whatever is wrong with the lines of a request"
        => OverlookInRequest(|flaw| matches!(flaw, Flaw::Line(_)));
    Choice Server "unfolds-lines" "joins folded lines instead of refusing them"
        => OverlookInRequest(|flaw| *flaw == Flaw::Line(LineFlaw::Folded));
    Choice Server "bare-line-feeds" "takes a line feed alone for the end of a line"
        => OverlookInRequest(|flaw| *flaw == Flaw::Line(LineFlaw::BareLineFeed));
}
