//! Wrong values of `Sec-WebSocket-Accept` (RFC 6455 §4.2.2), each a mistake that a server could
//! make.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::protocol::handshake::ACCEPT_GUID as GUID;

/// The key of RFC 6455 §1.3, which no client that plays by the rules comes upon.
const ANOTHER_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// How the value is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptMistake {
    /// The hash of the key alone.
    WithoutGuid,
    /// The hash of the 16 octets that the key stands for, and the GUID.
    OfDecodedKey,
    /// The right hash in hexadecimal.
    Hex,
    /// The right value with its letters lowered (and one changed, should there be none to lower).
    LowerCase,
    /// The right value without its `=`.
    Unpadded,
    /// The right hash in the base64 of URLs, without `=`.
    UrlSafe,
    /// The hash of the key and the GUID in lower case.
    GuidLowerCase,
    /// SHA-256 instead of SHA-1.
    #[serde(rename = "sha-256")]
    Sha256,
    /// The key itself.
    Key,
    /// The right value for another key.
    OfAnotherKey,
    /// The right value with one character changed.
    OneOff,
    /// The first half of the right value.
    Truncated,
    /// The right value in quotes.
    Quoted,
}

impl AcceptMistake {
    /// The wrong value in answer to this key; never the right one.
    #[must_use]
    pub fn value(self, key: &str) -> String {
        let right = || STANDARD.encode(hash(key, GUID));
        match self {
            Self::WithoutGuid => STANDARD.encode(hash(key, "")),
            Self::OfDecodedKey => {
                let octets = STANDARD.decode(key).unwrap_or_default();
                STANDARD.encode(hash(octets, GUID))
            }
            Self::Hex => crate::protocol::hex::encode(&hash(key, GUID)),
            Self::LowerCase => {
                let lowered = right().to_ascii_lowercase();
                if lowered == right() { one_off(&lowered) } else { lowered }
            }
            Self::Unpadded => STANDARD_NO_PAD.encode(hash(key, GUID)),
            Self::UrlSafe => URL_SAFE_NO_PAD.encode(hash(key, GUID)),
            Self::GuidLowerCase => STANDARD.encode(hash(key, &GUID.to_ascii_lowercase())),
            Self::Sha256 => {
                STANDARD.encode(Sha256::new().chain_update(key).chain_update(GUID).finalize())
            }
            Self::Key => key.to_owned(),
            Self::OfAnotherKey => {
                let another = if key == ANOTHER_KEY { "" } else { ANOTHER_KEY };
                STANDARD.encode(hash(another, GUID))
            }
            Self::OneOff => one_off(&right()),
            Self::Truncated => right()[..14].to_owned(),
            Self::Quoted => format!("\"{}\"", right()),
        }
    }
}

fn hash(key: impl AsRef<[u8]>, guid: &str) -> [u8; 20] {
    Sha1::new().chain_update(key).chain_update(guid).finalize().into()
}

/// Changes the first character, all of whose bits count.
fn one_off(right: &str) -> String {
    let other = if right.starts_with('A') { "B" } else { "A" };
    format!("{other}{}", &right[1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::handshake::SecWebSocketKey;

    const ALL: [AcceptMistake; 13] = [
        AcceptMistake::WithoutGuid,
        AcceptMistake::OfDecodedKey,
        AcceptMistake::Hex,
        AcceptMistake::LowerCase,
        AcceptMistake::Unpadded,
        AcceptMistake::UrlSafe,
        AcceptMistake::GuidLowerCase,
        AcceptMistake::Sha256,
        AcceptMistake::Key,
        AcceptMistake::OfAnotherKey,
        AcceptMistake::OneOff,
        AcceptMistake::Truncated,
        AcceptMistake::Quoted,
    ];

    #[test]
    fn no_mistake_is_right_by_chance() {
        for nonce in [*b"the sample nonce", [0; 16], [0xFF; 16]] {
            let key = SecWebSocketKey::new(nonce);
            for mistake in ALL {
                assert_ne!(mistake.value(key.as_str()), key.accept(), "{mistake:?}");
            }
        }
    }

    #[test]
    fn mistakes_are_what_they_say() {
        let value = |mistake: AcceptMistake| mistake.value(ANOTHER_KEY);
        // RFC 6455 §1.3: the right one is s3pPLMBiTxaQ9kYGzzhZRbK+xOo=.
        assert_eq!(value(AcceptMistake::LowerCase), "s3pplmbitxaq9kygzzhzrbk+xoo=");
        assert_eq!(value(AcceptMistake::UrlSafe), "s3pPLMBiTxaQ9kYGzzhZRbK-xOo");
        assert_eq!(value(AcceptMistake::Unpadded), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo");
        assert_eq!(value(AcceptMistake::OneOff), "A3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(value(AcceptMistake::Truncated), "s3pPLMBiTxaQ9k");
        assert_eq!(value(AcceptMistake::Hex), "b37a4f2cc0624f1690f64606cf385945b2bec4ea");
    }
}
