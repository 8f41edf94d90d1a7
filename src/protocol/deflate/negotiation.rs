//! Offers and answers of permessage-deflate (RFC 7692 §5, §7.1).

use std::ops::RangeInclusive;

use super::{DeflateParameters, EXTENSION_NAME};
use crate::protocol::handshake::{Extension, HandshakeViolation, Parameter, clip};

/// Values of the two window parameters (RFC 7692 §7.1.2).
const WINDOW_BITS: RangeInclusive<u8> = 8..=15;

/// A client's offer, as a server reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The client asks the server to start each message with an empty window.
    pub server_no_context_takeover: bool,
    /// The client says that it will.
    pub client_no_context_takeover: bool,
    /// The client limits the server's window.
    pub server_max_window_bits: Option<u8>,
    /// The client lets the server limit its window.
    pub client_max_window_bits: bool,
}

/// What a server asks of the client when it accepts an offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acceptance {
    /// Start each message with an empty window.
    pub client_no_context_takeover: bool,
    /// Keep to a window; only where the offer allows to ask for one.
    pub client_max_window_bits: Option<u8>,
}

/// The parameters of one permessage-deflate element, each at its first place.
#[derive(Debug, Default)]
struct Seen<'a> {
    server_no_context_takeover: Option<&'a Parameter>,
    client_no_context_takeover: Option<&'a Parameter>,
    server_max_window_bits: Option<&'a Parameter>,
    client_max_window_bits: Option<&'a Parameter>,
}

/// What is wrong with a parameter.
#[derive(Debug)]
enum Wrong<'a> {
    Unknown(&'a Parameter),
    Repeated(&'a Parameter),
    Value(&'a Parameter),
}

impl<'a> Seen<'a> {
    fn of(extension: &'a Extension, wrong: &mut Vec<Wrong<'a>>) -> Self {
        let mut seen = Self::default();
        for parameter in &extension.parameters {
            let place = match parameter.name.to_ascii_lowercase().as_str() {
                "server_no_context_takeover" => &mut seen.server_no_context_takeover,
                "client_no_context_takeover" => &mut seen.client_no_context_takeover,
                "server_max_window_bits" => &mut seen.server_max_window_bits,
                "client_max_window_bits" => &mut seen.client_max_window_bits,
                _ => {
                    wrong.push(Wrong::Unknown(parameter));
                    continue;
                }
            };
            if place.is_some() {
                wrong.push(Wrong::Repeated(parameter));
            } else {
                *place = Some(parameter);
            }
        }
        seen
    }
}

fn flag<'a>(parameter: Option<&'a Parameter>, wrong: &mut Vec<Wrong<'a>>) -> bool {
    if let Some(parameter) = parameter.filter(|parameter| parameter.value.is_some()) {
        wrong.push(Wrong::Value(parameter));
    }
    parameter.is_some()
}

fn window<'a>(parameter: Option<&'a Parameter>, wrong: &mut Vec<Wrong<'a>>) -> Option<u8> {
    let parameter = parameter?;
    // "a decimal integer value without leading zeroes between 8 and 15" (RFC 7692 §7.1.2)
    let bits = parameter
        .value
        .as_deref()
        .filter(|value| !value.starts_with(['0', '+']))
        .and_then(|value| value.parse().ok())
        .filter(|bits| WINDOW_BITS.contains(bits));
    if bits.is_none() {
        wrong.push(Wrong::Value(parameter));
    }
    bits
}

impl Offer {
    /// Reads an offer of permessage-deflate. `None` with the violations, where a server has to
    /// decline it (RFC 7692 §7).
    pub fn read(extension: &Extension, violations: &mut Vec<HandshakeViolation>) -> Option<Self> {
        let wrong = &mut Vec::new();
        let seen = Seen::of(extension, wrong);
        if seen.client_max_window_bits.is_some_and(|parameter| parameter.value.is_some()) {
            window(seen.client_max_window_bits, wrong);
        }
        let offer = Self {
            server_no_context_takeover: flag(seen.server_no_context_takeover, wrong),
            client_no_context_takeover: flag(seen.client_no_context_takeover, wrong),
            server_max_window_bits: window(seen.server_max_window_bits, wrong),
            client_max_window_bits: seen.client_max_window_bits.is_some(),
        };
        violations.extend(wrong.iter().map(|wrong| match wrong {
            Wrong::Unknown(it) => HandshakeViolation::OfferUnknownParameter(clip(&it.name)),
            Wrong::Repeated(it) => HandshakeViolation::OfferRepeatedParameter(clip(&it.name)),
            Wrong::Value(it) => HandshakeViolation::OfferWrongValue(clip(&it.name), value(it)),
        }));
        wrong.is_empty().then_some(offer)
    }

    /// What is agreed with a server that grants all of it, and asks for nothing itself.
    #[must_use]
    pub fn granted(&self) -> DeflateParameters {
        self.granted_with(Acceptance {
            client_no_context_takeover: self.client_no_context_takeover,
            client_max_window_bits: None,
        })
    }

    /// What is agreed with a server that grants all of it, and asks for this.
    #[must_use]
    pub fn granted_with(&self, wish: Acceptance) -> DeflateParameters {
        answer(wish, *self).0
    }

    /// How an answer fails to meet this offer, apart from what is wrong with it in itself.
    fn mismatches(&self, answer: &Answer) -> Vec<HandshakeViolation> {
        let mut mismatches = Vec::new();
        if answer.has_client_window && !self.client_max_window_bits {
            mismatches.push(HandshakeViolation::ClientWindowNotOffered);
        }
        if self.server_no_context_takeover && !answer.agreed.server_no_context_takeover {
            mismatches.push(HandshakeViolation::ServerTakeoverDropped);
        }
        let answered = answer.agreed.server_max_window_bits;
        match self.server_max_window_bits {
            Some(offered) if !answer.has_server_window => {
                mismatches.push(HandshakeViolation::ServerWindowDropped(offered));
            }
            Some(offered) if answered > offered => {
                mismatches.push(HandshakeViolation::ServerWindowAboveOffer(offered, answered));
            }
            _ => {}
        }
        mismatches
    }
}

/// A permessage-deflate element of a response.
#[derive(Clone, Copy, Debug)]
struct Answer {
    agreed: DeflateParameters,
    has_server_window: bool,
    has_client_window: bool,
}

impl Answer {
    fn read(extension: &Extension, violations: &mut Vec<HandshakeViolation>) -> Self {
        let wrong = &mut Vec::new();
        let seen = Seen::of(extension, wrong);
        let answer = Self {
            agreed: DeflateParameters {
                server_no_context_takeover: flag(seen.server_no_context_takeover, wrong),
                client_no_context_takeover: flag(seen.client_no_context_takeover, wrong),
                server_max_window_bits: window(seen.server_max_window_bits, wrong).unwrap_or(15),
                client_max_window_bits: window(seen.client_max_window_bits, wrong).unwrap_or(15),
            },
            has_server_window: seen.server_max_window_bits.is_some(),
            has_client_window: seen.client_max_window_bits.is_some(),
        };
        violations.extend(wrong.iter().map(|wrong| match wrong {
            Wrong::Unknown(it) => HandshakeViolation::AnswerUnknownParameter(clip(&it.name)),
            Wrong::Repeated(it) => HandshakeViolation::AnswerRepeatedParameter(clip(&it.name)),
            Wrong::Value(it) => HandshakeViolation::AnswerWrongValue(clip(&it.name), value(it)),
        }));
        answer
    }
}

fn value(parameter: &Parameter) -> String {
    clip(parameter.value.as_deref().unwrap_or_default())
}

/// As client: what the server's answer to these offers means, as far as it means anything, with
/// all that it breaks of RFC 7692 §5 and §7.1.
pub fn agree(
    offered: &[Extension],
    answer: &[Extension],
    violations: &mut Vec<HandshakeViolation>,
) -> Option<DeflateParameters> {
    let offers: Vec<Offer> = offered
        .iter()
        .filter(|extension| extension.is_deflate())
        .filter_map(|extension| Offer::read(extension, &mut Vec::new()))
        .collect();
    let mut agreed = None;
    for extension in answer {
        let named = |offered: &Extension| offered.name.eq_ignore_ascii_case(&extension.name);
        if !offered.iter().any(named) {
            violations.push(HandshakeViolation::ExtensionNotOffered(clip(&extension.name)));
        } else if extension.is_deflate() && agreed.is_some() {
            violations.push(HandshakeViolation::DeflateAcceptedTwice);
        } else if extension.is_deflate() {
            let answer = Answer::read(extension, violations);
            // It answers whichever offer it answers best.
            let mismatches = offers.iter().map(|offer| offer.mismatches(&answer));
            violations.extend(mismatches.min_by_key(Vec::len).unwrap_or_default());
            agreed = Some(answer.agreed);
        }
    }
    agreed
}

/// As server: the first of `wishes` that some offer allows, what is agreed by it, and the
/// answer's element.
#[must_use]
pub fn accept(wishes: &[Acceptance], offers: &[Offer]) -> Option<(DeflateParameters, String)> {
    wishes.iter().find_map(|wish| {
        let offer = offers
            .iter()
            .find(|offer| wish.client_max_window_bits.is_none() || offer.client_max_window_bits)?;
        Some(answer(*wish, *offer))
    })
}

fn answer(wish: Acceptance, offer: Offer) -> (DeflateParameters, String) {
    let mut element = EXTENSION_NAME.to_owned();
    if offer.server_no_context_takeover {
        element.push_str("; server_no_context_takeover");
    }
    if let Some(bits) = offer.server_max_window_bits {
        element.push_str(&format!("; server_max_window_bits={bits}"));
    }
    if wish.client_no_context_takeover {
        element.push_str("; client_no_context_takeover");
    }
    if let Some(bits) = wish.client_max_window_bits {
        element.push_str(&format!("; client_max_window_bits={bits}"));
    }
    let agreed = DeflateParameters {
        server_no_context_takeover: offer.server_no_context_takeover,
        client_no_context_takeover: wish.client_no_context_takeover,
        server_max_window_bits: offer.server_max_window_bits.unwrap_or(15),
        client_max_window_bits: wish.client_max_window_bits.unwrap_or(15),
    };
    (agreed, element)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::handshake::{HandshakeViolation as V, parse_extensions};

    fn extensions(text: &str) -> Vec<Extension> {
        parse_extensions(text).expect("the test's own header is well-formed")
    }

    fn answer(offers: &str, answer: &str) -> (Option<DeflateParameters>, Vec<V>) {
        let mut violations = Vec::new();
        let agreed = agree(&extensions(offers), &extensions(answer), &mut violations);
        (agreed, violations)
    }

    #[test]
    fn an_answer_says_what_is_agreed() {
        let (agreed, violations) = answer(
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover; client_max_window_bits=9",
        );
        let agreed = agreed.unwrap();
        assert!(agreed.server_no_context_takeover);
        assert_eq!((agreed.server_max_window_bits, agreed.client_max_window_bits), (15, 9));
        assert_eq!(violations, []);
        assert_eq!(answer("permessage-deflate", ""), (None, vec![]));
    }

    #[test]
    fn wrong_answers_are_named() {
        let text = |text: &str| text.to_owned();
        let value = |name: &str, value: &str| V::AnswerWrongValue(text(name), text(value));
        for (parameters, violation) in [
            ("server_max_window_bits", value("server_max_window_bits", "")),
            ("server_max_window_bits=7", value("server_max_window_bits", "7")),
            ("server_max_window_bits=16", value("server_max_window_bits", "16")),
            ("server_max_window_bits=09", value("server_max_window_bits", "09")),
            ("client_max_window_bits", value("client_max_window_bits", "")),
            ("server_no_context_takeover=1", value("server_no_context_takeover", "1")),
            (
                "server_no_context_takeover; server_no_context_takeover",
                V::AnswerRepeatedParameter(text("server_no_context_takeover")),
            ),
            ("window=1", V::AnswerUnknownParameter(text("window"))),
        ] {
            let element = format!("permessage-deflate; {parameters}");
            let (_, violations) = answer("permessage-deflate; client_max_window_bits", &element);
            assert_eq!(violations, [violation], "{parameters}");
        }
        let deflate = "permessage-deflate";
        assert_eq!(
            answer(deflate, "permessage-deflate, permessage-deflate").1,
            [V::DeflateAcceptedTwice]
        );
        assert_eq!(
            answer(deflate, "x-webkit-deflate-frame").1,
            [V::ExtensionNotOffered(text("x-webkit-deflate-frame"))]
        );
        assert_eq!(answer("", deflate).1, [V::ExtensionNotOffered(text(deflate))]);
    }

    #[test]
    fn an_answer_has_to_meet_one_of_the_offers() {
        let limited = "permessage-deflate; server_max_window_bits=10; server_no_context_takeover";
        let keeps = "permessage-deflate; server_max_window_bits=9; server_no_context_takeover";
        let plain = "permessage-deflate";
        assert_eq!(answer(limited, keeps).1, []);
        assert_eq!(
            answer(limited, plain).1,
            [V::ServerTakeoverDropped, V::ServerWindowDropped(10)]
        );
        assert_eq!(
            answer(limited, &keeps.replace("=9", "=12")).1,
            [V::ServerWindowAboveOffer(10, 12)]
        );
        assert_eq!(answer(&format!("{limited}, {plain}"), plain).1, []);
        assert_eq!(
            answer(plain, "permessage-deflate; client_max_window_bits=10").1,
            [V::ClientWindowNotOffered]
        );
        assert_eq!(answer(plain, keeps).1, []);
    }

    #[test]
    fn wrong_offers_are_named_and_declined() {
        for (parameters, wrong) in [
            ("", 0),
            ("client_max_window_bits", 0),
            ("client_max_window_bits=8", 0),
            ("client_max_window_bits=16", 1),
            ("server_max_window_bits", 1),
            ("client_no_context_takeover=true; x", 2),
            ("client_no_context_takeover; client_no_context_takeover", 1),
        ] {
            let element = format!("permessage-deflate; {parameters}");
            let element = &extensions(element.trim_end_matches("; "))[0];
            let mut violations = Vec::new();
            let offer = Offer::read(element, &mut violations);
            assert_eq!(violations.len(), wrong, "{parameters}: {violations:?}");
            assert_eq!(offer.is_some(), wrong == 0, "{parameters}");
        }
    }

    #[test]
    fn a_window_is_asked_for_only_where_the_offer_lets_us() {
        let plain = Offer::default();
        let limitable = Offer { client_max_window_bits: true, ..plain };
        let small = Acceptance { client_max_window_bits: Some(9), ..Acceptance::default() };
        assert_eq!(accept(&[small], &[plain]), None);
        let (agreed, element) = accept(&[small], &[plain, limitable]).unwrap();
        assert_eq!(agreed.client_max_window_bits, 9);
        assert_eq!(element, "permessage-deflate; client_max_window_bits=9");
        assert!(accept(&[small, Acceptance::default()], &[plain]).is_some());
    }
}
