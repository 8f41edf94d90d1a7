//! A server's answers to offers of extensions (RFC 6455 §9.1, RFC 7692 §5 and §7.1).

use crate::testee::{
    conduct::{Conduct, DeflateStyle},
    defect::entry::{Entry, Testees::Server, choice, fault},
    opening::Answer,
};

const SERVER_WINDOW: &str = "server_max_window_bits";
const CLIENT_WINDOW: &str = "client_max_window_bits";
const SERVER_FORGETS: &str = "server_no_context_takeover";
const CLIENT_FORGETS: &str = "client_no_context_takeover";

pub(super) const ENTRIES: &[Entry] = &[
    choice("declines-offers", Server, "accepts no offer of permessage-deflate", |it| {
        it.opening.accepts_offers = false
    }),
    fault(
        "unasked-extension",
        Server,
        &["rfc6455-4.2.2-20", "rfc6455-9-3"],
        "agrees to an extension that nobody offered",
        |it| {
            it.opening
                .response_edits
                .push(|head, _| head.set("Sec-WebSocket-Extensions", "x-example"));
        },
    ),
    fault(
        "all-extensions",
        Server,
        &["rfc6455-4.2.1-25", "rfc7692-5-9"],
        "sends back all extensions that are offered",
        |it| {
            it.opening.response_edits.push(|head, request| {
                if let Some(offers) = request.joined("Sec-WebSocket-Extensions") {
                    head.set("Sec-WebSocket-Extensions", &offers);
                }
            });
        },
    ),
    fault(
        "unasked-compression",
        Server,
        &["rfc6455-4.2.2-20", "rfc6455-9-3"],
        "agrees to permessage-deflate even if nobody offered it",
        |it| {
            it.opening.response_edits.push(|head, request| {
                if request.all("Sec-WebSocket-Extensions").next().is_none() {
                    head.add("Sec-WebSocket-Extensions", "permessage-deflate");
                }
            });
        },
    ),
    fault(
        "compression-with-another",
        Server,
        &["rfc7692-5-12", "rfc6455-4.2.2-20"],
        "agrees to permessage-deflate and to another extension that uses RSV1",
        |it| {
            it.opening.response_edits.push(|head, _| {
                if head.value("Sec-WebSocket-Extensions").is_some() {
                    head.edit("Sec-WebSocket-Extensions", |it| format!("{it}, permessage-bzip2"));
                }
            });
        },
    ),
    fault(
        "compression-twice",
        Server,
        &["rfc7692-5-12", "rfc7692-5-11"],
        "agrees to permessage-deflate twice",
        |it| {
            it.opening.response_edits.push(|head, _| {
                if head.value("Sec-WebSocket-Extensions").is_some() {
                    head.edit("Sec-WebSocket-Extensions", |it| format!("{it}, permessage-deflate"));
                }
            });
        },
    ),
    fault(
        "malformed-extensions-in-answer",
        Server,
        &["rfc6455-4.3-4", "rfc6455-4.3-1"],
        "writes a quoted value that is no token into Sec-WebSocket-Extensions",
        |it| answer(it, |answer| answer.add("x=\"a b\"")),
    ),
    fault(
        "empty-extensions-in-answer",
        Server,
        &["rfc6455-4.3-4"],
        "answers who offers nothing that it takes with an empty Sec-WebSocket-Extensions",
        |it| {
            it.opening.response_edits.push(|head, _| {
                if head.value("Sec-WebSocket-Extensions").is_none() {
                    head.add("Sec-WebSocket-Extensions", "");
                }
            });
        },
    ),
    fault(
        "unknown-parameter-in-answer",
        Server,
        &["rfc6455-9-4", "rfc6455-9.1-7", "rfc7692-5-9"],
        "answers with a parameter that permessage-deflate does not have",
        |it| answer(it, |answer| answer.add("mem_level=8")),
    ),
    fault(
        "parameter-twice-in-answer",
        Server,
        &["rfc6455-9-4", "rfc7692-5-9"],
        "answers with a parameter that stands twice",
        |it| {
            answer(it, |answer| {
                answer.remove(CLIENT_FORGETS);
                answer.add(CLIENT_FORGETS);
                answer.add(CLIENT_FORGETS);
                answer.agreed.client_no_context_takeover = true;
            });
        },
    ),
    fault(
        "value-of-flag-in-answer",
        Server,
        &["rfc7692-7.1.1.1-2", "rfc7692-7.1.1.2-2"],
        "gives a parameter a value in its answer that must not have one",
        |it| {
            answer(it, |answer| {
                for name in [SERVER_FORGETS, CLIENT_FORGETS] {
                    answer.remove(name);
                    answer.add(&format!("{name}=true"));
                }
                answer.agreed.server_no_context_takeover = true;
                answer.agreed.client_no_context_takeover = true;
            });
        },
    ),
    fault(
        "window-dropped",
        Server,
        &["rfc7692-7.1.2.1-3", "rfc7692-7.1.2.1-4", "rfc7692-5-5"],
        "accepts server_max_window_bits and does not say so, nor keep to it",
        |it| {
            answer(it, |answer| {
                answer.remove(SERVER_WINDOW);
                answer.agreed.server_max_window_bits = 15;
            });
        },
    ),
    fault(
        "window-not-confirmed",
        Server,
        &["rfc7692-7.1.2.1-4"],
        "keeps to server_max_window_bits and does not say so",
        |it| answer(it, |answer| answer.remove(SERVER_WINDOW)),
    ),
    fault(
        "window-enlarged",
        Server,
        &["rfc7692-7.1.2.1-4"],
        "answers with a larger server_max_window_bits than was asked for",
        |it| {
            answer(it, |answer| {
                answer.change(SERVER_WINDOW, "15");
                answer.agreed.server_max_window_bits = 15;
            });
        },
    ),
    fault(
        "window-out-of-range",
        Server,
        &["rfc7692-7.1.2.1-5"],
        "answers with server_max_window_bits=16",
        |it| {
            answer(it, |answer| {
                answer.remove(SERVER_WINDOW);
                answer.add("server_max_window_bits=16");
            });
        },
    ),
    fault(
        "window-with-leading-zero",
        Server,
        &["rfc7692-7.1.2.1-5"],
        "answers with a server_max_window_bits that has a leading zero",
        |it| {
            answer(it, |answer| {
                answer.remove(SERVER_WINDOW);
                answer.add("server_max_window_bits=09");
                answer.agreed.server_max_window_bits = 9;
            });
        },
    ),
    fault(
        "window-without-value",
        Server,
        &["rfc7692-7.1.2.1-5"],
        "answers with server_max_window_bits without a value",
        |it| {
            answer(it, |answer| {
                answer.remove(SERVER_WINDOW);
                answer.add(SERVER_WINDOW);
            });
        },
    ),
    choice(
        "window-made-smaller",
        Server,
        "answers with a smaller server_max_window_bits than was asked for, or unasked",
        |it| {
            answer(it, |answer| {
                answer.remove(SERVER_WINDOW);
                let bits = answer.agreed.server_max_window_bits.min(10);
                answer.add(&format!("{SERVER_WINDOW}={bits}"));
                answer.agreed.server_max_window_bits = bits;
            });
        },
    ),
    fault(
        "client-window-unasked",
        Server,
        &["rfc7692-7.1.2.2-5"],
        "limits the client's window though the client did not allow it",
        |it| {
            answer(it, |answer| {
                answer.add("client_max_window_bits=10");
                answer.agreed.client_max_window_bits = 10;
            });
        },
    ),
    fault(
        "client-window-without-value",
        Server,
        &["rfc7692-7.1.2.2-4"],
        "answers with client_max_window_bits without a value",
        |it| {
            answer(it, |answer| {
                if answer.offer.client_window.is_some() {
                    answer.add(CLIENT_WINDOW);
                }
            });
        },
    ),
    fault(
        "client-window-out-of-range",
        Server,
        &["rfc7692-7.1.2.2-4"],
        "answers with client_max_window_bits=7",
        |it| {
            answer(it, |answer| {
                if answer.offer.client_window.is_some() {
                    answer.add("client_max_window_bits=7");
                }
            });
        },
    ),
    choice(
        "client-window-limited",
        Server,
        "limits the client's window where the client allows it",
        |it| {
            answer(it, |answer| {
                if answer.offer.client_window.is_some() {
                    answer.add("client_max_window_bits=9");
                    answer.agreed.client_max_window_bits = 9;
                }
            });
        },
    ),
    fault(
        "server-context-dropped",
        Server,
        &["rfc7692-7.1.1.1-4", "rfc7692-5-5"],
        "accepts server_no_context_takeover and does not say so, nor keep to it",
        |it| {
            answer(it, |answer| {
                answer.remove(SERVER_FORGETS);
                answer.agreed.server_no_context_takeover = false;
            });
        },
    ),
    fault(
        "server-context-not-confirmed",
        Server,
        &["rfc7692-7.1.1.1-4"],
        "keeps to server_no_context_takeover and does not say so",
        |it| answer(it, |answer| answer.remove(SERVER_FORGETS)),
    ),
    choice(
        "no-context-at-all",
        Server,
        "wants both sides to begin each message with an empty window",
        |it| {
            answer(it, |answer| {
                for name in [SERVER_FORGETS, CLIENT_FORGETS] {
                    answer.remove(name);
                    answer.add(name);
                }
                answer.agreed.server_no_context_takeover = true;
                answer.agreed.client_no_context_takeover = true;
            });
        },
    ),
    fault(
        "forgets-for-a-hint",
        Server,
        &["rfc7692-7.2.2-6", "rfc7692-7.2.2-5"],
        "takes client_no_context_takeover in an offer to be agreed, and does not say so",
        |it| {
            answer(it, |answer| {
                answer.agreed.client_no_context_takeover |= answer.offer.client_forgets;
            });
        },
    ),
    fault(
        "accepts-and-does-not-compress",
        Server,
        &["rfc7692-5-20", "rfc7692-6-2"],
        "accepts permessage-deflate, and neither compresses nor inflates",
        |it| {
            it.deflate.inflates = false;
            it.deflate.style = DeflateStyle::Never;
        },
    ),
];

fn answer(conduct: &mut Conduct, edit: fn(&mut Answer)) {
    conduct.opening.answer_edits.push(edit);
}
