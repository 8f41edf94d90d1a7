//! A server's answer to offers of permessage-deflate (RFC 7692 §5, §7.1).

use crate::protocol::deflate::{DeflateParameters, EXTENSION_NAME};
use crate::testee::conduct::OpeningConduct;

use super::{
    parameters::{Parameters, Part},
    received::ReceivedHead,
    request,
};

/// An answer as it is written: right at first, and then at times not.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The offer that is accepted.
    pub offer: Parameters,
    /// The elements of Sec-WebSocket-Extensions, without the extension's name.
    pub parameters: Vec<String>,
    /// What the endpoint takes to be agreed.
    pub agreed: DeflateParameters,
}

impl Answer {
    /// Takes a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.parameters.retain(|parameter| parameter.split('=').next() != Some(name));
    }

    /// Gives a parameter this value, where it stands.
    pub fn change(&mut self, name: &str, value: &str) {
        for parameter in &mut self.parameters {
            if parameter.split('=').next() == Some(name) {
                *parameter = format!("{name}={value}");
            }
        }
    }

    /// Adds a parameter.
    pub fn add(&mut self, parameter: &str) {
        self.parameters.push(parameter.to_owned());
    }

    /// The element.
    pub fn element(&self) -> String {
        let mut parts = vec![EXTENSION_NAME.to_owned()];
        parts.extend(self.parameters.iter().cloned());
        parts.join("; ")
    }
}

/// The answer to the first offer of a request that can be accepted, if there is one.
pub fn answer(head: &ReceivedHead, conduct: &OpeningConduct) -> Option<Answer> {
    if !conduct.accepts_offers {
        return None;
    }
    let overlooks = &conduct.overlooks_in_offers;
    let overlooked = |flaw: &_| overlooks.iter().any(|overlooks| overlooks(flaw));
    let extensions = request::extensions(head).into_iter();
    let offer = extensions
        .filter(|extension| extension.name.eq_ignore_ascii_case(EXTENSION_NAME))
        .take(if conduct.reads_first_offer_only { 1 } else { usize::MAX })
        // An offer that cannot be understood is declined (RFC 7692 §7).
        .find_map(|extension| Parameters::read(&extension, Part::Offer, &overlooked).ok())?;
    let mut answer = right_answer(offer);
    for edit in &conduct.answer_edits {
        edit(&mut answer);
    }
    Some(answer)
}

/// It grants what the offer asks of the server, and asks nothing of the client.
fn right_answer(offer: Parameters) -> Answer {
    let mut parameters = Vec::new();
    if offer.server_forgets {
        parameters.push("server_no_context_takeover".to_owned());
    }
    if let Some(bits) = offer.server_window {
        parameters.push(format!("server_max_window_bits={bits}"));
    }
    Answer {
        offer,
        parameters,
        agreed: DeflateParameters {
            server_no_context_takeover: offer.server_forgets,
            client_no_context_takeover: false,
            server_max_window_bits: offer.server_window.unwrap_or(15),
            client_max_window_bits: 15,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(offers: &str, conduct: &OpeningConduct) -> Option<String> {
        let head = format!("GET / HTTP/1.1\r\nSec-WebSocket-Extensions: {offers}\r\n\r\n");
        answer(&ReceivedHead::read(head.as_bytes()), conduct).map(|answer| answer.element())
    }

    #[test]
    fn the_first_offer_that_is_understood_is_accepted() {
        let conduct = OpeningConduct::default();
        let answered = |offers| answered(offers, &conduct);
        assert_eq!(answered("x-other"), None);
        assert_eq!(answered("permessage-deflate; window=9"), None);
        assert_eq!(
            answered(
                "permessage-deflate; server_max_window_bits=16, x, \
                 permessage-deflate; server_max_window_bits=9; server_no_context_takeover"
            )
            .as_deref(),
            Some("permessage-deflate; server_no_context_takeover; server_max_window_bits=9")
        );
    }

    #[test]
    fn flaws_can_be_overlooked_and_answers_changed() {
        let mut conduct = OpeningConduct::default();
        conduct.overlooks_in_offers.push(|_| true);
        conduct.answer_edits.push(|answer| {
            answer.change("server_max_window_bits", "9");
            answer.add("x");
            answer.remove("server_no_context_takeover");
        });
        assert_eq!(
            answered(
                "permessage-deflate; server_max_window_bits=10; window=1; \
                 server_max_window_bits=8; server_no_context_takeover",
                &conduct
            )
            .as_deref(),
            Some("permessage-deflate; server_max_window_bits=9; x")
        );
    }
}
