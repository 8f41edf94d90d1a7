//! Close frames: their codes (RFC 6455 §7.4) and their bodies (§5.5.1).

/// A close code, of any value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(pub u16);

/// What may be done with a close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCodeKind {
    /// Defined by RFC 6455, or registered with IANA since, for the wire.
    Defined,
    /// For libraries, frameworks and applications: 3000 to 4999.
    Application,
    /// Must never be on the wire: below 1000, 1005, 1006, 1015.
    Forbidden,
    /// Without a meaning so far: 1004, 1016 to 2999, and 5000 on.
    Undefined,
}

impl CloseCode {
    /// The connection has done what it was for.
    pub const NORMAL: Self = Self(1000);
    /// The endpoint goes away.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// A message does not fit its type, such as text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// A message is too big to process.
    pub const TOO_BIG: Self = Self(1009);
    /// The client misses an extension in the server's response; servers do not use it.
    pub const MANDATORY_EXTENSION: Self = Self(1010);

    /// What may be done with it.
    #[must_use]
    pub const fn kind(self) -> CloseCodeKind {
        match self.0 {
            1000..=1003 | 1007..=1014 => CloseCodeKind::Defined,
            3000..=4999 => CloseCodeKind::Application,
            0..=999 | 1005 | 1006 | 1015 => CloseCodeKind::Forbidden,
            1004 | 1016..=2999 | 5000.. => CloseCodeKind::Undefined,
        }
    }
}

/// The body of a Close frame, legal or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseBody {
    /// No octets: no code.
    Empty,
    /// One octet, which is not enough for a code.
    OneOctet(u8),
    /// A code and a reason.
    Code {
        /// The code.
        code: CloseCode,
        /// The reason's octets.
        reason: Vec<u8>,
    },
}

impl CloseBody {
    /// Reads the payload of a Close frame.
    #[must_use]
    pub fn parse(payload: &[u8]) -> Self {
        match payload {
            [] => Self::Empty,
            [octet] => Self::OneOctet(*octet),
            [high, low, reason @ ..] => Self::Code {
                code: CloseCode(u16::from_be_bytes([*high, *low])),
                reason: reason.to_vec(),
            },
        }
    }

    /// The payload of a Close frame with this code and reason.
    #[must_use]
    pub fn encode(code: CloseCode, reason: &[u8]) -> Vec<u8> {
        [&code.0.to_be_bytes()[..], reason].concat()
    }

    /// The code, if there is one.
    #[must_use]
    pub const fn code(&self) -> Option<CloseCode> {
        match self {
            Self::Code { code, .. } => Some(*code),
            Self::Empty | Self::OneOctet(_) => None,
        }
    }

    /// Whether an endpoint may send it.
    #[must_use]
    pub fn is_legal(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::OneOctet(_) => false,
            Self::Code { code, reason } => {
                matches!(code.kind(), CloseCodeKind::Defined | CloseCodeKind::Application)
                    && std::str::from_utf8(reason).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let body = CloseBody::parse(&CloseBody::encode(CloseCode::GOING_AWAY, b"bye"));
        assert_eq!(body, CloseBody::Code { code: CloseCode::GOING_AWAY, reason: b"bye".to_vec() });
        assert!(body.is_legal());
        assert_eq!(CloseBody::parse(b""), CloseBody::Empty);
        assert!(!CloseBody::parse(b"\x03").is_legal());
        assert!(!CloseBody::parse(b"\x03\xE8\xFF").is_legal());
    }

    #[test]
    fn codes_are_what_the_rfc_and_the_registry_say() {
        use CloseCodeKind::{Application, Defined, Forbidden, Undefined};
        for (code, kind) in [
            (0, Forbidden),
            (999, Forbidden),
            (1000, Defined),
            (1003, Defined),
            (1004, Undefined),
            (1005, Forbidden),
            (1006, Forbidden),
            (1007, Defined),
            (1014, Defined),
            (1015, Forbidden),
            (1016, Undefined),
            (2999, Undefined),
            (3000, Application),
            (4999, Application),
            (5000, Undefined),
            (65535, Undefined),
        ] {
            assert_eq!(CloseCode(code).kind(), kind, "{code}");
        }
    }
}
