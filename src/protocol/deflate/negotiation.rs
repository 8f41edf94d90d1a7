//! Offers and answers of permessage-deflate (RFC 7692 §5, §7.1).

use std::ops::RangeInclusive;

use super::{DeflateParameters, EXTENSION_NAME};
use crate::protocol::handshake::{Extension, Parameter};

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

/// Why an offer or an answer is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NegotiationError {
    /// A parameter that RFC 7692 does not define.
    #[error("permessage-deflate has no parameter `{0}`")]
    UnknownParameter(String),
    /// A parameter that stands twice.
    #[error("the parameter `{0}` stands twice")]
    RepeatedParameter(String),
    /// A value that the parameter cannot have, or a missing one.
    #[error("the parameter `{0}` has the wrong value{value}", value = .1.as_ref().map_or_else(|| ": none".to_owned(), |v| format!(" `{v}`")))]
    WrongValue(String, Option<String>),
    /// An extension that nobody offered.
    #[error("the extension `{0}` was not offered")]
    NotOffered(String),
    /// permessage-deflate stands twice in an answer.
    #[error("permessage-deflate is accepted twice")]
    AcceptedTwice,
}

/// The parameters of one permessage-deflate element, each at most once.
#[derive(Debug, Default)]
struct Seen<'a> {
    server_no_context_takeover: Option<&'a Parameter>,
    client_no_context_takeover: Option<&'a Parameter>,
    server_max_window_bits: Option<&'a Parameter>,
    client_max_window_bits: Option<&'a Parameter>,
}

impl<'a> Seen<'a> {
    fn of(extension: &'a Extension) -> Result<Self, NegotiationError> {
        let mut seen = Self::default();
        for parameter in &extension.parameters {
            let place = match parameter.name.to_ascii_lowercase().as_str() {
                "server_no_context_takeover" => &mut seen.server_no_context_takeover,
                "client_no_context_takeover" => &mut seen.client_no_context_takeover,
                "server_max_window_bits" => &mut seen.server_max_window_bits,
                "client_max_window_bits" => &mut seen.client_max_window_bits,
                _ => return Err(NegotiationError::UnknownParameter(parameter.name.clone())),
            };
            if place.replace(parameter).is_some() {
                return Err(NegotiationError::RepeatedParameter(parameter.name.clone()));
            }
        }
        Ok(seen)
    }
}

fn flag(parameter: Option<&Parameter>) -> Result<bool, NegotiationError> {
    match parameter {
        None => Ok(false),
        Some(Parameter { value: None, .. }) => Ok(true),
        Some(wrong) => Err(wrong_value(wrong)),
    }
}

fn window(parameter: Option<&Parameter>) -> Result<Option<u8>, NegotiationError> {
    let Some(parameter) = parameter else {
        return Ok(None);
    };
    // "a decimal integer value without leading zeroes between 8 and 15" (RFC 7692 §7.1.2)
    parameter
        .value
        .as_deref()
        .filter(|value| !value.starts_with(['0', '+']))
        .and_then(|value| value.parse().ok())
        .filter(|bits| WINDOW_BITS.contains(bits))
        .map(Some)
        .ok_or_else(|| wrong_value(parameter))
}

fn wrong_value(parameter: &Parameter) -> NegotiationError {
    NegotiationError::WrongValue(parameter.name.clone(), parameter.value.clone())
}

impl Offer {
    /// Reads an offer of permessage-deflate.
    ///
    /// # Errors
    /// Parameters that are unknown, repeated or wrong.
    pub fn read(extension: &Extension) -> Result<Self, NegotiationError> {
        let seen = Seen::of(extension)?;
        if seen
            .client_max_window_bits
            .is_some_and(|parameter| parameter.value.is_some())
        {
            window(seen.client_max_window_bits)?;
        }
        Ok(Self {
            server_no_context_takeover: flag(seen.server_no_context_takeover)?,
            client_no_context_takeover: flag(seen.client_no_context_takeover)?,
            server_max_window_bits: window(seen.server_max_window_bits)?,
            client_max_window_bits: seen.client_max_window_bits.is_some(),
        })
    }
}

/// As client: what the server's answer means.
///
/// # Errors
/// Extensions that were not offered, and answers that break RFC 7692 §7.1.
pub fn agree(
    offered: bool,
    answer: &[Extension],
) -> Result<Option<DeflateParameters>, NegotiationError> {
    let mut agreed = None;
    for extension in answer {
        if !offered || !extension.name.eq_ignore_ascii_case(EXTENSION_NAME) {
            return Err(NegotiationError::NotOffered(extension.name.clone()));
        }
        let seen = Seen::of(extension)?;
        let parameters = DeflateParameters {
            server_no_context_takeover: flag(seen.server_no_context_takeover)?,
            client_no_context_takeover: flag(seen.client_no_context_takeover)?,
            server_max_window_bits: window(seen.server_max_window_bits)?.unwrap_or(15),
            client_max_window_bits: window(seen.client_max_window_bits)?.unwrap_or(15),
        };
        if agreed.replace(parameters).is_some() {
            return Err(NegotiationError::AcceptedTwice);
        }
    }
    Ok(agreed)
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
    use crate::protocol::handshake::parse_extensions;

    fn extensions(text: &str) -> Vec<Extension> {
        parse_extensions(text).expect("the test's own header is well-formed")
    }

    #[test]
    fn an_answer_says_what_is_agreed() {
        let answer =
            extensions("permessage-deflate; server_no_context_takeover; client_max_window_bits=9");
        let agreed = agree(true, &answer).unwrap().unwrap();
        assert!(agreed.server_no_context_takeover);
        assert_eq!(
            (agreed.server_max_window_bits, agreed.client_max_window_bits),
            (15, 9)
        );
        assert_eq!(agree(true, &[]), Ok(None));
    }

    #[test]
    fn wrong_answers_are_refused() {
        for wrong in [
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_max_window_bits=09",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; window=1",
            "permessage-deflate, permessage-deflate",
            "x-webkit-deflate-frame",
        ] {
            assert!(agree(true, &extensions(wrong)).is_err(), "{wrong}");
        }
        assert!(agree(false, &extensions("permessage-deflate")).is_err());
    }

    #[test]
    fn a_window_is_asked_for_only_where_the_offer_lets_us() {
        let plain = Offer::default();
        let limitable = Offer {
            client_max_window_bits: true,
            ..plain
        };
        let small = Acceptance {
            client_max_window_bits: Some(9),
            ..Acceptance::default()
        };
        assert_eq!(accept(&[small], &[plain]), None);
        let (agreed, element) = accept(&[small], &[plain, limitable]).unwrap();
        assert_eq!(agreed.client_max_window_bits, 9);
        assert_eq!(element, "permessage-deflate; client_max_window_bits=9");
        assert!(accept(&[small, Acceptance::default()], &[plain]).is_some());
    }
}
