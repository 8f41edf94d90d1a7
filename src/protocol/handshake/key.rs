//! `Sec-WebSocket-Key` and the accept value that proves it was read (RFC 6455 §4.2.2).

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use sha1::{Digest, Sha1};

use super::{HandshakeViolation, violation::clip};

/// Takes the last letter whatever its unused bits are.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// What the key is joined with before it is hashed (RFC 6455 §1.3).
pub const ACCEPT_GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of a `Sec-WebSocket-Key` field: 16 octets in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecWebSocketKey(String);

impl SecWebSocketKey {
    /// The key of these octets.
    #[must_use]
    pub fn new(nonce: [u8; 16]) -> Self {
        Self(STANDARD.encode(nonce))
    }

    /// Reads a field value; `None` if it is not 16 octets in base64. Bits of the last letter that
    /// belong to no octet do not matter (erratum 3150).
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let octets = LENIENT.decode(value).ok()?;
        (octets.len() == 16).then(|| Self(value.to_owned()))
    }

    /// A field value as it stands, right or wrong: what it is answered with depends on nothing
    /// else (RFC 6455 §4.2.2).
    #[must_use]
    pub fn as_it_stands(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// What is wrong with a field value.
    #[must_use]
    pub fn check(value: &str) -> Option<HandshakeViolation> {
        match LENIENT.decode(value) {
            Err(_) => Some(HandshakeViolation::KeyNotBase64(clip(value))),
            Ok(octets) if octets.len() != 16 => {
                Some(HandshakeViolation::KeyWrongLength(octets.len() as u64))
            }
            Ok(_) if STANDARD.decode(value).is_err() => {
                Some(HandshakeViolation::KeyPadBits(clip(value)))
            }
            Ok(_) => None,
        }
    }

    /// The field value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one right value of `Sec-WebSocket-Accept`.
    #[must_use]
    pub fn accept(&self) -> String {
        STANDARD.encode(Sha1::new().chain_update(&self.0).chain_update(ACCEPT_GUID).finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfc_s_own_example() {
        let key = SecWebSocketKey::parse("dGhlIHNhbXBsZSBub25jZQ==").unwrap();
        assert_eq!(key.accept(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(SecWebSocketKey::new(*b"the sample nonce"), key);
        assert_eq!(SecWebSocketKey::parse("dGhl"), None);
    }

    #[test]
    fn what_is_wrong_with_a_key_is_named() {
        use HandshakeViolation as V;
        for (key, violation) in [
            ("dGhlIHNhbXBsZSBub25jZQ==", None),
            // The example of §4.1, as it was printed.
            (
                "AQIDBAUGBwgJCgsMDQ4PEC==",
                Some(V::KeyPadBits("AQIDBAUGBwgJCgsMDQ4PEC==".to_owned())),
            ),
            ("dGhl", Some(V::KeyWrongLength(3))),
            ("", Some(V::KeyWrongLength(0))),
            ("a b", Some(V::KeyNotBase64("a b".to_owned()))),
        ] {
            assert_eq!(SecWebSocketKey::check(key), violation, "{key}");
        }
    }
}
