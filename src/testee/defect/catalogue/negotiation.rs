//! A server's answers to offers of extensions (RFC 6455 §9.1, RFC 7692 §5 and §7.1).

use crate::testee::{conduct::DeflateStyle, defect::entry::defects};

const SERVER_WINDOW: &str = "server_max_window_bits";
const CLIENT_WINDOW: &str = "client_max_window_bits";
const SERVER_FORGETS: &str = "server_no_context_takeover";
const CLIENT_FORGETS: &str = "client_no_context_takeover";

defects! {
    Choice Server "declines-offers" "accepts no offer of permessage-deflate"
        => Change(|it| it.opening.accepts_offers = false);
    Fault Server "unasked-extension" ["rfc6455-4.2.2-20", "rfc6455-9-3"]
        "agrees to an extension that nobody offered"
        => Change(|it| {
            it.opening
                .response_edits
                .push(|head, _| head.set("Sec-WebSocket-Extensions", "x-example"));
        });
    Fault Server "all-extensions" ["rfc6455-4.2.1-25", "rfc7692-5-9"]
        "sends back all extensions that are offered"
        => Change(|it| {
            it.opening.response_edits.push(|head, request| {
                if let Some(offers) = request.joined("Sec-WebSocket-Extensions") {
                    head.set("Sec-WebSocket-Extensions", &offers);
                }
            });
        });
    Fault Server "unasked-compression" ["rfc6455-4.2.2-20", "rfc6455-9-3"]
        "agrees to permessage-deflate even if nobody offered it"
        => Change(|it| {
            it.opening.response_edits.push(|head, request| {
                if request.all("Sec-WebSocket-Extensions").next().is_none() {
                    head.add("Sec-WebSocket-Extensions", "permessage-deflate");
                }
            });
        });
    Fault Server "compression-with-another" ["rfc7692-5-12", "rfc6455-4.2.2-20"]
        "agrees to permessage-deflate and to another extension that uses RSV1"
        => Change(|it| {
            it.opening.response_edits.push(|head, _| {
                if head.value("Sec-WebSocket-Extensions").is_some() {
                    head.edit("Sec-WebSocket-Extensions", |it| {
                        format!("{it}, permessage-bzip2")
                    });
                }
            });
        });
    Fault Server "compression-twice" ["rfc7692-5-12", "rfc7692-5-11"]
        "agrees to permessage-deflate twice"
        => Change(|it| {
            it.opening.response_edits.push(|head, _| {
                if head.value("Sec-WebSocket-Extensions").is_some() {
                    head.edit("Sec-WebSocket-Extensions", |it| {
                        format!("{it}, permessage-deflate")
                    });
                }
            });
        });
    Fault Server "malformed-extensions-in-answer" ["rfc6455-4.3-4", "rfc6455-4.3-1"]
        "writes a quoted value that is no token into Sec-WebSocket-Extensions"
        => EditAnswer(|answer| answer.add("x=\"a b\""));
    Fault Server "empty-extensions-in-answer" ["rfc6455-4.3-4"]
        "answers who offers nothing that it takes with an empty Sec-WebSocket-Extensions"
        => Change(|it| {
            it.opening.response_edits.push(|head, _| {
                if head.value("Sec-WebSocket-Extensions").is_none() {
                    head.add("Sec-WebSocket-Extensions", "");
                }
            });
        });
    Fault Server "unknown-parameter-in-answer" ["rfc6455-9-4", "rfc6455-9.1-7", "rfc7692-5-9"]
        "answers with a parameter that permessage-deflate does not have"
        => EditAnswer(|answer| answer.add("mem_level=8"));
    Fault Server "parameter-twice-in-answer" ["rfc6455-9-4", "rfc7692-5-9"]
        "answers with a parameter that stands twice"
        => EditAnswer(|answer| {
            answer.remove(CLIENT_FORGETS);
            answer.add(CLIENT_FORGETS);
            answer.add(CLIENT_FORGETS);
            answer.agreed.client_no_context_takeover = true;
        });
    Fault Server "value-of-flag-in-answer" ["rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"]
        "gives a parameter a value in its answer that must not have one"
        => EditAnswer(|answer| {
            for name in [SERVER_FORGETS, CLIENT_FORGETS] {
                answer.remove(name);
                answer.add(&format!("{name}=true"));
            }
            answer.agreed.server_no_context_takeover = true;
            answer.agreed.client_no_context_takeover = true;
        });
    Fault Server "window-dropped" ["rfc7692-7.1.2.1-3", "rfc7692-7.1.2.1-4", "rfc7692-5-5"]
        "accepts server_max_window_bits and does not say so, nor keep to it"
        => EditAnswer(|answer| {
            answer.remove(SERVER_WINDOW);
            answer.agreed.server_max_window_bits = 15;
        });
    Fault Server "window-not-confirmed" ["rfc7692-7.1.2.1-4"]
        "keeps to server_max_window_bits and does not say so"
        => EditAnswer(|answer| answer.remove(SERVER_WINDOW));
    Fault Server "window-enlarged" ["rfc7692-7.1.2.1-4"]
        "answers with a larger server_max_window_bits than was asked for"
        => EditAnswer(|answer| {
            answer.change(SERVER_WINDOW, "15");
            answer.agreed.server_max_window_bits = 15;
        });
    Fault Server "window-out-of-range" ["rfc7692-7.1.2.1-5"]
        "answers with server_max_window_bits=16"
        => EditAnswer(|answer| {
            answer.remove(SERVER_WINDOW);
            answer.add("server_max_window_bits=16");
        });
    Fault Server "window-with-leading-zero" ["rfc7692-7.1.2.1-5"]
        "answers with a server_max_window_bits that has a leading zero"
        => EditAnswer(|answer| {
            answer.remove(SERVER_WINDOW);
            answer.add("server_max_window_bits=09");
            answer.agreed.server_max_window_bits = 9;
        });
    Fault Server "window-without-value" ["rfc7692-7.1.2.1-5"]
        "answers with server_max_window_bits without a value"
        => EditAnswer(|answer| {
            answer.remove(SERVER_WINDOW);
            answer.add(SERVER_WINDOW);
        });
    Choice Server "window-made-smaller"
        "answers with a smaller server_max_window_bits than was asked for, or unasked"
        => EditAnswer(|answer| {
            answer.remove(SERVER_WINDOW);
            let bits = answer.agreed.server_max_window_bits.min(10);
            answer.add(&format!("{SERVER_WINDOW}={bits}"));
            answer.agreed.server_max_window_bits = bits;
        });
    Fault Server "client-window-unasked" ["rfc7692-7.1.2.2-5"]
        "limits the client's window though the client did not allow it"
        => EditAnswer(|answer| {
            answer.add("client_max_window_bits=10");
            answer.agreed.client_max_window_bits = 10;
        });
    Fault Server "client-window-without-value" ["rfc7692-7.1.2.2-4"]
        "answers with client_max_window_bits without a value"
        => EditAnswer(|answer| {
            if answer.offer.client_window.is_some() {
                answer.add(CLIENT_WINDOW);
            }
        });
    Fault Server "client-window-out-of-range" ["rfc7692-7.1.2.2-4"]
        "answers with client_max_window_bits=7"
        => EditAnswer(|answer| {
            if answer.offer.client_window.is_some() {
                answer.add("client_max_window_bits=7");
            }
        });
    Choice Server "client-window-limited" "limits the client's window where the client allows it"
        => EditAnswer(|answer| {
            if answer.offer.client_window.is_some() {
                answer.add("client_max_window_bits=9");
                answer.agreed.client_max_window_bits = 9;
            }
        });
    Fault Server "server-context-dropped" ["rfc7692-7.1.1.1-4", "rfc7692-5-5"]
        "accepts server_no_context_takeover and does not say so, nor keep to it"
        => EditAnswer(|answer| {
            answer.remove(SERVER_FORGETS);
            answer.agreed.server_no_context_takeover = false;
        });
    Fault Server "server-context-not-confirmed" ["rfc7692-7.1.1.1-4"]
        "keeps to server_no_context_takeover and does not say so"
        => EditAnswer(|answer| answer.remove(SERVER_FORGETS));
    Choice Server "no-context-at-all" "wants both sides to begin each message with an empty window"
        => EditAnswer(|answer| {
            for name in [SERVER_FORGETS, CLIENT_FORGETS] {
                answer.remove(name);
                answer.add(name);
            }
            answer.agreed.server_no_context_takeover = true;
            answer.agreed.client_no_context_takeover = true;
        });
    Fault Server "forgets-for-a-hint" ["rfc7692-7.2.2-6", "rfc7692-7.2.2-5"]
        "takes client_no_context_takeover in an offer to be agreed, and does not say so"
        => EditAnswer(|answer| {
            answer.agreed.client_no_context_takeover |= answer.offer.client_forgets;
        });
    Fault Server "accepts-and-does-not-compress" ["rfc7692-5-20", "rfc7692-6-2"]
        "accepts permessage-deflate, and neither compresses nor inflates"
        => Change(|it| {
            it.deflate.inflates = false;
            it.deflate.style = DeflateStyle::Never;
        });
}
