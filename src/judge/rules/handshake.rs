//! What no opening handshake may be.

use crate::{
    case::RequirementId,
    protocol::{Role, handshake::HandshakeViolation},
    transcript::HandshakeRecord,
};

use super::{
    Breach, BrokenRule, Rule,
    Verdict::{self, Fail, Informational, NonStrict},
    fields,
};

/// A rule a violation: its name, what it enforces of clients and of servers, how grave it is.
macro_rules! rules {
    ($(
        $violation:ident $name:literal
        [$($client:literal),*] [$($server:literal),*] $verdict:expr;
    )*) => {
        /// The rules, one for each violation.
        pub(super) const RULES: &[Rule] = &[$(Rule {
            name: $name,
            requirements: &[$($client,)* $($server),*],
            testee: bound(&[$($client),*], &[$($server),*]),
        }),*];

        #[cfg(test)]
        const ROWS: &[Row] = &[$(Row {
            name: $name,
            of_client: &[$($client),*],
            of_server: &[$($server),*],
            verdict: $verdict,
        }),*];

        fn row(violation: &HandshakeViolation) -> Row {
            match violation {
                $(HandshakeViolation::$violation { .. } => Row {
                    name: $name,
                    of_client: &[$($client),*],
                    of_server: &[$($server),*],
                    verdict: $verdict,
                },)*
            }
        }
    };
}

/// A row of the table.
struct Row {
    name: &'static str,
    of_client: &'static [&'static str],
    of_server: &'static [&'static str],
    verdict: Verdict,
}

/// Whom requirements of clients and of servers bind.
const fn bound(of_client: &[&str], of_server: &[&str]) -> Option<Role> {
    match (of_client.is_empty(), of_server.is_empty()) {
        (false, true) => Some(Role::Client),
        (true, false) => Some(Role::Server),
        _ => None,
    }
}

rules! {
    EmptyLineFirst "empty-line-first" ["rfc6455-4.1-19"] ["rfc6455-4.2.2-22"] NonStrict;
    BareLf "bare-lf" ["rfc6455-4.1-19"] ["rfc6455-4.2.2-22"] Fail;
    FoldedField "folded-field" ["rfc6455-4.1-19"] ["rfc6455-4.2.2-22"] Fail;
    FieldMalformed "field-malformed" ["rfc6455-4.1-19"] ["rfc6455-4.2.2-22"] Fail;
    SpaceBeforeColon "space-before-colon" ["rfc6455-4.1-19"] [] Fail;
    FieldIllegalOctets "field-illegal-octets" ["rfc6455-4.1-19"] ["rfc6455-4.2.2-22"] Fail;
    EmptyListElement "empty-list-element" ["rfc9110-5.6.1-1"] ["rfc9110-5.6.1-1"] Fail;
    HttpVersion "http-version" ["rfc6455-4.1-21"] ["rfc6455-4.2.2-22"] Fail;
    UpgradeMissing "upgrade-missing" ["rfc6455-4.1-24"] ["rfc6455-4.2.2-23"] Fail;
    UpgradeLetterCase "upgrade-letter-case"
        ["rfc6455-4.1-25"] ["rfc6455-4.2.2-23"] Informational;
    ConnectionMissing "connection-missing" ["rfc6455-4.1-26"] ["rfc6455-4.2.2-24"] Fail;
    ConnectionLacksUpgrade "connection-lacks-upgrade"
        ["rfc6455-4.1-27", "rfc9110-7.8-3"] ["rfc6455-4.2.2-24"] Fail;
    ExtensionsMalformed "extensions-malformed" ["rfc6455-4.3-4"] ["rfc6455-4.3-4"] Fail;
    ExtensionsEmpty "extensions-empty" ["rfc6455-4.3-4"] ["rfc6455-9.1-11"] Fail;
    ExtensionUnregistered "extension-unregistered" ["rfc6455-9.1-6"] [] NonStrict;

    RequestLineMalformed "request-line-malformed" ["rfc6455-4.1-19"] [] Fail;
    MethodNotGet "method-not-get" ["rfc6455-4.1-20"] [] Fail;
    TargetInvalid "target-invalid" ["rfc6455-4.1-22", "rfc6455-3-2", "rfc6455-4.1-3"] [] Fail;
    TargetHasFragment "target-has-fragment" ["rfc6455-3-3", "rfc6455-3-4"] [] Fail;
    TargetNotEncoded "target-not-encoded" ["rfc6455-11.1.1-2"] [] Fail;
    TargetAbsolute "target-absolute" ["rfc6455-4.1-22"] [] Informational;
    HostMissing "host-missing" ["rfc6455-4.1-23"] [] Fail;
    HostDoubled "host-doubled" ["rfc6455-4.1-23"] [] Fail;
    HostInvalid "host-invalid" ["rfc6455-4.1-23", "rfc6455-11.1.1-1", "rfc6455-4.1-3"] [] Fail;
    HostLacksPort "host-lacks-port" ["rfc6455-4.1-23"] [] Fail;
    UpgradeLacksWebsocket "upgrade-lacks-websocket" ["rfc6455-4.1-25"] [] Fail;
    UpgradeListsOthers "upgrade-lists-others" ["rfc6455-4.1-25"] [] Informational;
    KeyMissing "key-missing" ["rfc6455-4.1-28"] [] Fail;
    KeyDoubled "key-doubled" ["rfc6455-11.3.1-1"] [] Fail;
    KeyNotBase64 "key-not-base64" ["rfc6455-4.1-29"] [] Fail;
    KeyWrongLength "key-wrong-length" ["rfc6455-4.1-29"] [] Fail;
    KeyPadBits "key-pad-bits" ["rfc6455-4.1-29"] [] NonStrict;
    VersionMissing "version-missing" ["rfc6455-4.1-34"] [] Fail;
    VersionDoubled "version-doubled" ["rfc6455-11.3.5-2"] [] Fail;
    VersionMalformed "version-malformed" ["rfc6455-4.1-35"] [] Fail;
    VersionWrong "version-wrong" ["rfc6455-4.1-35"] [] Fail;
    // What a client that is no browser sends there is up to its application (RFC 6455 §4.1).
    ClearText "clear-text" ["rfc6455-4.1-14", "rfc6455-4.1-15"] [] Fail;
    OriginMissing "origin-missing" ["rfc6455-4.1-31"] [] NonStrict;
    OriginMalformed "origin-malformed" ["rfc6455-4.1-33"] [] NonStrict;
    SubprotocolsEmpty "subprotocols-empty" ["rfc6455-4.1-39"] [] Fail;
    SubprotocolNotToken "subprotocol-not-token" ["rfc6455-4.1-37"] [] Fail;
    SubprotocolRepeated "subprotocol-repeated" ["rfc6455-4.1-38"] [] Fail;
    OfferUnknownParameter "offer-unknown-parameter" ["rfc6455-9-4"] [] Fail;
    OfferRepeatedParameter "offer-repeated-parameter" ["rfc6455-9-4"] [] Fail;
    OfferWrongValue "offer-wrong-value"
        ["rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2", "rfc7692-7.1.2.1-2", "rfc7692-7.1.2.2-2"] [] Fail;
    BodyAnnounced "body-announced" ["rfc6455-4.1-42"] [] Fail;
    DataBeforeResponse "data-before-response" ["rfc6455-4.1-42"] [] Fail;

    StatusLineMalformed "status-line-malformed" [] ["rfc6455-4.2.2-22"] Fail;
    StatusLineSpacing "status-line-spacing" [] ["rfc6455-4.2.2-22"] NonStrict;
    UpgradeNotWebsocket "upgrade-not-websocket" [] ["rfc6455-4.2.2-23"] Fail;
    AcceptMissing "accept-missing" [] ["rfc6455-4.2.2-25"] Fail;
    AcceptDoubled "accept-doubled" [] ["rfc6455-11.3.3-1"] Fail;
    AcceptWrong "accept-wrong" [] ["rfc6455-4.2.2-25"] Fail;
    ExtensionNotOffered "extension-not-offered"
        [] ["rfc6455-4.2.2-20", "rfc6455-9.1-6", "rfc7692-5-17", "rfc7692-5-12"] Fail;
    ExtensionsFieldDoubled "extensions-field-doubled" [] ["rfc6455-11.3.2-2"] Informational;
    DeflateAcceptedTwice "deflate-accepted-twice" [] ["rfc7692-5-3"] Fail;
    AnswerUnknownParameter "answer-unknown-parameter" [] ["rfc6455-9-4"] Fail;
    AnswerRepeatedParameter "answer-repeated-parameter" [] ["rfc6455-9-4"] Fail;
    AnswerWrongValue "answer-wrong-value" []
        ["rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2", "rfc7692-7.1.2.1-5", "rfc7692-7.1.2.2-4"] Fail;
    ClientWindowNotOffered "client-window-not-offered" [] ["rfc7692-7.1.2.2-5"] Fail;
    ServerWindowDropped "server-window-dropped"
        [] ["rfc7692-7.1.2.1-4", "rfc7692-7.1.2.1-3", "rfc7692-5-5"] Fail;
    ServerWindowAboveOffer "server-window-above-offer"
        [] ["rfc7692-7.1.2.1-4", "rfc7692-5-5"] Fail;
    ServerTakeoverDropped "server-takeover-dropped"
        [] ["rfc7692-7.1.1.1-4", "rfc7692-5-5"] Fail;
    SubprotocolNotOffered "subprotocol-not-offered"
        [] ["rfc6455-4.2.2-15", "rfc6455-4.2.2-16", "rfc6455-4.2.2-17"] Fail;
    SubprotocolLetterCase "subprotocol-letter-case" [] ["rfc6455-4.2.2-15"] Fail;
    SubprotocolsSeveral "subprotocols-several" [] ["rfc6455-4.2.2-19"] Fail;
    SubprotocolFieldDoubled "subprotocol-field-doubled" [] ["rfc6455-11.3.4-3"] Fail;
    SubprotocolEmpty "subprotocol-empty" [] ["rfc6455-4.2.2-18"] Fail;
    ContentLengthPresent "content-length-present" [] ["rfc9110-8.6-1"] Fail;
    TransferEncodingPresent "transfer-encoding-present" [] ["rfc9112-6.1-1"] Fail;
    VersionListMalformed "version-list-malformed" [] ["rfc6455-4.3-3"] Fail;
    FramesBehindRefusal "frames-behind-refusal"
        [] ["rfc6455-6.1-2", "rfc6455-4.2.1-3"] Fail;
    UpgradeRequiredWithoutUpgrade "upgrade-required-without-upgrade"
        [] ["rfc9110-7.8-2"] Fail;
}

/// The name of the rule that a violation breaks.
pub fn rule_of(violation: &HandshakeViolation) -> &'static str {
    row(violation).name
}

/// The rule that a violation of this testee breaks in this opening handshake.
pub(super) fn broken(
    violation: &HandshakeViolation,
    testee: Role,
    handshake: &HandshakeRecord,
) -> BrokenRule {
    let row = row(violation);
    let requirements = match testee {
        Role::Client => row.of_client,
        Role::Server => row.of_server,
    };
    let parameter = parameter(violation);
    let requirement = requirements.get(parameter).or(requirements.first());
    let verdict = match violation {
        // Without the parameter the window is as large as that, so nobody is worse off.
        HandshakeViolation::ServerWindowDropped(15) => Informational,
        _ => row.verdict,
    };
    BrokenRule {
        rule: row.name.to_owned(),
        requirement: RequirementId(requirement.copied().unwrap_or_default().to_owned()),
        verdict,
        message: words(violation, handshake),
        violation: Some(Breach::Opening(violation.clone())),
        frame: None,
    }
}

/// What was seen. Where a server accepted what we asked for in a form that is not valid, that is what
/// is wrong, and not that we did not ask for it.
fn words(violation: &HandshakeViolation, handshake: &HandshakeRecord) -> String {
    let asked_for = |field: &str, name: &str| {
        fields::value(field, &handshake.request).is_some_and(|value| value.contains(name))
    };
    match violation {
        HandshakeViolation::ExtensionNotOffered(name)
            if asked_for("Sec-WebSocket-Extensions", name) =>
        {
            format!("the extension {name:?} was accepted, although its offer is not valid")
        }
        HandshakeViolation::SubprotocolNotOffered(name) => {
            let name = as_our_head(name);
            match asked_for("Sec-WebSocket-Protocol", &name) {
                true => format!("the subprotocol {name:?} was chosen, which is not a valid name"),
                false => format!("the subprotocol {name:?} was not asked for"),
            }
        }
        HandshakeViolation::OriginMissing => {
            let agent = fields::value("User-Agent", &handshake.request).unwrap_or_default();
            format!("the User-Agent {agent:?} names a browser, but the Origin field is missing")
        }
        _ => violation.to_string(),
    }
}

/// A text of the peer, whose octets were taken for ISO 8859-1, in the form in which the record of our
/// own head has them: as UTF-8.
fn as_our_head(text: &str) -> String {
    let octets: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
    octets.map_or(text.to_owned(), |octets| String::from_utf8_lossy(&octets).into_owned())
}

/// Which of the rule's requirements is broken, where they go by the parameter of the extension.
fn parameter(violation: &HandshakeViolation) -> usize {
    let (HandshakeViolation::OfferWrongValue(name, _)
    | HandshakeViolation::AnswerWrongValue(name, _)) = violation
    else {
        return 0;
    };
    let names = [
        "server_no_context_takeover",
        "client_no_context_takeover",
        "server_max_window_bits",
        "client_max_window_bits",
    ];
    let known = names.iter().position(|it| it.eq_ignore_ascii_case(name));
    known.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::Catalogue;

    fn broken_by(violation: &HandshakeViolation, testee: Role) -> (String, Verdict) {
        let broken = broken(violation, testee, &HandshakeRecord::default());
        (broken.requirement.0, broken.verdict)
    }

    #[test]
    fn who_broke_it_decides_on_the_requirement() {
        let violation = HandshakeViolation::UpgradeMissing;
        let client = ("rfc6455-4.1-24".to_owned(), Fail);
        let server = ("rfc6455-4.2.2-23".to_owned(), Fail);
        assert_eq!(broken_by(&violation, Role::Client), client);
        assert_eq!(broken_by(&violation, Role::Server), server);
    }

    #[test]
    fn only_what_breaks_a_must_fails() {
        for row in ROWS.iter().filter(|row| row.verdict == Fail) {
            let chief = [row.of_client.first(), row.of_server.first()];
            for id in chief.into_iter().flatten() {
                let id = RequirementId((*id).to_owned());
                assert!(Catalogue::embedded().fails(&id), "{}: {id:?}", row.name);
            }
        }
        assert!(ROWS.iter().any(|row| row.verdict == NonStrict));
    }

    #[test]
    fn the_parameter_decides_too() {
        let name = "server_max_window_bits".to_owned();
        let violation = HandshakeViolation::AnswerWrongValue(name, "7".to_owned());
        let expected = ("rfc7692-7.1.2.1-5".to_owned(), Fail);
        assert_eq!(broken_by(&violation, Role::Server), expected);
    }

    #[test]
    fn a_window_that_is_dropped_without_effect_is_not_counted() {
        let dropped = |bits| {
            let violation = HandshakeViolation::ServerWindowDropped(bits);
            broken_by(&violation, Role::Server).1
        };
        assert_eq!(dropped(15), Informational);
        assert_eq!(dropped(10), Fail);
    }
}
