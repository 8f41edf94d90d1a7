//! Checks of a server's response that a client leaves out, and right responses that it refuses
//! (RFC 6455 §4.1).

use crate::testee::{
    conduct::{Interim, TurningAway},
    defect::{deed::contains_token, entry::defects},
    opening::{LineFlaw, ResponseFlaw as Flaw},
};

defects! {
    Fault Client "believes-every-answer" ["rfc6455-4.1-44", "rfc6455-4.1-53", "rfc6455-4.1-57"]
        "takes every response for a right one"
        => OverlookInResponse(|_| true);
    Fault Client "believes-every-101" ["rfc6455-4.1-46", "rfc6455-4.1-49", "rfc6455-4.1-52", "rfc6455-4.1-57"]
        "takes every response with status 101 for a right one"
        => OverlookInResponse(|flaw| !matches!(flaw, Flaw::Status(_) | Flaw::StartLine));
    Fault Client "any-status" ["rfc6455-4.1-44"] "does not look at the status"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Status(_)));
    Fault Client "any-2xx" ["rfc6455-4.1-44"] "takes the statuses 200 to 299 for 101"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Status(200..=299)));
    Fault Client "any-1xx" ["rfc6455-4.1-44"] "takes every status from 100 to 199 for 101"
        => Change(|it| it.opening.interim = Interim::IsFinal),
        OverlookInResponse(|flaw| matches!(flaw, Flaw::Status(100..=199)));
    Fault Client "interim-answer-is-final" ["rfc6455-4.1-59"]
        "takes an interim response, such as 100, for the final one"
        => Change(|it| it.opening.interim = Interim::IsFinal);
    Fault Client "any-http-version-of-answer" ["rfc6455-4.1-57"]
        "does not look at the version of HTTP in the response"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::HttpVersion(_)));
    Choice Client "any-lines-in-answer" "passes over whatever is wrong with the lines of a response"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Line(_)));
    Choice Client "bare-line-feeds-in-answer-taken"
        "takes a line feed alone for the end of a line of the response"
        => OverlookInResponse(|flaw| *flaw == Flaw::Line(LineFlaw::BareLineFeed));
    Fault Client "needs-no-upgrade" ["rfc6455-4.1-46"] "takes responses without Upgrade"
        => OverlookInResponse(|flaw| *flaw == Flaw::UpgradeMissing);
    Fault Client "takes-any-upgrade" ["rfc6455-4.1-47"]
        "takes responses whose Upgrade is not websocket"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::UpgradeOther(_)));
    Fault Client "takes-upgrade-by-substring" ["rfc6455-4.1-47"]
        "takes responses whose Upgrade has websocket somewhere"
        => OverlookInResponse(
            |flaw| matches!(flaw, Flaw::UpgradeOther(it) if contains_token(it, "websocket")),
        );
    Fault Client "needs-no-connection" ["rfc6455-4.1-49"] "takes responses without Connection"
        => OverlookInResponse(|flaw| *flaw == Flaw::ConnectionMissing);
    Fault Client "takes-any-connection" ["rfc6455-4.1-50"]
        "takes responses whose Connection does not name Upgrade"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::ConnectionOther(_)));
    Fault Client "takes-connection-by-substring" ["rfc6455-4.1-50"]
        "takes responses whose Connection has upgrade somewhere within another option"
        => OverlookInResponse(
            |flaw| matches!(flaw, Flaw::ConnectionOther(it) if contains_token(it, "upgrade")),
        );
    Fault Client "needs-no-accept" ["rfc6455-4.1-52"] "takes responses without Sec-WebSocket-Accept"
        => OverlookInResponse(|flaw| *flaw == Flaw::AcceptMissing);
    Fault Client "takes-any-accept" ["rfc6455-4.1-53"]
        "does not compare Sec-WebSocket-Accept with what it should be"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::AcceptWrong { .. }));
    Fault Client "takes-empty-accept" ["rfc6455-4.1-53"] "takes an empty Sec-WebSocket-Accept"
        => TakeForAccept(|value, _| value.is_empty());
    Fault Client "accept-by-letter-case" ["rfc6455-4.1-53"]
        "compares Sec-WebSocket-Accept without regard to letter case"
        => TakeForAccept(str::eq_ignore_ascii_case);
    Fault Client "accept-by-prefix" ["rfc6455-4.1-53"]
        "takes a Sec-WebSocket-Accept that is the beginning of the right one"
        => TakeForAccept(|value, right| right.starts_with(value));
    Fault Client "accept-by-substring" ["rfc6455-4.1-53"]
        "takes a Sec-WebSocket-Accept that has the right one somewhere"
        => TakeForAccept(|value, right| value.contains(right));
    Fault Client "accept-by-length" ["rfc6455-4.1-53"]
        "takes every Sec-WebSocket-Accept of the right length"
        => TakeForAccept(|value, right| value.len() == right.len());
    Fault Client "accept-without-its-padding" ["rfc6455-4.1-53"]
        "takes a Sec-WebSocket-Accept without its padding"
        => TakeForAccept(|value, right| value == right.trim_end_matches('='));
    Fault Client "accept-in-url-safe-letters" ["rfc6455-4.1-53"]
        "takes a Sec-WebSocket-Accept in the URL-safe alphabet"
        => TakeForAccept(|value, right| {
            value.replace('-', "+").replace('_', "/").trim_end_matches('=')
                == right.trim_end_matches('=')
        });
    Fault Client "accept-up-to-its-last-character" ["rfc6455-4.1-53"]
        "does not compare the last characters of Sec-WebSocket-Accept"
        => TakeForAccept(|value, right| value.get(..20) == right.get(..20));
    Fault Client "accept-from-its-first-character" ["rfc6455-4.1-53"]
        "does not compare the first characters of Sec-WebSocket-Accept"
        => TakeForAccept(|value, right| {
            value.len() == right.len() && value.get(8..) == right.get(8..)
        });
    Fault Client "takes-two-accepts" ["rfc6455-11.3.3-2"]
        "looks at one of two Sec-WebSocket-Accept fields"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::AcceptDoubled { .. }));
    Fault Client "takes-two-right-accepts" ["rfc6455-11.3.3-2"]
        "takes responses with the right Sec-WebSocket-Accept twice"
        => OverlookInResponse(|flaw| *flaw == Flaw::AcceptDoubled { agree: true });
    Fault Client "takes-any-subprotocol" ["rfc6455-4.1-56"]
        "takes a subprotocol that it did not ask for"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Subprotocol(_)));
    Fault Client "takes-empty-subprotocol" ["rfc6455-4.1-56"] "takes an empty subprotocol"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Subprotocol(name) if name.is_empty()));
    Fault Client "takes-two-subprotocols" ["rfc6455-11.3.4-4"]
        "takes responses with two Sec-WebSocket-Protocol fields"
        => OverlookInResponse(|flaw| *flaw == Flaw::SubprotocolDoubled);
    Fault Client "refuses-upgrade-by-letter-case" ["rfc6455-4.1-48"]
        "refuses responses whose Upgrade is not in lower case"
        => RefuseResponse(|head| !head.all("Upgrade").any(|value| value == "websocket"));
    Fault Client "refuses-connection-by-letter-case" ["rfc6455-4.1-51"]
        "refuses responses whose Connection spells Upgrade otherwise than it does"
        => RefuseResponse(|head| !head.list("Connection").contains(&"Upgrade"));
    Fault Client "refuses-further-options" ["rfc6455-4.1-51"]
        "refuses responses whose Connection has further options"
        => RefuseResponse(|head| head.list("Connection").len() != 1);
    Fault Client "refuses-field-names-by-letter-case" ["rfc6455-4.1-58"]
        "does not find fields of the response whose names are in other letters"
        => RefuseResponse(|head| {
            !["Upgrade", "Connection", "Sec-WebSocket-Accept"]
                .iter()
                .all(|name| head.fields.iter().any(|(it, _)| it == name))
        });
    Fault Client "refuses-padded-accept" ["rfc6455-4.1-54"]
        "compares Sec-WebSocket-Accept with the white space around it"
        => Change(|it| it.opening.refuses_padded_accept = true);
    Fault Client "refuses-folded-answers" ["rfc9112-5.2-2"] "refuses responses with a folded line"
        => RefuseResponse(|head| head.flaws.contains(&LineFlaw::Folded));
    Fault Client "refuses-unknown-fields" ["rfc6455-4.1-57"]
        "refuses responses with a field whose name begins with X-"
        => RefuseResponse(|head| {
            head.fields.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("x-"))
        });
    Fault Client "refuses-other-reason-phrases" ["rfc6455-4.1-57"]
        "refuses responses whose reason phrase is not Switching Protocols"
        => RefuseResponse(|head| !head.start.ends_with(" Switching Protocols"));
    Fault Client "needs-compression" ["rfc7692-5-18"] "refuses responses that decline compression"
        => RefuseResponse(|head| head.all("Sec-WebSocket-Extensions").next().is_none());
    Fault Client "refuses-by-waiting" ["rfc6455-4.1-44", "rfc6455-7.1.7-1"]
        "leaves TCP open after a response that it refuses"
        => Change(|it| it.opening.turning_away = TurningAway::Wait);
    Fault Client "refuses-with-a-close" ["rfc6455-4.1-44", "rfc6455-6.1-2"]
        "sends a Close after a response that it refuses"
        => Change(|it| it.opening.turning_away = TurningAway::SendClose);
}
