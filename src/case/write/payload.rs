//! Payloads and texts of heads, in the shortest form that gives the same octets.

use super::inline::{Table, list, string};
use crate::{
    case::{HeadPart, HeadPlace, HeadText, Part, Payload, language::Seeds},
    protocol::hex,
};

/// A payload. `seeds` are what the reader will give to `random` parts, in the same order.
pub fn payload(payload: &Payload, seeds: &mut Seeds) -> String {
    parts(payload.parts(), seeds)
}

/// Parts of a payload, joined.
pub fn parts(parts: &[Part], seeds: &mut Seeds) -> String {
    match parts {
        [] => string(""),
        [only] => part(only, seeds),
        several => {
            let written: Vec<String> = several.iter().map(|one| part(one, seeds)).collect();
            list(&written)
        }
    }
}

fn part(part: &Part, seeds: &mut Seeds) -> String {
    match part {
        Part::Octets(octets) => octets_of(octets),
        Part::Fill { unit, length } => {
            Table::of("fill", octets_of(unit)).with("len", length).to_string()
        }
        Part::Random { seed, length } if seeds.goes_on_with(*seed) => {
            Table::of("random", length).to_string()
        }
        Part::Sample { sample, length } if sample.units_in(*length).is_some() => {
            let units = sample.units_in(*length).unwrap_or_default();
            Table::of("sample", string(&sample.to_string())).with("len", units).to_string()
        }
        Part::Random { .. } | Part::Sample { .. } => {
            octets_of(&Payload::new(vec![part.clone()]).to_vec())
        }
    }
}

/// Octets as a string, where that is readable, else in hexadecimal.
pub fn octets_of(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if is_readable(text) => string(text),
        _ => hexadecimal(octets),
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| hex::encode(&[*octet])).collect();
    Table::of("hex", string(&pairs.join(" "))).to_string()
}

fn is_readable(text: &str) -> bool {
    text.chars().all(|character| !character.is_control() || matches!(character, '\r' | '\n' | '\t'))
}

/// Text of a head with its places.
pub fn head_text(text: &HeadText, seeds: &mut Seeds) -> String {
    let whole = text.parts().iter().map(plain).collect::<Option<String>>();
    match whole {
        Some(whole) if HeadText::parts_of(&whole) == text.parts() => string(&whole),
        _ => {
            let written: Vec<String> =
                text.parts().iter().map(|one| head_part(one, seeds)).collect();
            match &written[..] {
                [only] => only.clone(),
                _ => list(&written),
            }
        }
    }
}

/// A part as it stands in a string that is the whole text, if it can.
fn plain(part: &HeadPart) -> Option<String> {
    match part {
        HeadPart::Place(place) => Some(placeholder(*place)),
        HeadPart::Octets(payload) => match payload.parts() {
            [Part::Octets(octets)] => {
                let text = std::str::from_utf8(octets).ok()?;
                is_readable(text).then(|| text.to_owned())
            }
            _ => None,
        },
    }
}

fn head_part(part: &HeadPart, seeds: &mut Seeds) -> String {
    match part {
        HeadPart::Place(place) => string(&placeholder(*place)),
        HeadPart::Octets(octets) => match octets.parts() {
            // Braces that are no place must not become one.
            [Part::Octets(octets)] if octets.contains(&b'{') => hexadecimal(octets),
            _ => payload(octets, seeds),
        },
    }
}

fn placeholder(place: HeadPlace) -> String {
    let (name, _) = HeadPlace::NAMES
        .iter()
        .find(|(_, known)| *known == place)
        .unwrap_or_else(|| unreachable!("every place has a name, not {place:?}"));
    format!("{{{name}}}")
}
