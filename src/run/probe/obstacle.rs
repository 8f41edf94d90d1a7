//! Why a target cannot be tested, in one sentence that says what to do.

use std::{fmt, time::Duration};

use super::{excerpt::excerpt, refusal::Refusal};
use crate::{protocol::CloseBody, run::Target};

/// Why a target cannot be tested, though it takes connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It says nothing for this long.
    Silent(Duration),
    /// It closes the connection without an answer.
    Closed,
    /// Its response has no end: it closes the connection, or falls silent, in the middle of it.
    CutOff,
    /// The head of its response is longer than any that is read.
    EndlessHead,
    /// It speaks TLS where the URL has none.
    Tls,
    /// It speaks HTTP/2 and nothing else.
    Http2,
    /// It speaks another protocol.
    OtherProtocol {
        /// Which one, if that is known.
        name: Option<&'static str>,
        /// The first line of what it said.
        said: String,
    },
    /// Its response does not open the connection.
    Refused(Box<Refusal>),
    /// It opens every connection and closes it by itself, with this code and reason.
    Closing(Option<(u16, String)>),
}

/// How protocols begin that are often found in the place of HTTP.
const GREETINGS: [(&[u8], &str); 10] = [
    (b"SSH-", "an SSH server"),
    (b"220", "a mail or FTP server"),
    (b"* OK", "an IMAP server"),
    (b"+OK", "a POP3 server"),
    (b"-ERR", "a Redis server"),
    (b"RFB ", "a VNC server"),
    (b"AMQP", "an AMQP broker"),
    (b"ERROR", "a STOMP or memcached server"),
    (b"<?xml", "an XMPP server"),
    (b"INFO {", "a NATS server"),
];

impl Obstacle {
    /// What these octets, which came in the place of an HTTP response, are.
    pub(super) fn of_other_protocol(octets: &[u8]) -> Self {
        if is_tls_alert(octets) {
            return Self::Tls;
        }
        if is_http2(octets) {
            return Self::Http2;
        }
        let greeting = GREETINGS.iter().find(|(start, _)| octets.starts_with(start));
        Self::OtherProtocol {
            name: greeting.map(|(_, name)| *name),
            said: excerpt(octets).unwrap_or_default(),
        }
    }

    /// The target closes every connection with this Close frame, or without one.
    pub(super) fn closing(close: Option<&CloseBody>, target: &Target) -> Self {
        Self::Closing(match close {
            Some(CloseBody::Code { code, reason }) => {
                let reason = excerpt(reason).filter(|reason| !target.is_secret_in(reason));
                Some((code.0, reason.unwrap_or_default()))
            }
            _ => None,
        })
    }

    /// Whether a server that is about to start may be in this state.
    pub(in crate::run) fn may_pass(&self) -> bool {
        match self {
            Self::Silent(_) | Self::Closed | Self::CutOff => true,
            Self::Refused(refusal) => matches!(refusal.status(), Some(502..=504)),
            _ => false,
        }
    }
}

/// A record of the type alert (RFC 8446 §5.1).
fn is_tls_alert(octets: &[u8]) -> bool {
    matches!(octets, [0x15, 0x03, 0..=4, ..])
}

/// A SETTINGS or GOAWAY frame of the whole connection (RFC 9113 §4.1, §6.5, §6.8).
fn is_http2(octets: &[u8]) -> bool {
    matches!(octets, [0, _, _, 4 | 7, 0, 0, 0, 0, 0, ..])
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(patience) => write!(
                f,
                "the server accepted the connection but did not answer the opening handshake \
                 within {} s; is this the port of a WebSocket server?",
                patience.as_secs_f64()
            ),
            Self::Closed => f.write_str(
                "the server closed the connection without answering the opening handshake; is \
                 this the port of a WebSocket server?",
            ),
            Self::CutOff => f.write_str(
                "the server began a response to the opening handshake and did not complete it; \
                 its log may say why",
            ),
            Self::EndlessHead => f.write_str(
                "the head of the server's response to the opening handshake is longer than 64 KiB; \
                 is this the port of a WebSocket server?",
            ),
            Self::Tls => f.write_str(
                "the server expects TLS on this port; begin the URL with wss:// instead of ws://",
            ),
            Self::Http2 => f.write_str(
                "the server speaks only HTTP/2 on this port, and wspec tests WebSocket over \
                 HTTP/1.1 (RFC 6455 §4.1); enable HTTP/1.1 there",
            ),
            Self::OtherProtocol { name, said } => {
                f.write_str("the server does not speak HTTP")?;
                if !said.is_empty() {
                    write!(f, ": it sent `{said}`")?;
                }
                if let Some(name) = name {
                    write!(f, ", as {name} does")?;
                }
                f.write_str("; is the port right?")
            }
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Closing(close) => {
                f.write_str("the server closes every connection by itself as soon as it is open")?;
                match close {
                    Some((code, reason)) if reason.is_empty() => write!(f, ", with code {code}")?,
                    Some((code, reason)) => write!(f, ", with code {code} (`{reason}`)")?,
                    None => f.write_str(", without a close code")?,
                }
                f.write_str(
                    "; does it need --cookie, --basic-auth, --header, --origin, --subprotocol or \
                     another path?",
                )
            }
        }
    }
}

impl std::error::Error for Obstacle {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_protocols_are_told_by_their_first_octets() {
        for (octets, words) in [
            (
                &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
                "it sent `SSH-2.0-OpenSSH_9.9`, as an SSH server does",
            ),
            (b"220 mail.test ESMTP\r\n", "as a mail or FTP server does"),
            (b"-ERR unknown command 'Upgrade:'\r\n", "as a Redis server does"),
            (b"\x4a\0\0\0\x0a8.0.36\0", "it sent `J\\u{0}\\u{0}\\u{0}`"),
            (b"\x15\x03\x01\0\x02\x02\x46", "wss://"),
            (b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64", "only HTTP/2"),
            (b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01", "only HTTP/2"),
        ] {
            let said = Obstacle::of_other_protocol(octets).to_string();
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn a_close_is_told_with_its_code_and_without_secrets() {
        let mut target = Target::parse("ws://x/").unwrap();
        target.add_secret_field("Cookie", "session=s3cret").unwrap();
        let told = |reason: &[u8]| {
            let close =
                CloseBody::parse(&CloseBody::encode(crate::protocol::CloseCode(4001), reason));
            Obstacle::closing(Some(&close), &target).to_string()
        };
        assert!(told(b"log\x1bin").contains("with code 4001 (`log\\u{1b}in`)"));
        assert!(!told(b"bad session=s3cret").contains("s3cret"));
        assert!(Obstacle::closing(None, &target).to_string().contains("without a close code"));
    }
}
