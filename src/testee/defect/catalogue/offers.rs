//! Offers of permessage-deflate that a server should decline, offers that a client should not make,
//! and answers that it should refuse (RFC 7692 §7).

use crate::testee::{
    defect::entry::defects,
    opening::{ParameterFlaw as Error, ResponseFlaw as Flaw},
};

defects! {
    // Offers that are accepted.
    Fault Server "accepts-every-offer" ["rfc7692-7-1", "rfc7692-7-2", "rfc7692-7-3"]
        "accepts offers of permessage-deflate whatever stands in them"
        => OverlookInOffer(|_| true);
    Fault Server "accepts-unknown-parameters" ["rfc7692-7-1"]
        "passes over parameters of an offer that it does not know"
        => OverlookInOffer(|error| matches!(error, Error::Unknown(_)));
    Fault Server "accepts-doubled-parameters" ["rfc7692-7-3"]
        "takes the first of two parameters of the same name"
        => OverlookInOffer(|error| matches!(error, Error::Repeated(_)));
    Fault Server "accepts-any-window" ["rfc7692-7-2"] "passes over windows that cannot be"
        => OverlookInOffer(|error| is_wrong(error, "max_window_bits"));
    Fault Server "accepts-large-windows" ["rfc7692-7-2"] "takes windows of more than 15 bits for 15"
        => OverlookInOffer(|error| {
            matches!(error, Error::Value(_, Some(value))
                        if value.parse::<u32>().is_ok_and(|bits| bits > 15))
        });
    Fault Server "accepts-windows-with-leading-zeros" ["rfc7692-7-2"]
        "passes over leading zeros of windows"
        => OverlookInOffer(|error| {
            matches!(error, Error::Value(_, Some(value))
                        if value.starts_with('0') && value.parse::<u8>().is_ok_and(|it| it > 7))
        });
    Fault Server "accepts-windows-without-value" ["rfc7692-7-2"]
        "accepts server_max_window_bits without a value"
        => OverlookInOffer(|error| matches!(error, Error::Value(_, None)));
    Fault Server "accepts-values-of-flags" ["rfc7692-7-2", "rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"]
        "passes over values of parameters that must not have one"
        => OverlookInOffer(|error| is_wrong(error, "no_context_takeover"));
    Oddity Server "looks-at-the-first-offer-only"
        "declines compression when the first of several offers is of no use"
        => Change(|it| it.opening.reads_first_offer_only = true);
    // Offers that are made.
    Choice Client "no-offer" "does not offer permessage-deflate"
        => Change(|it| it.opening.offers = &[]);
    Choice Client "plain-offer" "offers permessage-deflate without parameters"
        => Change(|it| it.opening.offers = &["permessage-deflate"]);
    Choice Client "several-offers" "offers permessage-deflate with a small window, and without"
        => Change(|it| {
            it.opening.offers = &[
                "permessage-deflate; server_max_window_bits=10; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits=12",
                "permessage-deflate",
            ];
        });
    Fault Client "offers-unknown-parameter" ["rfc6455-9-4", "rfc6455-9.1-7"]
        "offers permessage-deflate with a parameter that it does not have"
        => Change(|it| it.opening.offers = &["permessage-deflate; mem_level=8"]);
    Fault Client "offers-doubled-parameter" ["rfc6455-9-4"]
        "offers permessage-deflate with a parameter that stands twice"
        => Change(|it| {
            it.opening.offers =
                &["permessage-deflate; client_max_window_bits; client_max_window_bits"];
        });
    Fault Client "offers-window-without-value" ["rfc7692-7.1.2.1-2"]
        "offers server_max_window_bits without a value"
        => Change(|it| it.opening.offers = &["permessage-deflate; server_max_window_bits"]);
    Fault Client "offers-window-of-16" ["rfc7692-7.1.2.1-2"] "offers server_max_window_bits=16"
        => Change(|it| it.opening.offers = &["permessage-deflate; server_max_window_bits=16"]);
    Fault Client "offers-client-window-of-7" ["rfc7692-7.1.2.2-2"] "offers client_max_window_bits=7"
        => Change(|it| it.opening.offers = &["permessage-deflate; client_max_window_bits=7"]);
    Fault Client "offers-client-window-with-zero" ["rfc7692-7.1.2.2-2"]
        "offers a client_max_window_bits with a leading zero"
        => Change(|it| it.opening.offers = &["permessage-deflate; client_max_window_bits=08"]);
    Fault Client "offers-value-of-flag" ["rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"]
        "offers parameters with a value that must not have one"
        => Change(|it| {
            it.opening.offers = &[
                "permessage-deflate; server_no_context_takeover=1; client_no_context_takeover=1",
            ];
        });
    Fault Client "offers-unregistered-extension" ["rfc6455-9.1-6"]
        "offers an extension that is not registered"
        => Change(|it| it.opening.offers = &["x-webkit-deflate-frame"]);
    Fault Client "offers-malformed" ["rfc6455-4.3-4", "rfc6455-4.3-1"]
        "writes a quoted value that is no token into Sec-WebSocket-Extensions"
        => Change(|it| it.opening.offers = &["permessage-deflate", "foo; bar=\"a b\""]);
    Fault Client "offers-nothing" ["rfc6455-4.3-4"] "sends an empty Sec-WebSocket-Extensions"
        => Change(|it| it.opening.offers = &[""]);
    // Answers that are believed.
    Fault Client "takes-any-extension" ["rfc6455-4.1-55", "rfc7692-5-13"]
        "passes over extensions that it did not offer"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::ExtensionUnasked(_)));
    Fault Client "takes-unoffered-compression" ["rfc6455-4.1-55", "rfc7692-5-19"]
        "offers no compression, and agrees to it all the same"
        => Change(|it| it.opening.offers = &[]),
        OverlookInResponse(|flaw| matches!(flaw, Flaw::ExtensionUnasked(_)));
    Fault Client "takes-malformed-extensions" ["rfc6455-9.1-2"]
        "passes over a malformed Sec-WebSocket-Extensions"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::ExtensionsMalformed(_)));
    Fault Client "takes-every-answer-to-its-offer" ["rfc7692-7-5", "rfc7692-7-6", "rfc7692-7-7"]
        "passes over what it does not understand in an answer to its offer"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Deflate(_) | Flaw::DeflateTwice));
    Fault Client "takes-unknown-parameters" ["rfc7692-7-5"]
        "passes over parameters of an answer that it does not know"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Deflate(Error::Unknown(_))));
    Fault Client "takes-doubled-parameters" ["rfc7692-7-7"]
        "takes the first of two parameters of the same name in an answer"
        => OverlookInResponse(|flaw| matches!(flaw, Flaw::Deflate(Error::Repeated(_))));
    Fault Client "takes-any-window" ["rfc7692-7-6"]
        "passes over windows in an answer that cannot be"
        => OverlookInResponse(
            |flaw| matches!(flaw, Flaw::Deflate(error) if is_wrong(error, "max_window_bits")),
        );
    Fault Client "takes-values-of-flags" ["rfc7692-7-6", "rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"]
        "passes over values in an answer of parameters that must not have one"
        => OverlookInResponse(
            |flaw| matches!(flaw, Flaw::Deflate(error) if is_wrong(error, "no_context_takeover")),
        );
    Fault Client "takes-compression-twice" ["rfc7692-5-13"]
        "takes the first of two answers to its offer"
        => OverlookInResponse(|flaw| *flaw == Flaw::DeflateTwice);
    Fault Client "takes-unasked-window" ["rfc7692-7.1.2.2-6"]
        "does not offer client_max_window_bits, and agrees to it all the same"
        => Change(|it| it.opening.offers = &["permessage-deflate"]),
        OverlookInResponse(|flaw| *flaw == Flaw::WindowUnasked);
    Fault Client "refuses-server-window" ["rfc7692-7.1.2.1-7"]
        "refuses answers with server_max_window_bits, for it did not ask"
        => RefuseParameter("server_max_window_bits");
    Fault Client "refuses-server-no-context" ["rfc7692-7.1.1.1-7"]
        "refuses answers with server_no_context_takeover, for it did not ask"
        => RefuseParameter("server_no_context_takeover");
    Fault Client "refuses-client-no-context" ["rfc7692-7.1.1.2-4"]
        "refuses answers with client_no_context_takeover, for it did not offer that"
        => RefuseParameter("client_no_context_takeover");
    Fault Client "refuses-client-window" ["rfc7692-7-8"]
        "refuses answers that limit its window, though it offered that"
        => RefuseParameter("client_max_window_bits");
    Choice Client "refuses-smallest-window"
        "refuses answers that limit its window to 2^8 octets, which zlib does not have"
        => RefuseParameter("client_max_window_bits=8");
}

/// Whether it is about a wrong value of a parameter whose name ends so.
fn is_wrong(error: &Error, name: &str) -> bool {
    matches!(error, Error::Value(parameter, _) if parameter.ends_with(name))
}
