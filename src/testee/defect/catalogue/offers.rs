//! Offers of permessage-deflate that a server should decline, offers that a client should not make,
//! and answers that it should refuse (RFC 7692 §7).

use crate::testee::{
    conduct::Conduct,
    defect::entry::{
        Entry,
        Testees::{Client, Server},
        choice, fault, oddity,
    },
    opening::{ParameterFlaw as Error, ResponseFlaw as Flaw},
};

pub(super) const ENTRIES: &[Entry] = &[
    // Offers that are accepted.
    fault(
        "accepts-every-offer",
        Server,
        &["rfc7692-7-1", "rfc7692-7-2", "rfc7692-7-3"],
        "accepts offers of permessage-deflate whatever stands in them",
        |it| offers(it, |_| true),
    ),
    fault(
        "accepts-unknown-parameters",
        Server,
        &["rfc7692-7-1"],
        "passes over parameters of an offer that it does not know",
        |it| offers(it, |error| matches!(error, Error::Unknown(_))),
    ),
    fault(
        "accepts-doubled-parameters",
        Server,
        &["rfc7692-7-3"],
        "takes the first of two parameters of the same name",
        |it| offers(it, |error| matches!(error, Error::Repeated(_))),
    ),
    fault(
        "accepts-any-window",
        Server,
        &["rfc7692-7-2"],
        "passes over windows that cannot be",
        |it| offers(it, |error| is_wrong(error, "max_window_bits")),
    ),
    fault(
        "accepts-large-windows",
        Server,
        &["rfc7692-7-2"],
        "takes windows of more than 15 bits for 15",
        |it| {
            offers(it, |error| {
                matches!(error, Error::Value(_, Some(value))
                    if value.parse::<u32>().is_ok_and(|bits| bits > 15))
            });
        },
    ),
    fault(
        "accepts-windows-with-leading-zeros",
        Server,
        &["rfc7692-7-2"],
        "passes over leading zeros of windows",
        |it| {
            offers(it, |error| {
                matches!(error, Error::Value(_, Some(value))
                    if value.starts_with('0') && value.parse::<u8>().is_ok_and(|it| it > 7))
            });
        },
    ),
    fault(
        "accepts-windows-without-value",
        Server,
        &["rfc7692-7-2"],
        "accepts server_max_window_bits without a value",
        |it| offers(it, |error| matches!(error, Error::Value(_, None))),
    ),
    fault(
        "accepts-values-of-flags",
        Server,
        &["rfc7692-7-2", "rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"],
        "passes over values of parameters that must not have one",
        |it| offers(it, |error| is_wrong(error, "no_context_takeover")),
    ),
    oddity(
        "looks-at-the-first-offer-only",
        Server,
        "declines compression when the first of several offers is of no use",
        |it| it.opening.reads_first_offer_only = true,
    ),
    // Offers that are made.
    choice("no-offer", Client, "does not offer permessage-deflate", |it| it.opening.offers = &[]),
    choice("plain-offer", Client, "offers permessage-deflate without parameters", |it| {
        it.opening.offers = &["permessage-deflate"]
    }),
    choice(
        "several-offers",
        Client,
        "offers permessage-deflate with a small window, and without",
        |it| {
            it.opening.offers = &[
                "permessage-deflate; server_max_window_bits=10; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits=12",
                "permessage-deflate",
            ];
        },
    ),
    fault(
        "offers-unknown-parameter",
        Client,
        &["rfc6455-9-4", "rfc6455-9.1-7"],
        "offers permessage-deflate with a parameter that it does not have",
        |it| it.opening.offers = &["permessage-deflate; mem_level=8"],
    ),
    fault(
        "offers-doubled-parameter",
        Client,
        &["rfc6455-9-4"],
        "offers permessage-deflate with a parameter that stands twice",
        |it| {
            it.opening.offers =
                &["permessage-deflate; client_max_window_bits; client_max_window_bits"];
        },
    ),
    fault(
        "offers-window-without-value",
        Client,
        &["rfc7692-7.1.2.1-2"],
        "offers server_max_window_bits without a value",
        |it| it.opening.offers = &["permessage-deflate; server_max_window_bits"],
    ),
    fault(
        "offers-window-of-16",
        Client,
        &["rfc7692-7.1.2.1-2"],
        "offers server_max_window_bits=16",
        |it| it.opening.offers = &["permessage-deflate; server_max_window_bits=16"],
    ),
    fault(
        "offers-client-window-of-7",
        Client,
        &["rfc7692-7.1.2.2-2"],
        "offers client_max_window_bits=7",
        |it| it.opening.offers = &["permessage-deflate; client_max_window_bits=7"],
    ),
    fault(
        "offers-client-window-with-zero",
        Client,
        &["rfc7692-7.1.2.2-2"],
        "offers a client_max_window_bits with a leading zero",
        |it| it.opening.offers = &["permessage-deflate; client_max_window_bits=08"],
    ),
    fault(
        "offers-value-of-flag",
        Client,
        &["rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"],
        "offers parameters with a value that must not have one",
        |it| {
            it.opening.offers =
                &["permessage-deflate; server_no_context_takeover=1; client_no_context_takeover=1"];
        },
    ),
    fault(
        "offers-unregistered-extension",
        Client,
        &["rfc6455-9.1-6"],
        "offers an extension that is not registered",
        |it| it.opening.offers = &["x-webkit-deflate-frame"],
    ),
    fault(
        "offers-malformed",
        Client,
        &["rfc6455-4.3-4", "rfc6455-4.3-1"],
        "writes a quoted value that is no token into Sec-WebSocket-Extensions",
        |it| it.opening.offers = &["permessage-deflate", "foo; bar=\"a b\""],
    ),
    fault(
        "offers-nothing",
        Client,
        &["rfc6455-4.3-4"],
        "sends an empty Sec-WebSocket-Extensions",
        |it| it.opening.offers = &[""],
    ),
    // Answers that are believed.
    fault(
        "takes-any-extension",
        Client,
        &["rfc6455-4.1-55", "rfc7692-5-13"],
        "passes over extensions that it did not offer",
        |it| answers(it, |flaw| matches!(flaw, Flaw::ExtensionUnasked(_))),
    ),
    fault(
        "takes-unoffered-compression",
        Client,
        &["rfc6455-4.1-55", "rfc7692-5-19"],
        "offers no compression, and agrees to it all the same",
        |it| {
            it.opening.offers = &[];
            answers(it, |flaw| matches!(flaw, Flaw::ExtensionUnasked(_)));
        },
    ),
    fault(
        "takes-malformed-extensions",
        Client,
        &["rfc6455-9.1-2"],
        "passes over a malformed Sec-WebSocket-Extensions",
        |it| answers(it, |flaw| matches!(flaw, Flaw::ExtensionsMalformed(_))),
    ),
    fault(
        "takes-every-answer-to-its-offer",
        Client,
        &["rfc7692-7-5", "rfc7692-7-6", "rfc7692-7-7"],
        "passes over what it does not understand in an answer to its offer",
        |it| answers(it, |flaw| matches!(flaw, Flaw::Deflate(_) | Flaw::DeflateTwice)),
    ),
    fault(
        "takes-unknown-parameters",
        Client,
        &["rfc7692-7-5"],
        "passes over parameters of an answer that it does not know",
        |it| answers(it, |flaw| matches!(flaw, Flaw::Deflate(Error::Unknown(_)))),
    ),
    fault(
        "takes-doubled-parameters",
        Client,
        &["rfc7692-7-7"],
        "takes the first of two parameters of the same name in an answer",
        |it| answers(it, |flaw| matches!(flaw, Flaw::Deflate(Error::Repeated(_)))),
    ),
    fault(
        "takes-any-window",
        Client,
        &["rfc7692-7-6"],
        "passes over windows in an answer that cannot be",
        |it| {
            answers(
                it,
                |flaw| matches!(flaw, Flaw::Deflate(error) if is_wrong(error, "max_window_bits")),
            );
        },
    ),
    fault(
        "takes-values-of-flags",
        Client,
        &["rfc7692-7-6", "rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"],
        "passes over values in an answer of parameters that must not have one",
        |it| {
            answers(
                it,
                |flaw| matches!(flaw, Flaw::Deflate(error) if is_wrong(error, "no_context_takeover")),
            );
        },
    ),
    fault(
        "takes-compression-twice",
        Client,
        &["rfc7692-5-13"],
        "takes the first of two answers to its offer",
        |it| answers(it, |flaw| *flaw == Flaw::DeflateTwice),
    ),
    fault(
        "takes-unasked-window",
        Client,
        &["rfc7692-7.1.2.2-6"],
        "does not offer client_max_window_bits, and agrees to it all the same",
        |it| {
            it.opening.offers = &["permessage-deflate"];
            answers(it, |flaw| *flaw == Flaw::WindowUnasked);
        },
    ),
    fault(
        "refuses-server-window",
        Client,
        &["rfc7692-7.1.2.1-7"],
        "refuses answers with server_max_window_bits, for it did not ask",
        |it| refuse(it, "server_max_window_bits"),
    ),
    fault(
        "refuses-server-no-context",
        Client,
        &["rfc7692-7.1.1.1-7"],
        "refuses answers with server_no_context_takeover, for it did not ask",
        |it| refuse(it, "server_no_context_takeover"),
    ),
    fault(
        "refuses-client-no-context",
        Client,
        &["rfc7692-7.1.1.2-4"],
        "refuses answers with client_no_context_takeover, for it did not offer that",
        |it| refuse(it, "client_no_context_takeover"),
    ),
    fault(
        "refuses-client-window",
        Client,
        &["rfc7692-7-8"],
        "refuses answers that limit its window, though it offered that",
        |it| refuse(it, "client_max_window_bits"),
    ),
    choice(
        "refuses-smallest-window",
        Client,
        "refuses answers that limit its window to 2^8 octets, which zlib does not have",
        |it| refuse(it, "client_max_window_bits=8"),
    ),
];

fn offers(conduct: &mut Conduct, overlooks: fn(&Error) -> bool) {
    conduct.opening.overlooks_in_offers.push(overlooks);
}

fn answers(conduct: &mut Conduct, overlooks: fn(&Flaw) -> bool) {
    conduct.opening.overlooks_in_responses.push(overlooks);
}

fn refuse(conduct: &mut Conduct, parameter: &'static str) {
    conduct.opening.refuses_parameters.push(parameter);
}

/// Whether it is about a wrong value of a parameter whose name ends so.
fn is_wrong(error: &Error, name: &str) -> bool {
    matches!(error, Error::Value(parameter, _) if parameter.ends_with(name))
}
