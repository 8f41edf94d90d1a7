//! Operands that are a word or something else: a close code or `"empty"`, close codes or their
//! absence, a masking key or a way to choose one.

use std::{borrow::Cow, fmt, ops::RangeInclusive};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use crate::{case::MaskScript, protocol::hex};

/// The operand of `close`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseWord {
    /// No payload at all.
    Empty,
    /// A close code; may be out of range.
    Code(u64),
}

impl<'de> Deserialize<'de> for CloseWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CloseVisitor)
    }
}

struct CloseVisitor;

impl Visitor<'_> for CloseVisitor {
    type Value = CloseWord;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a close code, 0 to 65535, or \"empty\"")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<CloseWord, E> {
        if word == "empty" {
            Ok(CloseWord::Empty)
        } else {
            Err(E::invalid_value(serde::de::Unexpected::Str(word), &self))
        }
    }

    fn visit_i64<E: Error>(self, code: i64) -> Result<CloseWord, E> {
        u64::try_from(code)
            .map(CloseWord::Code)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(code), &self))
    }
}

impl JsonSchema for CloseWord {
    fn schema_name() -> Cow<'static, str> {
        "CloseCodeOrEmpty".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "integer", "minimum": 0, "maximum": 65535 }, { "const": "empty" }]
        })
    }
}

/// What a grade is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GradeWord {
    /// A Close without a code.
    NoCode,
    /// A close code, or all from one to another; may be out of range.
    Codes(RangeInclusive<u64>),
}

impl<'de> Deserialize<'de> for GradeWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GradeVisitor)
    }
}

struct GradeVisitor;

impl Visitor<'_> for GradeVisitor {
    type Value = GradeWord;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a close code, codes such as \"3000-4999\", or \"none\"")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<GradeWord, E> {
        if word == "none" {
            return Ok(GradeWord::NoCode);
        }
        let ends = word.split_once('-').and_then(|(first, last)| {
            let first = first.parse::<u16>().ok()?;
            let last = last.parse::<u16>().ok()?;
            (first <= last).then(|| u64::from(first)..=u64::from(last))
        });
        ends.map(GradeWord::Codes)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(word), &self))
    }

    fn visit_i64<E: Error>(self, code: i64) -> Result<GradeWord, E> {
        u64::try_from(code)
            .map(|code| GradeWord::Codes(code..=code))
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(code), &self))
    }
}

impl JsonSchema for GradeWord {
    fn schema_name() -> Cow<'static, str> {
        "CloseCodesOrNone".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": 65535 },
                { "type": "string", "pattern": "^[0-9]+-[0-9]+$" },
                { "const": "none" }
            ]
        })
    }
}

/// The operand of `mask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskWord(pub MaskScript);

impl<'de> Deserialize<'de> for MaskWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MaskVisitor).map(Self)
    }
}

struct MaskVisitor;

impl Visitor<'_> for MaskVisitor {
    type Value = MaskScript;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"role\", \"wrong\", true, false or a key of eight hexadecimal digits")
    }

    fn visit_bool<E: Error>(self, masked: bool) -> Result<MaskScript, E> {
        Ok(if masked { MaskScript::Always } else { MaskScript::Never })
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<MaskScript, E> {
        if word == "role" {
            return Ok(MaskScript::AsRole);
        }
        if word == "wrong" {
            return Ok(MaskScript::AgainstRole);
        }
        hex::decode(word)
            .ok()
            .and_then(|octets| octets.try_into().ok())
            .map(MaskScript::Key)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(word), &self))
    }
}

impl JsonSchema for MaskWord {
    fn schema_name() -> Cow<'static, str> {
        "Mask".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "const": "role" },
                { "const": "wrong" },
                { "type": "boolean" },
                { "type": "string", "pattern": "^[0-9A-Fa-f]{8}$" }
            ]
        })
    }
}
