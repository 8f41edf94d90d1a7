//! Payloads as case files write them.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    case::{Part, Payload, Sample, payload::split_mix},
    protocol::hex,
};

/// The longest `len` of a part of a payload. Longer ones could not be played anyway.
const LENGTH_MAX: u64 = 1 << 32;

/// A payload as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadEntry {
    /// `"text"`
    Text(String),
    /// `{ hex = "ce ba" }`
    Octets(Vec<u8>),
    /// `{ fill = "*", len = n }`
    Fill { unit: Vec<u8>, length: u64 },
    /// `{ random = n }`
    Random(u64),
    /// `{ sample = "json", len = n }`
    Sample { sample: Sample, units: u64 },
    /// `[ …, … ]`
    Joined(Vec<Self>),
}

/// Where the numbers for random octets come from: the case's name, and how many were needed.
pub struct Seeds(u64);

impl Seeds {
    /// For a case of this name.
    pub fn of(case: &str) -> Self {
        Self(case.bytes().fold(0, |seed, octet| split_mix(seed ^ u64::from(octet))))
    }

    /// Takes the next number if it is this one; says whether it was.
    pub fn goes_on_with(&mut self, number: u64) -> bool {
        let next = split_mix(self.0);
        if next == number {
            self.0 = next;
        }
        next == number
    }

    fn next(&mut self) -> u64 {
        self.0 = split_mix(self.0);
        self.0
    }
}

impl PayloadEntry {
    /// The payload that is meant.
    pub fn payload(&self, seeds: &mut Seeds) -> Payload {
        let mut parts = Vec::new();
        self.add_to(&mut parts, seeds);
        Payload::new(parts)
    }

    fn add_to(&self, parts: &mut Vec<Part>, seeds: &mut Seeds) {
        parts.push(match self {
            Self::Text(text) => Part::Octets(text.as_bytes().into()),
            Self::Octets(octets) => Part::Octets(octets[..].into()),
            Self::Fill { unit, length } => Part::Fill { unit: unit.clone(), length: *length },
            Self::Random(length) => Part::Random { seed: seeds.next(), length: *length },
            Self::Sample { sample, units } => {
                Part::Sample { sample: *sample, length: sample.octets_of(*units) }
            }
            Self::Joined(entries) => {
                return entries.iter().for_each(|entry| entry.add_to(parts, seeds));
            }
        });
    }

    /// Whether a sample is somewhere in it.
    pub fn holds_a_sample(&self) -> bool {
        match self {
            Self::Sample { .. } => true,
            Self::Joined(entries) => entries.iter().any(Self::holds_a_sample),
            _ => false,
        }
    }
}

/// The forms of a payload that are tables, flat; [`PayloadEntry`] has them one by one.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a payload")]
struct PayloadTable {
    hex: Option<String>,
    fill: Option<Box<PayloadEntry>>,
    random: Option<u64>,
    sample: Option<Sample>,
    len: Option<u64>,
}

impl PayloadTable {
    fn entry<E: Error>(self) -> Result<PayloadEntry, E> {
        if let Some(length) = self.len.or(self.random)
            && length > LENGTH_MAX
        {
            return Err(E::custom(format!(
                "a length of {length} is more than the {LENGTH_MAX} allowed"
            )));
        }
        match (self.hex, self.fill, self.random, self.sample, self.len) {
            (Some(digits), None, None, None, None) => {
                hex::decode(&digits).map(PayloadEntry::Octets).map_err(E::custom)
            }
            (None, Some(unit), None, None, Some(length)) => {
                let unit = match *unit {
                    PayloadEntry::Text(text) => text.into_bytes(),
                    PayloadEntry::Octets(octets) => octets,
                    _ => Vec::new(),
                };
                if unit.is_empty() {
                    return Err(E::custom("`fill` is a text or `{ hex = \"..\" }`, and not empty"));
                }
                Ok(PayloadEntry::Fill { unit, length })
            }
            (None, None, Some(length), None, None) => Ok(PayloadEntry::Random(length)),
            (None, None, None, Some(sample), Some(units)) => {
                Ok(PayloadEntry::Sample { sample, units })
            }
            _ => Err(E::custom(
                "a payload is a text, `{ hex }`, `{ fill, len }`, `{ random }`, `{ sample, len }` \
                 or an array of these",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for PayloadEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = PayloadEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a payload: a text, a table or an array")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PayloadEntry, E> {
        Ok(PayloadEntry::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PayloadEntry, A::Error> {
        PayloadTable::deserialize(MapAccessDeserializer::new(map))?.entry()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<PayloadEntry, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = parts.next_element()? {
            entries.push(entry);
        }
        Ok(PayloadEntry::Joined(entries))
    }
}

impl JsonSchema for PayloadEntry {
    fn schema_name() -> Cow<'static, str> {
        "Payload".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let payload = generator.subschema_for::<Self>();
        let sample = generator.subschema_for::<Sample>();
        let count = json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": LENGTH_MAX },
                { "type": "string", "pattern": "^\\{[A-Za-z0-9_-]+\\}$" }
            ]
        });
        let hex = json_schema!({
            "type": "object",
            "description": "These octets, in hexadecimal; blanks may stand between octets.",
            "properties": { "hex": { "type": "string" } },
            "required": ["hex"],
            "additionalProperties": false
        });
        json_schema!({
            "description": "The octets of a payload.",
            "anyOf": [
                { "type": "string", "description": "The UTF-8 of this text." },
                hex,
                {
                    "type": "object",
                    "description": "A text, repeated and cut to `len` octets.",
                    "properties": { "fill": { "anyOf": [{ "type": "string", "minLength": 1 }, hex] }, "len": count },
                    "required": ["fill", "len"],
                    "additionalProperties": false
                },
                {
                    "type": "object",
                    "description": "So many octets that look random, the same in every run.",
                    "properties": { "random": count },
                    "required": ["random"],
                    "additionalProperties": false
                },
                {
                    "type": "object",
                    "description": "So many units of a sample file: code points of `json` and `html`, octets of the others.",
                    "properties": { "sample": sample, "len": count },
                    "required": ["sample", "len"],
                    "additionalProperties": false
                },
                { "type": "array", "description": "These, joined.", "items": payload }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Holder {
        p: PayloadEntry,
    }

    fn read(text: &str) -> Result<PayloadEntry, String> {
        toml::from_str::<Holder>(&format!("p = {text}"))
            .map(|holder| holder.p)
            .map_err(|error| error.message().to_owned())
    }

    fn octets(text: &str) -> Vec<u8> {
        read(text).unwrap().payload(&mut Seeds::of("1")).to_vec()
    }

    #[test]
    fn every_form_gives_its_octets() {
        assert_eq!(octets(r#""κ""#), "κ".as_bytes());
        assert_eq!(octets(r#"{ hex = "ce BA ff" }"#), [0xce, 0xba, 0xff]);
        assert_eq!(octets(r#"{ fill = "abc", len = 7 }"#), b"abcabca");
        assert_eq!(octets(r#"{ fill = { hex = "00 ff" }, len = 3 }"#), [0, 255, 0]);
        assert_eq!(octets(r#"["a", { hex = "62" }, ["c", { fill = "d", len = 2 }]]"#), b"abcdd");
        assert_eq!(octets("[]"), b"");
        assert_eq!(octets(r#"{ sample = "bitmap", len = 2 }"#), b"BM");
    }

    #[test]
    fn random_octets_follow_from_the_case_and_differ_within_it() {
        let [one, two] = [octets("{ random = 20 }"), octets("[{ random = 20 }, { random = 20 }]")];
        assert_eq!(one, two[..20]);
        assert_ne!(two[..20], two[20..]);
    }

    #[test]
    fn half_a_form_or_two_are_none() {
        for text in [
            r#"{ fill = "*" }"#,
            r#"{ fill = "", len = 1 }"#,
            r#"{ hex = "00", len = 1 }"#,
            r#"{ sample = "json" }"#,
            r#"{ hex = "0" }"#,
            "{ len = 3 }",
            "{ random = 4294967297 }",
            "{}",
            "5",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
