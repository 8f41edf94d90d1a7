//! Text of a head with places that are filled when the case is played.

use crate::case::Payload;

/// Octets of a head, some of them known only when the case is played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadText(Vec<HeadPart>);

/// A part of a [`HeadText`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadPart {
    /// These octets.
    Octets(Payload),
    /// What is known when the case is played.
    Place(HeadPlace),
}

/// A place that is filled when the case is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadPlace {
    /// The request target.
    Target,
    /// The value of the `Host` field.
    Host,
    /// The value of the `Sec-WebSocket-Key` field.
    Key,
    /// The right value of the `Sec-WebSocket-Accept` field.
    Accept,
    /// The first subprotocol that the client asks for; nothing if it asks for none.
    Subprotocol,
    /// The value of the `Origin` field; where the request has none, that of its host.
    Origin,
}

/// What fills the places of a [`HeadText`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadValues {
    /// Fills [`HeadPlace::Target`].
    pub target: String,
    /// Fills [`HeadPlace::Host`].
    pub host: String,
    /// Fills [`HeadPlace::Key`].
    pub key: String,
    /// Fills [`HeadPlace::Accept`].
    pub accept: String,
    /// Fills [`HeadPlace::Subprotocol`].
    pub subprotocol: String,
    /// Fills [`HeadPlace::Origin`].
    pub origin: String,
}

impl HeadPlace {
    /// All places, as case files write them between braces.
    pub const NAMES: [(&str, Self); 6] = [
        ("target", Self::Target),
        ("host", Self::Host),
        ("key", Self::Key),
        ("accept", Self::Accept),
        ("subprotocol", Self::Subprotocol),
        ("origin", Self::Origin),
    ];

    /// The place of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, place)| *place)
    }
}

impl HeadValues {
    fn of(&self, place: HeadPlace) -> &str {
        match place {
            HeadPlace::Target => &self.target,
            HeadPlace::Host => &self.host,
            HeadPlace::Key => &self.key,
            HeadPlace::Accept => &self.accept,
            HeadPlace::Subprotocol => &self.subprotocol,
            HeadPlace::Origin => &self.origin,
        }
    }
}

impl HeadText {
    /// Whether there is nothing to write.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The parts, joined.
    #[must_use]
    pub const fn new(parts: Vec<HeadPart>) -> Self {
        Self(parts)
    }

    /// The parts.
    #[must_use]
    pub fn parts(&self) -> &[HeadPart] {
        &self.0
    }

    /// The parts of a string of a case file: `{key}` and the like are places, other braces are
    /// themselves.
    #[must_use]
    pub fn parts_of(text: &str) -> Vec<HeadPart> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let place = rest[open + 1..].find('}').and_then(|length| {
                let close = open + 1 + length;
                Some((HeadPlace::named(&rest[open + 1..close])?, close + 1))
            });
            let taken = if let Some((place, end)) = place {
                plain.push_str(&rest[..open]);
                parts.extend(octets(&std::mem::take(&mut plain)));
                parts.push(HeadPart::Place(place));
                end
            } else {
                plain.push_str(&rest[..=open]);
                open + 1
            };
            rest = &rest[taken..];
        }
        plain.push_str(rest);
        parts.extend(octets(&plain));
        parts
    }

    /// The octets, with every place filled.
    #[must_use]
    pub fn fill(&self, values: &HeadValues) -> Vec<u8> {
        let mut filled = Vec::new();
        for part in &self.0 {
            match part {
                HeadPart::Octets(payload) => filled.extend(payload.to_vec()),
                HeadPart::Place(place) => filled.extend(values.of(*place).as_bytes()),
            }
        }
        filled
    }
}

fn octets(text: &str) -> Option<HeadPart> {
    (!text.is_empty()).then(|| HeadPart::Octets(Payload::from(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> String {
        let values =
            HeadValues { key: "KEY".to_owned(), host: "HOST".to_owned(), ..HeadValues::default() };
        let text = HeadText::new(HeadText::parts_of(text));
        String::from_utf8(text.fill(&values)).unwrap()
    }

    #[test]
    fn places_are_filled_and_other_braces_stay() {
        assert_eq!(fill("Host: {host}/{key}{key}"), "Host: HOST/KEYKEY");
        assert_eq!(fill("{{key}} {x} {key {host"), "{KEY} {x} {key {host");
        assert_eq!(fill("a{subprotocol}b"), "ab");
        assert_eq!(fill("}{"), "}{");
        assert_eq!(fill("é{host}é"), "éHOSTé");
    }
}
